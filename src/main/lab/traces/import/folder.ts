/**
 * Turns memory references into page accesses: a reference to one of the last few pages recorded is
 * folded into that record (a write makes it a write), every other one becomes a record of its own.
 *
 * The window is first in, first out, so that a page in constant use is still recorded again each
 * time that many other pages have come: its accesses thin out, they do not vanish.
 */
import { TRACE_LIMITS } from '../header.ts';
import { invalid } from '../../errors.ts';
import { WRITE } from '../codec.ts';
import { PageTable } from './pageTable.ts';
import type { Spool } from './spool.ts';

/** What a reference does to its page. */
export const LOAD = 0;
export const STORE = 1;
export const FETCH = 2;
export type Reference = typeof LOAD | typeof STORE | typeof FETCH;

const NO_PAGE = -1;

export class PageFolder {
  readonly table = new PageTable();
  references = 0;
  accesses = 0;
  writes = 0;
  readonly #spool: Spool;
  readonly #pages: Float64Array;
  readonly #ids: Int32Array;
  readonly #written: Uint8Array;
  readonly #isData: Uint8Array;
  /** The record that leaves the window next. */
  #oldest = 0;
  /** The record that the last reference fell into: most references fall into it again. */
  #last = 0;

  /** `fold` is the number of records in the window, 1 or more. */
  constructor(spool: Spool, fold: number) {
    this.#spool = spool;
    this.#pages = new Float64Array(fold).fill(NO_PAGE);
    this.#ids = new Int32Array(fold);
    this.#written = new Uint8Array(fold);
    this.#isData = new Uint8Array(fold);
  }

  /** One reference that lies inside one page. */
  touch(page: number, reference: Reference): void {
    let at = this.#last;
    if (this.#pages[at] !== page) {
      at = this.#pages.length - 1;
      while (at >= 0 && this.#pages[at] !== page) at--;
      if (at < 0) at = this.#record(page);
      this.#last = at;
    }
    this.references++;
    if (reference === STORE) this.#written[at] = 1;
    if (reference !== FETCH && this.#isData[at] === 0) {
      this.#isData[at] = 1;
      this.table.markData(this.#ids[at] as number);
    }
  }

  #record(page: number): number {
    const at = this.#oldest;
    this.#release(at);
    this.#pages[at] = page;
    this.#ids[at] = this.table.idOf(page);
    this.#written[at] = 0;
    this.#isData[at] = 0;
    this.#oldest = at + 1 === this.#pages.length ? 0 : at + 1;
    return at;
  }

  #release(at: number): void {
    if (this.#pages[at] === NO_PAGE) return;
    if (this.accesses === TRACE_LIMITS.accesses) {
      throw invalid(
        `The trace has more than ${TRACE_LIMITS.accesses} accesses, the most there can be. A larger --fold leaves fewer of them.`,
      );
    }
    this.accesses++;
    this.writes += this.#written[at] as number;
    this.#spool.add(((this.#ids[at] as number) | (this.#written[at] ? WRITE : 0)) >>> 0);
  }

  /** Lets go of what is still in the window, oldest first. */
  finish(): void {
    for (let i = 0; i < this.#pages.length; i++) {
      this.#release(this.#oldest);
      this.#pages[this.#oldest] = NO_PAGE;
      this.#oldest = this.#oldest + 1 === this.#pages.length ? 0 : this.#oldest + 1;
    }
  }
}
