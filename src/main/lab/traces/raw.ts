/**
 * Raw traces: little-endian 32-bit words, page number in bits 0 to 30, bit 31 set for a write.
 * They have no header; their pages are one area from page 0 to the highest one that occurs.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { invalid } from '../errors.ts';
import { PAGE_MASK } from './codec.ts';
import type { TraceFile } from './format.ts';
import { TRACE_LIMITS, type TraceHeader } from './header.ts';

/** Words read at a time. */
const CHUNK = 1 << 18;

async function countWords(handle: FileHandle, file: string): Promise<number> {
  const { size } = await handle.stat();
  if (size === 0) throw invalid(`${file} is empty; accepted: one 32-bit word for each access.`);
  if (size % 4 !== 0) {
    throw invalid(`${file} has ${size} bytes; accepted: a multiple of 4, a 32-bit word an access.`);
  }
  if (size / 4 > TRACE_LIMITS.accesses) {
    throw invalid(
      `${file} has ${size / 4} accesses; accepted: at most ${TRACE_LIMITS.accesses} in one trace.`,
    );
  }
  return size / 4;
}

/** Reads the words in order, a chunk at a time; `each` must not keep the chunk. */
async function eachChunk(
  handle: FileHandle,
  file: string,
  words: number,
  each: (chunk: Uint32Array, at: number) => void,
): Promise<TraceHeader> {
  const buffer = new Uint32Array(Math.min(words, CHUNK));
  const hash = createHash('sha256');
  let highest = 0;
  let writes = 0;
  for (let at = 0; at < words;) {
    const want = Math.min(words - at, CHUNK);
    const bytes = new Uint8Array(buffer.buffer, 0, want * 4);
    for (let got = 0; got < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, got, bytes.length - got, at * 4 + got);
      if (bytesRead === 0) throw invalid(`${file} became shorter while it was read.`);
      got += bytesRead;
    }
    const chunk = buffer.subarray(0, want);
    for (let i = 0; i < want; i++) {
      const access = chunk[i] as number;
      const page = access & PAGE_MASK;
      if (page > highest) highest = page;
      writes += access >>> 31;
    }
    hash.update(chunk);
    each(chunk, at);
    at += want;
  }
  const pages = highest + 1;
  if (pages > TRACE_LIMITS.pages) {
    throw invalid(
      `${file} names page ${highest}; accepted: pages below ${TRACE_LIMITS.pages}. \`swaplab trace import --format u32\` numbers pages anew without gaps.`,
    );
  }
  return {
    title: basename(file),
    made: 'A raw file of page numbers.',
    command: '',
    source: 'u32',
    pageBytes: 4096,
    accesses: words,
    pages,
    writes,
    references: words,
    fold: 1,
    instructions: false,
    regions: [{ start: 0, pages, address: 0, kind: 'data' }],
    sha256: hash.digest('hex'),
  };
}

export async function readRawHeader(handle: FileHandle, file: string): Promise<TraceHeader> {
  const words = await countWords(handle, file);
  return await eachChunk(handle, file, words, () => {});
}

export async function readRaw(handle: FileHandle, file: string): Promise<TraceFile> {
  const words = await countWords(handle, file);
  const accesses = new Uint32Array(words);
  const header = await eachChunk(handle, file, words, (chunk, at) => accesses.set(chunk, at));
  const { pages, regions, sha256 } = header;
  return { accesses, pages, regions, sha256, header };
}
