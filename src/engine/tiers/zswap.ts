/**
 * zswap: a compressed cache of swapped pages in RAM, with an LRU per memcg, a global limit with
 * hysteresis, exclusive loads and writeback to the device behind it (facts 3.2 to 3.5, kernel
 * 6.18: incompressible pages are kept as they are where writeback is allowed).
 */
import type { Kernel } from '../kernel.ts';
import { chargeZswap, type Memcg } from '../memory/memcg.ts';
import { DIRTY, ONLY_RAM, ZSWAP } from '../memory/pages.ts';
import { flushSubtree } from '../memory/stats.ts';
import { C } from '../metrics/counters.ts';
import type { ProactiveWritebackSettings } from '../actions/proactiveWriteback.ts';
import { ZswapShrinker, type ShrinkerScheme } from '../policy/zswapShrinker.ts';
import { Codec } from './codec.ts';
import { ageOf, EntryAges, storeStamp } from './entryAges.ts';
import type { CodecName } from '../scenario/presets.ts';
import { Zsmalloc } from './zsmalloc.ts';
import { ZspageOrder } from './zspageOrder.ts';

/** Set in `handle` beside the zspage: the entry was stored since writeback last looked at it. */
const REFERENCED = 0x40000000;

export interface ZswapSettings {
  compressor: CodecName;
  maxPoolPercent: number;
  acceptThresholdPercent: number;
  proactive: ProactiveWritebackSettings;
  /** Pages that do not compress are kept as they are (6.18), or refused (up to 6.17). */
  incompressible: 'store' | 'reject';
  shrinker: 'none' | ShrinkerScheme;
  /** Whose order writeback follows: of entries, by memcg, or of the zspages of the allocator. */
  lru: 'entries' | 'zspages';
}

const oldest = new Int32Array(1);

/** What looking at the oldest entry of a memcg led to. */
export type WritebackStep = 'none' | 'second_chance' | 'written' | 'failed';

/** Writes one page that was just taken out of the pool to a device; false when it could not. */
export type WriteEntry = (page: number, memcg: Memcg) => boolean;

export class Zswap {
  readonly pool: Zsmalloc;
  readonly codec: Codec;
  readonly ages = new EntryAges();
  readonly proactive: ProactiveWritebackSettings;
  /** Pages in the pool, and their compressed bytes. */
  stored = 0;
  compressedBytes = 0;
  /** Those of them that hold a slot of a plain device. */
  storedOnPlain = 0;
  incompressible = 0;
  /** The limit was reached and the pool has not yet fallen to the accept threshold. */
  full = false;
  /** Takes pages; what it holds it keeps either way. */
  enabled = true;
  private maxPercent: number;
  private acceptPercent: number;

  private readonly k: Kernel;
  private readonly writeEntry: WriteEntry;
  private readonly storesWhole: boolean;
  /** Entries are spared once when writeback comes to them (6.12 and later). */
  private readonly secondChance: boolean;
  readonly shrinker: ZswapShrinker | null;
  private readonly order: ZspageOrder | null;

  constructor(k: Kernel, settings: ZswapSettings, writeEntry: WriteEntry) {
    this.k = k;
    this.writeEntry = writeEntry;
    this.pool = new Zsmalloc(k.settings.pageBytes);
    this.codec = new Codec(k, settings.compressor);
    this.proactive = settings.proactive;
    this.maxPercent = settings.maxPoolPercent;
    this.acceptPercent = settings.acceptThresholdPercent;
    this.storesWhole = settings.incompressible === 'store';
    const { shrinker } = settings;
    this.order = settings.lru === 'zspages' ? new ZspageOrder(k.pages.count) : null;
    this.secondChance = shrinker !== 'protected-size' && this.order === null;
    this.shrinker = shrinker === 'none' ? null : new ZswapShrinker(k, this, shrinker);
  }

  /** Pages of RAM that the pool may take. */
  get maxPages(): number {
    return Math.floor((this.k.settings.totalPages * this.maxPercent) / 100);
  }

  private get acceptPages(): number {
    return Math.floor((this.maxPages * this.acceptPercent) / 100);
  }

