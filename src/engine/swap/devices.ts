/**
 * All swap devices of the machine, and which of them the next slot comes from: highest priority
 * first, equals in turn, and each CPU stays in its cluster until that is used up (facts 2.2).
 * Slots have global numbers: a device's first slot plus the offset on it.
 */
import type { Frontswap } from '../tiers/frontswap.ts';
import { ClusterAllocator } from './clusters.ts';
import { OvertakenDevices } from './overtaken.ts';
import { SlotCounts } from './slotCounts.ts';

/** What a tier must offer to be swapped to. Times are ns, slots are offsets on the device. */
export interface Backend {
  /**
   * Writes a page, or `count` pages from `slot` on as one request. Returns the time at which the
   * write is complete; a synchronous backend has charged its CPU time to `kernel.now` and returns
   * that. -1 when the write failed.
   */
  write(slot: number, page: number, count?: number): number;
  /**
   * Reads `count` pages from `slot` on; returns the time at which they are in RAM, -1 when that fails. A
   * synchronous backend returns `kernel.now`, unless it has to fetch a page from elsewhere.
   */
  read(slot: number, count: number): number;
  /** The slot's data is no longer needed. */
  discard(slot: number): void;
  /** Time at which the device can take another request, when its queue is full now; otherwise 0. */
  busyUntil(): number;
  /** RAM that the backend takes, pages. */
  ramPages(): number;
  /** What it counts, by the names of the metric catalogue. */
  counters(): Record<string, number>;
}

export class SwapDevice {
  readonly slots: ClusterAllocator;
  /** It ran out of slots and has not had much room since. */
  full = false;
  /** Swapped off, or about to be: its slots are no longer handed out and do not count as swap space. */
  closed = false;
  readonly index: number;
  readonly name: string;
  priority: number;
  /** Page tables name its slots although there is a virtual swap space in the machine. */
  plain = false;
  /** The named tier that its priority falls in; undefined when no tiers are set up. */
  tier: string | undefined = undefined;
  /** Global number of its slot 0. */
  readonly firstSlot: number;
  readonly rotational: boolean;
  readonly synchronous: boolean;
  readonly backend: Backend;

  constructor(
    index: number,
    name: string,
    priority: number,
    firstSlot: number,
    slotCount: number,
    rotational: boolean,
    synchronous: boolean,
    backend: Backend,
    reclaimCacheOnly: (globalSlot: number) => boolean,
  ) {
    this.index = index;
    this.name = name;
    this.priority = priority;
    this.firstSlot = firstSlot;
    this.rotational = rotational;
    this.synchronous = synchronous;
    this.backend = backend;
    this.slots = new ClusterAllocator(slotCount, rotational, (slot) =>
      reclaimCacheOnly(firstSlot + slot),
    );
  }
}

/** Devices of the same priority together, highest priority first. */
function inOrder(list: readonly SwapDevice[]): SwapDevice[][] {
  const priorities = [...new Set(list.map((d) => d.priority))].sort((a, b) => b - a);
  return priorities.map((p) => list.filter((d) => d.priority === p));
}

/** A device is no longer full, as far as news of it go, when one slot of so many is free. */
const ROOM_AGAIN = 10;

export class SwapDevices {
  /** Highest priority first; a device that allocation visits goes behind its equals. */
  private byPriority: SwapDevice[][];
  /** Slot at which each CPU goes on, or -1: first those of plain devices, then the others. */
  private readonly cpuNext: Int32Array;
  private readonly plain = new SlotCounts();
  private readonly others = new SlotCounts();
  readonly anyRotational: boolean;
  /** The host's RAM, which is offered every page before its device; null when there is none. */
  frontswap: Frontswap | null = null;
  readonly overtaken = new OvertakenDevices();

  readonly list: readonly SwapDevice[];

  private readonly onFull: (device: SwapDevice) => void;

  constructor(list: readonly SwapDevice[], cpus: number, onFull: (device: SwapDevice) => void) {
    this.list = list;
    this.onFull = onFull;
    this.byPriority = inOrder(list);
    this.cpuNext = new Int32Array(2 * cpus).fill(-1);
    for (const device of list) {
      const counts = this.counts(device.plain);
      counts.total += device.slots.slots - 1;
      counts.free += device.slots.free;
      counts.provisioned += device.slots.slots - 1;
    }
    this.anyRotational = list.some((d) => d.rotational);
  }

  /** The slots of plain devices, or those of all others. */
  counts(plain: boolean): SlotCounts {
    return plain ? this.plain : this.others;
  }

  get totalSlots(): number {
    return this.plain.total + this.others.total;
  }

  get free(): number {
    return this.plain.free + this.others.free;
  }

  get used(): number {
    return this.plain.used + this.others.used;
  }

