/**
 * Charging a page: against memory.max of the memcg and its ancestors, against the watermarks of
 * the machine, with reclaim on the way, memory.high behind it and the OOM killer at the end
 * (facts 1.4).
 */
import { MAX_RECLAIM_RETRIES, type Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { takeFrames } from './folio.ts';
import type { Memcg } from './memcg.ts';
import { killForMemory } from './oom.ts';
import { tryToFree } from './reclaim.ts';
import { SWAP_CLUSTER_MAX } from './scanControl.ts';

/** What reclaim sleeps for want of progress: a tick, at 250 a second (facts 1.2), ns. */
const TICK = 4e6;

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

/**
 * Waiting is better than fruitless scanning while I/O is under way on pages that this reclaim could
 * take; I/O on those of others would only put off the OOM killer for as long as they are busy.
 */
function nextCompletion(k: Kernel, target: Memcg): number {
  if (k.blockedUntil > k.now) return k.blockedUntil;
  if (target.subtree.some((m) => m.inFlight > 0)) return k.io.nextTime;
  // Dirty pages that the flusher has been asked to write but has not come to.
  if (k.files?.flusherWanted && target.subtree.some((m) => m.dirty > 0))
    return Math.min(k.io.nextTime, k.now + TICK);
  return 0;
}

/** Reclaim below `target` by a task of `memcg` that cannot go on without it: a memory stall. */
function reclaimStalled(
  k: Kernel,
  memcg: Memcg,
  target: Memcg,
  pages: number,
  forCgroup: boolean,
): number {
  const started = k.now;
  const freed = tryToFree(k, target, pages, forCgroup);
  memcg.counters[C.stall_memory] += k.now - started;
  k.stalledSince(started);
  return freed;
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
    const freed = reclaimStalled(k, memcg, over, pages, true);
    if (overLimit(k, memcg, pages) !== over) continue;
    if (freed > 0 && k.blockedUntil <= k.now) continue;
    const wait = nextCompletion(k, over);
    if (wait > 0) return Math.max(wait, k.now + 1);
    if (retries-- > 0) continue;
    if (mayKill) killForMemory(k, over);
    return KILLED;
  }
  const { minWatermark, lowWatermark } = k.settings;
  for (let retries = MAX_RECLAIM_RETRIES; ;) {
    const free = k.freeFrames() - pages;
    if (free < lowWatermark) k.wakeKswapd();
    if (free >= minWatermark) break;
    const freed = reclaimStalled(k, memcg, k.root, SWAP_CLUSTER_MAX, false);
    if (k.freeFrames() - pages >= minWatermark) continue;
    if (freed > 0 && k.blockedUntil <= k.now) continue;
    const wait = nextCompletion(k, k.root);
    if (wait > 0) return Math.max(wait, k.now + 1);
    if (retries-- > 0) continue;
    if (mayKill) killForMemory(k, k.root);
    return KILLED;
  }
  takeFrames(k, memcg, pages);
  chargeStock(k, memcg, pages);
  return 0;
}

/** Pages that a CPU charges at a time; charges come out of this stock until it is used up. */
const CHARGE_BATCH = 64;

/** Above memory.high every new batch of charges has to be paid for. */
function chargeStock(k: Kernel, memcg: Memcg, pages: number): void {
  memcg.stock -= pages;
  if (memcg.stock >= 0) return;
  memcg.stock += CHARGE_BATCH;
  if (overHigh(k, memcg)) memcg.owedForHigh += CHARGE_BATCH;
}

function overHigh(k: Kernel, memcg: Memcg): boolean {
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    if (m.usage(k.settings.pageBytes) > m.limits.high) return true;
  }
  return false;
}

/** A task sleeps at most this long for memory.high, and not at all when the delay is shorter. */
const MAX_HIGH_DELAY = 2e9;
const MIN_HIGH_DELAY = 10e6;

/**
 * memory.high, on the way back to user space: reclaims as much as was charged above it, goes on in
 * small steps while that helps or for 16 more, and then slows the task down by the square of the
 * overage. Returns the ns to sleep.
 */
export function memoryHigh(k: Kernel, memcg: Memcg): number {
  const pages = memcg.owedForHigh;
  if (pages === 0) return 0;
  let target = pages;
  for (let retries = MAX_RECLAIM_RETRIES; ;) {
    k.blockedUntil = 0;
    let freed = 0;
    for (let m: Memcg | null = memcg; m; m = m.parent) {
      if (m.usage(k.settings.pageBytes) > m.limits.high)
        freed += reclaimStalled(k, memcg, m, target, true);
    }
    const delay = Math.min(MAX_HIGH_DELAY, highDelay(overage(k, memcg), pages));
    if (delay > MIN_HIGH_DELAY) {
      // The device's queue is full: what is owed stays owed.
      if (k.blockedUntil > k.now) return k.blockedUntil - k.now;
      if (freed > 0 || retries-- > 0) {
        target = SWAP_CLUSTER_MAX;
        continue;
      }
    }
    memcg.owedForHigh = 0;
    return delay > MIN_HIGH_DELAY ? delay : 0;
  }
}

/** By how much the memcg or one above it exceeds memory.high, as a fraction of it. */
function overage(k: Kernel, memcg: Memcg): number {
  let most = 0;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    if (m.limits.high === Infinity) continue;
    const high = Math.max(1, m.limits.high);
    most = Math.max(most, (m.usage(k.settings.pageBytes) - high) / high);
  }
  return most;
}

/** The delay for so many pages charged at this overage (a fraction of memory.high), ns. */
export function highDelay(overage: number, pages: number): number {
  return overage <= 0 ? 0 : overage * overage * pages * 1e9;
}
