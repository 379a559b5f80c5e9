/**
 * The last steps of reclaiming one folio that nobody used lately: swap space, unmapping, write-out,
 * and the shadow that stays behind (the second half of shrink_folio_list(), facts 2.1).
 */
import type { Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { WriteOut, writeOut } from '../swap/swapOut.ts';
import { dropFilePage, setFileDirty } from './filePage.ts';
import { dropFolio } from './folio.ts';
import type { Memcg } from './memcg.ts';
import { DIRTY, NEVER_MAPPED, PRESENT, RECLAIM, SWAPCACHE, WRITTEN } from './pages.ts';
import { countUpdates, UPDATES } from './stats.ts';
import { leaveShadow } from './workingset.ts';

export const Eviction = {
  /** Clean: freed without a write. */
  Dropped: 0,
  /** Written by the caller itself, then freed. */
  Written: 1,
  /** A device is writing it. */
  Writing: 2,
  /** The device refused the write; it is kept and tried again. */
  Failed: 3,
  /** It belongs on the active list. */
  Activate: 4,
  /** There is no swap space for it; it is still mapped and belongs on the active list. */
  NoSpace: 5,
} as const;
export type Eviction = (typeof Eviction)[keyof typeof Eviction];

/** Tries to evict a folio that is on no list, for a reclaim whose target is `root`. */
export function evict(k: Kernel, page: number, memcg: Memcg, root: Memcg): Eviction {
  const { flags } = k.pages;
  if ((flags[page] & SWAPCACHE) === 0) {
    if (!k.space.allocate(page, memcg)) {
      memcg.counters[C.swap_fail]++;
      return Eviction.NoSpace;
    }
    flags[page] |= SWAPCACHE | DIRTY;
    memcg.swapcached++;
    countUpdates(k, memcg, UPDATES.swapCache);
  }
  if ((flags[page] & PRESENT) !== 0) {
    flags[page] &= ~PRESENT;
    const process = k.processes[k.pages.process(page)];
    const mappers = process.sharing === null ? process.sharers : process.sharing.unmap(page);
    process.hasSwapped = true;
    k.now += k.costs.unmapPage * mappers;
    k.space.lookUp(page, memcg, mappers);
    countUpdates(k, memcg, UPDATES.map);
  }
  let outcome: Eviction = Eviction.Dropped;
  if ((flags[page] & (WRITTEN | DIRTY)) !== 0) {
    // A folio is anonymous from its first mapping on, and pageout() of 6.16 and later writes only
    // anonymous ones. Loads from zswap are dirty, so what was read ahead stays until it is used.
    if ((flags[page] & NEVER_MAPPED) !== 0) return Eviction.Activate;
    const write = writeOut(k, page, memcg);
    if (write === WriteOut.Writing) return Eviction.Writing;
    if (write === WriteOut.Failed) return Eviction.Failed;
    if (write === WriteOut.Activate) return Eviction.Activate;
    outcome = Eviction.Written;
  }
  leaveShadow(k, page, memcg, memcg.anon, root);
  dropFolio(k, page, memcg);
  countUpdates(k, memcg, UPDATES.evict);
  return outcome;
}

/**
 * Tries to evict a page of a file that is on no list. What is dirty is left to the flusher: since
 * 6.16 reclaim writes no files, kswapd's neither.
 */
export function evictFile(k: Kernel, page: number, memcg: Memcg, root: Memcg): Eviction {
  const { flags } = k.pages;
  if ((flags[page] & PRESENT) !== 0) {
    flags[page] &= ~PRESENT;
    k.processes[k.pages.process(page)].resident--;
    k.now += k.costs.unmapPage;
    countUpdates(k, memcg, UPDATES.map);
    if ((flags[page] & WRITTEN) !== 0) setFileDirty(k, page, memcg);
  }
  if ((flags[page] & DIRTY) !== 0) {
    flags[page] |= RECLAIM;
    memcg.counters[C.nr_vmscan_immediate_reclaim]++;
    return Eviction.Activate;
  }
  leaveShadow(k, page, memcg, memcg.file, root);
  dropFilePage(k, page, memcg);
  if (k.cleancache !== null) k.cleancache.put(page, memcg);
  return Eviction.Dropped;
}
