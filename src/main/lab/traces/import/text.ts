/** Reads one page number, or one address, a line: every line is a read of that page. */
import { LOAD, type PageFolder } from './folder.ts';
import { LineParser } from './lines.ts';
import { shifted } from './numbers.ts';

export class TextParser extends LineParser {
  readonly #shift: number;

  /** Numbers are divided by 2^`pageShift`: 0 for page numbers, 12 for addresses of 4 KiB pages. */
  constructor(folder: PageFolder, pageShift: number) {
    super(folder, 'a page number a line, or an address with --page-shift');
    this.#shift = pageShift;
  }

  protected override parse(line: string): void {
    const page = shifted(line, this.#shift);
    if (Number.isNaN(page)) {
      const most = this.#shift < 11 ? `2^${53 + this.#shift}` : '2^64';
      const accepted = `a whole number, decimal or hexadecimal with 0x, below ${most}`;
      this.refuse(this.#shift === 0 ? 'page' : 'address', line, accepted);
    }
    this.folder.touch(page, LOAD);
  }
}
