/**
 * Reads accesses from lines of comma-separated values. Without a header line the columns are
 * `page` and, optionally, `write`. With one, columns stand in any order under these names, and
 * others are passed over:
 *
 *   page      page number, decimal or 0x and hexadecimal; either this
 *   address   byte address, written the same way; or this
 *   size      bytes from the address on, 1 when there is no such column
 *   write     what the access does, also called `op`: see OPERATIONS; a read without such a column
 */
import { LOAD, STORE, type PageFolder, type Reference } from './folder.ts';
import { LineParser } from './lines.ts';

const OPERATIONS = new Map<string, Reference>([
  ...['0', 'r', 'read', 'l', 'load', 'false'].map((word) => [word, LOAD] as const),
  ...['1', 'w', 'write', 's', 'store', 'm', 'modify', 'true'].map((word) => [word, STORE] as const),
]);

const MOST_SIZE = 1 << 20;
const NUMBER_ACCEPTED = 'a whole number, decimal or hexadecimal with 0x, below 2^53';
const WRITE_ACCEPTED =
  '0, r, read, l or load for a read; 1, w, write, s, store, m or modify for a write';

interface Columns {
  page: number;
  address: number;
  size: number;
  write: number;
}

export class CsvParser extends LineParser {
  readonly #pageBytes: number;
  #columns: Columns | undefined;
  #hasHeader = false;

  constructor(folder: PageFolder, pageBytes: number) {
    super(
      folder,
      'lines such as "17,1" (page,write), or a header line such as "address,op" above others',
    );
    this.#pageBytes = pageBytes;
  }

  protected override parse(line: string): void {
    const cells = line.split(',');
    if (!this.#columns) {
      this.#columns = this.#columnsOf(cells);
      if (this.#hasHeader) return;
    }
    const { page, address, size, write } = this.#columns;
    if (!this.#hasHeader && cells.length > 2) {
      this.refuse('line', line, '"page" or "page,write"; name more columns in a header line');
    }
    const does =
      write < 0 || (write === 1 && cells.length === 1 && !this.#hasHeader) ? '0' : cells[write];
    const reference = OPERATIONS.get((does ?? '').trim().toLowerCase());
    if (reference === undefined) this.refuse('write', does, WRITE_ACCEPTED);
    if (page >= 0) {
      this.folder.touch(this.#number('page', cells[page]), reference);
      return;
    }
    const from = this.#number('address', cells[address]);
    const bytes = size < 0 ? 1 : this.#number('size', cells[size]);
    if (bytes < 1 || bytes > MOST_SIZE || from + bytes > Number.MAX_SAFE_INTEGER) {
      this.refuse('size', cells[size], `1 to ${MOST_SIZE} bytes`);
    }
    const last = Math.floor((from + bytes - 1) / this.#pageBytes);
    for (let at = Math.floor(from / this.#pageBytes); at <= last; at++) {
      this.folder.touch(at, reference);
    }
  }

  #columnsOf(cells: string[]): Columns {
    const names = cells.map((cell) => cell.trim().toLowerCase());
    const find = (...wanted: string[]) => names.findIndex((name) => wanted.includes(name));
    const columns = {
      page: find('page'),
      address: find('address', 'addr'),
      size: find('size'),
      write: find('write', 'op'),
    };
    this.#hasHeader = columns.page >= 0 || columns.address >= 0;
    return this.#hasHeader ? columns : { page: 0, address: -1, size: -1, write: 1 };
  }

  #number(column: string, cell: string | undefined): number {
    const text = (cell ?? '').trim();
    const value = /^(\d+|0[xX][0-9a-fA-F]+)$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value)) this.refuse(column, cell, NUMBER_ACCEPTED);
    return value;
  }
}
