/**
 * CLOCK with one reference bit (Corbató, 1968): an access sets the bit of a resident page, a page
 * comes in with its bit clear, and the hand clears set bits as it passes until it meets a clear one.
 */
import { PAGE_MASK } from '../codec.ts';
import type { Policy } from './policy.ts';

const ABSENT = 0;
const CLEAR = 1;
const SET = 2;

export class Clock implements Policy {
  misses = 0;
  readonly #state: Uint8Array;
  /** Page of each frame, in the order in which the hand passes them. */
  readonly #frames: Uint32Array;
  #used = 0;
  #hand = 0;

  /** Pages are numbered 0 to `pages` - 1. */
  constructor(pages: number, frames: number) {
    this.#state = new Uint8Array(pages);
    // More frames than pages are never filled.
    this.#frames = new Uint32Array(Math.min(frames, pages));
  }

  advance(accesses: Uint32Array, from: number, to: number): void {
    const state = this.#state;
    const frames = this.#frames;
    let hand = this.#hand;
    for (let i = from; i < to; i++) {
      const page = (accesses[i] as number) & PAGE_MASK;
      if (state[page] !== ABSENT) {
        state[page] = SET;
        continue;
      }
      this.misses++;
      if (this.#used === frames.length) {
        while (state[frames[hand] as number] === SET) {
          state[frames[hand] as number] = CLEAR;
          if (++hand === frames.length) hand = 0;
        }
        state[frames[hand] as number] = ABSENT;
      } else this.#used++;
      state[page] = CLEAR;
      frames[hand] = page;
      if (++hand === frames.length) hand = 0;
    }
    this.#hand = hand;
  }
}
