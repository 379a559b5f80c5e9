/** Reads trace files: compact `.swtrace` files, and raw `.u32` files as other simulators write them. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import { invalid } from '../errors.ts';
import { BLOCK, unpackBlock } from './codec.ts';
import { damaged, parseHeader, type TraceHeader, type TraceRegion } from './header.ts';
import {
  BLOCK_HEAD_BYTES,
  headerBytesOf,
  parseBlockHead,
  PRELUDE_BYTES,
  type BlockHead,
} from './layout.ts';
import { readRaw, readRawHeader } from './raw.ts';

export type { TraceHeader, TraceRegion } from './header.ts';

export interface TraceFile {
  /** One entry an access: page in bits 0 to 30, bit 31 set for a write. */
  accesses: Uint32Array;
  /** Pages are numbered 0 to pages - 1. */
  pages: number;
  /** Mapped areas in ascending order. */
  regions: TraceRegion[];
  /** SHA-256 of the access column, each access as a little-endian 32-bit word. */
  sha256: string;
  header: TraceHeader;
}

/** A file that cannot be opened is the user's mistake: say so without a system call's name. */
async function openTrace(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw invalid(`There is no file ${file}.`);
    if (code === 'EACCES' || code === 'EPERM') throw invalid(`${file} may not be read.`);
    throw invalid(`${file} cannot be opened (${code}).`);
  }
}

async function readExactly(handle: FileHandle, file: string, length: number, position: number) {
  const buffer = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await handle.read(buffer, got, length - got, position + got);
    if (bytesRead === 0) throw damaged(file, 'it ends too early');
    got += bytesRead;
  }
  return buffer;
}

interface Head {
  header: TraceHeader;
  /** Where the first block stands in the file. */
  body: number;
}

/** The head of a `.swtrace` file, or undefined when the file does not begin like one. */
async function readHead(handle: FileHandle, file: string): Promise<Head | undefined> {
  const start = Buffer.alloc(PRELUDE_BYTES);
  const { bytesRead } = await handle.read(start, 0, PRELUDE_BYTES, 0);
  const length = headerBytesOf(file, start.subarray(0, bytesRead));
  if (length === undefined) return undefined;
  const { size } = await handle.stat();
  if (PRELUDE_BYTES + length > size) throw damaged(file, 'it ends inside its header');
  const text = await readExactly(handle, file, length, PRELUDE_BYTES);
  return { header: parseHeader(file, text.toString('utf8')), body: PRELUDE_BYTES + length };
}

/** Walks over the heads of all blocks before anything is decompressed or allocated. */
async function surveyBlocks(handle: FileHandle, file: string, { header, body }: Head) {
  const { size } = await handle.stat();
  const blocks: (BlockHead & { position: number })[] = [];
  let position = body;
  let accesses = 0;
  for (;;) {
    const bytes = await readExactly(handle, file, BLOCK_HEAD_BYTES, position);
    position += BLOCK_HEAD_BYTES;
    const head = parseBlockHead(file, bytes, BLOCK);
    if (head.accesses === 0) break;
    if (position + head.packed > size) throw damaged(file, 'it ends inside a block');
    blocks.push({ ...head, position });
    position += head.packed;
    accesses += head.accesses;
    if (accesses > header.accesses) break;
  }
  if (accesses !== header.accesses) {
    throw damaged(file, `its blocks do not hold the ${header.accesses} accesses of its header`);
  }
  if (position !== size) throw damaged(file, `${size - position} bytes follow its end`);
  return blocks;
}

function unknownFormat(file: string) {
  return invalid(
    `${file} is no trace file; accepted: a .swtrace file as \`swaplab trace import\` writes it, or raw page numbers in a file whose name ends in .u32.`,
  );
}

const isRaw = (file: string) => extname(file).toLowerCase() === '.u32';

async function withTrace<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await openTrace(file);
  try {
    return await use(handle);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EISDIR' ? invalid(`${file} is a folder, not a trace file.`) : error;
  } finally {
    await handle.close();
  }
}

/** The header alone; of a raw file it is worked out by reading the file once. */
export const readTraceHeader = (file: string): Promise<TraceHeader> =>
  withTrace(file, async (handle) => {
    const head = await readHead(handle, file);
    if (head) return head.header;
    if (isRaw(file)) return await readRawHeader(handle, file);
    throw unknownFormat(file);
  });

/** The whole trace, checked against its own counts and its digest. */
export const readTrace = (file: string): Promise<TraceFile> =>
  withTrace(file, async (handle) => {
    const head = await readHead(handle, file);
    if (head) return await readBlocks(handle, file, head);
    if (isRaw(file)) return await readRaw(handle, file);
    throw unknownFormat(file);
  });

async function readBlocks(handle: FileHandle, file: string, head: Head): Promise<TraceFile> {
  const { header } = head;
  const blocks = await surveyBlocks(handle, file, head);
  const accesses = new Uint32Array(header.accesses);
  let at = 0;
  let writes = 0;
  const hash = createHash('sha256');
  for (const block of blocks) {
    const data = await readExactly(handle, file, block.packed, block.position);
    const into = accesses.subarray(at, at + block.accesses);
    const wrong = unpackBlock(data, block.raw, header.pages, into);
    if (wrong) throw damaged(file, wrong);
    for (let i = 0; i < into.length; i++) writes += (into[i] as number) >>> 31;
    hash.update(into);
    at += block.accesses;
  }
  if (hash.digest('hex') !== header.sha256) {
    throw damaged(file, 'its accesses do not have the SHA-256 of its header');
  }
  if (writes !== header.writes) {
    throw damaged(file, `it has ${writes} writes, its header says ${header.writes}`);
  }
  const { pages, regions, sha256 } = header;
  return { accesses, pages, regions, sha256, header };
}
