/** The lists of a lruvec: which of them a page is on, and how reclaim counts them. */
import type { Kernel } from '../kernel.ts';
import type { LruList } from './lruList.ts';
import type { LruSide } from './lruSide.ts';
import type { Memcg } from './memcg.ts';
import { addFolio, removeFolio } from './mglru/folioGen.ts';
import {
  ACCESSED_SINCE_SCAN,
  ACTIVE,
  FILE,
  HELD_YOUNG,
  ON_LRU,
  YOUNG,
  type Pages,
} from './pages.ts';
import { countUpdates } from './stats.ts';

/** The side of its memcg's lruvec that a page belongs to. */
export function sideOf(pages: Pages, memcg: Memcg, page: number): LruSide {
  return pages.where(page) === FILE ? memcg.file : memcg.anon;
}

function listOf(side: LruSide, flags: number): LruList {
  return (flags & ACTIVE) !== 0 ? side.active : side.inactive;
}

/**
 * Puts a page at the most recent end of the list that its ACTIVE flag names, or in the generation that
 * its flags name.
 */
export function lruAdd(pages: Pages, side: LruSide, page: number): void {
  if (side.generations !== null) {
    addFolio(pages, side.generations, page, false);
    return;
  }
  const flags = pages.flags[page];
  pages.flags[page] = flags | ON_LRU;
  listOf(side, flags).addHead(pages, page);
}

/** Folios that a CPU gathers before it adds them to their lists (PAGEVEC_SIZE). */
const LRU_BATCH = 31;

/**
 * Adds a folio that just came to RAM. The kernel gathers such folios per CPU and adds them to the
 * lists when it has 31, or when a batch of a list is to be reclaimed; until then the sizes of the
 * lists lack them. They enter the list in the same order either way, so only the count is kept,
 * by memcg (a task and the memcg it charges to stay on one CPU meanwhile). With MGLRU a folio that comes
 * by a fault is active, and none is gathered.
 */
export function lruAddNew(
  k: Kernel,
  memcg: Memcg,
  side: LruSide,
  page: number,
  inFault: boolean,
): void {
  const { pages } = k;
  if (side.generations !== null) {
    if (inFault) pages.flags[page] |= ACTIVE;
    addFolio(pages, side.generations, page, false);
    return;
  }
  const flags = pages.flags[page];
  pages.flags[page] = flags | ON_LRU;
  if ((flags & ACTIVE) !== 0) {
    side.active.addHead(pages, page);
    side.gatheredActive++;
  } else {
    side.inactive.addHead(pages, page);
    side.gatheredInactive++;
  }
  if (++memcg.gathered === LRU_BATCH) lruAddDrain(k, memcg);
}

/** lru_add_drain(): what was gathered is on the lists from now on. */
export function lruAddDrain(k: Kernel, memcg: Memcg): void {
  if (memcg.gathered === 0) return;
  const { anon, file } = memcg;
  countUpdates(k, memcg, memcg.gathered);
  memcg.gathered = 0;
  anon.gatheredActive = 0;
  anon.gatheredInactive = 0;
  file.gatheredActive = 0;
  file.gatheredInactive = 0;
}

/** Puts a page at the end that reclaim takes from. */
export function lruAddTail(pages: Pages, side: LruSide, page: number): void {
  if (side.generations !== null) {
    addFolio(pages, side.generations, page, true);
    return;
  }
  const flags = pages.flags[page];
  pages.flags[page] = flags | ON_LRU;
  listOf(side, flags).addTail(pages, page);
}

/** Takes a page off its list; with MGLRU its ACTIVE flag says afterwards how young it was. */
export function lruRemove(pages: Pages, side: LruSide, page: number): void {
  if (side.generations !== null) {
    removeFolio(pages, side.generations, page);
    return;
  }
  const flags = pages.flags[page];
  listOf(side, flags).remove(pages, page);
  pages.flags[page] = flags & ~ON_LRU;
}

/** Takes up to `limit` pages from the tail into `out`, oldest first; returns how many. */
export function isolate(pages: Pages, list: LruList, limit: number, out: Int32Array): number {
  const taken = list.take(limit, out);
  for (let i = 0; i < taken; i++) pages.flags[out[i]] &= ~ON_LRU;
  if (pages.idleMarks !== null) tellScanner(pages, pages.idleMarks, out, taken);
  return taken;
}

/** Reclaim and the scan of accessed bits tell each other what they found (mm/page_idle.c). */
export function tellScanner(
  pages: Pages,
  marks: Uint8Array,
  taken: Int32Array,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const page = taken[i];
    const mark = (pages.flags[page] & YOUNG) !== 0 ? ACCESSED_SINCE_SCAN : 0;
    if ((marks[page] & HELD_YOUNG) !== 0) pages.flags[page] |= YOUNG;
    marks[page] = (marks[page] & ~HELD_YOUNG) | mark;
  }
}
