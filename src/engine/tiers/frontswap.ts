/**
 * frontswap: a page that has a slot on a device is offered to the host's RAM first, inside the
 * caller, and the host may refuse it (facts 9.1 to 9.3). This is the guest's side of the contract;
 * each top-level cgroup stands for a guest. What the host does is in hostPool.ts.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { C } from '../metrics/counters.ts';
import type { SwapDevice } from '../swap/devices.ts';
import type { HostPool } from './hostPool.ts';

export interface FrontswapSettings {
  /** A get takes the page out of the pool. */
  readonly exclusiveGets: boolean;
  /** Time to the host and back, ns. */
  readonly hypercall: number;
}

export const Get = {
  /** The host has no such page, or no longer. */
  Missed: 0,
  Loaded: 1,
  /** The pool has given the page up: RAM holds the only copy. */
  Taken: 2,
} as const;
export type Get = (typeof Get)[keyof typeof Get];

/** The guest of each memcg, by its id: 0 for the root, 1 and so on for its children in order. */
export function guestsOf(k: Kernel): Int32Array {
  const guests = new Int32Array(k.memcgs.length);
  k.root.children.forEach((top, i) => {
    for (const memcg of top.subtree) guests[memcg.id] = i + 1;
  });
  return guests;
}

export class Frontswap {
  readonly pool: HostPool;

  private readonly k: Kernel;
  private readonly settings: FrontswapSettings;
  /** The memcg whose page was put under each slot, or -1: frontswap_map with owners. */
  private readonly owner: Int32Array;
  /** Guest of each memcg, by its id. */
  readonly guestOf: Int32Array;
  /** Pages that each guest has put and not given up: frontswap_pages. */
  readonly pagesOf: Int32Array;
  /** By guest: pages are written to their device as well, so that the host may drop them. */
  private readonly through: readonly boolean[];

  constructor(
    k: Kernel,
    settings: FrontswapSettings,
    pool: HostPool,
    slots: number,
    through: readonly boolean[],
  ) {
    this.k = k;
    this.settings = settings;
    this.pool = pool;
    this.owner = new Int32Array(slots).fill(-1);
    this.guestOf = guestsOf(k);
    this.through = through;
    this.pagesOf = new Int32Array(through.length);
  }

  /** The guest has put a page under the slot and not given it up. */
  has(slot: number): boolean {
    return this.owner[slot] >= 0;
  }

  /** A get of the slot would find its page. */
  holds(slot: number): boolean {
    return this.has(slot) && this.pool.holds(slot);
  }

  /** Pages that the guest of the memcg writes to their device whether the host takes them or not. */
  writesThrough(memcg: Memcg): boolean {
    return this.through[this.guestOf[memcg.id]];
  }

  /**
   * Offers the page of a slot to the host. What the host had under the slot is replaced, or gone when
   * it refuses. A refusal costs the call all the same.
   */
  put(slot: number, page: number, memcg: Memcg): boolean {
    const { k } = this;
    const open = !k.devices.of(slot).closed;
    k.now += this.settings.hypercall;
    if (open && this.pool.put(slot, this.guestOf[memcg.id], page, memcg)) {
      this.setOwner(slot, memcg.id);
      memcg.counters[C.frontswap_succ_stores]++;
      return true;
    }
    if (!open) this.invalidate(slot);
    this.setOwner(slot, -1);
    memcg.counters[C.frontswap_failed_stores]++;
    return false;
  }

  /** Copies the page of a slot back, if the guest has put one. */
  get(slot: number, memcg: Memcg): Get {
    if (!this.has(slot)) return Get.Missed;
    this.k.now += this.settings.hypercall;
    if (!this.pool.get(slot, memcg)) {
      memcg.counters[C.frontswap_missed_loads]++;
      return Get.Missed;
    }
    memcg.counters[C.frontswap_loads]++;
    if (!this.settings.exclusiveGets && !this.pool.mustShed(this.guestOf[memcg.id]))
      return Get.Loaded;
    this.pool.drop(slot);
    this.setOwner(slot, -1);
    return Get.Taken;
  }

  /** The data of a slot is no longer needed; says so to the host when it was given the page. */
  invalidate(slot: number): void {
    if (!this.has(slot)) return;
    this.k.now += this.settings.hypercall;
    this.k.memcgs[this.owner[slot]].counters[C.frontswap_invalidates]++;
    this.pool.drop(slot);
    this.setOwner(slot, -1);
  }

  /** swapoff has ended: one call says that nothing of the device is needed any more. */
  invalidateArea({ firstSlot, slots }: SwapDevice): void {
    this.k.now += this.settings.hypercall;
    for (let slot = firstSlot; slot < firstSlot + slots.slots; slot++) {
      this.pool.drop(slot);
      this.setOwner(slot, -1);
    }
  }

  /** The guest that has put a page under the slot, or -1. */
  guestAt(slot: number): number {
    return this.has(slot) ? this.guestOf[this.owner[slot]] : -1;
  }

  private setOwner(slot: number, owner: number): void {
    if (this.has(slot)) this.pagesOf[this.guestAt(slot)]--;
    this.owner[slot] = owner;
    if (owner >= 0) this.pagesOf[this.guestOf[owner]]++;
  }
}
