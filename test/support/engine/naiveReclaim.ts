/**
 * Reclaim of one cgroup with one task as plain objects and arrays, to be right by reading it: written from
 * facts 1.1 to 1.4, 2.1, 2.2, 2.4 and 3.2 and the tables of docs/model.md, and from no engine code. One swap device
 * of a single cluster, a zram or one behind zswap; fresh statistics, no readahead, no file, no second cgroup.
 */
import {
  COUNTED,
  NEW_FOLIO,
  type Folio,
  type NaivePage,
  type NaiveSettings,
} from './naivePages.ts';
import { NaiveSlots } from './naiveSlots.ts';

const BATCH = 32;
const FIRST_PRIORITY = 12;
const RETRIES = 16;
const GATHERED = 31;
const PAGE_BYTES = 4096;
const PAGES_PER_TABLE = 512;

type Outcome = 'freed' | 'written and freed' | 'kept' | 'activated';

export class NaiveReclaim {
  readonly pages: NaivePage[];
  readonly counters = Object.fromEntries(COUNTED.map((name) => [name, 0])) as Record<
    (typeof COUNTED)[number],
    number
  >;
  /** The first of each list is its head. */
  private active: NaivePage[] = [];
  private inactive: NaivePage[] = [];
  /** Came to RAM and wait to be put on their lists, the oldest first (facts 1.2; a batch of a CPU). */
  private gathered: NaivePage[] = [];
  private readonly slots: NaiveSlots<NaivePage>;
  private readonly tables = new Set<number>();
  private nonresidentAge = 0;
  private activatedAtLastReclaim = 0;
  private anonCost = 0;
  killed = false;
  private readonly s: NaiveSettings;

  constructor(s: NaiveSettings) {
    this.s = s;
    this.slots = new NaiveSlots(s.slots);
    const untouched = { touched: false, folio: null, slot: null, copy: null, shadow: null };
    this.pages = Array.from({ length: s.pages }, (_, index) => ({ index, ...untouched }));
  }

  /** Each list from head to tail with what waits to join it. */
  lists(): { active: number[]; inactive: number[] } {
    const waiting = this.gathered.toReversed();
    const numbers = (active: boolean, list: NaivePage[]) =>
      [...waiting.filter((p) => p.folio?.active === active), ...list].map((p) => p.index);
    return { active: numbers(true, this.active), inactive: numbers(false, this.inactive) };
  }

  // An access and its fault (facts 2.4).

  access(index: number, write: boolean): void {
    const page = this.pages[index]!;
    if (!page.folio?.mapped) this.fault(page, write);
    if (this.killed) return;
    page.folio!.accessed = true;
    if (write) page.folio!.written = true;
  }

  private fault(page: NaivePage, write: boolean): void {
    this.counters.pgfault++;
    if (!page.touched) this.firstTouch(page);
    else {
      if (page.folio === null) this.swapIn(page);
      if (!this.killed) this.map(page, write);
    }
  }

  private firstTouch(page: NaivePage): void {
    const table = Math.floor(page.index / PAGES_PER_TABLE);
    if (!this.tables.has(table)) {
      // The first table comes with the directory above it.
      this.charge(this.tables.size === 0 ? 2 : 1);
      this.tables.add(table);
    }
    this.charge(1);
    if (this.killed) return;
    page.touched = true;
    this.comesToRam(page, { mapped: true, dirty: true });
  }

  private swapIn(page: NaivePage): void {
    this.charge(1);
    if (this.killed) return;
    this.counters.pgmajfault++;
    if (page.copy === 'zero') this.counters.swpin_zero++;
    if (page.copy === 'device') this.counters.pswpin++;
    if (page.copy === 'zswap') this.counters.zswpin++;
    // A load takes the page out of zswap, so that RAM has the only copy.
    const fromZswap = page.copy === 'zswap';
    if (fromZswap) page.copy = null;
    const { active, workingset } = this.refault(page);
    this.comesToRam(page, { dirty: fromZswap, active, workingset });
  }

  private comesToRam(page: NaivePage, state: Partial<Folio>): void {
    page.folio = { ...NEW_FOLIO, ...state };
    this.gathered.push(page);
    if (this.gathered.length === GATHERED) this.drain();
  }

