/**
 * How a pass of reclaim divides its work between anonymous memory and page cache: get_scan_count()
 * and the nudge towards proportion in shrink_lruvec() (facts 1.2, kernel 6.18).
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from './memcg.ts';
import { ANON_ONLY, MAX_SWAPPINESS, SWAP_CLUSTER_MAX, type ScanControl } from './scanControl.ts';

/** Positions of the lists in scan counts, in the order in which they are scanned. */
export const INACTIVE_ANON = 0;
export const ACTIVE_ANON = 1;
export const INACTIVE_FILE = 2;
export const ACTIVE_FILE = 3;

/** Weights of the two sides. */
export interface Balance {
  anon: number;
  file: number;
}

/**
 * Weights by swappiness and cost. Each side's cost is averaged with the sum of both, so that costs
 * shift the balance by no more than two to one either way.
 */
export function costBalance(
  swappiness: number,
  anonCost: number,
  fileCost: number,
  into: Balance,
): Balance {
  const both = anonCost + fileCost;
  const anon = both + anonCost;
  const file = both + fileCost;
  const total = anon + file + 1;
  into.anon = Math.floor((swappiness * total) / (anon + 1));
  into.file = Math.floor(((MAX_SWAPPINESS - swappiness) * total) / (file + 1));
  return into;
}

/** Both sides in full; `only` leaves one of them out. */
function only(into: Balance, anon: number, file: number): boolean {
  into.anon = anon;
  into.file = file;
  return false;
}

/** Decides the weights; false when they select sides instead of dividing the scan. */
function decide(k: Kernel, sc: ScanControl, memcg: Memcg, into: Balance): boolean {
  const swappiness = sc.proactive?.swappiness ?? k.settings.swappiness;
  const hasRoom = k.space.hasRoom(memcg);
  if (swappiness === ANON_ONLY) return only(into, hasRoom ? 1 : 0, 0);
  if (!hasRoom) return only(into, 0, 1);
  if (sc.forCgroup && swappiness === 0) return only(into, 0, 1);
  // Close to the OOM killer is no time to be choosy.
  if (sc.priority === 0 && swappiness > 0) return only(into, 1, 1);
  if (sc.fileIsTiny) return only(into, 1, 0);
  if (sc.cacheTrimMode) return only(into, 0, 1);
  costBalance(swappiness, sc.anonCost, sc.fileCost, into);
  return true;
}

const balance: Balance = { anon: 0, file: 0 };

/**
 * Pages of each list that a pass at this priority scans: the list less what is protected, shifted by
 * the priority, times its side's share.
 */
export function scanCounts(k: Kernel, sc: ScanControl, memcg: Memcg, counts: Float64Array): void {
  const divides = decide(k, sc, memcg, balance);
  const { anon, file } = memcg;
  counts[INACTIVE_ANON] = part(k, sc, memcg, anon.inactiveSize, balance.anon, divides);
  counts[ACTIVE_ANON] = part(k, sc, memcg, anon.activeSize, balance.anon, divides);
  counts[INACTIVE_FILE] = part(k, sc, memcg, file.inactiveSize, balance.file, divides);
  counts[ACTIVE_FILE] = part(k, sc, memcg, file.activeSize, balance.file, divides);
}

function part(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  size: number,
  weight: number,
  divides: boolean,
): number {
  if (size === 0 || weight === 0) return 0;
  const scan = Math.floor(unprotected(k, sc, memcg, size) / 2 ** sc.priority);
  return divides ? Math.floor((scan * weight) / (balance.anon + balance.file)) : scan;
}

/** A list without the share of it that memory.low or memory.min protects, pages. */
export function unprotected(k: Kernel, sc: ScanControl, memcg: Memcg, size: number): number {
  const { effectiveMin, effectiveLow } = memcg;
  const byLow = !sc.lowReclaim && effectiveLow > effectiveMin;
  const protection = byLow ? effectiveLow : effectiveMin;
  if (protection === 0) return size;
  // Less than everything was scanned for the sake of memory.low: not a reason for the OOM killer.
  if (byLow) sc.lowSkipped = true;
  const usage = Math.max(memcg.usage(k.settings.pageBytes), protection);
  return Math.max(SWAP_CLUSTER_MAX, size - Math.floor((size * protection) / (usage + 1)));
}

/**
 * The goal of a reclaim is reached while both sides have scans left: the side with less left is done,
 * and the other goes on until as large a part of its target is scanned. Returns false when one side
 * had nothing left, which ends the pass.
 */
export function evenOut(left: Float64Array, targets: Float64Array): boolean {
  const anon = left[INACTIVE_ANON] + left[ACTIVE_ANON];
  const file = left[INACTIVE_FILE] + left[ACTIVE_FILE];
  if (anon === 0 || file === 0) return false;
  const smaller = file > anon ? INACTIVE_ANON : INACTIVE_FILE;
  const larger = INACTIVE_FILE - smaller;
  const target = targets[smaller] + targets[smaller + 1] + 1;
  const percentLeft = Math.floor((Math.min(anon, file) * 100) / target);
  left[smaller] = 0;
  left[smaller + 1] = 0;
  for (let list = larger; list <= larger + 1; list++) {
    const scanned = targets[list] - left[list];
    const goal = Math.floor((targets[list] * (100 - percentLeft)) / 100);
    left[list] = goal - Math.min(goal, scanned);
  }
  return true;
}
