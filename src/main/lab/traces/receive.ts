/**
 * Takes a trace that a client sends as a file: a trace of the lab's own is checked and kept; a recording
 * is told by its first lines and imported. Both end in the lab's own folder under a name that is free.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '../errors.ts';
import { readTrace } from './format.ts';
import { importTrace, type TraceSource } from './import/importTrace.ts';
import { unpack } from './import/unpack.ts';

const EXTENSION = '.swtrace';

/** Bytes that a packed recording may come to here: it is handled where everything else waits. */
const MOST_UNPACKED = 2 ** 30;

/** Bytes in a row before others get their turn. */
const CHUNK = 1 << 20;

/** References to one of so many pages recorded last are one access, as for the traces that ship. */
const FOLD = 16;
const GAP = 16;
const QUALITY = 5;

/** @returns the path of the trace file that was kept */
export async function receiveTrace(folder: string, name: string, bytes: Buffer): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const title = titleOf(name);
  const part = join(folder, `.${randomUUID()}.part`);
  try {
    if (/\.swtrace$/i.test(name)) {
      writeFileSync(part, bytes);
      await readTrace(part).catch((error: Error) => {
        throw invalid(error.message.replaceAll(part, name));
      });
    } else await importInto(part, name, title, bytes);
    const file = freePath(folder, title);
    renameSync(part, file);
    return file;
  } finally {
    rmSync(part, { force: true });
  }
}

async function importInto(file: string, name: string, title: string, bytes: Buffer) {
  const raw = /\.u32$/i.test(name);
  const limits = { bytes: MOST_UNPACKED, ratio: 250, freeBytes: 1 << 26 };
  const source = raw ? 'u32' : await sourceOf(name, bytes, limits);
  await importTrace(chunksOf(bytes), {
    source,
    file,
    pageBytes: 4096,
    unpack: !raw,
    unpackLimits: limits,
    instructions: true,
    fold: FOLD,
    gap: GAP,
    title,
    made: `Imported from ${name}`,
    command: '',
    quality: QUALITY,
  });
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    yield bytes.subarray(at, at + CHUNK);
    await new Promise(setImmediate);
  }
}

/** What the first lines look like. */
async function sourceOf(
  name: string,
  bytes: Buffer,
  limits: Parameters<typeof unpack>[1],
): Promise<TraceSource> {
  let start = '';
  for await (const chunk of unpack(chunksOf(bytes), limits)) {
    start += chunk.toString('latin1', 0, 65_536);
    if (start.length >= 65_536) break;
  }
  const lines = start.split(/\r?\n/).filter((line) => line.trim() !== '');
  const most = (pattern: RegExp) =>
    lines.length > 0 && lines.filter((line) => pattern.test(line)).length > 0.5 * lines.length;
  if (most(/^(I | [LSM]) [0-9a-f]+,\d+$/i)) return 'lackey';
  if (most(/^[ls] 0x[0-9a-f]+ \d+/i)) return 'ucsd';
  if (/\.csv(\.(gz|xz))?$/i.test(name) || most(/^[^,]+(,[^,]*)+$/)) return 'csv';
  if (most(/^(0x[0-9a-f]+|\d+)$/i)) return 'text';
  throw invalid(
    `${name} looks like no trace; accepted: a .swtrace file, what lackey prints, CSV with pages or addresses, a page number a line, or 32-bit page numbers in a file whose name ends in .u32.`,
  );
}

const titleOf = (name: string): string =>
  name
    .replace(/\.(gz|xz)$/i, '')
    .replace(/\.[a-z0-9]{1,8}$/i, '')
    .replace(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replace(/^[-. ]+|[-. ]+$/g, '')
    .slice(0, 80) || 'trace';

function freePath(folder: string, title: string): string {
  for (let n = 1; ; n++) {
    const file = join(folder, `${title}${n === 1 ? '' : `-${n}`}${EXTENSION}`);
    if (!existsSync(file)) return file;
  }
}