  private map(page: NaivePage, write: boolean): void {
    page.folio!.mapped = true;
    page.folio!.accessed = true;
    // Slot retention (facts 2.4).
    if (write || this.s.device === 'zram' || this.swapIsFull()) this.freeSlot(page);
    if (write) page.folio!.dirty = true;
  }

  // Refault distance (facts 1.3).

  private refault(page: NaivePage): { active: boolean; workingset: boolean } {
    const shadow = page.shadow!;
    const { counters } = this;
    page.shadow = null;
    counters.workingset_refault_anon++;
    const workingSet = this.hasSwapRoom() ? this.active.length : 0;
    if (this.nonresidentAge - shadow.age > workingSet) return { active: false, workingset: false };
    this.nonresidentAge++;
    counters.workingset_activate_anon++;
    if (shadow.workingset) {
      counters.workingset_restore_anon++;
      this.noteCost(1, 0);
    }
    return { active: true, workingset: shadow.workingset };
  }

  /** An I/O weighs as much as 32 rotations; halved above a quarter of the lists. */
  private noteCost(io: number, rotated: number): void {
    this.anonCost += 32 * io + rotated;
    const quarter = Math.floor((this.active.length + this.inactive.length) / 4);
    if (io + rotated > 0 && this.anonCost > quarter) this.anonCost = Math.floor(this.anonCost / 2);
  }

  // Charging (facts 1.4).

  private usage(): number {
    const inRam = this.pages.filter(({ folio }) => folio !== null).length;
    const compressed = this.pages
      .filter(({ copy }) => copy === 'zswap')
      .reduce((sum, { index }) => sum + this.s.bytes(index), 0);
    const directory = this.tables.size > 0 ? 1 : 0;
    return inRam + this.tables.size + directory + Math.ceil(compressed / PAGE_BYTES);
  }

  private charge(count: number): void {
    let retries = RETRIES;
    while (!this.killed && this.usage() + count > this.s.memoryMax) {
      const freed = this.reclaim(Math.max(count, BATCH));
      if (freed > 0 || this.usage() + count <= this.s.memoryMax) continue;
      if (retries === 0) this.killed = true;
      retries--;
    }
  }

  // Reclaim: priorities, then by force (facts 1.2).

  private reclaim(goal: number): number {
    let freed = 0;
    let skipped = false;
    // A full walk of the one cgroup there is only comes to it again.
    for (const attempt of ['partial walk', 'full walk', 'by force']) {
      const force = attempt === 'by force';
      if (force && !skipped) break;
      for (let priority = FIRST_PRIORITY; priority >= 0 && freed < goal; priority--) {
        const pass = this.pass(priority, goal, force);
        freed += pass.freed;
        skipped ||= pass.skipped;
      }
      this.activatedAtLastReclaim = this.counters.workingset_activate_anon;
      if (freed > 0) break;
    }
    return freed;
  }

  private pass(priority: number, goal: number, force: boolean) {
    const refaulted = this.counters.workingset_activate_anon !== this.activatedAtLastReclaim;
    const mayDeactivate = force || refaulted || this.inactiveIsLow();
    let inactive = this.scanCount(this.inactive.length, priority);
    let active = this.scanCount(this.active.length, priority);
    let freed = 0;
    let skipped = false;
    while (inactive > 0 && freed < goal) {
      freed += this.shrinkInactive(Math.min(inactive, BATCH));
      inactive -= Math.min(inactive, BATCH);
      if (active > 0 && mayDeactivate) this.shrinkActive(Math.min(active, BATCH));
      else if (active > 0) skipped = true;
      active -= Math.min(active, BATCH);
    }
    if (this.inactiveIsLow()) this.shrinkActive(BATCH);
    return { freed, skipped };
  }

  /** Below 1 GiB the lists are to be of one length. */
  private inactiveIsLow(): boolean {
    return this.inactive.length < this.active.length;
  }

  private scanCount(size: number, priority: number): number {
    const { swappiness } = this.s;
    if (!this.hasSwapRoom() || swappiness === 0) return 0;
    if (priority === 0) return size;
    // The page cache has cost nothing.
    const anon = this.anonCost + this.anonCost;
    const file = this.anonCost;
    const total = anon + file + 1;
    const anonPart = Math.floor((swappiness * total) / (anon + 1));
    const filePart = Math.floor(((200 - swappiness) * total) / (file + 1));
    const scan = Math.floor(size / 2 ** priority);
    return Math.floor((scan * anonPart) / (anonPart + filePart));
  }

