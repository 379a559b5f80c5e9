/**
 * Reclaim of one list, a batch at a time (facts 1.2, kernel 6.18): the second chance of the inactive
 * lists, and the aging of the active ones.
 */
import type { Kernel } from '../kernel.ts';
import { completeIo } from '../swap/io.ts';
import { C } from '../metrics/counters.ts';
import { evict, evictFile, Eviction } from './evict.ts';
import { mappingOf } from './fileMapping.ts';
import { freeSwapEntry } from './folio.ts';
import { isolate, lruAdd, lruAddDrain } from './lru.ts';
import type { LruSide } from './lruSide.ts';
import type { Memcg } from './memcg.ts';
import {
  ACTIVE,
  DIRTY,
  PRESENT,
  READING,
  RECLAIM,
  REFERENCED,
  SWAPCACHE,
  WORKINGSET,
  WRITEBACK,
  YOUNG,
} from './pages.ts';
import { SWAP_CLUSTER_MAX, type ScanControl } from './scanControl.ts';
import { countUpdate, countUpdates } from './stats.ts';
import { ageNonresident, noteCost } from './workingset.ts';

const batch = new Int32Array(SWAP_CLUSTER_MAX);

function putBack(k: Kernel, memcg: Memcg, side: LruSide, page: number): void {
  lruAdd(k.pages, side, page);
  if ((k.pages.flags[page] & ACTIVE) !== 0) ageNonresident(memcg, 1);
}

/**
 * Ages the oldest active pages: their accessed bits are cleared and all become inactive, but for
 * pages of programs that were used, which stay.
 */
export function shrinkActive(k: Kernel, memcg: Memcg, side: LruSide, count: number): void {
  const { pages } = k;
  lruAddDrain(k, memcg);
  const taken = isolate(pages, side.active, count, batch);
  let rotated = 0;
  for (let i = 0; i < taken; i++) {
    const page = batch[i];
    if (side.isFile && usedProgram(k, page)) {
      pages.flags[page] &= ~YOUNG;
      rotated++;
    } else pages.flags[page] = (pages.flags[page] & ~(YOUNG | ACTIVE)) | WORKINGSET;
    lruAdd(pages, side, page);
  }
  const deactivated = taken - rotated;
  k.now += taken * k.costs.scanPage;
  memcg.counters[C.pgrefill] += taken;
  memcg.counters[C.pgdeactivate] += deactivated;
  // pgrefill and the list that they leave, then the lists that they join one by one, pgdeactivate.
  countUpdate(k, memcg, taken);
  countUpdate(k, memcg, taken);
  countUpdates(k, memcg, taken);
  countUpdate(k, memcg, deactivated);
  noteCost(k, memcg, side.isFile, 0, rotated);
}

function usedProgram(k: Kernel, page: number): boolean {
  const used = YOUNG | PRESENT;
  if ((k.pages.flags[page] & used) !== used) return false;
  const { executable, recency } = mappingOf(k, page);
  return executable && recency;
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
export function shrinkInactive(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  side: LruSide,
  count: number,
): number {
  const { pages, costs } = k;
  const { flags } = pages;
  const { counters } = memcg;
  const { isFile } = side;
  lruAddDrain(k, memcg);
  const taken = isolate(pages, side.inactive, count, batch);
  if (taken === 0) return 0;
  counters[side.counters.scan] += taken;
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
  let unqueued = 0;
  // cgroup v1 cannot throttle those who dirty pages, so reclaim of a memcg waits for the writes.
  const waits = sc.forCgroup && k.settings.waitsForWriteback;
  const underWay = WRITEBACK | RECLAIM;
  const held = PRESENT | SWAPCACHE;
  for (let i = 0; i < taken; i++) {
    const page = batch[i];
    k.now += costs.scanPage;
    if (waits && (flags[page] & underWay) === underWay) waitForWriteback(k, page);
    const f = flags[page];
    // Its process is gone, or it moved to another device: the awaited write was all that kept it.
    if ((f & held) === 0) {
      freed++;
      continue;
    }
    let activate = false;
    // A fault that waits has not mapped the page yet; to ask the record of a mapped one is slow.
    const mayBeAwaited = isFile || (f & PRESENT) === 0;
    if ((f & READING) !== 0 || (mayBeAwaited && k.awaited.has(page))) {
      // Locked by the read, or held by the fault that waits for it.
    } else if ((f & WRITEBACK) !== 0) {
      flags[page] |= RECLAIM;
      activate = true;
    } else {
      if (isFile && (f & DIRTY) !== 0) unqueued++;
      const mapping = isFile ? mappingOf(k, page) : null;
      flags[page] = f & ~(YOUNG | REFERENCED);
      const used = (f & (YOUNG | PRESENT)) === (YOUNG | PRESENT);
      if (used && (mapping === null || mapping.recency)) {
        flags[page] |= REFERENCED;
        activate = (f & REFERENCED) !== 0 || (mapping !== null && mapping.executable);
      } else {
        const outcome = isFile
          ? evictFile(k, page, memcg, sc.target)
          : evict(k, page, memcg, sc.target);
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
      if (!isFile && (flags[page] & inUse) === inUse && k.space.swapFull(memcg))
        freeSwapEntry(k, page, memcg);
      flags[page] |= ACTIVE;
      activated++;
    }
    batch[kept++] = page;
  }
  // All evictions of the batch age the lruvec before its activations do.
  for (let i = 0; i < kept; i++) {
    if ((flags[batch[i]] & held) === 0) freed++;
    else putBack(k, memcg, side, batch[i]);
  }
  if (unmapped > 0) k.now += costs.tlbFlush;
  counters[C.pgactivate] += activated;
  counters[side.counters.steal] += freed;
  counters[reclaimer(sc, C.pgsteal_kswapd, C.pgsteal_proactive, C.pgsteal_direct)] += freed;
  countUpdates(k, memcg, kept + activated);
  countUpdate(k, memcg, freed);
  noteCost(k, memcg, isFile, written, taken - freed);
  // Nothing but dirty pages that nobody writes: the flusher does not keep up.
  if (unqueued === taken) k.files?.wakeFlusher(k);
  completeIo(k);
  return freed;
}
