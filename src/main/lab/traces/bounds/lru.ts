/** Exact LRU with a fixed number of frames: a doubly linked list through two typed arrays. */
import { PAGE_MASK } from '../codec.ts';
import type { Policy } from './policy.ts';

const ABSENT = -1;

export class Lru implements Policy {
  misses = 0;
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  readonly #frames: number;
  #used = 0;

  /** Pages are numbered 0 to `pages` - 1. */
  constructor(pages: number, frames: number) {
    this.#frames = frames;
    // One more entry than pages stands for both ends of the list.
    this.#newer = new Int32Array(pages + 1).fill(ABSENT);
    this.#older = new Int32Array(pages + 1).fill(ABSENT);
    this.#newer[pages] = pages;
    this.#older[pages] = pages;
  }

  advance(accesses: Uint32Array, from: number, to: number): void {
    const newer = this.#newer;
    const older = this.#older;
    const frames = this.#frames;
    const end = newer.length - 1;
    let used = this.#used;
    let misses = this.misses;
    for (let i = from; i < to; i++) {
      const page = (accesses[i] as number) & PAGE_MASK;
      if (newer[page] !== ABSENT) {
        if (older[end] === page) continue;
        const up = newer[page] as number;
        const down = older[page] as number;
        older[up] = down;
        newer[down] = up;
      } else {
        misses++;
        if (used === frames) {
          const oldest = newer[end] as number;
          const next = newer[oldest] as number;
          newer[end] = next;
          older[next] = end;
          newer[oldest] = ABSENT;
        } else used++;
      }
      const newest = older[end] as number;
      older[page] = newest;
      newer[page] = end;
      newer[newest] = page;
      older[end] = page;
    }
    this.#used = used;
    this.misses = misses;
  }
}
