/** Reads raw traces: little-endian 32-bit words, page number in bits 0 to 30, bit 31 for a write. */
import { invalid } from '../../errors.ts';
import { PAGE_MASK } from '../codec.ts';
import { LOAD, STORE, type PageFolder } from './folder.ts';
import type { Parser } from './parser.ts';

export class U32Parser implements Parser {
  readonly warning = undefined;
  readonly #folder: PageFolder;
  #rest = Buffer.alloc(0);

  constructor(folder: PageFolder) {
    this.#folder = folder;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = bytes.length - (bytes.length % 4);
    for (let at = 0; at < end; at += 4) {
      const word = bytes.readUInt32LE(at);
      this.#folder.touch(word & PAGE_MASK, word >>> 31 === 1 ? STORE : LOAD);
    }
    this.#rest = Buffer.from(bytes.subarray(end));
  }

  end(): void {
    if (this.#rest.length > 0) {
      throw invalid(
        `The input ends with ${this.#rest.length} bytes of a word; accepted: a 32-bit word for each access.`,
      );
    }
    if (this.#folder.references === 0) {
      throw invalid('The input is empty; accepted: a 32-bit word for each access.');
    }
  }
}
