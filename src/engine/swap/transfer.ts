/**
 * Pages that are out of RAM move to another swap device: each is read into the swap cache, written
 * to a slot of the target, and then its entry is made to refer to that slot, at the price that the
 * design of the swap space asks (facts 6.1, 6.3 and 6.6). No kernel does this yet; the steps are
 * those of zswap's writeback (facts 3.4) and of the transfer that thread 000 sketches, with the
 * swap cache as the lock. The old slot is kept until the last step, so whatever goes wrong, and
 * whoever faults on the page meanwhile, finds it where it was.
 */
import type { Kernel } from '../kernel.ts';
import {
  addToSwapCache,
  countHeld,
  dropFolio,
  freePage,
  placeOf,
  takeFrames,
} from '../memory/folio.ts';
import { lruAdd, lruAddNew, lruRemove } from '../memory/lru.ts';
import {
  DEVICE,
  DIRTY,
  NEVER_MAPPED,
  NOWHERE,
  ON_LRU,
  ORPHAN,
  PRESENT,
  READING,
  RECLAIM,
  SWAPCACHE,
  TOUCHED,
  WRITEBACK,
  WRITTEN,
  ZERO,
  ZSWAP,
} from '../memory/pages.ts';
import { refault } from '../memory/workingset.ts';
import { C } from '../metrics/counters.ts';
import { RAM } from '../metrics/flows.ts';
import type { SwapDevice } from './devices.ts';
import { READ_DONE, TRANSFER } from './io.ts';

/** Why a page does not move. */
export type TransferRefusal =
  /** The design fixes the slot of a page at swap-out. */
  | 'design'
  /** It is in RAM, was never touched, or is on its way already. */
  | 'not in swap'
  /** A page of zeros is only a mark: no tier holds it. */
  | 'zero'
  /** frontswap holds it: its device has nothing to read. */
  | 'in the host'
  | 'same tier'
  /** The target is full or being swapped off, or a limit on swap forbids another slot. */
  | 'no slot'
  /** No frame is free through which it could go. */
  | 'no memory';

/** How a transfer ended, pages. */
export type TransferEnd = (moved: number, stayed: number) => void;

/** Pages that move together. */
interface Transfer {
  readonly to: SwapDevice;
  pages: number[];
  /** Slot on the target by page. */
  targets: number[];
  /** Slot, or -1, and place of the flow matrix before the transfer, by page. */
  sources: number[];
  places: number[];
  writing: boolean;
  moved: number;
  stayed: number;
  readonly onEnd: TransferEnd | undefined;
}

export class Transfers {
  private readonly underWay = new Map<number, Transfer>();
  private nextId = 0;
  /** CPU time that transfers took since it was last asked for, ns; see `takeOwed`. */
  private owed = 0;
  private readonly k: Kernel;

  constructor(k: Kernel) {
    this.k = k;
  }

  /** Transfers begun and not ended. */
  get active(): number {
    return this.underWay.size;
  }

  /** Transfers under way, for checks of invariants: target slots by page, and whether it is written. */
  *inFlight(): Generator<{ page: number; target: number; writing: boolean }> {
    for (const { pages, targets, writing } of this.underWay.values())
      for (let i = 0; i < pages.length; i++) yield { page: pages[i], target: targets[i], writing };
  }

  /**
   * CPU time (ns) that the steps after `begin` have taken. They run when devices are done; the task
   * on whose behalf pages move adds what this gives to its own time.
   */
  takeOwed(): number {
    const { owed } = this;
    this.owed = 0;
    return owed;
  }

  /** Why the page cannot begin to move to the device, or null when it can. */
  refusal(page: number, to: SwapDevice): TransferRefusal | null {
    const { k } = this;
    const where = k.pages.where(page);
    if (!k.space.movesPages) return 'design';
    if (k.pages.flags[page] !== TOUCHED || where === NOWHERE) return 'not in swap';
    if (where === ZERO) return 'zero';
    if (where === DEVICE && k.devices.frontswap?.has(k.pages.slot(page))) return 'in the host';
    if (where === DEVICE && k.devices.of(k.pages.slot(page)) === to) return 'same tier';
    if (to.closed || to.slots.free === 0 || !k.space.mayHoldSlot(page)) return 'no slot';
    return k.freeFrames() > 0 ? null : 'no memory';
  }

