/** A write to a page that others refer to since a fork: the writer gets a copy of its own (wp_page_copy() of mm/memory.c). */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { NEW, RAM } from '../metrics/flows.ts';
import { tryCharge } from './charge.ts';
import { freePage } from './folio.ts';
import { lruAddNew } from './lru.ts';
import type { Memcg } from './memcg.ts';
import { DIRTY, ORPHAN, PRESENT, READING, TOUCHED, YOUNG } from './pages.ts';
import type { SharedPages } from './sharedPages.ts';
import { countUpdates, UPDATES } from './stats.ts';

/**
 * Copies a page that process number `sharer` of the family maps to its page `copy`. Returns 0, a time (ns)
 * until which the task must wait, or KILLED.
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
  const wait = chargeHolding(k, memcg, page);
  if (wait !== 0) return wait;
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

/**
 * Charges a frame while the fault holds a reference to a page, so that reclaim for the charge cannot free it:
 * where nothing else is left to reclaim, the OOM killer ends what would otherwise go round for ever. In the kernel
 * reclaim may still unmap such a page, which costs one more minor fault; here it stays mapped.
 */
function chargeHolding(k: Kernel, memcg: Memcg, page: number): number {
  const { flags } = k.pages;
  flags[page] |= READING;
  const wait = tryCharge(k, memcg, 1, true);
  flags[page] &= ~READING;
  if ((flags[page] & ORPHAN) !== 0) {
    // Killed meanwhile. Like one that is being read it was left to whoever holds it, but in no swap cache.
    flags[page] = (flags[page] & ~ORPHAN) | PRESENT;
    freePage(k, page, memcg);
  }
  return wait;
}
