/**
 * A page comes back from swap, with its neighbours where readahead says so (facts 2.4 and 2.5,
 * kernel 6.18).
 */
import type { Area, Kernel } from '../kernel.ts';
import { tryCharge } from '../memory/charge.ts';
import { lruAddDrain, lruAddNew } from '../memory/lru.ts';
import { addToSwapCache, freeSwapEntry, leaveSwap, takeFrames } from '../memory/folio.ts';
import type { Memcg } from '../memory/memcg.ts';
import {
  DEVICE,
  DIRTY,
  NEVER_MAPPED,
  NOWHERE,
  ORPHAN,
  PRESENT,
  READAHEAD,
  READING,
  RECLAIM,
  SWAPCACHE,
  YOUNG,
  ZERO,
  ZSWAP,
} from '../memory/pages.ts';
import { countUpdates, UPDATES } from '../memory/stats.ts';
import { refault } from '../memory/workingset.ts';
import { C } from '../metrics/counters.ts';
import { RAM } from '../metrics/flows.ts';
import { Get } from '../tiers/frontswap.ts';
import { ERROR_NS, READ_DONE, READ_FAILED } from './io.ts';
import { mustLeave } from './tierMask.ts';

/** VMA readahead never looks further than this power of two, whatever page-cluster says. */
const VMA_ORDER_CEILING = 5;

/**
 * Adds the folio of a page whose frame is charged to the swap cache and starts reading it, for a fault or
 * for swapoff.
 */
function startRead(k: Kernel, page: number, memcg: Memcg, run: ReadRun, inFault: boolean): void {
  const { pages, costs } = k;
  const { counters } = memcg;
  leaveSwap(k, page, RAM);
  const where = pages.where(page);
  if (where === ZERO) {
    k.now += costs.zeroFill;
    counters[C.swpin_zero]++;
  } else if (where === ZSWAP) {
    // Off zswap's list first: the two lists share a field.
    k.zswap?.load(page, memcg);
  } else if (!loadFromHost(k, page, memcg)) {
    counters[C.pswpin]++;
    run.add(page);
    // Locked from here on, although the request is only submitted with the rest of the window.
    pages.flags[page] |= READING;
  }
  addToSwapCache(k, page, memcg);
  refault(k, page, memcg, memcg.anon, inFault);
  lruAddNew(k, memcg, memcg.anon, page, inFault);
  const cached = onSynchronousDevice(k, page) ? 0 : UPDATES.swapCache;
  countUpdates(k, memcg, UPDATES.swapIn + cached);
}

/** Whether the host of frontswap had the page. */
function loadFromHost(k: Kernel, page: number, memcg: Memcg): boolean {
  const { pages, devices } = k;
  if (devices.frontswap === null) return false;
  const got = devices.frontswap.get(pages.slot(page), memcg);
  // Gone from the pool, RAM holds the only copy, which must be written again.
  if (got === Get.Taken) pages.flags[page] |= DIRTY;
  return got !== Get.Missed;
}

/** Gathers the reads of one window; neighbouring slots of a device become one request. */
class ReadRun {
  private count = 0;
  private readonly members = new Int32Array(1 << 10);
  private readonly k: Kernel;

  constructor(k: Kernel) {
    this.k = k;
  }

  add(page: number): void {
    this.members[this.count++] = page;
  }

  submit(): void {
    const { pages } = this.k;
    const { members } = this;
    let first = 0;
    for (let i = 1; i <= this.count; i++) {
      const next = i < this.count ? pages.slot(members[i]) : -1;
      if (next === pages.slot(members[i - 1]) + 1) continue;
      this.request(first, i);
      first = i;
    }
    this.count = 0;
  }

  private request(from: number, end: number): void {
    const { k } = this;
    const slot = k.pages.slot(this.members[from]);
    const device = k.devices.of(slot);
    const readBy = device.backend.read(slot - device.firstSlot, end - from);
    const done = readBy < 0 ? k.now + ERROR_NS : readBy;
    for (let i = from; i < end; i++) {
      const page = this.members[i];
      if (device.synchronous && done <= k.now) k.pages.flags[page] &= ~READING;
      else {
        k.readsInFlight.set(page, done);
        k.memcgOf(page).inFlight++;
        k.io.push(done, readBy < 0 ? READ_FAILED : READ_DONE, page);
      }
    }
  }
}

const runs = new WeakMap<Kernel, ReadRun>();

function readRun(k: Kernel): ReadRun {
  let run = runs.get(k);
  if (!run) runs.set(k, (run = new ReadRun(k)));
  return run;
}

/** Starts to read a page for which nobody waits; false when there is no frame for it. */
function readUnasked(k: Kernel, page: number, run: ReadRun, inFault: boolean): boolean {
  const memcg = k.memcgOf(page);
  if (tryCharge(k, memcg, 1, false) !== 0) return false;
  // Reclaim for the charge may have taken or freed the very page.
  const starts = canReadAhead(k, page);
  if (starts) startRead(k, page, memcg, run, inFault);
  else takeFrames(k, memcg, -1);
  return starts;
}

function readAheadPage(k: Kernel, page: number, run: ReadRun, inFault: boolean): void {
  if (!readUnasked(k, page, run, inFault)) return;
  k.pages.flags[page] |= READAHEAD | NEVER_MAPPED;
  k.memcgOf(page).counters[C.swap_ra]++;
}

function canReadAhead(k: Kernel, page: number): boolean {
  const { pages } = k;
  return (
    pages.where(page) !== NOWHERE && (pages.flags[page] & (SWAPCACHE | PRESENT | ORPHAN)) === 0
  );
}

