/** The lists of a lruvec: doubly linked through the page columns, counted. */
import { ACTIVE, ON_LRU, type Pages } from './pages.ts';
import type { Kernel } from '../kernel.ts';
import type { LruList, Memcg } from './memcg.ts';
import { countUpdates } from './stats.ts';

export function listOf(memcg: Memcg, flags: number): LruList {
  return (flags & ACTIVE) !== 0 ? memcg.active : memcg.inactive;
}

/** Puts a page at the most recent end of the list that its ACTIVE flag names. */
export function lruAdd(pages: Pages, memcg: Memcg, page: number): void {
  const flags = pages.flags[page];
  const list = listOf(memcg, flags);
  pages.flags[page] = flags | ON_LRU;
  pages.setPrev(page, -1);
  pages.setNext(page, list.head);
  if (list.head >= 0) pages.setPrev(list.head, page);
  else list.tail = page;
  list.head = page;
  list.size++;
}

/** Folios that a CPU gathers before it adds them to their lists (PAGEVEC_SIZE). */
const LRU_BATCH = 31;

/**
 * Adds a folio that just came to RAM. The kernel gathers such folios per CPU and adds them to the
 * lists when it has 31, or when a batch of a list is to be reclaimed; until then the sizes of the
 * lists lack them. They enter the list in the same order either way, so only the count is kept,
 * by memcg (a task and the memcg it charges to stay on one CPU meanwhile).
 */
export function lruAddNew(k: Kernel, memcg: Memcg, page: number): void {
  const { pages } = k;
  lruAdd(pages, memcg, page);
  if ((pages.flags[page] & ACTIVE) !== 0) memcg.gatheredActive++;
  else memcg.gatheredInactive++;
  if (memcg.gatheredActive + memcg.gatheredInactive === LRU_BATCH) lruAddDrain(k, memcg);
}

/** lru_add_drain(): what was gathered is on the lists from now on. */
export function lruAddDrain(k: Kernel, memcg: Memcg): void {
  countUpdates(k, memcg, memcg.gatheredActive + memcg.gatheredInactive);
  memcg.gatheredActive = 0;
  memcg.gatheredInactive = 0;
}

/** Pages of the active list as reclaim counts them. */
export function activeSize(memcg: Memcg): number {
  return Math.max(0, memcg.active.size - memcg.gatheredActive);
}

export function inactiveSize(memcg: Memcg): number {
  return Math.max(0, memcg.inactive.size - memcg.gatheredInactive);
}

/** Puts a page at the end that reclaim takes from. */
export function lruAddTail(pages: Pages, memcg: Memcg, page: number): void {
  const flags = pages.flags[page];
  const list = listOf(memcg, flags);
  pages.flags[page] = flags | ON_LRU;
  pages.setNext(page, -1);
  pages.setPrev(page, list.tail);
  if (list.tail >= 0) pages.setNext(list.tail, page);
  else list.head = page;
  list.tail = page;
  list.size++;
}

export function lruRemove(pages: Pages, memcg: Memcg, page: number): void {
  const flags = pages.flags[page];
  const list = listOf(memcg, flags);
  const before = pages.prev(page);
  const after = pages.next(page);
  if (before >= 0) pages.setNext(before, after);
  else list.head = after;
  if (after >= 0) pages.setPrev(after, before);
  else list.tail = before;
  list.size--;
  pages.flags[page] = flags & ~ON_LRU;
}

/** Takes up to `limit` pages from the tail into `out`, oldest first; returns how many. */
export function isolate(pages: Pages, list: LruList, limit: number, out: Int32Array): number {
  let taken = 0;
  let page = list.tail;
  while (taken < limit && page >= 0) {
    out[taken++] = page;
    page = pages.prev(page);
  }
  // In a loop of its own, so that the processor need not wait for one page to reach for the next.
  for (let i = 0; i < taken; i++) pages.flags[out[i]] &= ~ON_LRU;
  list.tail = page;
  if (page >= 0) pages.setNext(page, -1);
  else list.head = -1;
  list.size -= taken;
  return taken;
}
