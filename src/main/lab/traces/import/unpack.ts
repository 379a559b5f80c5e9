/**
 * Unpacks a recording that is packed with gzip or xz, a chunk at a time. What is packed can come to a
 * thousand times its size, so that there are limits on what comes out.
 */
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { invalid } from '../../errors.ts';
import { unxz, XZ } from './unxz.ts';

export interface UnpackLimits {
  /** Bytes that may come out. */
  bytes: number;
  /** How many times the packed size may come out, once it is more than `freeBytes`. */
  ratio: number;
  freeBytes: number;
}

const UNPACK_LIMITS: UnpackLimits = { bytes: 2 ** 36, ratio: 250, freeBytes: 2 ** 30 };

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

/** What is not packed goes through as it is. */
export async function* unpack(
  input: AsyncIterable<Buffer>,
  limits: UnpackLimits = UNPACK_LIMITS,
): AsyncGenerator<Buffer> {
  const source = input[Symbol.asyncIterator]();
  const start = await atLeast(source, XZ.length);
  const packed = { bytes: 0 };
  const whole = counted(start, source, packed);
  if (start.subarray(0, GZIP.length).equals(GZIP)) yield* limited(gunzip(whole), packed, limits);
  else if (start.subarray(0, XZ.length).equals(XZ)) yield* limited(unxz(whole), packed, limits);
  else yield* whole;
}

/** The first bytes, as many as asked for if there are so many. */
async function atLeast(source: AsyncIterator<Buffer>, bytes: number): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0);
  while (start.length < bytes) {
    const { done, value } = await source.next();
    if (done) break;
    start = start.length === 0 ? value : Buffer.concat([start, value]);
  }
  return start;
}

async function* counted(
  start: Buffer,
  source: AsyncIterator<Buffer>,
  packed: { bytes: number },
): AsyncGenerator<Buffer> {
  try {
    for (let chunk = start; ;) {
      packed.bytes += chunk.length;
      yield chunk;
      const { done, value } = await source.next();
      if (done) return;
      chunk = value;
    }
  } finally {
    await source.return?.();
  }
}

async function* limited(
  unpacked: AsyncIterable<Buffer>,
  packed: { bytes: number },
  limits: UnpackLimits,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of unpacked) {
    bytes += chunk.length;
    const tooDense = bytes > limits.freeBytes && bytes > limits.ratio * packed.bytes;
    if (bytes > limits.bytes || tooDense) {
      throw invalid(
        `The packed input comes to more than ${bytes - chunk.length} bytes; accepted: at most ${limits.bytes} bytes, and beyond ${limits.freeBytes} at most ${limits.ratio} times the packed size. Unpack it into a pipe if it is what it should be.`,
      );
    }
    yield chunk;
  }
}

async function* gunzip(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  // The loop below gets to know of a failure by itself.
  pipeline(Readable.from(input), gunzip, () => {});
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw invalid(`The gzip data is damaged: ${message}.`);
    throw error;
  }
}
