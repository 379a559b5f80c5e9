/** For each access of a trace, where the same page is accessed next: what Belady's OPT must know. */
import { PAGE_MASK } from '../codec.ts';

/** The page is not accessed again. */
export const NEVER = 0xffff_ffff;

export class NextUse {
  /** By access; complete once `advance` has come to the start. */
  readonly next: Uint32Array;
  readonly #upcoming: Uint32Array;

  /** Pages are numbered 0 to `pages` - 1. */
  constructor(accesses: number, pages: number) {
    this.next = new Uint32Array(accesses);
    this.#upcoming = new Uint32Array(pages).fill(NEVER);
  }

  /** Walks backwards over `accesses[from]` to `accesses[to - 1]`; the last part comes first. */
  advance(accesses: Uint32Array, from: number, to: number): void {
    const { next } = this;
    const upcoming = this.#upcoming;
    for (let i = to - 1; i >= from; i--) {
      const page = (accesses[i] as number) & PAGE_MASK;
      next[i] = upcoming[page] as number;
      upcoming[page] = i;
    }
  }
}
