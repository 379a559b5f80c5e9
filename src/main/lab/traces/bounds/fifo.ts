/** FIFO: the page that came first goes first, however often it was used since. */
import { PAGE_MASK } from '../codec.ts';
import type { Policy } from './policy.ts';

export class Fifo implements Policy {
  misses = 0;
  readonly #resident: Uint8Array;
  /** Page of each frame; the hand is at the oldest. */
  readonly #frames: Uint32Array;
  #used = 0;
  #hand = 0;

  /** Pages are numbered 0 to `pages` - 1. */
  constructor(pages: number, frames: number) {
    this.#resident = new Uint8Array(pages);
    // More frames than pages are never filled.
    this.#frames = new Uint32Array(Math.min(frames, pages));
  }

  advance(accesses: Uint32Array, from: number, to: number): void {
    const resident = this.#resident;
    const frames = this.#frames;
    let hand = this.#hand;
    for (let i = from; i < to; i++) {
      const page = (accesses[i] as number) & PAGE_MASK;
      if (resident[page] === 1) continue;
      this.misses++;
      if (this.#used === frames.length) resident[frames[hand] as number] = 0;
      else this.#used++;
      resident[page] = 1;
      frames[hand] = page;
      if (++hand === frames.length) hand = 0;
    }
    this.#hand = hand;
  }
}