  /** Changes what the module parameters `enabled`, `max_pool_percent` and `accept_...` say. */
  configure(parameters: Readonly<Record<string, string | number | boolean>>): void {
    const { enabled, max_pool_percent: max, accept_threshold_percent: accept } = parameters;
    if (enabled !== undefined) this.enabled = enabled === 'Y' || enabled === true || enabled === 1;
    if (max !== undefined) this.maxPercent = Number(max);
    if (accept !== undefined) this.acceptPercent = Number(accept);
  }

  /** Whether the pool is above the size down to which the worker writes back. */
  get aboveThreshold(): boolean {
    return this.pool.poolPages > this.acceptPages;
  }

  private checkLimit(): boolean {
    if (this.pool.poolPages >= this.maxPages) {
      this.k.counters[C.zswap_pool_limit_hit]++;
      if (!this.full) this.k.note('zswap_full', 'tier:zswap', 'The zswap pool reached its limit.');
      this.full = true;
    } else if (this.full && this.pool.poolPages <= this.acceptPages) {
      this.full = false;
      this.k.note('zswap_accepts', 'tier:zswap', 'The zswap pool accepts pages again.');
    }
    return this.full;
  }

  /** Whether a page of the memcg that compresses would be taken; statistics are not brought up to date. */
  mayTake(memcg: Memcg): boolean {
    if (!this.enabled || this.full) return false;
    for (let m: Memcg | null = memcg; m; m = m.parent)
      if (m.zswapBytes >= m.limits.zswapMax) return false;
    return true;
  }

  private isOnPlain(page: number): boolean {
    const { pages, devices } = this.k;
    if (devices.counts(true).provisioned === 0) return false;
    const slot = pages.slot(page);
    return slot >= 0 && devices.of(slot).plain;
  }

  private overMemcgLimit(memcg: Memcg): boolean {
    const { pageBytes } = this.k.settings;
    for (let m: Memcg | null = memcg; m; m = m.parent) {
      const max = m.limits.zswapMax;
      if (max === Infinity) continue;
      // To compare its usage with a limit, the kernel brings all statistics of the memcg up to date.
      if (max > 0) flushSubtree(m);
      if (max === 0 || Math.floor(m.zswapBytes / pageBytes) >= Math.floor(max / pageBytes))
        return true;
    }
    return false;
  }

  /** Takes a page that is leaving RAM; false when it must go elsewhere. */
  store(page: number, memcg: Memcg): boolean {
    const { k } = this;
    if (!this.enabled) return false;
    if (this.overMemcgLimit(memcg)) {
      // One entry written back is enough to go on; the limit is not looked at again.
      if (this.shrink(memcg) !== 'written') return this.reject(memcg);
    }
    if (this.checkLimit()) return this.reject(memcg);
    const bytes = this.codec.compress(page, memcg);
    if (this.pool.growth(bytes) >= k.freeFrames()) return this.reject(memcg);
    const whole = bytes >= k.settings.pageBytes;
    if (whole && !(this.storesWhole && writebackAllowed(k, memcg))) return this.reject(memcg);
    const zspage = this.pool.alloc(bytes);
    k.pages.setHandle(page, zspage | (this.secondChance ? REFERENCED : 0));
    this.order?.stored(page, zspage);
    k.pages.setWhere(page, ZSWAP);
    this.stored++;
    if (this.isOnPlain(page)) this.storedOnPlain++;
    this.compressedBytes += bytes;
    if (whole) {
      this.incompressible++;
      memcg.counters[C.zswap_incompressible]++;
    }
    memcg.counters[C.zswpout]++;
    memcg.zswapStored++;
    if (k.settings.chargesZswap) chargeZswap(memcg, bytes);
    memcg.zswapLru.addHead(k.pages, page, storeStamp(k.now));
    this.shrinker?.noteStore(memcg);
    return true;
  }

  private reject(memcg: Memcg): boolean {
    memcg.counters[C.zswap_reject]++;
    if (this.full) this.k.wakeWriteback();
    return false;
  }

