/**
 * MADV_PAGEOUT: the mapped pages of a range are reclaimed at once, whatever their accessed bits say.
 * What cannot be freed goes back to the inactive list. Sources: mm/madvise.c and reclaim_pages() of
 * mm/vmscan.c. No memcg is the target of this reclaim, so evictions count against the root.
 */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { completeIo } from '../swap/io.ts';
import { evict, evictFile, Eviction } from './evict.ts';
import { freeSwapEntry } from './folio.ts';
import { lruAdd, lruRemove, sideOf } from './lru.ts';
import {
  ACTIVE,
  ON_LRU,
  PRESENT,
  REFERENCED,
  SWAPCACHE,
  WORKINGSET,
  WRITEBACK,
  YOUNG,
} from './pages.ts';

/** Pages out what is mapped of the pages `from` up to, not including, `to` (global indices). */
export function pageOut(k: Kernel, process: Process, from: number, to: number): void {
  const { pages } = k;
  const { memcg } = process;
  const { flags } = pages;
  const wanted = PRESENT | ON_LRU;
  for (let page = from; page < to; page++) {
    if ((flags[page] & wanted) !== wanted) continue;
    const side = sideOf(pages, memcg, page);
    lruRemove(pages, side, page);
    if ((flags[page] & ACTIVE) !== 0) flags[page] |= WORKINGSET;
    flags[page] &= ~(ACTIVE | REFERENCED | YOUNG);
    k.now += k.costs.scanPage;
    let outcome: Eviction = Eviction.Activate;
    if ((flags[page] & WRITEBACK) === 0)
      outcome = side.isFile ? evictFile(k, page, memcg, k.root) : evict(k, page, memcg, k.root);
    if (outcome <= Eviction.Written) continue;
    if (outcome >= Eviction.Activate) {
      const cached = SWAPCACHE | PRESENT;
      if (!side.isFile && (flags[page] & cached) === cached && k.space.swapFull(memcg))
        freeSwapEntry(k, page, memcg);
      flags[page] |= ACTIVE;
      memcg.counters[C.pgactivate]++;
    }
    lruAdd(pages, side, page);
  }
  k.now += k.costs.tlbFlush;
  completeIo(k);
}