/**
 * Swaps in a page whose frame is charged. The page is in the swap cache afterwards; when a device
 * still reads it, READING is set and `k.readsInFlight` has the time at which it will be there.
 * swapoff reads ahead even where faults do not.
 */
export function swapIn(
  k: Kernel,
  page: number,
  memcg: Memcg,
  area: Area,
  forSwapoff = false,
): void {
  const { pages, settings } = k;
  const run = readRun(k);
  const where = pages.where(page);
  const synchronous =
    where === DEVICE ? k.devices.of(pages.slot(page)).synchronous : onSynchronousDevice(k, page);
  // A synchronous device is read page by page only for the last entry that refers to the page.
  const { sharing, sharers } = k.processes[pages.process(page)];
  const alone = (sharing?.swapCount(page) ?? sharers) === 1;
  let started = false;
  if (!(synchronous && alone && !forSwapoff) && settings.pageCluster > 0) {
    if (settings.vmaReadahead && !k.devices.anyRotational) {
      const window = area.readahead;
      const most = 1 << Math.min(settings.pageCluster, VMA_ORDER_CEILING);
      window.plan(page, most, area.start, area.end);
      for (let p = window.start; p < window.end; p++) {
        if (p === page) started = startFaultRead(k, page, memcg, run, !forSwapoff);
        else if (canReadAhead(k, p)) readAheadPage(k, p, run, !forSwapoff);
      }
      if (window.window > 1) lruAddDrain(k, memcg);
    } else if (pages.slot(page) >= 0 && k.space.leadsBack(pages.slot(page))) {
      const { slots, firstSlot } = k.devices.of(pages.slot(page));
      const window = k.clusterReadahead;
      window.plan(pages.slot(page) - firstSlot, 1 << settings.pageCluster, slots.slots);
      for (let s = window.start; s < window.end; s++) {
        const p = slots.ownerOf(s);
        if (p === page) started = startFaultRead(k, page, memcg, run, !forSwapoff);
        else if (p >= 0 && canReadAhead(k, p)) readAheadPage(k, p, run, !forSwapoff);
      }
      if (window.window > 1) lruAddDrain(k, memcg);
    }
  }
  if (!started) startFaultRead(k, page, memcg, run, !forSwapoff);
  run.submit();
  if (!k.readsInFlight.has(page)) pages.flags[page] &= ~READING;
}

/**
 * Starts the read of the page that faulted, unless zswap writeback for the charge of a neighbour
 * has brought it into the swap cache meanwhile. Either way it stays locked while the rest of its
 * window is charged, so that reclaim for that cannot take it away again.
 */
function startFaultRead(
  k: Kernel,
  page: number,
  memcg: Memcg,
  run: ReadRun,
  inFault: boolean,
): true {
  if ((k.pages.flags[page] & SWAPCACHE) === 0) {
    startRead(k, page, memcg, run, inFault);
    k.zswap?.shrinker?.noteSwapIn(memcg);
  } else takeFrames(k, memcg, -1);
  // A dirty page, fresh from zswap, is not locked: reclaim that meets it activates it.
  const { flags } = k.pages;
  flags[page] |= (flags[page] & (READING | DIRTY)) === DIRTY ? NEVER_MAPPED : READING;
  return true;
}

/**
 * Reads a page whose frame is charged and that nobody asked for, and with it as many of the others as
 * get frames.
 */
export function swapInTogether(k: Kernel, page: number, others: readonly number[]): void {
  const run = readRun(k);
  startRead(k, page, k.memcgOf(page), run, false);
  for (const other of others)
    if (canReadAhead(k, other) && !readUnasked(k, other, run, false)) break;
  run.submit();
}

/** A page that zswap or a mark holds on a slot of a synchronous device is read like that device. */
function onSynchronousDevice(k: Kernel, page: number): boolean {
  const slot = k.pages.slot(page);
  return slot >= 0 && k.devices.of(slot).synchronous;
}

/** The process finds its page in the swap cache: readahead learns from it. */
export function noteSwapCacheHit(k: Kernel, page: number, memcg: Memcg, area: Area): void {
  const { pages, settings } = k;
  // PG_readahead and PG_reclaim share a bit: a page on its way out passes for one read ahead.
  const readAhead = (pages.flags[page] & (READAHEAD | RECLAIM)) !== 0;
  pages.flags[page] &= ~(READAHEAD | RECLAIM);
  if (settings.vmaReadahead && !k.devices.anyRotational) area.readahead.found(page, readAhead);
  else k.clusterReadahead.found(readAhead);
  if (readAhead) memcg.counters[C.swap_ra_hit]++;
}

/**
 * Maps a folio of the swap cache, and frees its swap entry when keeping it would save nothing: on
 * a synchronous device, when swap is more than half full, when the access writes, when a virtual
 * entry has no slot on a device, or when its memcg is to leave the tier.
 */
export function mapSwapCachePage(k: Kernel, page: number, memcg: Memcg, write: boolean): void {
  const { pages } = k;
  pages.flags[page] = (pages.flags[page] & ~(NEVER_MAPPED | READAHEAD)) | PRESENT | YOUNG;
  k.awaited.delete(page);
  k.processes[pages.process(page)].sharing?.map(page);
  const where = pages.where(page);
  const slot = pages.slot(page);
  const synchronous = slot >= 0 && k.devices.of(slot).synchronous;
  const nothingToKeep = where !== DEVICE && !k.space.isPlain(page);
  if (write || synchronous || nothingToKeep || mustLeave(k, memcg, slot) || k.space.swapFull(memcg))
    freeSwapEntry(k, page, memcg);
  if (write) pages.flags[page] |= DIRTY;
}
