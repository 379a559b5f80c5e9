/**
 * zswap's shrinker: reclaim of a memcg writes back its oldest entries as well (facts 3.5). Two forms,
 * after the kernels that have them:
 *
 * - `disk-swapins` (6.12 and later): pages read from a device protect as many entries, once; an entry
 *   gets a second chance.
 * - `protected-size` (6.8 to 6.11): every swap-in by a fault and every store protect an entry, and a
 *   store that leaves more than a quarter of the entries protected halves their number; there is no
 *   second chance.
 *
 * Both count entries by the share of memory that writing them would free.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { SHRINK_STOP, shrinkSlab, type Shrinkable } from '../memory/shrinker.ts';
import { readStats } from '../memory/stats.ts';
import { C } from '../metrics/counters.ts';
import { writebackAllowed, type Zswap } from '../tiers/zswap.ts';

export type ShrinkerScheme = 'disk-swapins' | 'protected-size';

/** The shrinker of one memcg. */
export class MemcgShrinker implements Shrinkable {
  deferred = 0;
  /** `protected-size`: entries protected (nr_zswap_protected). */
  private protected = 0;
  /** `disk-swapins`: reads from devices that have protected entries already. */
  private consumed = 0;

  private readonly k: Kernel;
  private readonly zswap: Zswap;
  private readonly memcg: Memcg;
  private readonly scheme: ShrinkerScheme;

  constructor(k: Kernel, zswap: Zswap, memcg: Memcg, scheme: ShrinkerScheme) {
    this.k = k;
    this.zswap = zswap;
    this.memcg = memcg;
    this.scheme = scheme;
  }

  count(): number {
    const { k, memcg } = this;
    if (!writebackAllowed(k, memcg) || this.noSlotLeft()) return 0;
    // The kernel brings the statistics up to date here, also in cgroup v1, which has none of zswap.
    readStats(k, memcg);
    if (!k.settings.chargesZswap) return 0;
    let stored = 0;
    for (const m of memcg.subtree) stored += m.zswapStored;
    if (stored === 0) return 0;
    const freeable = this.unprotected();
    const backing = Math.floor(memcg.zswapBytes / k.settings.pageBytes);
    return Math.floor((freeable * backing) / stored);
  }

  /** Of a virtual swap space, whose entries hold no slots: there the shrinker must not start (facts 6.3). */
  private noSlotLeft(): boolean {
    const { space, devices } = this.k;
    if (!space.needsNoDevice || this.zswap.storedOnPlain > 0) return false;
    return devices.counts(false).free === 0;
  }

  /** Entries less those that are protected. Reads that protected one are used up. */
  private unprotected(): number {
    const { memcg } = this;
    const entries = memcg.zswapStored;
    if (this.scheme === 'protected-size') return Math.max(0, entries - this.protected);
    const reads = memcg.counters[C.pswpin] - this.consumed;
    const used = Math.min(reads, entries);
    this.consumed += used;
    return entries - used;
  }

  /** Faults have swapped so many pages in. */
  noteSwapIn(pages: number): void {
    this.protected += pages;
  }

  /** An entry was stored: it is protected, and the protection of all decays. */
  noteStore(): void {
    this.protected++;
    if (this.protected > Math.floor(this.memcg.zswapStored / 4))
      this.protected = Math.floor(this.protected / 2);
  }

  scan(objects: number): number {
    const { k, zswap, memcg, scheme } = this;
    if (scheme === 'protected-size' && this.protected >= memcg.zswapStored - objects)
      return SHRINK_STOP;
    let written = 0;
    for (let left = objects; left > 0; left--) {
      k.now += k.costs.scanPage;
      const step = zswap.shrink(memcg);
      if (step === 'none') break;
      if (step === 'written') written++;
      // An entry that goes back to the list is protected from then on.
      if (step === 'failed') this.protected++;
      // The queue of the device is full, and the reclaim that asked has to wait for it.
      if (k.blockedUntil > k.now) break;
    }
    return written > 0 ? written : SHRINK_STOP;
  }
}

/** The shrinkers of all memcgs. */
export class ZswapShrinker {
  /** By memcg. */
  private readonly shrinkers: MemcgShrinker[];
  constructor(k: Kernel, zswap: Zswap, scheme: ShrinkerScheme) {
    this.shrinkers = k.memcgs.map((memcg) => new MemcgShrinker(k, zswap, memcg, scheme));
  }

  /** Part of a pass of reclaim over a memcg. */
  shrink(memcg: Memcg, priority: number): void {
    shrinkSlab(this.shrinkers[memcg.id], priority);
  }

  /** An entry was stored. */
  noteStore(memcg: Memcg): void {
    this.shrinkers[memcg.id].noteStore();
  }

  /** A fault swaps a page in, from wherever it is. */
  noteSwapIn(memcg: Memcg): void {
    this.shrinkers[memcg.id].noteSwapIn(1);
  }
}