  // The lists, a batch at a time (facts 1.2).

  /** lru_add_drain(). */
  private drain(): void {
    for (const page of this.gathered) this.putOnList(page);
    this.gathered = [];
  }

  private putOnList(page: NaivePage): void {
    (page.folio!.active ? this.active : this.inactive).unshift(page);
  }

  private shrinkActive(count: number): void {
    this.drain();
    const taken = this.active.splice(Math.max(0, this.active.length - count)).reverse();
    for (const page of taken) {
      Object.assign(page.folio!, { accessed: false, active: false, workingset: true });
      this.putOnList(page);
    }
    this.counters.pgrefill += taken.length;
    this.counters.pgdeactivate += taken.length;
  }

  private shrinkInactive(count: number): number {
    this.drain();
    const taken = this.inactive.splice(Math.max(0, this.inactive.length - count)).reverse();
    const outcomes = taken.map((page): [NaivePage, Outcome] => [page, this.shrinkFolio(page)]);
    const those = (...wanted: Outcome[]) => outcomes.filter(([, o]) => wanted.includes(o));
    // All evictions of a batch come before its activations.
    for (const [page] of those('kept', 'activated')) this.putOnList(page);
    const activated = those('activated').length;
    this.nonresidentAge += activated;
    const freed = those('freed', 'written and freed').length;
    this.counters.pgscan_direct += taken.length;
    this.counters.pgsteal_direct += freed;
    this.counters.pgactivate += activated;
    this.noteCost(those('written and freed').length, taken.length - freed);
    return freed;
  }

  private shrinkFolio(page: NaivePage): Outcome {
    const folio = page.folio!;
    const usedBefore = folio.referenced;
    const used = folio.mapped && folio.accessed;
    folio.accessed = false;
    folio.referenced = used;
    if (used && !usedBefore) return 'kept';
    const outcome = used ? 'activated' : this.evict(page, folio);
    if (outcome === 'activated') {
      if (page.slot !== null && folio.mapped && this.swapIsFull()) this.freeSlot(page);
      folio.active = true;
    }
    return outcome;
  }

  // Swap-out (facts 2.1, 3.2).

  private evict(page: NaivePage, folio: Folio): Outcome {
    if (page.slot === null) {
      if (!this.allocateSlot(page)) {
        this.counters.swap_fail++;
        return 'activated';
      }
      folio.dirty = true;
    }
    folio.mapped = false;
    const mustWrite = folio.dirty || folio.written;
    if (mustWrite && !this.write(page)) return 'activated';
    page.shadow = { age: this.nonresidentAge, workingset: folio.workingset };
    this.nonresidentAge++;
    page.folio = null;
    return mustWrite ? 'written and freed' : 'freed';
  }

  private write(page: NaivePage): boolean {
    const bytes = this.s.bytes(page.index);
    if (bytes === 0) {
      this.counters.swpout_zero++;
      page.copy = 'zero';
    } else if (this.s.device === 'zram') {
      this.counters.pswpout++;
      page.copy = 'device';
    } else if (bytes < PAGE_BYTES || this.s.writeback) {
      this.counters.zswpout++;
      page.copy = 'zswap';
    } else {
      // Neither zswap nor, without writeback, the device takes it.
      this.counters.zswap_reject++;
      return false;
    }
    return true;
  }

  // Swap space (facts 1.4, 2.2, 2.4).

  private hasSwapRoom(): boolean {
    const { used, total } = this.slots;
    return used < total && used < this.s.swapMax;
  }

  /** mem_cgroup_swap_full(): half of all swap, or of memory.swap.max, is in use. */
  private swapIsFull(): boolean {
    return this.slots.halfUsed || this.slots.used * 2 >= this.s.swapMax;
  }

  /** The limit is asked first; the kernel takes a slot and gives it back, see docs/model.md. */
  private allocateSlot(page: NaivePage): boolean {
    if (!this.hasSwapRoom()) return false;
    page.slot = this.slots.allocate(page, (owner) => {
      if (owner.folio?.mapped) this.freeSlot(owner);
    });
    return page.slot !== null;
  }

  /** RAM has the only copy from now on. */
  private freeSlot(page: NaivePage): void {
    if (page.slot !== null) this.slots.release(page.slot);
    Object.assign(page, { slot: null, copy: null });
    page.folio!.dirty = true;
  }
}
