/**
 * Pages that move to another tier together, step by step: each is read into the swap cache, which
 * locks it, written to the target, and then its entry changes over and its folio is freed. The steps
 * are those of zswap's writeback (facts 3.4) and of the transfer that thread 000 sketches. The old slot
 * is kept until the last step, so whatever goes wrong, and whoever faults on the page meanwhile, finds
 * it where it was.
 */
import type { Kernel } from '../kernel.ts';
import {
  addToSwapCache,
  countHeld,
  freePage,
  placeOf,
  putAway,
  takeFrames,
} from '../memory/folio.ts';
import { lruAddNew, lruRemove } from '../memory/lru.ts';
import {
  DEVICE,
  DIRTY,
  NEVER_MAPPED,
  ON_LRU,
  ORPHAN,
  PRESENT,
  READING,
  RECLAIM,
  SWAPCACHE,
  WRITEBACK,
  WRITTEN,
  ZSWAP,
} from '../memory/pages.ts';
import { C } from '../metrics/counters.ts';
import type { SwapDevice } from './devices.ts';
import { READ_DONE } from './io.ts';
import { cameBack, isUntouched, type Moving } from './moving.ts';
import { movesInPlace, type Target } from './transferRules.ts';

export class TransferBatch {
  pages: Moving[] = [];
  writing = false;
  moved = 0;
  stayed = 0;
  private readonly k: Kernel;
  private readonly to: Target;

  constructor(k: Kernel, to: Target) {
    this.k = k;
    this.to = to;
  }

  /** Gives a page that may move its slot on the target and a folio; false when there is no slot. */
  add(page: number): boolean {
    const { k, to } = this;
    const source = k.pages.slot(page);
    let target = -1;
    if (movesInPlace(k, page, to)) target = source;
    else if (to !== 'zswap') {
      target = k.devices.allocateOn(to, page);
      if (target < 0) return false;
      k.space.reserveTarget(page);
    }
    this.pages.push({ page, target, source, place: placeOf(k, page) });
    this.intoSwapCache(page);
    return true;
  }

  /** A frame is taken without asking, as zswap's writeback takes it. */
  private intoSwapCache(page: number): void {
    const { k } = this;
    const { pages } = k;
    const memcg = k.memcgOf(page);
    countHeld(k, page, -1, true);
    if (pages.where(page) === ZSWAP && k.zswap !== null) {
      k.zswap.codec.decompress(memcg);
      k.zswap.drop(page, memcg);
      pages.flags[page] |= DIRTY;
    } else pages.flags[page] |= READING;
    takeFrames(k, memcg, 1);
    addToSwapCache(k, page, memcg);
    pages.flags[page] |= NEVER_MAPPED;
    lruAddNew(k, memcg, memcg.anon, page, false);
  }

  /** Reads what is on devices, in the order of slots, neighbours as one request; returns when all is there, ns. */
  read(): number {
    const { k } = this;
    const { pages } = k;
    const reading = this.pages
      .filter(({ page }) => (pages.flags[page] & READING) !== 0)
      .sort((a, b) => a.source - b.source);
    const unread = new Set<Moving>();
    let last = k.now;
    for (let i = 0; i < reading.length;) {
      const slot = reading[i].source;
      const device = k.devices.of(slot);
      let end = i + 1;
      while (
        end < reading.length &&
        reading[end].source === slot + end - i &&
        k.devices.of(slot + end - i) === device
      )
        end++;
      const done = device.backend.read(slot - device.firstSlot, end - i);
      for (; i < end; i++) {
        const { page } = reading[i];
        k.memcgOf(page).counters[C.pswpin]++;
        if (done < 0) {
          k.memcgOf(page).counters[C.swap_read_error]++;
          unread.add(reading[i]);
        }
        if (done < 0 || (device.synchronous && done <= k.now)) pages.flags[page] &= ~READING;
        else {
          k.readsInFlight.set(page, done);
          k.memcgOf(page).inFlight++;
          k.io.push(done, READ_DONE, page);
        }
      }
      last = Math.max(last, done);
    }
    for (const m of unread) this.stay(m);
    this.pages = this.pages.filter((m) => !unread.has(m));
    return last;
  }

