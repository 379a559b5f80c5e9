/**
 * Reclaim with the classic two lists (facts 1.2, kernel 6.18): how much of each list a pass scans,
 * the second chance, deactivation, and the loops over priorities and cgroups around it.
 */
import type { Kernel } from '../kernel.ts';
import { completeIo } from '../swap/io.ts';
import { C } from '../metrics/counters.ts';
import { evict, Eviction } from './evict.ts';
import { freeSwapEntry } from './folio.ts';
import { activeSize, inactiveSize, isolate, lruAdd, lruAddDrain } from './lru.ts';
import { computeProtection, type Memcg } from './memcg.ts';
import {
  ACTIVE,
  PRESENT,
  READING,
  RECLAIM,
  REFERENCED,
  SWAPCACHE,
  TOUCHED,
  WORKINGSET,
  WRITEBACK,
  YOUNG,
} from './pages.ts';
import { anonStats, countUpdate, countUpdates } from './stats.ts';
import { ageNonresident, noteCost } from './workingset.ts';

/** Pages isolated and reclaimed at a time, and the least that one reclaim asks for. */
export const SWAP_CLUSTER_MAX = 32;
/** First pass over a list looks at its size divided by 2 to this power. */
export const DEF_PRIORITY = 12;

/** Swappiness of a reclaim that leaves the page cache alone (SWAPPINESS_ANON_ONLY, "max"). */
export const ANON_ONLY = 201;

/** User space asks for a reclaim; it may bring its own swappiness. */
export interface Proactive {
  readonly swappiness: number | null;
}

/** What one reclaim is after, and how it goes. */
export class ScanControl {
  target!: Memcg;
  toReclaim = SWAP_CLUSTER_MAX;
  priority = DEF_PRIORITY;
  byKswapd = false;
  /** memory.max or memory.high of a cgroup asks, not the machine. */
  forCgroup = false;
  proactive: Proactive | null = null;
  mayDeactivate = false;
  forceDeactivate = false;
  skippedDeactivate = false;
  lowReclaim = false;
  lowSkipped = false;
  /** The page cache is so small that only anonymous pages are worth scanning. */
  fileIsTiny = false;
  fullWalk = false;
  reclaimed = 0;
  scanned = 0;

  start(target: Memcg, toReclaim: number, byKswapd: boolean, forCgroup: boolean): void {
    this.target = target;
    this.toReclaim = toReclaim;
    this.priority = DEF_PRIORITY;
    this.byKswapd = byKswapd;
    this.forCgroup = forCgroup;
    this.proactive = null;
    this.mayDeactivate = false;
    this.forceDeactivate = false;
    this.skippedDeactivate = false;
    this.lowReclaim = false;
    this.lowSkipped = false;
    this.fileIsTiny = false;
    this.fullWalk = byKswapd;
    this.reclaimed = 0;
    this.scanned = 0;
  }
}

const batch = new Int32Array(SWAP_CLUSTER_MAX);

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

/**
 * How many pages of a list a pass at this priority scans: the list less what is protected, shifted
 * by the priority, times the share of anonymous memory. There is no page cache, so the other
 * side's share of the scan finds nothing.
 */
function scanCount(k: Kernel, sc: ScanControl, memcg: Memcg, size: number): number {
  if (size === 0) return 0;
  const { pageBytes } = k.settings;
  const swappiness = sc.proactive?.swappiness ?? k.settings.swappiness;
  if (!k.space.hasRoom(memcg)) return 0;
  if (sc.forCgroup && swappiness === 0) return 0;
  let scan = size;
  const { effectiveMin, effectiveLow } = memcg;
  const byLow = !sc.lowReclaim && effectiveLow > effectiveMin;
  const protection = byLow ? effectiveLow : effectiveMin;
  if (protection > 0) {
    // Less than everything was scanned for the sake of memory.low: not a reason for the OOM killer.
    if (byLow) sc.lowSkipped = true;
    const usage = Math.max(memcg.usage(pageBytes), protection);
    scan = Math.max(SWAP_CLUSTER_MAX, scan - Math.floor((scan * protection) / (usage + 1)));
  }
  scan = Math.floor(scan / 2 ** sc.priority);
  if (sc.priority === 0 && swappiness > 0) return scan;
  if (swappiness === ANON_ONLY || sc.fileIsTiny) return scan;
  const { target } = sc;
  const total = target.anonCost + target.fileCost;
  const anonCost = total + target.anonCost;
  const fileCost = total + target.fileCost;
  const sum = anonCost + fileCost;
  const ap = Math.floor((swappiness * (sum + 1)) / (anonCost + 1));
  const fp = Math.floor(((200 - swappiness) * (sum + 1)) / (fileCost + 1));
  return ap + fp === 0 ? 0 : Math.floor((scan * ap) / (ap + fp));
}

