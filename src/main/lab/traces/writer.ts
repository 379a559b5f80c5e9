/**
 * Writes a `.swtrace` file beside its final place and moves it there when it is complete, so that a
 * reader never sees half a file and an interrupted import leaves an older one alone.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { invalid } from '../errors.ts';
import { removeLeftovers, temporaryOf } from '../leftovers.ts';
import { BLOCK, packBlock } from './codec.ts';
import type { TraceHeader } from './header.ts';
import { blockHeadOf, preludeOf, PRELUDE_BYTES } from './layout.ts';

export type NewHeader = Omit<TraceHeader, 'sha256'>;

/** Says in a user's words why a file could not be written. */
export function cannotWrite(file: string, error: unknown) {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOSPC'
      ? 'the disk is full'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'its folder may not be written to'
        : code === 'ENOENT'
          ? 'its folder does not exist'
          : `the system says ${code}`;
  return invalid(`${file} cannot be written: ${why}.`);
}

export class TraceWriter {
  readonly #file: string;
  readonly #temporary: string;
  readonly #header: NewHeader;
  readonly #quality: number;
  readonly #hash = createHash('sha256');
  readonly #block = new Uint32Array(BLOCK);
  #fill = 0;
  #descriptor: number;

  /** `quality` is Brotli's: 5 is fast, 11 the smallest. The header must already hold every count. */
  constructor(file: string, header: NewHeader, quality: number) {
    this.#file = file;
    this.#temporary = temporaryOf(file, 'part');
    removeLeftovers(file, 'part');
    this.#header = header;
    this.#quality = quality;
    try {
      this.#descriptor = openSync(this.#temporary, 'w');
    } catch (error) {
      throw cannotWrite(file, error);
    }
    // The digest is known only at the end: it takes the place of as many zeros then.
    this.#writeHeader('0'.repeat(64), null);
  }

  #writeHeader(sha256: string, position: number | null): void {
    const text = Buffer.from(`${JSON.stringify({ ...this.#header, sha256 }, null, 1)}\n`);
    this.#write(preludeOf(text.length), position);
    this.#write(text, position === null ? null : PRELUDE_BYTES);
  }

  #write(bytes: Uint8Array, position: number | null = null): void {
    try {
      for (let at = 0; at < bytes.length;) {
        const where = position === null ? null : position + at;
        at += writeSync(this.#descriptor, bytes, at, bytes.length - at, where);
      }
    } catch (error) {
      this.abandon();
      throw cannotWrite(this.#file, error);
    }
  }

  add(accesses: Uint32Array): void {
    for (let at = 0; at < accesses.length;) {
      const part = accesses.subarray(at, at + BLOCK - this.#fill);
      this.#block.set(part, this.#fill);
      this.#fill += part.length;
      at += part.length;
      if (this.#fill === BLOCK) this.#flush();
    }
  }

  #flush(): void {
    if (this.#fill === 0) return;
    const accesses = this.#block.subarray(0, this.#fill);
    this.#hash.update(accesses);
    const { raw, data } = packBlock(accesses, this.#quality);
    this.#write(blockHeadOf({ accesses: accesses.length, raw, packed: data.length }));
    this.#write(data);
    this.#fill = 0;
  }

  /** Completes the file and moves it to its place. */
  finish(): TraceHeader {
    this.#flush();
    this.#write(blockHeadOf({ accesses: 0, raw: 0, packed: 0 }));
    const sha256 = this.#hash.digest('hex');
    this.#writeHeader(sha256, 0);
    try {
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      this.#descriptor = -1;
      renameSync(this.#temporary, this.#file);
    } catch (error) {
      this.abandon();
      throw cannotWrite(this.#file, error);
    }
    return { ...this.#header, sha256 };
  }

  /** Takes back what was written so far. May be called at any time. */
  abandon(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
    rmSync(this.#temporary, { force: true });
  }
}
