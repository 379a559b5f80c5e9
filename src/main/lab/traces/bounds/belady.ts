/**
 * Belady's OPT (1966): the page goes whose next access lies farthest ahead. No policy that brings
 * in a page only when it is accessed misses less often.
 *
 * A resident page is known by the position of its next access, which belongs to no other page. So
 * the resident pages are a set of positions: the access at position i hits when i is in the set, and
 * the largest element is the page to evict. Positions that have passed need not be taken out: a miss
 * with all frames full means that every resident page has its next access still ahead.
 */
import { BitTree } from './bitTree.ts';
import { NEVER } from './nextUse.ts';
import type { Policy } from './policy.ts';

export class Belady implements Policy {
  misses = 0;
  readonly #next: Uint32Array;
  readonly #frames: number;
  readonly #positions: BitTree;
  /** Resident pages that are not accessed again: the first to go. */
  #dead = 0;
  #used = 0;

  /** `next` is the complete `NextUse` of the trace. */
  constructor(next: Uint32Array, frames: number) {
    this.#next = next;
    this.#frames = frames;
    this.#positions = new BitTree(next.length);
  }

  advance(_accesses: Uint32Array, from: number, to: number): void {
    const next = this.#next;
    const positions = this.#positions;
    for (let i = from; i < to; i++) {
      if (!positions.has(i)) {
        this.misses++;
        if (this.#used < this.#frames) this.#used++;
        else if (this.#dead > 0) this.#dead--;
        else positions.takeLargest();
      }
      const use = next[i] as number;
      if (use === NEVER) this.#dead++;
      else positions.add(use);
    }
  }
}