function putBack(k: Kernel, memcg: Memcg, page: number): void {
  lruAdd(k.pages, memcg, page);
  if ((k.pages.flags[page] & ACTIVE) !== 0) ageNonresident(memcg, 1);
}

/** Ages the oldest active pages: their accessed bits are cleared and all become inactive. */
function shrinkActive(k: Kernel, memcg: Memcg, count: number): void {
  const { pages } = k;
  lruAddDrain(k, memcg);
  const taken = isolate(pages, memcg.active, count, batch);
  for (let i = 0; i < taken; i++) {
    const page = batch[i];
    pages.flags[page] = (pages.flags[page] & ~(YOUNG | ACTIVE)) | WORKINGSET;
    lruAdd(pages, memcg, page);
  }
  k.now += taken * k.costs.scanPage;
  memcg.counters[C.pgrefill] += taken;
  memcg.counters[C.pgdeactivate] += taken;
  // pgrefill and the list that they leave, then the list that they join one by one, pgdeactivate.
  countUpdate(k, memcg, taken);
  countUpdate(k, memcg, taken);
  countUpdates(k, memcg, taken);
  countUpdate(k, memcg, taken);
}

/** The counter of whoever reclaims. */
function reclaimer(sc: ScanControl, kswapd: number, proactive: number, direct: number): number {
  if (sc.byKswapd) return kswapd;
  return sc.proactive === null ? direct : proactive;
}

/** Sleeps until a write is complete, in the middle of reclaim: time simply passes. */
function waitForWriteback(k: Kernel, page: number): void {
  k.plug.flush();
  while ((k.pages.flags[page] & WRITEBACK) !== 0) {
    if (k.io.nextTime > k.now) k.now = k.io.nextTime;
    completeIo(k);
  }
}

/** Tries to free the oldest inactive pages; returns how many were freed. */
function shrinkInactive(k: Kernel, sc: ScanControl, memcg: Memcg, count: number): number {
  const { pages, costs } = k;
  const { flags } = pages;
  const { counters } = memcg;
  lruAddDrain(k, memcg);
  const taken = isolate(pages, memcg.inactive, count, batch);
  if (taken === 0) return 0;
  counters[C.pgscan_anon] += taken;
  counters[reclaimer(sc, C.pgscan_kswapd, C.pgscan_proactive, C.pgscan_direct)] += taken;
  sc.scanned += taken;
  // The list that they leave, pgscan.
  countUpdate(k, memcg, taken);
  countUpdate(k, memcg, taken);
  let freed = 0;
  let written = 0;
  let activated = 0;
  let unmapped = 0;
  let kept = 0;
  // cgroup v1 cannot throttle those who dirty pages, so reclaim of a memcg waits for the writes.
  const waits = sc.forCgroup && k.settings.waitsForWriteback;
  const underWay = WRITEBACK | RECLAIM;
  for (let i = 0; i < taken; i++) {
    const page = batch[i];
    k.now += costs.scanPage;
    if (waits && (flags[page] & underWay) === underWay) waitForWriteback(k, page);
    const f = flags[page];
    // Its process is gone, and the write that was waited for was all that kept it.
    if ((f & TOUCHED) === 0) {
      freed++;
      continue;
    }
    let activate = false;
    if ((f & READING) !== 0 || k.awaited.has(page)) {
      // Locked by the read, or held by the fault that waits for it.
    } else if ((f & WRITEBACK) !== 0) {
      flags[page] |= RECLAIM;
      activate = true;
    } else {
      flags[page] = f & ~(YOUNG | REFERENCED);
      if ((f & (YOUNG | PRESENT)) === (YOUNG | PRESENT)) {
        flags[page] |= REFERENCED;
        activate = (f & REFERENCED) !== 0;
      } else {
        const outcome = evict(k, page, memcg, sc.target);
        if ((f & PRESENT) !== 0 && outcome !== Eviction.NoSpace) unmapped++;
        if (outcome >= Eviction.Written && outcome <= Eviction.Failed) written++;
        if (outcome <= Eviction.Written) {
          freed++;
          continue;
        }
        activate = outcome >= Eviction.Activate;
      }
    }
    if (activate) {
      const inUse = SWAPCACHE | PRESENT;
      if ((flags[page] & inUse) === inUse && k.space.swapFull(memcg)) freeSwapEntry(k, page, memcg);
      flags[page] |= ACTIVE;
      activated++;
    }
    batch[kept++] = page;
  }
  // All evictions of the batch age the lruvec before its activations do.
  for (let i = 0; i < kept; i++) {
    if ((flags[batch[i]] & TOUCHED) === 0) freed++;
    else putBack(k, memcg, batch[i]);
  }
  if (unmapped > 0) k.now += costs.tlbFlush;
  counters[C.pgactivate] += activated;
  counters[C.pgsteal_anon] += freed;
  counters[reclaimer(sc, C.pgsteal_kswapd, C.pgsteal_proactive, C.pgsteal_direct)] += freed;
  countUpdates(k, memcg, kept + activated);
  countUpdate(k, memcg, freed);
  noteCost(k, memcg, written, taken - freed);
  completeIo(k);
  return freed;
}

