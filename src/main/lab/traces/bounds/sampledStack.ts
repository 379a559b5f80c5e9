/**
 * LRU stack distances of a sample of the pages, scaled up: SHARDS with a fixed rate (Waldspurger and
 * others, FAST 2015). A page belongs to the sample by a hash of its number, so that all its accesses
 * do or none; a distance among sampled pages, divided by the rate, estimates the one among all. The
 * accesses by which the sample misses its expected size count as hits at distance 0 (SHARDS-adj).
 */
import { mix32 } from '../../../../engine/workload/random.ts';
import { PAGE_MASK } from '../codec.ts';
import { LruStack } from './lruStack.ts';

export class SampledStack {
  readonly rate: number;
  readonly #stack: LruStack;
  readonly #below: number;
  readonly #sample: Uint32Array;
  #accesses = 0;
  #sampled = 0;

  /**
   * @param pages are numbered 0 to `pages` - 1
   * @param rate share of the pages that is looked at, up to 1
   * @param most accesses in one call of `advance`
   */
  constructor(pages: number, rate: number, most: number) {
    this.rate = rate;
    this.#below = rate * 2 ** 32;
    this.#sample = new Uint32Array(rate < 1 ? most : 0);
    let distinct = 0;
    for (let page = 0; page < pages; page++) if (this.#takes(page)) distinct++;
    this.#stack = new LruStack(pages, Math.max(1, distinct));
  }

  #takes(page: number): boolean {
    return mix32(page + 1) < this.#below;
  }

  advance(accesses: Uint32Array, from: number, to: number): void {
    this.#accesses += to - from;
    if (this.rate === 1) {
      this.#sampled += to - from;
      return this.#stack.advance(accesses, from, to);
    }
    const sample = this.#sample;
    let count = 0;
    for (let i = from; i < to; i++) {
      const page = (accesses[i] as number) & PAGE_MASK;
      if (this.#takes(page)) sample[count++] = page;
    }
    this.#sampled += count;
    this.#stack.advance(sample, 0, count);
  }

  /** Misses, first touches included, at each of these sizes in ascending order; exact at rate 1. */
  missesAt(sizes: readonly number[]): number[] {
    const { counts } = this.#stack;
    const expected = this.#accesses * this.rate;
    let hits = expected - this.#sampled;
    let distance = 0;
    return sizes.map((size) => {
      const end = Math.min(counts.length, size * this.rate);
      for (; distance < end; distance++) hits += counts[distance] as number;
      // Of a few pages the sample can miss its expected size by more than all the hits there are.
      return Math.min(this.#accesses, Math.max(0, this.#accesses - hits / this.rate));
    });
  }
}
