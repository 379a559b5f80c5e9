/** A page comes into RAM or leaves it: frames, charges and the swap cache kept in step. */
import type { Kernel } from '../kernel.ts';
import { chargePages, type Memcg } from './memcg.ts';
import { lruAddTail, lruRemove, sideOf } from './lru.ts';
import { countUpdates, UPDATES } from './stats.ts';
import {
  ACTIVE,
  DIRTY,
  NEVER_MAPPED,
  NOWHERE,
  ON_LRU,
  ONLY_RAM,
  ORPHAN,
  PRESENT,
  READAHEAD,
  READING,
  RECLAIM,
  REFERENCED,
  SWAPCACHE,
  TOUCHED,
  WORKINGSET,
  WRITEBACK,
  WRITTEN,
  YOUNG,
  ZSWAP,
} from './pages.ts';
import { C } from '../metrics/counters.ts';
import { FREED, FIRST_DEVICE, POOL, RAM, ZEROS } from '../metrics/flows.ts';
import { freeFilePage } from './filePage.ts';
import { DEVICE, FILE, ZERO } from './pages.ts';

/** Flags that live and die with the folio. */
const FOLIO =
  PRESENT |
  YOUNG |
  WRITTEN |
  DIRTY |
  REFERENCED |
  ACTIVE |
  WORKINGSET |
  SWAPCACHE |
  WRITEBACK |
  RECLAIM |
  READAHEAD |
  NEVER_MAPPED |
  READING |
  ON_LRU;

/** Takes a frame and a charge without asking whether there is room. */
export function takeFrames(k: Kernel, memcg: Memcg, frames: number): void {
  k.framesUsed += frames;
  chargePages(memcg, frames);
}

/** Where a page that is not in RAM is, as a place of the flow matrix. */
export function placeOf(k: Kernel, page: number): number {
  const where = k.pages.where(page);
  if (where === ZERO) return ZEROS;
  if (where === ZSWAP) return POOL;
  if (where === DEVICE) return FIRST_DEVICE + k.devices.of(k.pages.slot(page)).index;
  return RAM;
}

/**
 * Counts a page out of RAM where it is; `by` is 1 when it comes there and -1 when it leaves.
 * `untouched`: nobody has used it since it was last out of RAM.
 */
export function countHeld(k: Kernel, page: number, by: number, untouched: boolean): void {
  const place = placeOf(k, page);
  k.held[place] += by;
  if (k.swapAges !== null) {
    if (by < 0) k.swapAges.left(page);
    else if (place >= POOL && !inHost(k, page)) k.swapAges.arrived(page, place, untouched);
  }
  const slot = k.pages.slot(page);
  if (slot >= 0 && k.pages.where(page) !== DEVICE) k.idleSlots[k.devices.of(slot).index] += by;
}

/** frontswap holds the page: its device has nothing to read. */
export function inHost(k: Kernel, page: number): boolean {
  const { frontswap } = k.devices;
  return frontswap !== null && k.pages.where(page) === DEVICE && frontswap.has(k.pages.slot(page));
}

/** The page, so far only in swap, is about to leave its place there. */
export function leaveSwap(k: Kernel, page: number, to: number): void {
  k.moved(page, placeOf(k, page), to);
  countHeld(k, page, -1, true);
}

/** The page, so far only in swap, gets a folio in the swap cache; its frame was taken before. */
export function addToSwapCache(k: Kernel, page: number, memcg: Memcg): void {
  const process = k.processes[k.pages.process(page)];
  k.pages.flags[page] |= SWAPCACHE;
  memcg.resident++;
  memcg.swapcached++;
  memcg.swapped--;
  process.resident++;
  process.swapped--;
}

/** The page's folio leaves RAM; its data is already elsewhere. */
export function dropFolio(k: Kernel, page: number, memcg: Memcg): void {
  const process = k.processes[k.pages.process(page)];
  const untouched = (k.pages.flags[page] & NEVER_MAPPED) !== 0;
  if (k.readErrors.size > 0) k.readErrors.delete(page);
  k.pages.flags[page] &= ~FOLIO;
  memcg.resident--;
  memcg.swapcached--;
  memcg.swapped++;
  process.resident--;
  process.swapped++;
  takeFrames(k, memcg, -1);
  countHeld(k, page, 1, untouched);
  if (k.lives !== null) k.lives.dropped(k.now, page, placeOf(k, page));
}

/** Frees a folio of the swap cache whose data is elsewhere, whether it is on a list or isolated. */
export function putAway(k: Kernel, page: number): void {
  const memcg = k.memcgOf(page);
  if ((k.pages.flags[page] & ON_LRU) !== 0) lruRemove(k.pages, memcg.anon, page);
  dropFolio(k, page, memcg);
}