  /** vm_swap_full(): less than half of all slots are free. */
  get halfUsed(): boolean {
    return this.free * 2 < this.totalSlots;
  }

  of(slot: number): SwapDevice {
    const { list } = this;
    let i = list.length - 1;
    while (i > 0 && slot < list[i].firstSlot) i--;
    return list[i];
  }

  ownerOf(slot: number): number {
    const device = this.of(slot);
    return device.slots.ownerOf(slot - device.firstSlot);
  }

  /** A slot for the page on a device of the kind that `allowed` names, or -1. */
  allocate(page: number, cpu: number, allowed: readonly boolean[], plain = false): number {
    const reclaim = this.halfUsed;
    const at = this.cpuNext[2 * cpu + (plain ? 0 : 1)];
    if (at >= 0) {
      const device = this.of(at);
      if (allowed[device.index] && !device.closed) {
        const slot = device.slots.allocateAt(at - device.firstSlot, page, reclaim);
        if (slot >= 0) return this.allocated(device, slot, cpu);
      }
    }
    for (const equals of this.byPriority) {
      for (let tries = equals.length; tries > 0; tries--) {
        const device = equals[0];
        for (let i = 1; i < equals.length; i++) equals[i - 1] = equals[i];
        equals[equals.length - 1] = device;
        if (device.plain !== plain || !allowed[device.index]) continue;
        if (device.closed || device.slots.free === 0) continue;
        const slot = device.slots.allocate(page, reclaim);
        if (slot >= 0) return this.allocated(device, slot, cpu);
      }
    }
    return -1;
  }

  /** The first device by priority that `allowed` names and that has a free slot; null when there is none. */
  firstWithRoom(allowed: readonly boolean[]): SwapDevice | null {
    for (const equals of this.byPriority)
      for (const device of equals)
        if (allowed[device.index] && !device.closed && device.slots.free > 0) return device;
    return null;
  }

  /** A slot for the page on this device, whatever its priority; -1 when it has none. */
  allocateOn(device: SwapDevice, page: number): number {
    if (device.closed || device.slots.free === 0) return -1;
    const slot = device.slots.allocate(page, false);
    if (slot < 0) return -1;
    this.taken(device);
    return device.firstSlot + slot;
  }

  private taken(device: SwapDevice): void {
    const counts = this.counts(device.plain);
    counts.free--;
    counts.used++;
    if (device.slots.free > 0 || device.full) return;
    device.full = true;
    this.onFull(device);
  }

  private allocated(device: SwapDevice, slot: number, cpu: number): number {
    this.taken(device);
    if (!device.rotational) {
      const next = device.slots.nextSlot;
      this.cpuNext[2 * cpu + (device.plain ? 0 : 1)] = next < 0 ? -1 : device.firstSlot + next;
    }
    return device.firstSlot + slot;
  }

  release(slot: number): void {
    const device = this.of(slot);
    if (this.frontswap !== null) this.frontswap.invalidate(slot);
    device.backend.discard(slot - device.firstSlot);
    device.slots.release(slot - device.firstSlot);
    if (device.slots.free * ROOM_AGAIN >= device.slots.slots) device.full = false;
    const counts = this.counts(device.plain);
    counts.used--;
    if (!device.closed) counts.free++;
  }

  /** The device with this name, which must exist. */
  named(name: string): SwapDevice {
    const device = this.list.find((d) => d.name === name);
    if (!device) throw new Error(`There is no tier ${name}`);
    return device;
  }

  /**
   * From now on slots are taken in the new order, also by CPUs in the middle of a cluster; `follow` says
   * whether pages that have slots follow it.
   */
  setPriority(device: SwapDevice, priority: number, follow: boolean): void {
    const before = device.priority;
    device.priority = priority;
    this.overtaken.changed(this.list, device, before, follow);
    this.byPriority = inOrder(this.list);
    this.cpuNext.fill(-1);
  }

  /** swapoff begins. */
  close(device: SwapDevice): void {
    const counts = this.counts(device.plain);
    device.closed = true;
    counts.total -= device.slots.slots - 1;
    counts.free -= device.slots.free;
  }

  /** swapoff has emptied the device. */
  retire(device: SwapDevice): void {
    this.counts(device.plain).provisioned -= device.slots.slots - 1;
    this.frontswap?.invalidateArea(device);
  }

  /** swapoff has stopped. */
  reopen(device: SwapDevice): void {
    const counts = this.counts(device.plain);
    device.closed = false;
    counts.total += device.slots.slots - 1;
    counts.free += device.slots.free;
  }

  ramPages(): number {
    let pages = 0;
    for (const device of this.list) pages += device.backend.ramPages();
    return pages;
  }
}