  /**
   * Begins to move those of the pages that can move, all as one batch: their entries change together,
   * which is what makes a batch cheaper where page tables are walked. Charges the CPU time of the
   * reads to `kernel.now`. Returns how many pages have begun to move.
   */
  begin(pages: readonly number[], to: SwapDevice, onEnd?: TransferEnd): number {
    const { k } = this;
    const t: Transfer = {
      to,
      pages: [],
      targets: [],
      sources: [],
      places: [],
      writing: false,
      moved: 0,
      stayed: 0,
      onEnd,
    };
    for (const page of pages) {
      if (this.refusal(page, to) !== null) continue;
      const target = k.devices.allocateOn(to, page);
      if (target < 0) continue;
      k.space.reserveTarget(page);
      t.pages.push(page);
      t.targets.push(target);
      t.sources.push(k.pages.slot(page));
      t.places.push(placeOf(k, page));
      this.intoSwapCache(page);
    }
    if (t.pages.length === 0) return 0;
    const readBy = this.read(t.pages);
    const id = this.nextId++;
    this.underWay.set(id, t);
    k.io.push(Math.max(readBy, k.now), TRANSFER, id);
    return t.pages.length;
  }

  /** Gives the page a folio, with a frame taken without asking, as zswap's writeback takes it. */
  private intoSwapCache(page: number): void {
    const { k } = this;
    const { pages } = k;
    const memcg = k.memcgOf(page);
    countHeld(k, page, -1);
    if (pages.where(page) === ZSWAP && k.zswap !== null) {
      k.zswap.codec.decompress(memcg);
      k.zswap.drop(page, memcg);
      pages.flags[page] |= DIRTY;
    } else pages.flags[page] |= READING;
    takeFrames(k, memcg, 1);
    addToSwapCache(k, page, memcg);
    pages.flags[page] |= NEVER_MAPPED;
    lruAddNew(k, memcg, memcg.anon, page);
  }

  /** Reads what is on devices, neighbouring slots as one request; returns when all is there, ns. */
  private read(all: readonly number[]): number {
    const { k } = this;
    const { pages } = k;
    let last = 0;
    for (let i = 0; i < all.length;) {
      let end = i + 1;
      if ((pages.flags[all[i]] & READING) === 0) {
        i = end;
        continue;
      }
      const slot = pages.slot(all[i]);
      const device = k.devices.of(slot);
      while (
        end < all.length &&
        (pages.flags[all[end]] & READING) !== 0 &&
        pages.slot(all[end]) === slot + end - i &&
        k.devices.of(slot + end - i) === device
      )
        end++;
      const done = device.backend.read(slot - device.firstSlot, end - i);
      for (; i < end; i++) {
        const page = all[i];
        k.memcgOf(page).counters[C.pswpin]++;
        if (device.synchronous) pages.flags[page] &= ~READING;
        else {
          k.readsInFlight.set(page, done);
          k.memcgOf(page).inFlight++;
          k.io.push(done, READ_DONE, page);
        }
      }
      last = Math.max(last, done);
    }
    return last;
  }

  /** A device is done: the next step of a transfer. */
  step(id: number): void {
    const t = this.underWay.get(id);
    if (!t) return;
    if (!t.writing && this.write(t, id)) return;
    if (t.writing) this.commit(t);
    this.underWay.delete(id);
    t.onEnd?.(t.moved, t.stayed);
  }