/**
 * Frees the swap entry of a page that is in RAM: from now on RAM holds the only copy. Does nothing
 * while a write is under way, or while the page-table entry of a sharer refers to it.
 */
export function freeSwapEntry(k: Kernel, page: number, memcg: Memcg): boolean {
  const flags = k.pages.flags[page];
  if ((flags & WRITEBACK) !== 0) return false;
  const { sharing } = k.processes[k.pages.process(page)];
  if (sharing !== null && sharing.swapCount(page) > 0) return false;
  const slot = k.pages.slot(page);
  // On a synchronous device the folio never was in the kernel's swap cache.
  if (slot >= 0 && !k.devices.of(slot).synchronous) countUpdates(k, memcg, UPDATES.swapCache);
  k.space.release(page);
  k.pages.flags[page] = (flags & ~SWAPCACHE) | DIRTY;
  memcg.swapcached--;
  return true;
}

/** An allocation wants the slot: frees it when only a mapped page in RAM still refers to it. */
export function reclaimCacheOnly(k: Kernel, slot: number): boolean {
  if (!k.space.leadsBack(slot)) return false;
  const page = k.devices.ownerOf(slot);
  const flags = k.pages.flags[page];
  if ((flags & (SWAPCACHE | PRESENT)) !== (SWAPCACHE | PRESENT) || k.pages.slot(page) !== slot)
    return false;
  return freeSwapEntry(k, page, k.memcgOf(page));
}

/** The process is gone: everything of this page is freed, now or when its I/O has ended. */
export function freePage(k: Kernel, page: number, memcg: Memcg): void {
  const { pages } = k;
  const flags = pages.flags[page];
  if ((flags & TOUCHED) === 0) return;
  if (pages.where(page) === FILE) {
    freeFilePage(k, page, memcg);
    return;
  }
  if ((flags & (WRITEBACK | READING)) !== 0) {
    pages.flags[page] = (flags | ORPHAN) & ~(PRESENT | YOUNG);
    return;
  }
  k.awaited.delete(page);
  if (k.readErrors.size > 0) k.readErrors.delete(page);
  const process = k.processes[pages.process(page)];
  const inRam = (flags & (PRESENT | SWAPCACHE)) !== 0;
  if (inRam) k.moved(page, RAM, FREED);
  else leaveSwap(k, page, FREED);
  if ((flags & ON_LRU) !== 0) lruRemove(pages, sideOf(pages, memcg, page), page);
  if (pages.where(page) === ZSWAP) k.zswap?.drop(page, memcg);
  if ((flags & SWAPCACHE) !== 0) memcg.swapcached--;
  if (pages.where(page) !== NOWHERE) k.space.release(page);
  if (inRam) {
    memcg.resident--;
    process.resident--;
    takeFrames(k, memcg, -1);
  } else {
    memcg.swapped--;
    process.swapped--;
  }
  pages.flags[page] = 0;
}

/** A write to a device is complete: the folio, if reclaim waits for it, is next to be taken. */
export function endWriteback(k: Kernel, page: number): void {
  const { pages } = k;
  const flags = pages.flags[page];
  const memcg = k.memcgOf(page);
  memcg.inFlight--;
  pages.flags[page] = flags & ~(WRITEBACK | RECLAIM);
  countUpdates(k, memcg, UPDATES.writeback);
  if ((flags & ORPHAN) !== 0) {
    pages.flags[page] &= ~ORPHAN;
    freePage(k, page, memcg);
    return;
  }
  if ((flags & RECLAIM) !== 0 && (flags & ON_LRU) !== 0 && (flags & DIRTY) === 0) {
    const side = sideOf(pages, memcg, page);
    lruRemove(pages, side, page);
    pages.flags[page] &= ~ACTIVE;
    lruAddTail(pages, side, page);
    memcg.counters[C.pgrotated]++;
  }
}

/**
 * A write has ended with an error: the folio stays in RAM, dirty, and reclaim will come to it again
 * (end_swap_bio_write() of mm/page_io.c).
 */
export function failWriteback(k: Kernel, page: number): void {
  const { pages } = k;
  k.moved(page, placeOf(k, page), RAM);
  k.memcgOf(page).counters[C.swap_write_error]++;
  k.devices.frontswap?.invalidate(k.pages.slot(page));
  pages.setWhere(page, ONLY_RAM);
  pages.flags[page] |= DIRTY;
  endWriteback(k, page);
}

/** A read from a device is complete. */
export function endRead(k: Kernel, page: number): void {
  k.pages.flags[page] &= ~READING;
  k.readsInFlight.delete(page);
  k.memcgOf(page).inFlight--;
  if ((k.pages.flags[page] & ORPHAN) !== 0) {
    k.pages.flags[page] &= ~ORPHAN;
    freePage(k, page, k.memcgOf(page));
  }
}
