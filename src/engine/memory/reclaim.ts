/**
 * Reclaim (facts 1.2, kernel 6.18): with the classic lists, what a pass goes by and the lists of a memcg
 * in turn; with either LRU, the loops over priorities and cgroups around that.
 */
import type { Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import type { LruSide } from './lruSide.ts';
import { computeProtection, type Memcg } from './memcg.ts';
import {
  ACTIVE_ANON,
  ACTIVE_FILE,
  evenOut,
  INACTIVE_ANON,
  INACTIVE_FILE,
  scanCounts,
} from './scanBalance.ts';
import { DEF_PRIORITY, type Proactive, ScanControl, SWAP_CLUSTER_MAX } from './scanControl.ts';
import { shrinkActive, shrinkInactive } from './shrinkLists.ts';
import { statsOf } from './stats.ts';
import { isDone, shrinkGenerations } from './mglru/eviction.ts';
import { initialPriority } from './mglru/node.ts';

/** inactive_is_low(): less than one in sqrt(10 n) pages of n GiB is on the inactive list. */
export function inactiveIsLow(inactive: number, active: number, pageBytes: number): boolean {
  return inactive * inactiveRatio(inactive + active, pageBytes) < active;
}

/** How many active pages the kernel tolerates for each inactive one. */
export function inactiveRatio(pages: number, pageBytes: number): number {
  const gigabytes = Math.floor((pages * pageBytes) / 2 ** 30);
  return gigabytes === 0 ? 1 : Math.floor(Math.sqrt(10 * gigabytes));
}

/** Whether pages of this kind could be swapped out if they became inactive. */
function canAge(k: Kernel): boolean {
  return k.devices.totalSlots > 0 || k.space.needsNoDevice;
}

function isLow(k: Kernel, { flushed }: LruSide): boolean {
  return inactiveIsLow(flushed.inactive, flushed.active, k.settings.pageBytes);
}

/** Pages that each list still has to give to this pass, and had to at its start. */
const left = new Float64Array(4);
const targets = new Float64Array(4);

/** Scans up to a batch of one side's lists; returns the pages freed. */
function shrinkSide(k: Kernel, sc: ScanControl, memcg: Memcg, side: LruSide): number {
  const inactive = side.isFile ? INACTIVE_FILE : INACTIVE_ANON;
  const active = side.isFile ? ACTIVE_FILE : ACTIVE_ANON;
  let reclaimed = 0;
  if (left[inactive] > 0) {
    const now = Math.min(left[inactive], SWAP_CLUSTER_MAX);
    left[inactive] -= now;
    reclaimed = shrinkInactive(k, sc, memcg, side, now);
  }
  if (left[active] > 0) {
    const now = Math.min(left[active], SWAP_CLUSTER_MAX);
    left[active] -= now;
    if (side.isFile ? sc.mayDeactivateFile : sc.mayDeactivateAnon)
      shrinkActive(k, memcg, side, now);
    else sc.skippedDeactivate = true;
  }
  return reclaimed;
}

/** One pass over the lists of a memcg. */
function shrinkLruvec(k: Kernel, sc: ScanControl, memcg: Memcg): void {
  scanCounts(k, sc, memcg, left);
  targets.set(left);
  // A first pass over the machine does not stop at its goal: kswapd does not keep up, and a batch of
  // work is due.
  const stops = sc.forCgroup || sc.byKswapd || sc.priority !== DEF_PRIORITY;
  let reclaimed = 0;
  k.plug.start();
  while (left[INACTIVE_ANON] > 0 || left[ACTIVE_FILE] > 0 || left[INACTIVE_FILE] > 0) {
    reclaimed += shrinkSide(k, sc, memcg, memcg.anon);
    reclaimed += shrinkSide(k, sc, memcg, memcg.file);
    if (k.blockedUntil > k.now) break;
    if (stops && reclaimed >= sc.toReclaim && !evenOut(left, targets)) break;
  }
  k.plug.finish();
  sc.reclaimed += reclaimed;
  // Anonymous pages age even when none of them is to go.
  const { anon } = statsOf(k, memcg);
  if (canAge(k) && isLow(k, anon)) shrinkActive(k, memcg, anon, SWAP_CLUSTER_MAX);
}

/**
 * Whether reclaim of the machine should leave the page cache alone: cache and free pages together
 * are below the high watermark, and there are anonymous pages to take instead.
 */
function fileIsTiny(k: Kernel, sc: ScanControl): boolean {
  if (sc.mayDeactivateAnon) return false;
  let available = k.freeFrames() + k.foreignFilePages;
  let inactive = 0;
  for (const { anon, file } of k.memcgs) {
    available += file.inactiveSize + file.activeSize;
    inactive += anon.inactiveSize;
  }
  return available <= k.settings.highWatermark && Math.floor(inactive / 2 ** sc.priority) > 0;
}

/** What a pass goes by, as prepare_scan_control() finds it at the target. */
function prepare(k: Kernel, sc: ScanControl): void {
  const { anon, file } = statsOf(k, sc.target);
  sc.anonCost = anon.cost;
  sc.fileCost = file.cost;
  sc.mayDeactivateAnon = sc.forceDeactivate || mustDeactivate(k, anon);
  sc.mayDeactivateFile = sc.forceDeactivate || mustDeactivate(k, file);
  sc.cacheTrimMode =
    Math.floor(file.flushed.inactive / 2 ** sc.priority) > 0 &&
    !sc.mayDeactivateFile &&
    !sc.noCacheTrim;
  sc.fileIsTiny = !sc.forCgroup && fileIsTiny(k, sc);
}

/** What a pass goes by with MGLRU. */
function prepareGenerations(k: Kernel, sc: ScanControl): void {
  sc.priority = initialPriority(k, sc);
  sc.reclaimedBefore = sc.byKswapd ? sc.reclaimed : 0;
  sc.unqueuedDirty = 0;
  sc.fileTaken = 0;
}

/** A new working set establishes itself, or there is too little to choose from. */
function mustDeactivate(k: Kernel, side: LruSide): boolean {
  return side.flushed.activated !== side.refaultsSnapshot || isLow(k, side);
}

/** One pass over the memcgs below the target, each at the same priority. */
export function shrinkNode(k: Kernel, sc: ScanControl): void {
  const { target } = sc;
  const { pageBytes } = k.settings;
  const before = sc.reclaimed;
  if (k.mglru === null) prepare(k, sc);
  else prepareGenerations(k, sc);
  const { subtree } = target;
  // A partial walk goes on where the last one stopped; kswapd and a last resort visit everyone.
  let i = sc.fullWalk ? 0 : target.walkPosition + 1;
  if (i >= subtree.length) i = 0;
  for (; i < subtree.length; i++) {
    const memcg = subtree[i];
    if (!sc.fullWalk) target.walkPosition = i;
    computeProtection(target, memcg, pageBytes);
    const usage = memcg.usage(pageBytes);
    if (memcg.effectiveMin > 0 && usage <= memcg.effectiveMin) continue;
    if (memcg.effectiveLow > 0 && usage <= memcg.effectiveLow && !sc.lowReclaim) {
      sc.lowSkipped = true;
      continue;
    }
    if (k.mglru === null) shrinkLruvec(k, sc, memcg);
    else shrinkGenerations(k, sc, memcg);
    if (k.blockedUntil > k.now) return;
    k.zswap?.shrinker?.shrink(memcg, sc.priority);
    if (k.blockedUntil > k.now) return;
    if (!sc.fullWalk && sc.reclaimed >= sc.toReclaim) return;
    if (k.mglru !== null && isDone(k, sc)) return;
  }
  if (!sc.fullWalk) target.walkPosition = -1;
  if (sc.cacheTrimMode && sc.reclaimed === before) sc.cacheTrimFailed = true;
}

const direct = new ScanControl();

/**
 * Direct reclaim below a memcg (the root stands for the machine): passes from priority 12 to 0
 * until enough is freed, then once more over everybody, by force, and below memory.low. Returns
 * the pages freed. Stops early with `k.blockedUntil` set when a device's queue is full.
 */
export function tryToFree(
  k: Kernel,
  target: Memcg,
  pages: number,
  forCgroup: boolean,
  proactive: Proactive | null = null,
): number {
  const started = k.now;
  const sc = direct;
  sc.start(target, Math.max(pages, SWAP_CLUSTER_MAX), false, forCgroup);
  sc.proactive = proactive;
  for (;;) {
    if (!forCgroup) k.counters[C.allocstall]++;
    for (sc.priority = DEF_PRIORITY; sc.priority >= 0; sc.priority--) {
      shrinkNode(k, sc);
      if (sc.reclaimed >= sc.toReclaim || k.blockedUntil > k.now) break;
    }
    snapshotRefaults(k, target);
    if (sc.reclaimed > 0 || k.blockedUntil > k.now) break;
    if (!sc.fullWalk) sc.fullWalk = true;
    else if (sc.skippedDeactivate) {
      sc.forceDeactivate = true;
      sc.skippedDeactivate = false;
    } else if (sc.lowSkipped) {
      sc.forceDeactivate = false;
      sc.lowReclaim = true;
      sc.lowSkipped = false;
    } else break;
  }
  target.counters[C.cpu_reclaim] += k.now - started;
  if (sc.reclaimed > 0) k.kswapdFailures = 0;
  return sc.reclaimed;
}

/** Refaults below the target after this moment mean that a new working set establishes itself. */
export function snapshotRefaults(k: Kernel, target: Memcg): void {
  const { anon, file } = statsOf(k, target);
  anon.refaultsSnapshot = anon.flushed.activated;
  file.refaultsSnapshot = file.flushed.activated;
}
