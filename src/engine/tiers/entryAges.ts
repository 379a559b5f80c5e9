/**
 * How old entries of zswap were when a fault wanted them back or writeback took them (writeback by age
 * asks for their age, facts 8.2, v1). The time of storing is a stamp beside the entry on zswap's LRU.
 */
import { Histogram } from '../metrics/histogram.ts';

/** A stamp counts so many ns: 32 bits of them are 49 days. */
const UNIT = 1e6;

export class EntryAges {
  /** Ages, ns, of entries at the fault that brought them back and at their writeback. */
  readonly atRefault = new Histogram();
  readonly atWriteback = new Histogram();
}

/** Stamp of an entry that is stored at `now`, ns. */
export const storeStamp = (now: number): number => Math.floor(now / UNIT);

/** Age at `now` of an entry with this stamp, ns; never too high, at most 1 ms too low. */
export const ageOf = (stamp: number, now: number): number =>
  Math.max(0, storeStamp(now) - stamp - 1) * UNIT;