  /** Writes the pages that nobody has touched meanwhile to the target; false when none is left. */
  private write(t: Transfer, id: number): boolean {
    const { k } = this;
    const { pages } = k;
    const started = k.now;
    const { to } = t;
    const ready: number[] = [];
    for (let i = 0; i < t.pages.length; i++) {
      if (to.closed || !this.untouched(t.pages[i], t.sources[i])) this.stay(t, i);
      else ready.push(i);
    }
    const written: number[] = [];
    let last = started;
    for (let i = 0; i < ready.length;) {
      let end = i + 1;
      const slot = t.targets[ready[i]];
      if (!to.synchronous)
        while (end < ready.length && t.targets[ready[end]] === slot + end - i) end++;
      const done = to.backend.write(slot - to.firstSlot, t.pages[ready[i]], end - i);
      for (; i < end; i++) {
        const page = t.pages[ready[i]];
        const memcg = k.memcgOf(page);
        memcg.counters[C.pswpout]++;
        if (done < 0) this.stay(t, ready[i]);
        else {
          pages.flags[page] |= WRITEBACK;
          memcg.inFlight++;
          written.push(ready[i]);
        }
      }
      last = Math.max(last, done);
    }
    t.pages = written.map((i) => t.pages[i]);
    t.targets = written.map((i) => t.targets[i]);
    t.sources = written.map((i) => t.sources[i]);
    t.places = written.map((i) => t.places[i]);
    const spent = k.now - started;
    // The work is done by whoever moves pages, not by the task that happens to run.
    k.now = started;
    this.owed += spent;
    if (t.pages.length === 0) return false;
    t.writing = true;
    const price = k.space.moveCost(t.pages);
    this.owed += price;
    for (const page of t.pages) k.memcgOf(page).counters[C.cpu_metadata] += price / t.pages.length;
    k.io.push(Math.max(last, started + spent) + price, TRANSFER, id);
    return true;
  }

  /** The folio is in the swap cache as the read left it, and nobody waits for it. */
  private untouched(page: number, source: number): boolean {
    const { pages, awaited } = this.k;
    const flags = pages.flags[page];
    const state = flags & (SWAPCACHE | PRESENT | READING | WRITEBACK | ORPHAN | TOUCHED);
    if (state !== (SWAPCACHE | TOUCHED) || awaited.has(page)) return false;
    if (pages.slot(page) !== source) return false;
    return pages.where(page) !== DEVICE || (flags & (DIRTY | WRITTEN)) === 0;
  }

  /** The writes are complete: entries change over, and the folios are freed. */
  private commit(t: Transfer): void {
    const { k } = this;
    const { pages } = k;
    for (let i = 0; i < t.pages.length; i++) {
      const page = t.pages[i];
      const memcg = k.memcgOf(page);
      memcg.inFlight--;
      pages.flags[page] &= ~(WRITEBACK | RECLAIM);
      if (t.to.closed || (pages.flags[page] & (PRESENT | ORPHAN)) !== 0) {
        this.stay(t, i);
        continue;
      }
      k.space.move(page, t.targets[i]);
      pages.setWhere(page, DEVICE);
      pages.flags[page] &= ~(DIRTY | WRITTEN);
      k.flows.add(t.places[i], placeOf(k, page));
      memcg.counters[C.swap_moved]++;
      t.moved++;
      this.putAway(page);
    }
  }

  /** The page does not move: its slot on the target is free again. */
  private stay(t: Transfer, i: number): void {
    const { k } = this;
    const { pages } = k;
    const page = t.pages[i];
    const memcg = k.memcgOf(page);
    t.stayed++;
    memcg.counters[C.swap_move_fail]++;
    k.devices.release(t.targets[i]);
    k.space.unreserveTarget(page, t.sources[i]);
    if ((pages.flags[page] & ORPHAN) !== 0) {
      if ((pages.flags[page] & READING) !== 0) return;
      pages.flags[page] &= ~ORPHAN;
      freePage(k, page, memcg);
      return;
    }
    const inRam = (pages.flags[page] & (PRESENT | SWAPCACHE)) !== 0;
    if (!inRam || pages.slot(page) !== t.sources[i]) return;
    if (this.untouched(page, t.sources[i]) && pages.where(page) === DEVICE) this.putAway(page);
    else this.cameBack(page, t.places[i]);
  }

  /** Frees the folio; its data is on a device. The shadow of its eviction is still there. */
  private putAway(page: number): void {
    const { k } = this;
    const memcg = k.memcgOf(page);
    // Reclaim that waits for the write has isolated the folio.
    if ((k.pages.flags[page] & ON_LRU) !== 0) lruRemove(k.pages, memcg.anon, page);
    dropFolio(k, page, memcg);
  }

  /** A fault took the folio: it counts as the refault that it would have been without the transfer. */
  private cameBack(page: number, place: number): void {
    const { k } = this;
    const memcg = k.memcgOf(page);
    k.flows.add(place, RAM);
    const listed = (k.pages.flags[page] & ON_LRU) !== 0;
    if (listed) lruRemove(k.pages, memcg.anon, page);
    refault(k, page, memcg, memcg.anon);
    if (listed) lruAdd(k.pages, memcg.anon, page);
  }
}
