/**
 * The coding of accesses inside a trace file: each access is the step from the page before it,
 * zigzag-coded so that small steps either way are small numbers, with the write bit below it, as a
 * varint of 7 bits a byte. A block of them is then compressed with Brotli.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** Bit 31 of an access: it is a write. */
export const WRITE = 0x8000_0000;
export const PAGE_MASK = 0x7fff_ffff;

/** Accesses in a full block. */
export const BLOCK = 1 << 18;

/** A step of 31 bits, zigzagged and with the write bit, has 33 bits: five bytes. */
export const MOST_BYTES = 5;

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;

/** One for all blocks: a fresh one for each would make a long import take memory in leaps. */
const scratch = new Uint8Array(BLOCK * MOST_BYTES);

/** Packs at most a full block of accesses; `quality` is Brotli's, 0 to 11. */
export function packBlock(accesses: Uint32Array, quality: number): { raw: number; data: Buffer } {
  const out = scratch;
  let end = 0;
  let last = 0;
  for (let i = 0; i < accesses.length; i++) {
    const access = accesses[i] as number;
    const page = access & PAGE_MASK;
    const step = page - last;
    last = page;
    // Arithmetic instead of shifts: the result has up to 33 bits.
    let rest = (step < 0 ? -2 * step - 1 : 2 * step) * 2 + (access >>> 31);
    while (rest > 0x7f) {
      out[end++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    out[end++] = rest;
  }
  const data = brotliCompressSync(out.subarray(0, end), {
    params: {
      [BROTLI_PARAM_QUALITY]: quality,
      [BROTLI_PARAM_LGWIN]: 22,
      [BROTLI_PARAM_SIZE_HINT]: end,
    },
  });
  return { raw: end, data };
}

/**
 * Unpacks a block into `into`; returns what is wrong with it, or undefined when all is well.
 * `raw` is the size that the block claims after decompression: it never grows beyond it.
 */
export function unpackBlock(
  data: Uint8Array,
  raw: number,
  pages: number,
  into: Uint32Array,
): string | undefined {
  let bytes: Buffer;
  try {
    bytes = brotliDecompressSync(data, { maxOutputLength: raw });
  } catch {
    return 'a block does not decompress to the size that it claims';
  }
  if (bytes.length !== raw) return 'a block is shorter than it claims';
  let at = 0;
  let last = 0;
  for (let i = 0; i < into.length; i++) {
    let value = 0;
    let scale = 1;
    let byte = 0x80;
    while (byte & 0x80) {
      if (at === raw || scale > 2 ** 28) return 'a block ends in the middle of an access';
      byte = bytes[at++] as number;
      value += (byte & 0x7f) * scale;
      scale *= 128;
    }
    const zigzag = Math.floor(value / 2);
    last += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    if (last < 0 || last >= pages) return `an access to page ${last} of ${pages}`;
    into[i] = value % 2 === 1 ? (last | WRITE) >>> 0 : last;
  }
  return at === raw ? undefined : 'a block holds more accesses than it claims';
}
