/**
 * The layout of a `.swtrace` file, version 1. All numbers are little-endian 32-bit words:
 *
 *   "SWTRACE\n"   magic, 8 bytes
 *   version, length of the header in bytes
 *   header        JSON in UTF-8, see header.ts
 *   blocks        accesses, bytes before and after compression, then the compressed bytes
 *   0, 0, 0       the end: a file that was cut short does not have it
 */
import { MOST_BYTES } from './codec.ts';
import { damaged, TRACE_LIMITS } from './header.ts';

export const MAGIC = Buffer.from('SWTRACE\n', 'latin1');
export const VERSION = 1;
export const PRELUDE_BYTES = 16;
export const BLOCK_HEAD_BYTES = 12;

export interface BlockHead {
  accesses: number;
  raw: number;
  packed: number;
}

export function preludeOf(headerBytes: number): Buffer {
  const prelude = Buffer.alloc(PRELUDE_BYTES);
  MAGIC.copy(prelude);
  prelude.writeUInt32LE(VERSION, 8);
  prelude.writeUInt32LE(headerBytes, 12);
  return prelude;
}

/** Length of the header in bytes, or undefined when this is no trace file at all. */
export function headerBytesOf(file: string, prelude: Buffer): number | undefined {
  if (prelude.length < MAGIC.length || !prelude.subarray(0, MAGIC.length).equals(MAGIC)) {
    return undefined;
  }
  if (prelude.length < PRELUDE_BYTES) throw damaged(file, 'it ends inside its head');
  const version = prelude.readUInt32LE(8);
  if (version !== VERSION) {
    throw damaged(file, `its format has version ${version}, this release reads ${VERSION}`);
  }
  const length = prelude.readUInt32LE(12);
  if (length === 0 || length > TRACE_LIMITS.headerBytes) {
    throw damaged(file, `its header claims ${length} bytes`);
  }
  return length;
}

export function blockHeadOf({ accesses, raw, packed }: BlockHead): Buffer {
  const head = Buffer.alloc(BLOCK_HEAD_BYTES);
  head.writeUInt32LE(accesses, 0);
  head.writeUInt32LE(raw, 4);
  head.writeUInt32LE(packed, 8);
  return head;
}

/** Reads a block's head and refuses one that claims more than it can hold. */
export function parseBlockHead(file: string, head: Buffer, most: number): BlockHead {
  const accesses = head.readUInt32LE(0);
  const raw = head.readUInt32LE(4);
  const packed = head.readUInt32LE(8);
  if (accesses > most) throw damaged(file, `a block claims ${accesses} accesses`);
  if (raw < accesses || raw > accesses * MOST_BYTES) {
    throw damaged(file, `a block claims ${raw} bytes for ${accesses} accesses`);
  }
  // Brotli's worst case adds a few bytes for every 16 MiB; a block is far below that.
  if (packed > raw + 1024 || (accesses > 0 && packed === 0)) {
    throw damaged(file, `a block claims ${packed} compressed bytes for ${raw}`);
  }
  return { accesses, raw, packed };
}