  /** Brings a page back to RAM, where it is dirty: the pool's copy is gone. */
  load(page: number, memcg: Memcg): void {
    this.codec.decompress(memcg);
    this.ages.atRefault.record(this.ageOf(page, memcg));
    this.drop(page, memcg);
    memcg.counters[C.zswpin]++;
    this.k.pages.flags[page] |= DIRTY;
  }

  /** Time since an entry of the memcg was stored, ns. */
  ageOf(page: number, memcg: Memcg): number {
    return ageOf(memcg.zswapLru.stamp(this.k.pages, page), this.k.now);
  }

  /** Forgets a page. */
  drop(page: number, memcg: Memcg): void {
    const { k } = this;
    const bytes = this.codec.size(page);
    const zspage = k.pages.handle(page) & ~REFERENCED;
    this.order?.dropped(page, zspage);
    this.pool.free(zspage);
    memcg.zswapLru.remove(k.pages, page);
    k.pages.setWhere(page, ONLY_RAM);
    this.stored--;
    if (this.isOnPlain(page)) this.storedOnPlain--;
    this.compressedBytes -= bytes;
    if (bytes >= k.settings.pageBytes) this.incompressible--;
    memcg.zswapStored--;
    if (k.settings.chargesZswap) chargeZswap(memcg, -bytes);
  }

  /**
   * Looks at the oldest entry of the memcg: one stored since the last look gets a second chance,
   * any other, or every one without second chances, is written to the device.
   */
  shrink(memcg: Memcg, secondChance = true): WritebackStep {
    if (this.order !== null) return this.shrinkZspage(this.order);
    if (!writebackAllowed(this.k, memcg) || memcg.zswapLru.take(1, oldest) === 0) return 'none';
    const { pages } = this.k;
    const page = oldest[0];
    const stamp = memcg.zswapLru.stamp(pages, page);
    memcg.zswapLru.addHead(pages, page, stamp);
    if (secondChance && (pages.handle(page) & REFERENCED) !== 0) {
      pages.setHandle(page, pages.handle(page) & ~REFERENCED);
      return 'second_chance';
    }
    const age = ageOf(stamp, this.k.now);
    if (!this.writeEntry(page, memcg)) return 'failed';
    this.ages.atWriteback.record(age);
    return 'written';
  }

  /** Writes one page of the oldest zspage; the others follow before the next zspage has its turn. */
  private shrinkZspage(order: ZspageOrder): WritebackStep {
    const page = order.oldest();
    if (page < 0) return 'none';
    const memcg = this.k.memcgOf(page);
    const age = this.ageOf(page, memcg);
    const zspage = this.k.pages.handle(page);
    if (!this.writeEntry(page, memcg)) {
      order.postpone(zspage);
      return 'failed';
    }
    this.ages.atWriteback.record(age);
    return 'written';
  }

  /** The memcg whose entry the worker writes next, when it is the turn of `memcg`. */
  nextVictim(memcg: Memcg): Memcg {
    const page = this.order?.oldest() ?? -1;
    return page < 0 ? memcg : this.k.memcgOf(page);
  }

  /** Whether the oldest entry of the memcg is one that writeback would take now. */
  oldestIsCold(memcg: Memcg): boolean {
    if (this.order !== null) {
      const page = this.order.oldest();
      return page >= 0 && this.k.memcgOf(page) === memcg;
    }
    const page = memcg.zswapLru.oldest();
    return (
      page >= 0 && writebackAllowed(this.k, memcg) && (this.k.pages.handle(page) & REFERENCED) === 0
    );
  }
}

/**
 * memory.zswap.writeback of the memcg and all above it (mem_cgroup_zswap_writeback_enabled()). While zswap is
 * off it has no effect. A frontswap host stands in the place of zswap; no kernel knows both.
 */
export function writebackAllowed(k: Kernel, memcg: Memcg): boolean {
  if (!k.zswap?.enabled && k.devices.frontswap === null) return true;
  for (let m: Memcg | null = memcg; m; m = m.parent) if (!m.limits.zswapWriteback) return false;
  return true;
}
