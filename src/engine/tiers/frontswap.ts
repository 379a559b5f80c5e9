/**
 * frontswap over a hypervisor's pool: a page that has a slot on a device is offered to the host's
 * RAM first, inside the caller, and the host may refuse it (facts 9.1 to 9.3). Each top-level
 * cgroup stands for a guest; the host knows no more of it than its pages in the pool.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { C } from '../metrics/counters.ts';

export interface FrontswapSettings {
  /** Pages that the host gives to all guests together at first, and at most to one of them. */
  readonly poolPages: number;
  readonly guestPages: number;
  /** A get takes the page out of the pool. */
  readonly exclusiveGets: boolean;
  /** Time to the host and back, and of copying one page, ns. */
  readonly hypercall: number;
  readonly copy: number;
}

export class Frontswap {
  /** Most pages that the host takes now. */
  poolPages: number;
  /** Pages in the pool. */
  used = 0;
  /** Pages in the pool by guest. */
  readonly usedBy: Int32Array;

  private readonly k: Kernel;
  private readonly settings: FrontswapSettings;
  /** The memcg whose page the pool holds for each slot, or -1: frontswap_map with owners. */
  private readonly owner: Int32Array;
  /** Guest of each memcg. */
  private readonly guestOf: Int32Array;

  constructor(k: Kernel, settings: FrontswapSettings) {
    this.k = k;
    this.settings = settings;
    this.poolPages = settings.poolPages;
    this.owner = new Int32Array(k.devices.list.reduce((n, d) => n + d.slots.slots, 0)).fill(-1);
    this.guestOf = new Int32Array(k.memcgs.length);
    this.usedBy = new Int32Array(k.root.children.length + 1);
    k.root.children.forEach((memcg, i) => this.assign(memcg, i + 1));
  }

  private assign(memcg: Memcg, guest: number): void {
    this.guestOf[memcg.id] = guest;
    for (const child of memcg.children) this.assign(child, guest);
  }

  has(slot: number): boolean {
    return this.owner[slot] >= 0;
  }

  /**
   * Offers the page of a slot to the host. A page that is there already is replaced in its place.
   * A refusal costs the call all the same.
   */
  put(slot: number, memcg: Memcg): boolean {
    const { k, settings } = this;
    k.now += settings.hypercall;
    if (k.devices.of(slot).closed) {
      this.invalidate(slot);
      memcg.counters[C.frontswap_failed_stores]++;
      return false;
    }
    if (!this.has(slot)) {
      const guest = this.guestOf[memcg.id];
      if (this.used >= this.poolPages || this.usedBy[guest] >= settings.guestPages) {
        memcg.counters[C.frontswap_failed_stores]++;
        return false;
      }
      this.used++;
      this.usedBy[guest]++;
      this.owner[slot] = memcg.id;
    }
    k.now += settings.copy;
    memcg.counters[C.frontswap_succ_stores]++;
    return true;
  }

  /** Copies the page of a slot back; true when the pool no longer has it. */
  get(slot: number, memcg: Memcg): boolean {
    this.k.now += this.settings.hypercall + this.settings.copy;
    memcg.counters[C.frontswap_loads]++;
    if (this.settings.exclusiveGets) this.remove(slot);
    return this.settings.exclusiveGets;
  }

  /** The data of a slot is no longer needed; says so to the host when it has it. */
  invalidate(slot: number): void {
    if (!this.has(slot)) return;
    this.k.now += this.settings.hypercall;
    this.k.memcgs[this.owner[slot]].counters[C.frontswap_invalidates]++;
    this.remove(slot);
  }

  private remove(slot: number): void {
    this.used--;
    this.usedBy[this.guestOf[this.owner[slot]]]--;
    this.owner[slot] = -1;
  }
}
