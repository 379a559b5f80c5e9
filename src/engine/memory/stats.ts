/**
 * memcg statistics as reclaim sees them. The kernel keeps them per CPU and flushes them into the
 * hierarchy every two seconds or when somebody reads memory.stat; until then decisions such as
 * "is the inactive list low" rest on old figures. Each figure includes the groups below.
 */
import type { Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import type { FlushedStats, Memcg } from './memcg.ts';

function collect(memcg: Memcg): void {
  let inactive = 0;
  let active = 0;
  let activated = 0;
  for (const m of memcg.subtree) {
    inactive += m.inactive.size;
    active += m.active.size;
    activated += m.counters[C.workingset_activate_anon];
  }
  memcg.flushed.inactiveAnon = inactive;
  memcg.flushed.activeAnon = active;
  memcg.flushed.activateAnon = activated;
}

/** The statistics that the kernel would decide on now. */
export function anonStats(k: Kernel, memcg: Memcg): FlushedStats {
  if (k.settings.statsFlushNs === 0) collect(memcg);
  return memcg.flushed;
}

/** Brings all statistics up to date. */
export function flushStats(k: Kernel): void {
  for (const memcg of k.memcgs) collect(memcg);
}
