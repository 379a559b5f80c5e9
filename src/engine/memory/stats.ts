/**
 * memcg statistics as reclaim sees them. The kernel keeps them per CPU and flushes them into the
 * hierarchy every two seconds or when somebody reads memory.stat; until then decisions such as
 * "is the inactive list low" rest on old figures. A read flushes only when more than 64 updates for
 * each CPU are pending, and a CPU hands its updates over 64 at a time (mm/memcontrol.c,
 * memcg_rstat_updated()). Each figure includes the groups below.
 */
import type { Kernel, Process } from '../kernel.ts';
import type { LruSide } from './lruSide.ts';
import type { Memcg } from './memcg.ts';

/** Updates that a CPU gathers before it hands them over. */
export const STATS_BATCH = 64;

/** Updates of one event, each a counter or a state of the memcg that changes by one. */
export const UPDATES = {
  /** pgpgin, mapped pages. */
  touch: 2,
  /** Page table, kernel memory. */
  table: 2,
  /** pgpgin, swap in use, refault, and whichever of pswpin, zswpin and swpin_zero it is. */
  swapIn: 4,
  /** Into the swap cache, or out of it. */
  swapCache: 1,
  /** Mapped pages. */
  map: 1,
  /** pgfault, or pgmajfault. */
  fault: 1,
  /** workingset_activate and workingset_restore, one each. */
  workingset: 1,
  /** A page of a file: page cache, pgpgin or pgpgout, into it and out of it. */
  pageCache: 2,
  /** Nodes of its tree: slab memory. */
  treeNode: 1,
  /** Out of the swap cache, swap in use, pgpgout. */
  evict: 3,
  /** pswpout, zswpout or swpout_zero. */
  writeOut: 1,
  /** Pages under writeback, when it begins and when it ends. */
  writeback: 1,
} as const;

function collect(memcg: Memcg): void {
  clear(memcg.anon);
  clear(memcg.file);
  for (const m of memcg.subtree) {
    addTo(memcg.anon, m.anon, m);
    addTo(memcg.file, m.file, m);
    m.statsGathered = 0;
    m.statsPending = 0;
  }
}

function clear({ flushed }: LruSide): void {
  flushed.inactive = 0;
  flushed.active = 0;
  flushed.activated = 0;
}

function addTo({ flushed }: LruSide, side: LruSide, { counters }: Memcg): void {
  flushed.inactive += side.inactiveSize;
  flushed.active += side.activeSize;
  flushed.activated += counters[side.counters.activate];
}

/**
 * The sides of a memcg, with the statistics in `flushed` that the kernel would decide on now:
 * reclaim goes by these, not by the lists.
 */
export function statsOf(k: Kernel, memcg: Memcg): Memcg {
  if (k.settings.statsFlushNs === 0) collect(memcg);
  return memcg;
}

/** Brings the statistics of a memcg and those below it up to date, however few updates pend. */
export function flushSubtree(memcg: Memcg): void {
  for (const m of memcg.subtree) collect(m);
}

/** Brings all statistics up to date. */
export function flushStats(k: Kernel): void {
  for (const memcg of k.memcgs) collect(memcg);
}

/** Notes so many updates by one that are not flushed yet. */
export function countUpdates(k: Kernel, memcg: Memcg, updates: number): void {
  if (!k.statsAreRead) return;
  const most = STATS_BATCH * k.settings.cpus;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    // What can be flushed already need not be counted, here or above.
    if (m.statsPending > most) return;
    m.statsGathered += updates;
    while (m.statsGathered >= STATS_BATCH && m.statsPending <= most) {
      m.statsPending += STATS_BATCH;
      m.statsGathered -= STATS_BATCH;
    }
  }
}

/** Notes one update by so many. */
export function countUpdate(k: Kernel, memcg: Memcg, by: number): void {
  if (!k.statsAreRead) return;
  const most = STATS_BATCH * k.settings.cpus;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    if (m.statsPending > most) return;
    m.statsGathered += by;
    if (m.statsGathered < STATS_BATCH) continue;
    m.statsPending += m.statsGathered;
    m.statsGathered = 0;
  }
}

/** Somebody reads memory.stat of a memcg. */
export function readStats(k: Kernel, memcg: Memcg): void {
  if (memcg.statsPending > STATS_BATCH * k.settings.cpus) flushSubtree(memcg);
}

/** A process has had a fault; every so many of them it reads the statistics of its memcg. */
export function readStatsAfterFault(k: Kernel, process: Process): void {
  const { statsReadEvery } = k.settings;
  if (statsReadEvery === 0 || ++process.faultsSinceRead < statsReadEvery) return;
  process.faultsSinceRead = 0;
  readStats(k, process.memcg);
}
