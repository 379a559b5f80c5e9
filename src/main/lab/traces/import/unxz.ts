/** Unpacks one xz stream with the decoder of the kernel's own tree (xz-embedded) as WebAssembly. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import * as xz from 'xz-decompress';
import { invalid } from '../../errors.ts';

// A CommonJS module whose names plain Node cannot see, unlike the bundler of the app.
const { XzReadableStream } = ('default' in xz ? xz.default : xz) as typeof xz;

/** How an xz stream begins. */
export const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

/** One stream; a dictionary of up to 64 MiB, as `xz -9` has it. */
export async function* unxz(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let failure: unknown;
  let ended = false;
  const watched = async function* () {
    try {
      yield* singleStream(input);
      ended = true;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const compressed = Readable.toWeb(Readable.from(watched(), { highWaterMark: 1 }));
  const stream = new XzReadableStream(
    compressed as unknown as ConstructorParameters<typeof XzReadableStream>[0],
  ) as unknown as ReadableStream<Uint8Array>;
  try {
    for await (const chunk of stream) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    const why = ended ? 'it ends too early or is damaged' : 'it is damaged';
    throw invalid(
      `The xz data cannot be unpacked: ${why}, or needs more than a dictionary of 64 MiB (${(error as Error).message}); \`xz -dc FILE | swaplab trace import ... -\` unpacks it with other tools.`,
    );
  }
}

/** Refuses a second stream behind the first one, which the decoder would leave out in silence. */
async function* singleStream(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let tail = Buffer.alloc(0);
  for await (const chunk of input) {
    const looked = Buffer.concat([tail, chunk]);
    if (looked.indexOf(XZ, tail.length === 0 ? 1 : 0) >= 0) {
      throw invalid(
        'The input has several xz streams in a row; accepted: one. `xz -dc FILE | swaplab trace import ... -` unpacks them all.',
      );
    }
    tail = looked.subarray(-(XZ.length - 1));
    yield chunk;
  }
}
