/**
 * Charging a page: against memory.max of the memcg and its ancestors, against the watermarks of
 * the machine, with reclaim on the way, memory.high behind it and the OOM killer at the end
 * (facts 1.4).
 */
import type { Kernel } from '../kernel.ts';
import { takeFrames } from './folio.ts';
import type { Memcg } from './memcg.ts';
import { killForMemory } from './oom.ts';
import { SWAP_CLUSTER_MAX, tryToFree } from './reclaim.ts';

/** Fruitless rounds of reclaim before the OOM killer. */
const MAX_RECLAIM_RETRIES = 16;

/** There is no memory to be had; when a process was killed for it, look again who still lives. */
export const KILLED = -1;

/** The nearest memcg, this one or above, that has no room for so many more pages. */
function overLimit(k: Kernel, memcg: Memcg, pages: number): Memcg | null {
  const { pageBytes } = k.settings;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    if (m.limits.max !== Infinity && m.usage(pageBytes) + pages > m.limits.max) return m;
  }
  return null;
}

/** Waiting is better than fruitless scanning while writes are under way. */
function nextCompletion(k: Kernel): number {
  if (k.blockedUntil > k.now) return k.blockedUntil;
  return k.io.nextTime < Infinity ? k.io.nextTime : 0;
}

/**
 * Takes frames for a memcg. Returns 0 when it did; a time (ns) until which the caller must wait
 * before it tries again, because everything reclaimable is being written; or KILLED when there is
 * nothing left to reclaim. Only when `mayKill` is set is a process really killed for that.
 */
export function tryCharge(k: Kernel, memcg: Memcg, pages: number, mayKill: boolean): number {
  k.blockedUntil = 0;
  for (let retries = MAX_RECLAIM_RETRIES; ;) {
    const over = overLimit(k, memcg, pages);
    if (over === null) break;
    const freed = tryToFree(k, over, pages, true);
    if (overLimit(k, memcg, pages) !== over) continue;
    if (freed > 0 && k.blockedUntil <= k.now) continue;
    const wait = nextCompletion(k);
    if (wait > 0) return Math.max(wait, k.now + 1);
    if (retries-- > 0) continue;
    if (mayKill) killForMemory(k, over);
    return KILLED;
  }
  const { minWatermark, lowWatermark } = k.settings;
  for (let retries = MAX_RECLAIM_RETRIES; ;) {
    const free = k.freeFrames() - pages;
    if (free < lowWatermark) k.kswapdWanted = true;
    if (free >= minWatermark) break;
    const freed = tryToFree(k, k.root, SWAP_CLUSTER_MAX, false);
    if (k.freeFrames() - pages >= minWatermark) continue;
    if (freed > 0 && k.blockedUntil <= k.now) continue;
    const wait = nextCompletion(k);
    if (wait > 0) return Math.max(wait, k.now + 1);
    if (retries-- > 0) continue;
    if (mayKill) killForMemory(k, k.root);
    return KILLED;
  }
  takeFrames(k, memcg, pages);
  return 0;
}

/** A task sleeps at most this long for memory.high, and not at all when the delay is shorter. */
const MAX_HIGH_DELAY = 2e9;
const MIN_HIGH_DELAY = 10e6;
const CHARGE_BATCH = 64;

/**
 * memory.high, on the way back to user space: reclaims what was charged, then slows the task down
 * by the square of the overage. Returns the ns to sleep.
 */
export function memoryHigh(k: Kernel, memcg: Memcg): number {
  const { pageBytes } = k.settings;
  let over: Memcg | null = null;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    if (m.usage(pageBytes) > m.limits.high) over = m;
  }
  if (over === null) return 0;
  k.blockedUntil = 0;
  tryToFree(k, over, CHARGE_BATCH, true);
  let overage = 0;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    if (m.limits.high === Infinity) continue;
    const high = Math.max(1, m.limits.high);
    overage = Math.max(overage, (m.usage(pageBytes) - high) / high);
  }
  const delay = Math.min(MAX_HIGH_DELAY, highDelay(overage, CHARGE_BATCH));
  return delay <= MIN_HIGH_DELAY ? 0 : delay;
}

/** The delay for so many pages charged at this overage (a fraction of memory.high), ns. */
export function highDelay(overage: number, pages: number): number {
  return overage <= 0 ? 0 : overage * overage * pages * 1e9;
}
