/**
 * Reads what `valgrind --tool=lackey --trace-mem=yes PROGRAM` prints, one reference a line:
 *
 *   I  04001000,3     instruction fetch: address in hexadecimal, size in bytes
 *    L 1fff0006f8,8   load
 *    S 1fff0006f8,8   store
 *    M 0421c7cc,4     modify: a load and a store
 *
 * Lines of valgrind itself (`==pid==`, `--pid--`) are passed over. The traced program may print into
 * the same stream, so that a few other lines are put up with; many mean that the format is wrong.
 */
import { invalid } from '../../errors.ts';
import { FETCH, LOAD, STORE, type PageFolder, type Reference } from './folder.ts';
import type { Parser } from './parser.ts';

/** Lines that are neither references nor valgrind's own, before the import gives up. */
export const MOST_STRAY_LINES = 100;

/** Largest size of one reference, bytes: the largest real one is a state save of a few KiB. */
const MOST_BYTES = 1 << 20;

/** A line longer than this is not looked at further. */
const MOST_LINE = 4096;

export const LACKEY_ACCEPTED =
  'lines such as "I  04001000,3", " L 1fff0006f8,8", " S 1fff0006f8,8" or " M 0421c7cc,4"';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const COMMA = 0x2c;
const CAPITAL_I = 0x49;

/** Value of a hexadecimal digit by its character code, 255 for any other character. */
const HEX = new Uint8Array(256).fill(255);
for (const [i, c] of [...'0123456789abcdef'].entries()) {
  HEX[c.charCodeAt(0)] = i;
  HEX[c.toUpperCase().charCodeAt(0)] = i;
}

export class LackeyParser implements Parser {
  strayLines = 0;
  readonly #folder: PageFolder;
  readonly #pageBytes: number;
  readonly #instructions: boolean;
  #firstStray = '';
  #line = 0;
  #rest = Buffer.alloc(0);
  /** Inside a line that is too long to be anything of ours. */
  #skipping = false;

  constructor(folder: PageFolder, pageBytes: number, instructions: boolean) {
    this.#folder = folder;
    this.#pageBytes = pageBytes;
    this.#instructions = instructions;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    if (this.#skipping) {
      const end = bytes.indexOf(NEWLINE);
      if (end < 0) return;
      this.#skipping = false;
      start = end + 1;
    }
    start = this.#lines(bytes, start);
    if (bytes.length - start > MOST_LINE) {
      this.#line++;
      this.#stray(bytes, start, start + MOST_LINE);
      this.#skipping = true;
      this.#rest = Buffer.alloc(0);
    } else this.#rest = Buffer.from(bytes.subarray(start));
  }

  end(): void {
    if (this.#rest.length > 0) this.push(Buffer.from('\n'));
    if (this.#folder.references > 0) return;
    const why =
      this.#firstStray === '' ? '' : ` Its first line that means nothing is ${this.#firstStray}.`;
    throw invalid(`The input has no memory references; accepted: ${LACKEY_ACCEPTED}.${why}`);
  }

  /** Parses every complete line from `start`; returns where the first incomplete one begins. */
  #lines(bytes: Buffer, start: number): number {
    const folder = this.#folder;
    const pageBytes = this.#pageBytes;
    const length = bytes.length;
    for (;;) {
      let at = start;
      let reference: Reference = LOAD;
      let good = at + 3 < length;
      if (good) {
        if (bytes[at] === CAPITAL_I) {
          reference = FETCH;
          good = bytes[at + 1] === SPACE && bytes[at + 2] === SPACE;
        } else {
          const letter = bytes[at + 1];
          // S and M write; a modify also reads, which a write of the page implies.
          if (letter === 0x53 || letter === 0x4d) reference = STORE;
          else good = letter === 0x4c;
          good &&= bytes[at] === SPACE && bytes[at + 2] === SPACE;
        }
      }
      if (good) {
        at += 3;
        const digits = at;
        let address = 0;
        for (let digit; at < length && (digit = HEX[bytes[at] as number] as number) < 16; at++) {
          address = address * 16 + digit;
        }
        good = at > digits && address <= Number.MAX_SAFE_INTEGER && bytes[at] === COMMA;
        let size = 0;
        const decimals = ++at;
        for (let c; at < length && (c = (bytes[at] as number) - 0x30) >= 0 && c < 10; at++) {
          size = size * 10 + c;
          if (size > MOST_BYTES) break;
        }
        if (bytes[at] === RETURN) at++;
        good &&= at > decimals && size > 0 && size <= MOST_BYTES && bytes[at] === NEWLINE;
        if (good) {
          this.#line++;
          start = at + 1;
          if (reference === FETCH && !this.#instructions) continue;
          const first = Math.floor(address / pageBytes);
          folder.touch(first, reference);
          if ((address % pageBytes) + size > pageBytes) {
            const last = Math.floor((address + size - 1) / pageBytes);
            for (let page = first + 1; page <= last; page++) folder.touch(page, reference);
          }
          continue;
        }
      }
      const end = bytes.indexOf(NEWLINE, start);
      if (end < 0) return start;
      this.#line++;
      if (!isValgrindsOwn(bytes, start, end)) this.#stray(bytes, start, end);
      start = end + 1;
    }
  }

  #stray(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('latin1', start, Math.min(end, start + 80));
    const found = `line ${this.#line}: ${JSON.stringify(text)}`;
    if (this.strayLines++ === 0) this.#firstStray = found;
    if (this.strayLines <= MOST_STRAY_LINES) return;
    throw invalid(
      `More than ${MOST_STRAY_LINES} lines are not of the lackey format, the first of them ${this.#firstStray}; accepted: ${LACKEY_ACCEPTED}.`,
    );
  }

  /** What a person should know of lines that were passed over; undefined when there were none. */
  get warning(): string | undefined {
    if (this.strayLines === 0) return undefined;
    const lines = this.strayLines === 1 ? '1 line was' : `${this.strayLines} lines were`;
    return `${lines} passed over because they are no memory references, the first of them ${this.#firstStray}.`;
  }
}

/** `==123== text`, `--123-- text`, `**123** text`, or an empty line. */
function isValgrindsOwn(bytes: Buffer, start: number, end: number): boolean {
  if (end === start || (end === start + 1 && bytes[start] === RETURN)) return true;
  const text = bytes.toString('latin1', start, Math.min(end, start + 24));
  return /^(==|--|\*\*)\d+\1/.test(text);
}
