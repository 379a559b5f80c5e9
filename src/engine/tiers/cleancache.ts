/**
 * cleancache: a clean page of a file that leaves the page cache is offered to the host, which may drop it
 * at any time, and a read asks the host before the disk (facts 9.2, kernels 3.0 to 5.16). A get takes the
 * page out, as pools of one guest are exclusive. This is the guest's side; the host's is hostPool.ts.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { C } from '../metrics/counters.ts';
import type { HostPool } from './hostPool.ts';

export interface CleancacheSettings {
  /** Time to the host and back, ns. */
  readonly hypercall: number;
  /** Key of page 0 in the pool; those before it are slots of frontswap. */
  readonly firstKey: number;
  /** Guest of each memcg, by its id, and the ephemeral pool of guest 0; those of the others follow. */
  readonly guestOf: Int32Array;
  readonly firstPool: number;
}

export class Cleancache {
  private readonly k: Kernel;
  private readonly pool: HostPool;
  private readonly settings: CleancacheSettings;

  constructor(k: Kernel, pool: HostPool, settings: CleancacheSettings) {
    this.k = k;
    this.pool = pool;
    this.settings = settings;
  }

  /** The host has the page. */
  holds(page: number): boolean {
    return this.pool.holds(this.settings.firstKey + page);
  }

  /** A clean page leaves the page cache. What the host does with it is its own affair. */
  put(page: number, memcg: Memcg): void {
    const { firstKey, firstPool, guestOf, hypercall } = this.settings;
    this.k.now += hypercall;
    memcg.counters[C.cleancache_puts]++;
    this.pool.put(firstKey + page, firstPool + guestOf[memcg.id], page, memcg);
  }

  /** A page is to be read from its file; false when the host does not have it. */
  get(page: number, memcg: Memcg): boolean {
    const key = this.settings.firstKey + page;
    this.k.now += this.settings.hypercall;
    if (!this.pool.get(key, memcg)) {
      memcg.counters[C.cleancache_failed_gets]++;
      return false;
    }
    this.pool.drop(key);
    memcg.counters[C.cleancache_succ_gets]++;
    return true;
  }

  /**
   * What the host has of the pages from `start` up to `end` is stale, as they are overwritten without being
   * read, or their file is gone: one call for all of them.
   */
  invalidate(start: number, end: number, memcg: Memcg): void {
    this.k.now += this.settings.hypercall;
    memcg.counters[C.cleancache_invalidates]++;
    for (let page = start; page < end; page++) this.pool.drop(this.settings.firstKey + page);
  }
}
