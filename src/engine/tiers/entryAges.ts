/**
 * When each entry of zswap was stored: what writeback by age asks for (facts 8.2, v1), and how old
 * entries were when a fault wanted them back or writeback took them.
 */
import { Histogram } from '../metrics/histogram.ts';

/** Times are kept in units of so many ns: 32 bits of them are 49 days. */
const UNIT = 1e6;

export class EntryAges {
  /** Ages, ns, of entries at the fault that brought them back and at their writeback. */
  readonly atRefault = new Histogram();
  readonly atWriteback = new Histogram();
  private readonly storedAt: Uint32Array;

  constructor(pages: number) {
    this.storedAt = new Uint32Array(pages);
  }

  stored(page: number, now: number): void {
    this.storedAt[page] = Math.floor(now / UNIT);
  }

  /** Age of an entry at `now`, ns; never too high, at most 1 ms too low. */
  age(page: number, now: number): number {
    return Math.max(0, Math.floor(now / UNIT) - this.storedAt[page] - 1) * UNIT;
  }
}