  /**
   * Writes the pages that nobody has touched meanwhile to the target. Returns when the last write is
   * complete, or -1 when there is nothing to wait for.
   */
  write(): number {
    const { to } = this;
    const ready = this.pages.filter((m) => {
      const goes = (to === 'zswap' || !to.closed) && isUntouched(this.k, m);
      if (!goes) this.stay(m);
      return goes;
    });
    this.pages = ready;
    if (to === 'zswap') {
      for (const m of ready) this.store(m);
      this.pages = [];
      return -1;
    }
    const last = this.writeTo(to, ready);
    this.writing = this.pages.length > 0;
    return this.writing ? last : -1;
  }

  private writeTo(to: SwapDevice, ready: readonly Moving[]): number {
    const { k } = this;
    this.pages = [];
    let last = k.now;
    for (let i = 0; i < ready.length;) {
      let end = i + 1;
      const slot = ready[i].target;
      if (!to.synchronous) while (end < ready.length && ready[end].target === slot + end - i) end++;
      const done = to.backend.write(slot - to.firstSlot, ready[i].page, end - i);
      for (; i < end; i++) {
        const { page } = ready[i];
        const memcg = k.memcgOf(page);
        memcg.counters[C.pswpout]++;
        if (done < 0) this.stay(ready[i]);
        else {
          k.pages.flags[page] |= WRITEBACK;
          memcg.inFlight++;
          this.pages.push(ready[i]);
        }
      }
      last = Math.max(last, done);
    }
    return last;
  }

  /** Compresses a page into the pool; its slot stays behind it where the design keeps one there. */
  private store(m: Moving): void {
    const { k } = this;
    const { page, source } = m;
    const memcg = k.memcgOf(page);
    // Off the lruvec first: the two lists share a field. Reclaim that waits may have isolated it.
    if ((k.pages.flags[page] & ON_LRU) !== 0) lruRemove(k.pages, memcg.anon, page);
    if (!k.zswap?.store(page, memcg)) {
      this.stay(m);
      return;
    }
    const device = k.devices.of(source);
    k.space.lookUp(page, memcg, 1);
    k.space.leftDevice(page);
    if (k.pages.slot(page) >= 0) device.backend.discard(source - device.firstSlot);
    this.arrive(m);
  }

  /** CPU time of making the entries of these pages refer to their targets, ns. */
  moveCost(): number {
    const moving = this.pages.filter(({ target, source }) => target !== source);
    return moving.length === 0 ? 0 : this.k.space.moveCost(moving.map(({ page }) => page));
  }

  /** The writes are complete: entries change over, and the folios are freed. */
  commit(): void {
    const { k, to } = this;
    const { pages } = k;
    for (const m of this.pages) {
      const { page, target, source } = m;
      k.memcgOf(page).inFlight--;
      pages.flags[page] &= ~(WRITEBACK | RECLAIM);
      const closed = to !== 'zswap' && to.closed;
      if (closed || (pages.flags[page] & (PRESENT | ORPHAN)) !== 0) {
        this.stay(m);
        continue;
      }
      if (target !== source) k.space.move(page, target);
      pages.setWhere(page, DEVICE);
      this.arrive(m);
    }
  }

  private arrive({ page, place }: Moving): void {
    const { k } = this;
    k.pages.flags[page] &= ~(DIRTY | WRITTEN);
    k.moved(page, place, placeOf(k, page));
    k.memcgOf(page).counters[C.swap_moved]++;
    this.moved++;
    putAway(this.k, page);
  }

  /** The page does not move: its slot on the target is free again. */
  private stay(m: Moving): void {
    const { k } = this;
    const { pages } = k;
    const { page, target, source } = m;
    const memcg = k.memcgOf(page);
    this.stayed++;
    memcg.counters[C.swap_move_fail]++;
    if (target >= 0 && target !== source) {
      k.devices.release(target);
      k.space.unreserveTarget(page, source);
    } else if (this.writing && this.to !== 'zswap')
      this.to.backend.discard(target - this.to.firstSlot);
    if ((pages.flags[page] & ORPHAN) !== 0) {
      if ((pages.flags[page] & READING) !== 0) return;
      pages.flags[page] &= ~ORPHAN;
      freePage(k, page, memcg);
      return;
    }
    const inRam = (pages.flags[page] & (PRESENT | SWAPCACHE)) !== 0;
    if (!inRam || pages.slot(page) !== source) return;
    if (isUntouched(k, m) && pages.where(page) === DEVICE) putAway(this.k, page);
    else cameBack(k, m);
  }
}
