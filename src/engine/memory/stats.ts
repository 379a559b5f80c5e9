/**
 * memcg statistics as reclaim sees them. The kernel keeps them per CPU and flushes them into the
 * hierarchy every two seconds or when somebody reads memory.stat; until then decisions such as
 * "is the inactive list low" rest on old figures. A read flushes only when more than 64 updates for
 * each CPU are pending, and a CPU hands its updates over 64 at a time (mm/memcontrol.c,
 * memcg_rstat_updated()). Each figure includes the groups below.
 */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { activeSize, inactiveSize } from './lru.ts';
import type { FlushedStats, Memcg } from './memcg.ts';

/** Updates that a CPU gathers before it hands them over. */
export const STATS_BATCH = 64;

/**
 * Updates of one event: for a zero-fill fault those of pgfault, pgpgin, the mapped pages and the
 * list; for a swap-in also pgmajfault, pswpin, the refault and the swap in use; for an eviction
 * pgpgout, pswpout, the mapped pages, the swap in use, the swap cache twice and the list.
 */
export const UPDATES = { touch: 4, swapIn: 8, cacheHit: 3, evict: 6, scanBatch: 3 } as const;

function collect(k: Kernel, memcg: Memcg): void {
  let inactive = 0;
  let active = memcg === k.root ? k.settings.foreignActivePages : 0;
  let activated = 0;
  for (const m of memcg.subtree) {
    inactive += inactiveSize(m);
    active += activeSize(m);
    activated += m.counters[C.workingset_activate_anon];
    m.statsGathered = 0;
    m.statsPending = 0;
  }
  memcg.flushed.inactiveAnon = inactive;
  memcg.flushed.activeAnon = active;
  memcg.flushed.activateAnon = activated;
}

/** The statistics that the kernel would decide on now. */
export function anonStats(k: Kernel, memcg: Memcg): FlushedStats {
  if (k.settings.statsFlushNs === 0) collect(k, memcg);
  return memcg.flushed;
}

/** Brings all statistics up to date. */
export function flushStats(k: Kernel): void {
  for (const memcg of k.memcgs) collect(k, memcg);
}

/** Notes updates of statistics that are not flushed yet. */
export function countUpdates(k: Kernel, memcg: Memcg, updates: number): void {
  const most = STATS_BATCH * k.settings.cpus;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    // What can be flushed already need not be counted, here or above.
    if (m.statsPending > most) return;
    m.statsGathered += updates;
    if (m.statsGathered < STATS_BATCH) continue;
    m.statsPending += m.statsGathered;
    m.statsGathered = 0;
  }
}

/** Somebody reads memory.stat of a memcg. */
export function readStats(k: Kernel, memcg: Memcg): void {
  if (memcg.statsPending > STATS_BATCH * k.settings.cpus)
    for (const m of memcg.subtree) collect(k, m);
}

/** A process has had a fault; every so many of them it reads the statistics of its memcg. */
export function readStatsAfterFault(k: Kernel, process: Process): void {
  const { statsReadEvery } = k.settings;
  if (statsReadEvery === 0 || ++process.faultsSinceRead < statsReadEvery) return;
  process.faultsSinceRead = 0;
  readStats(k, process.memcg);
}
