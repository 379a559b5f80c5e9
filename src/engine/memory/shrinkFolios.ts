/**
 * Tries to free a batch of isolated pages (shrink_folio_list() of mm/vmscan.c, kernel 6.18; facts 1.2,
 * 2.1): those in use are told apart first, by the rule of the LRU that they are from.
 */
import type { Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { completeIo } from '../swap/io.ts';
import { evict, evictFile, Eviction } from './evict.ts';
import { type FileMapping, mappingOf } from './fileMapping.ts';
import { freeSwapEntry } from './folio.ts';
import type { LruSide } from './lruSide.ts';
import type { Memcg } from './memcg.ts';
import { noteUse } from './mglru/folioGen.ts';
import type { Generations } from './mglru/generations.ts';
import { lookAround } from './mglru/walk.ts';
import {
  ACTIVE,
  DIRTY,
  PRESENT,
  READING,
  RECLAIM,
  REFERENCED,
  SWAPCACHE,
  WRITEBACK,
  YOUNG,
} from './pages.ts';
import type { ScanControl } from './scanControl.ts';
import { countUpdate } from './stats.ts';

/** How the last batch went, pages. */
export const shrunk = {
  freed: 0,
  written: 0,
  activated: 0,
  /** At the start of the batch, and on no list. */
  kept: 0,
  /** Dirty page cache that nobody writes yet. */
  unqueuedDirty: 0,
};

/** The counter of whoever reclaims. */
function reclaimer(sc: ScanControl, kswapd: number, proactive: number, direct: number): number {
  if (sc.byKswapd) return kswapd;
  return sc.proactive === null ? direct : proactive;
}

/** So many pages of a side were isolated. */
export function countScanned(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  side: LruSide,
  taken: number,
): void {
  const { counters } = memcg;
  counters[side.counters.scan] += taken;
  counters[reclaimer(sc, C.pgscan_kswapd, C.pgscan_proactive, C.pgscan_direct)] += taken;
  sc.scanned += taken;
  // The list that they leave, pgscan.
  countUpdate(k, memcg, taken);
  countUpdate(k, memcg, taken);
}

/** The batch is done with. */
export function countStolen(sc: ScanControl, memcg: Memcg, side: LruSide): void {
  const { counters } = memcg;
  const { freed, activated } = shrunk;
  counters[C.pgactivate] += activated;
  counters[side.counters.steal] += freed;
  counters[reclaimer(sc, C.pgsteal_kswapd, C.pgsteal_proactive, C.pgsteal_direct)] += freed;
}

/** Sleeps until a write is complete, in the middle of reclaim: time simply passes. */
function waitForWriteback(k: Kernel, page: number): void {
  k.plug.flush();
  while ((k.pages.flags[page] & WRITEBACK) !== 0) {
    if (k.io.nextTime > k.now) k.now = k.io.nextTime;
    completeIo(k);
  }
}

const Use = { None: 0, Once: 1, Often: 2 } as const;
type Use = (typeof Use)[keyof typeof Use];

/** The second chance of the classic lists: one use keeps a page, a second one activates it. */
function useOfInactive(k: Kernel, page: number, mapping: FileMapping | null): Use {
  const { flags } = k.pages;
  const f = flags[page];
  flags[page] = f & ~(YOUNG | REFERENCED);
  const used = (f & (YOUNG | PRESENT)) === (YOUNG | PRESENT);
  if (!used || (mapping !== null && !mapping.recency)) return Use.None;
  flags[page] |= REFERENCED;
  const often = (f & REFERENCED) !== 0 || (mapping !== null && mapping.executable);
  return often ? Use.Often : Use.Once;
}

/** With MGLRU the use of a page also has its neighbours looked at. */
function useOfOldest(
  k: Kernel,
  memcg: Memcg,
  lruvec: Generations,
  page: number,
  mapping: FileMapping | null,
): Use {
  const { flags } = k.pages;
  const used = (flags[page] & (YOUNG | PRESENT)) === (YOUNG | PRESENT);
  flags[page] &= ~YOUNG;
  if (!used || (mapping !== null && !mapping.recency)) return Use.None;
  lookAround(k, memcg, lruvec, page);
  return noteUse(k.pages, page) ? Use.Often : Use.Once;
}

/**
 * Tries to free the first `taken` pages of `batch`, which are on no list. What is not freed is at the
 * start of `batch` afterwards, with ACTIVE set where it belongs among what is in use; `shrunk` says how it
 * went.
 */
export function shrinkFolios(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  side: LruSide,
  batch: Int32Array,
  taken: number,
): void {
  const { pages, costs } = k;
  const { flags } = pages;
  const { isFile } = side;
  const { generations } = memcg;
  let freed = 0;
  let written = 0;
  let activated = 0;
  let unmapped = 0;
  let kept = 0;
  let unqueuedDirty = 0;
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
      if (isFile && (f & DIRTY) !== 0) unqueuedDirty++;
      const mapping = isFile ? mappingOf(k, page) : null;
      const use =
        generations === null
          ? useOfInactive(k, page, mapping)
          : useOfOldest(k, memcg, generations, page, mapping);
      if (use !== Use.None) activate = use === Use.Often;
      else {
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
  let left = kept;
  if (waits) {
    // While one page waited for its write, others that were kept may have gone.
    left = 0;
    for (let i = 0; i < kept; i++) {
      if ((flags[batch[i]] & held) === 0) freed++;
      else batch[left++] = batch[i];
    }
  }
  if (unmapped > 0) k.now += costs.tlbFlush;
  shrunk.freed = freed;
  shrunk.written = written;
  shrunk.activated = activated;
  shrunk.kept = left;
  shrunk.unqueuedDirty = unqueuedDirty;
}
