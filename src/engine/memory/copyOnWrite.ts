/** A write to a page that others refer to since a fork: the writer gets a copy of its own (wp_page_copy() of mm/memory.c). */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { NEW, RAM } from '../metrics/flows.ts';
import { tryCharge } from './charge.ts';
import { takeFrames } from './folio.ts';
import { lruAddNew } from './lru.ts';
import { DIRTY, PRESENT, TOUCHED, YOUNG } from './pages.ts';
import type { SharedPages } from './sharedPages.ts';
import { countUpdates, UPDATES } from './stats.ts';

/**
 * Copies a page that process number `sharer` of the family maps to its page `copy`. Returns 0, a time (ns)
 * until which the task must wait, or KILLED. Reclaim for the copy may take the shared page away; then nothing
 * was copied.
 */
export function copyOnWrite(
  k: Kernel,
  owner: Process,
  sharing: SharedPages,
  sharer: number,
  page: number,
  copy: number,
): number {
  const { pages } = k;
  const { memcg } = owner;
  const wait = tryCharge(k, memcg, 1, true);
  if (wait !== 0) return wait;
  if (!sharing.isMappedBy(page, sharer)) {
    takeFrames(k, memcg, -1);
    return 0;
  }
  // Filling a page with what another has takes about as long as filling it with zeros.
  k.now += k.costs.minorFault;
  pages.setContent(copy, pages.content(page));
  pages.flags[copy] = TOUCHED | PRESENT | YOUNG | DIRTY;
  owner.tableExists[Math.floor((copy - owner.base) / k.settings.pagesPerTable)] = 1;
  memcg.resident++;
  owner.resident++;
  lruAddNew(k, memcg, memcg.anon, copy, true);
  countUpdates(k, memcg, UPDATES.touch);
  k.moved(copy, NEW, RAM);
  memcg.counters[C.cow_copies]++;
  // Others have entries in swap when none maps it.
  if (!sharing.leave(page, sharer)) pages.flags[page] &= ~PRESENT;
  return 0;
}
