/**
 * Reads the form of memory traces that architecture courses at UC San Diego use, one reference a line:
 *
 *   l 0x1fffff50 1     a load, and the instructions between this reference and the one before it
 *   s 0x1fffff58 2     a store
 *
 * The gap is checked and left out: a trace has no times.
 */
import { LOAD, STORE, type PageFolder } from './folder.ts';
import { LineParser } from './lines.ts';
import { shifted } from './numbers.ts';

const LINE = /^([sl])\s+(0[xX][0-9a-fA-F]+)\s+(\d+)$/;
const ACCEPTED =
  '"l 0xADDRESS GAP" for a load or "s 0xADDRESS GAP" for a store, the gap a whole number';

export class UcsdParser extends LineParser {
  readonly #shift: number;

  constructor(folder: PageFolder, pageShift: number) {
    super(folder, `lines ${ACCEPTED}`);
    this.#shift = pageShift;
  }

  protected override parse(line: string): void {
    const [, does, address] = LINE.exec(line) ?? [];
    const page = address === undefined ? NaN : shifted(address, this.#shift);
    if (Number.isNaN(page)) this.refuse('line', line, `${ACCEPTED}, the address below 2^64`);
    this.folder.touch(page, does === 's' ? STORE : LOAD);
  }
}