/** One pass over the lists of a memcg. */
function shrinkLruvec(k: Kernel, sc: ScanControl, memcg: Memcg): void {
  let inactive = scanCount(k, sc, memcg, inactiveSize(memcg));
  let active = scanCount(k, sc, memcg, activeSize(memcg));
  let reclaimed = 0;
  k.plug.start();
  while (inactive > 0) {
    const now = Math.min(inactive, SWAP_CLUSTER_MAX);
    inactive -= now;
    reclaimed += shrinkInactive(k, sc, memcg, now);
    if (active > 0) {
      const aged = Math.min(active, SWAP_CLUSTER_MAX);
      active -= aged;
      if (sc.mayDeactivate) shrinkActive(k, memcg, aged);
      else sc.skippedDeactivate = true;
    }
    if (k.blockedUntil > k.now) break;
    // With no page cache to balance against, the goal ends the pass; only a first pass over the
    // machine goes on, because kswapd does not keep up and a batch of work is due.
    const first = !sc.forCgroup && !sc.byKswapd && sc.priority === DEF_PRIORITY;
    if (reclaimed >= sc.toReclaim && !first) break;
  }
  k.plug.finish();
  sc.reclaimed += reclaimed;
  const stats = anonStats(k, memcg);
  if (canAge(k) && inactiveIsLow(stats.inactiveAnon, stats.activeAnon, k.settings.pageBytes)) {
    shrinkActive(k, memcg, SWAP_CLUSTER_MAX);
  }
}

/**
 * Whether reclaim of the machine should leave the page cache alone: cache and free pages together
 * are below the high watermark, and there are anonymous pages to take instead. There is no cache
 * here at all, so this holds under any pressure, vm.swappiness of 0 included.
 */
function fileIsTiny(k: Kernel, sc: ScanControl): boolean {
  if (sc.mayDeactivate || k.freeFrames() > k.settings.highWatermark) return false;
  let inactive = 0;
  for (const memcg of k.memcgs) inactive += inactiveSize(memcg);
  return Math.floor(inactive / 2 ** sc.priority) > 0;
}

/** One pass over the memcgs below the target, each at the same priority. */
export function shrinkNode(k: Kernel, sc: ScanControl): void {
  const { target } = sc;
  const { pageBytes } = k.settings;
  const stats = anonStats(k, target);
  sc.mayDeactivate =
    sc.forceDeactivate ||
    stats.activateAnon !== target.refaultsSnapshot ||
    inactiveIsLow(stats.inactiveAnon, stats.activeAnon, pageBytes);
  sc.fileIsTiny = !sc.forCgroup && fileIsTiny(k, sc);
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
    shrinkLruvec(k, sc, memcg);
    if (k.blockedUntil > k.now) return;
    if (!sc.fullWalk && sc.reclaimed >= sc.toReclaim) return;
  }
  if (!sc.fullWalk) target.walkPosition = -1;
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
  target.refaultsSnapshot = anonStats(k, target).activateAnon;
}
