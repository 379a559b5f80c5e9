/**
 * How swapoff finds the pages of a tier, and what looking for them costs (facts 6.1 and 6.6). Where a
 * page-table entry names a slot, the page tables of everyone are walked, as try_to_unuse() of
 * mm/swapfile.c walks them. Where it names a descriptor, only the tier's slots are looked at, or, when
 * a slot does not lead to its descriptor, all descriptors.
 */
import type { Kernel, Process } from '../kernel.ts';
import { FILE, NOWHERE, ZSWAP } from '../memory/pages.ts';
import { C } from '../metrics/counters.ts';
import { bringBack } from './bringBack.ts';
import { bringIn } from './bringIn.ts';
import type { SwapDevice } from './devices.ts';

/** What `find` returns when its time is up, and when it has looked at everything once. */
export const TIME_UP = -1;
export const PASS_OVER = -2;

export interface Sweep {
  /** Looks on until `until` (ns), charging for it: the page that it is at, TIME_UP or PASS_OVER. */
  find(until: number): number;
  /** Goes on with that page: 0 when it has left the tier, a time (ns) to wait for, KILLED or UNREADABLE. */
  take(page: number): number;
  /** Leaves the page behind. */
  skip(): void;
  /** Looks at everything once more. */
  restart(): void;
}

/** Pages read together where reads are not led by page tables: SWAP_CLUSTER_MAX; estimate. */
const BATCH = 32;

function isOn(k: Kernel, page: number, device: SwapDevice): boolean {
  const slot = k.pages.slot(page);
  return slot >= 0 && k.devices.of(slot) === device;
}

function lookAtDescriptor(k: Kernel, page: number): void {
  k.counters[C.swapoff_walked]++;
  k.space.lookUp(page, k.memcgOf(page), 1);
}

/** Goes over the pages of all processes in order of address. */
abstract class PageSweep implements Sweep {
  protected page = 0;
  private process = 0;
  private looked = -1;
  protected readonly k: Kernel;

  constructor(k: Kernel) {
    this.k = k;
  }

  find(until: number): number {
    const { k } = this;
    while (k.now < until) {
      if (this.process === k.processes.length) return PASS_OVER;
      const process = k.processes[this.process];
      const { base, count } = process;
      if (this.page < base) this.page = base;
      if (this.page >= base + count) {
        this.process++;
        continue;
      }
      if (this.looked !== this.page) {
        this.looked = this.page;
        this.look(process);
      }
      if (this.isFound(this.page)) return this.page;
      this.page++;
    }
    return TIME_UP;
  }

  /** Charges for a look at `page`; may go on to the last of the pages that need none. */
  protected abstract look(process: Process): void;
  protected abstract isFound(page: number): boolean;
  abstract take(page: number): number;

  skip(): void {
    this.page++;
  }

  restart(): void {
    this.page = 0;
    this.process = 0;
    this.looked = -1;
  }
}

/**
 * All page tables of processes that have swapped (mmlist), entry by entry; each process that shares pages
 * has its own.
 */
export class PageTableSweep extends PageSweep {
  private readonly device: SwapDevice;

  constructor(k: Kernel, device: SwapDevice) {
    super(k);
    this.device = device;
  }

  protected override look(process: Process): void {
    const { base, count, tableExists, sharers, hasSwapped, holdsCopies } = process;
    const { k, page } = this;
    const { pagesPerTable } = k.settings;
    if (!hasSwapped) {
      this.page = base + count - 1;
      return;
    }
    const table = Math.floor((page - base) / pagesPerTable);
    if (tableExists[table] === 0) this.page = base + (table + 1) * pagesPerTable - 1;
    // Mappings without anonymous memory are not walked; entries of copies stand among those of their sharers.
    else if (k.pages.where(page) !== FILE && !holdsCopies) {
      k.now += sharers * k.costs.walkPte;
      k.counters[C.swapoff_walked] += sharers;
    }
  }

  protected override isFound(page: number): boolean {
    return isOn(this.k, page, this.device);
  }

  override take(page: number): number {
    return bringBack(this.k, page);
  }
}

/** Every descriptor, wherever its page is. */
export class DescriptorSweep extends PageSweep {
  private readonly ahead: number[] = [];
  private readonly device: SwapDevice;

  constructor(k: Kernel, device: SwapDevice) {
    super(k);
    this.device = device;
  }

  protected override look(): void {
    const where = this.k.pages.where(this.page);
    if (where !== NOWHERE && where !== FILE) lookAtDescriptor(this.k, this.page);
  }

  protected override isFound(page: number): boolean {
    return isOn(this.k, page, this.device);
  }

  override take(page: number): number {
    const { k, ahead } = this;
    const end = Math.min(page + BATCH, k.pages.count);
    ahead.length = 0;
    for (let next = page + 1; next < end; next++) if (this.isFound(next)) ahead.push(next);
    return bringIn(k, page, ahead);
  }
}

/** What zswap holds. Its entries stay what they are, so that nothing else has to be found. */
export class PoolSweep extends PageSweep {
  protected override look(): void {
    if (this.isFound(this.page)) this.k.counters[C.swapoff_walked]++;
  }

  protected override isFound(page: number): boolean {
    return this.k.pages.where(page) === ZSWAP;
  }

  override take(page: number): number {
    return bringIn(this.k, page, []);
  }
}

/** The slots of a device in use, each of which leads to its descriptor. */
export class SlotSweep implements Sweep {
  private slot = 1;
  private looked = -1;
  private readonly ahead: number[] = [];
  private readonly k: Kernel;
  private readonly device: SwapDevice;

  constructor(k: Kernel, device: SwapDevice) {
    this.k = k;
    this.device = device;
  }

  /** The page whose data the slot has; -1 when it is free or only the target of a transfer. */
  private pageAt(slot: number): number {
    const { slots, firstSlot } = this.device;
    const page = slots.ownerOf(slot);
    return page >= 0 && this.k.pages.slot(page) === firstSlot + slot ? page : -1;
  }

  find(until: number): number {
    const { k } = this;
    while (k.now < until) {
      if (this.slot >= this.device.slots.slots) return PASS_OVER;
      const page = this.pageAt(this.slot);
      if (page >= 0) {
        if (this.looked !== this.slot) lookAtDescriptor(k, page);
        this.looked = this.slot;
        return page;
      }
      this.slot++;
    }
    return TIME_UP;
  }

  take(page: number): number {
    const { ahead, slot } = this;
    const end = Math.min(slot + BATCH, this.device.slots.slots);
    ahead.length = 0;
    for (let next = slot + 1; next < end; next++) {
      const neighbour = this.pageAt(next);
      if (neighbour >= 0) ahead.push(neighbour);
    }
    return bringIn(this.k, page, ahead);
  }

  skip(): void {
    this.slot++;
  }

  restart(): void {
    this.slot = 1;
    this.looked = -1;
  }
}
