/** A temporary file of 32-bit words, so that a trace of any length passes through bounded memory. */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { cannotWrite } from '../writer.ts';

const WORDS = 1 << 18;

export class Spool {
  readonly #file: string;
  readonly #buffer = new Uint32Array(WORDS);
  #fill = 0;
  #descriptor: number;

  /** `file` must not exist yet. */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#descriptor = openSync(file, 'wx+', 0o600);
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }

  add(word: number): void {
    this.#buffer[this.#fill++] = word;
    if (this.#fill === WORDS) this.#flush();
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#fill * 4);
    this.#fill = 0;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      throw cannotWrite(this.#file, error);
    }
  }

  /** Everything that was added, in order. A chunk is valid until the next one is asked for. */
  *chunks(): Generator<Uint32Array> {
    this.#flush();
    const bytes = new Uint8Array(this.#buffer.buffer);
    for (let position = 0; ;) {
      let got = 0;
      while (got < bytes.length) {
        const more = readSync(this.#descriptor, bytes, got, bytes.length - got, position + got);
        if (more === 0) break;
        got += more;
      }
      if (got === 0) return;
      yield this.#buffer.subarray(0, got / 4);
      position += got;
    }
  }

  remove(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
    rmSync(this.#file, { force: true });
  }
}
