/**
 * Memory cgroups: limits, hierarchical charges, and the lruvec of each. One memory node, so a
 * memcg has exactly one lruvec. Sources: cgroup v2 documentation; page counters and effective
 * protection as described in the kernel's memory controller (facts 1.4).
 */
import { LruList } from './lruList.ts';
import { LruSide } from './lruSide.ts';
import { Generations } from './mglru/generations.ts';
import { createCounters, type CounterSet } from '../metrics/counters.ts';

export interface MemcgLimits {
  /** Pages; Infinity is no limit. */
  max: number;
  high: number;
  low: number;
  min: number;
  swapMax: number;
  /** Compressed bytes. */
  zswapMax: number;
  zswapWriteback: boolean;
  /** Allowed devices by index; undefined means those of the parent. */
  tiers: readonly number[] | undefined;
}

export class Memcg {
  readonly children: Memcg[] = [];
  readonly counters: CounterSet = createCounters();

  // Charges, of this memcg and all below it.
  /** Folios and page tables, pages. */
  pages = 0;
  /** Compressed bytes in zswap. */
  zswapBytes = 0;
  /** Slots (or descriptors on a device) charged as swap, pages. */
  swap = 0;

  // Of this memcg alone.
  /** Folios in RAM, and those of them that are page cache. */
  resident = 0;
  cached = 0;
  /** Folios of files with PG_dirty. */
  dirty = 0;
  swapcached = 0;
  /** Folios that a device reads or writes. */
  inFlight = 0;
  /** Pages out of RAM. */
  swapped = 0;
  zswapStored = 0;

  /** Pages charged in advance by a CPU, and those charged above memory.high and not yet paid for. */
  stock = 0;
  owedForHigh = 0;

  // The lruvec.
  readonly anon = new LruSide(false);
  readonly file = new LruSide(true);
  /** Folios of both sides that are gathered but not on their lists yet, see lru.ts. */
  gathered = 0;
  generations: Generations | null = null;
  /** Rises with every eviction and activation; wraps at 2^32. */
  nonresidentAge = 0;

  /** Updates of its statistics since the last flush: with the CPU, and handed over by it. */
  statsGathered = 0;
  statsPending = 0;

  /** Its entries in zswap, the newest at the head. */
  readonly zswapLru = new LruList(true);

  /** Effective protection, pages; valid during the reclaim walk that computed it. */
  effectiveMin = 0;
  effectiveLow = 0;
  /** Where a partial reclaim walk of this subtree goes on, as an index into `subtree`. */
  walkPosition = -1;
  /** Whose turn it was last in proactive writeback of this subtree, as an index into `subtree`. */
  writebackCursor = -1;
  /** This memcg and all below it, parents first. */
  subtree: Memcg[] = [];
  /** Which devices may be used: its own mask within its parent's. */
  readonly allowed: boolean[];
  /** Its pages give up a slot on a device that is not allowed as soon as they are mapped or written. */
  leavesForbidden = false;

  readonly id: number;
  readonly path: string;
  readonly parent: Memcg | null;
  readonly limits: MemcgLimits;

  constructor(
    id: number,
    path: string,
    parent: Memcg | null,
    limits: MemcgLimits,
    devices: number,
  ) {
    this.id = id;
    this.path = path;
    this.parent = parent;
    this.limits = limits;
    parent?.children.push(this);
    this.allowed = new Array<boolean>(devices);
    this.applyMask();
  }

  /** Its lruvec is one of generations from now on; it must be empty. */
  useGenerations(): void {
    this.generations = new Generations();
    this.anon.generations = this.generations.anon;
    this.file.generations = this.generations.file;
  }

  /** Works out `allowed`; the parent's must be up to date. */
  private applyMask(): void {
    const own = this.limits.tiers;
    for (let d = 0; d < this.allowed.length; d++) {
      this.allowed[d] = (this.parent?.allowed[d] ?? true) && (own === undefined || own.includes(d));
    }
  }

  /** Changes its own mask, here and in all below it; `leave` says what their pages elsewhere do. */
  setTiers(tiers: readonly number[] | undefined, leave: boolean): void {
    this.limits.tiers = tiers;
    for (const memcg of this.subtree) {
      memcg.applyMask();
      memcg.leavesForbidden = leave;
    }
  }

  /** Charged pages, the compressed ones by their compressed size rounded up. */
  usage(pageBytes: number): number {
    return this.pages + Math.ceil(this.zswapBytes / pageBytes);
  }
}

/** Fills in `subtree` of every memcg from the root down. */
export function linkSubtrees(memcg: Memcg): Memcg[] {
  memcg.subtree = [memcg];
  for (const child of memcg.children) memcg.subtree.push(...linkSubtrees(child));
  return memcg.subtree;
}

/** The memcg with this path, which must exist. */
export function memcgAt(memcgs: readonly Memcg[], path: string): Memcg {
  const memcg = memcgs.find((m) => m.path === path);
  if (!memcg) throw new Error(`There is no cgroup ${path}`);
  return memcg;
}

/** Charges or uncharges pages here and in all ancestors. */
export function chargePages(memcg: Memcg, pages: number): void {
  for (let m: Memcg | null = memcg; m; m = m.parent) m.pages += pages;
}

export function chargeZswap(memcg: Memcg, bytes: number): void {
  for (let m: Memcg | null = memcg; m; m = m.parent) m.zswapBytes += bytes;
}

export function chargeSwap(memcg: Memcg, pages: number): void {
  for (let m: Memcg | null = memcg; m; m = m.parent) m.swap += pages;
}

/** Whether one more page of swap fits here and in all ancestors. */
export function swapHasRoom(memcg: Memcg): boolean {
  for (let m: Memcg | null = memcg; m; m = m.parent) if (m.swap >= m.limits.swapMax) return false;
  return true;
}

/**
 * Effective memory.min and memory.low of a memcg below the reclaim root: a parent's protection is
 * shared among children in proportion to what each of them claims and uses, and what nobody
 * claims is shared by unprotected usage (memory_recursiveprot, the default of systemd).
 */
export function computeProtection(root: Memcg, memcg: Memcg, pageBytes: number): void {
  if (memcg === root || memcg.parent === null) {
    memcg.effectiveMin = 0;
    memcg.effectiveLow = 0;
    return;
  }
  const parent = memcg.parent;
  if (parent === root) {
    memcg.effectiveMin = memcg.limits.min;
    memcg.effectiveLow = memcg.limits.low;
    return;
  }
  const usage = memcg.usage(pageBytes);
  const share = (setting: (l: MemcgLimits) => number, parentEffective: number): number => {
    let claimed = 0;
    for (const sibling of parent.children) {
      claimed += Math.min(sibling.usage(pageBytes), setting(sibling.limits));
    }
    const own = Math.min(usage, setting(memcg.limits));
    if (claimed > parentEffective) return Math.floor((own * parentEffective) / claimed);
    const parentUsage = parent.usage(pageBytes);
    if (parentEffective > claimed && parentUsage > claimed && usage > own) {
      const unclaimed = parentEffective - claimed;
      return own + Math.floor((unclaimed * (usage - own)) / (parentUsage - claimed));
    }
    return own;
  };
  memcg.effectiveMin = share((l) => l.min, parent.effectiveMin);
  memcg.effectiveLow = share((l) => l.low, parent.effectiveLow);
}
