/**
 * A page leaves RAM: as a mark for zeros, into zswap, or to a device (facts 2.1, kernel 6.18).
 * The zero test and zswap come before any device, zram included.
 */
import type { Kernel } from '../kernel.ts';
import { addToSwapCache, countHeld, placeOf, takeFrames } from '../memory/folio.ts';
import { lruAddNew } from '../memory/lru.ts';
import type { Memcg } from '../memory/memcg.ts';
import {
  DEVICE,
  DIRTY,
  NEVER_MAPPED,
  ONLY_RAM,
  RECLAIM,
  WRITEBACK,
  WRITTEN,
  ZERO,
} from '../memory/pages.ts';
import { countUpdates, UPDATES } from '../memory/stats.ts';
import { refault } from '../memory/workingset.ts';
import { C } from '../metrics/counters.ts';
import { POOL, RAM } from '../metrics/flows.ts';
import { writebackAllowed } from '../tiers/zswap.ts';
import { WRITE_DONE } from './io.ts';

export const WriteOut = {
  /** The data is safe elsewhere; the folio can be freed at once. */
  Done: 0,
  /** A device is writing; the folio stays until it has. */
  Writing: 1,
  /** The device refused the write, which counts as one; the folio is kept and tried again. */
  Failed: 2,
  /** Nowhere to go; the folio goes back to the active list. */
  Activate: 3,
} as const;
export type WriteOut = (typeof WriteOut)[keyof typeof WriteOut];

/** Writes out an unmapped folio that has a swap entry. */
export function writeOut(k: Kernel, page: number, memcg: Memcg): WriteOut {
  const { pages, costs } = k;
  const flags = pages.flags[page];
  if ((flags & WRITTEN) !== 0) {
    const process = k.processes[pages.process(page)];
    if (process.rewriteThreshold > 0 && process.random.next() < process.rewriteThreshold) {
      pages.setContent(page, process.contents.draw(process.random.next(), process.random.next()));
    }
  }
  k.now += costs.zeroCheck;
  if (pages.content(page) === 0) {
    const slot = pages.slot(page);
    if (k.devices.frontswap !== null && slot >= 0) k.devices.frontswap.invalidate(slot);
    memcg.counters[C.swpout_zero]++;
    k.space.leftDevice(page);
    pages.setWhere(page, ZERO);
  } else if (k.zswap !== null && k.zswap.store(page, memcg)) {
    k.space.leftDevice(page);
  } else if (k.devices.frontswap !== null) {
    const slot = k.space.slotForWrite(page, memcg);
    if (slot >= 0 && k.devices.frontswap.writesThrough(memcg)) return writeThrough(k, page, memcg);
    // The host comes in zswap's place, so before memory.zswap.writeback has a say.
    if (slot < 0 || !k.devices.frontswap.put(slot, page, memcg))
      return writeToDevice(k, page, memcg);
    pages.setWhere(page, DEVICE);
  } else {
    return writeToDevice(k, page, memcg);
  }
  pages.flags[page] &= ~(WRITTEN | DIRTY);
  memcg.counters[C.nr_vmscan_write]++;
  countUpdates(k, memcg, UPDATES.writeOut);
  k.moved(page, RAM, placeOf(k, page));
  return WriteOut.Done;
}

function writeToDevice(k: Kernel, page: number, memcg: Memcg): WriteOut {
  if (!writebackAllowed(k, memcg)) return WriteOut.Activate;
  const { pages } = k;
  const slot = k.space.slotForWrite(page, memcg);
  if (slot < 0) {
    memcg.counters[C.swap_fail]++;
    return WriteOut.Activate;
  }
  const device = k.devices.of(slot);
  memcg.counters[C.pswpout]++;
  memcg.counters[C.nr_vmscan_write]++;
  countUpdates(k, memcg, UPDATES.writeOut + UPDATES.writeback * (device.synchronous ? 2 : 1));
  if (device.synchronous && device.backend.write(slot - device.firstSlot, page) < 0) {
    // What the slot had before is gone as well: a zram frees it first (6.14 and later).
    pages.setWhere(page, ONLY_RAM);
    pages.flags[page] |= DIRTY;
    return WriteOut.Failed;
  }
  pages.setWhere(page, DEVICE);
  pages.flags[page] &= ~(WRITTEN | DIRTY);
  k.moved(page, RAM, placeOf(k, page));
  if (device.synchronous) return WriteOut.Done;
  pages.flags[page] |= WRITEBACK | RECLAIM;
  memcg.inFlight++;
  k.plug.add(page);
  return WriteOut.Writing;
}

/** Gives the host a page that its device has or is getting as well. */
function writeThrough(k: Kernel, page: number, memcg: Memcg): WriteOut {
  const outcome = writeToDevice(k, page, memcg);
  const frontswap = k.devices.frontswap!;
  const slot = k.pages.slot(page);
  if (outcome === WriteOut.Done || outcome === WriteOut.Writing) frontswap.put(slot, page, memcg);
  else frontswap.invalidate(slot);
  return outcome;
}

/**
 * zswap writeback of one entry: a fresh folio in the swap cache, filled from the pool and written
 * to the device, where reclaim will find it clean (facts 3.4). It counts as a refault, because
 * adding a folio to the swap cache consumes the shadow.
 */
export function writeBackFromZswap(k: Kernel, page: number, memcg: Memcg): boolean {
  const { pages, zswap } = k;
  if (zswap === null || k.freeFrames() <= 0) return false;
  // Before it has its slot, as a slot that is about to be written is not idle.
  countHeld(k, page, -1, true);
  const slot = k.space.slotForWrite(page, memcg);
  if (slot < 0) {
    countHeld(k, page, 1, true);
    return false;
  }
  zswap.codec.decompress(memcg);
  // Off zswap's list first: the two lists share a field.
  zswap.drop(page, memcg);
  takeFrames(k, memcg, 1);
  addToSwapCache(k, page, memcg);
  refault(k, page, memcg, memcg.anon, false);
  pages.flags[page] |= NEVER_MAPPED;
  lruAddNew(k, memcg, memcg.anon, page, false);
  countUpdates(k, memcg, UPDATES.swapIn + UPDATES.swapCache);
  const device = k.devices.of(slot);
  const done = device.backend.write(slot - device.firstSlot, page);
  memcg.counters[C.zswpwb]++;
  memcg.counters[C.pswpout]++;
  // An error shows only when the request completes, too late for zswap: the page stays in RAM.
  if (done < 0) {
    pages.flags[page] |= DIRTY;
    k.moved(page, POOL, RAM);
    return true;
  }
  pages.setWhere(page, DEVICE);
  k.moved(page, POOL, placeOf(k, page));
  pages.flags[page] |= WRITEBACK | RECLAIM;
  memcg.inFlight++;
  k.io.push(Math.max(done, k.now), WRITE_DONE, page);
  k.waitForQueue(device.backend.busyUntil());
  return true;
}
