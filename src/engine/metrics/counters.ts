/** Event counters under their kernel names, one set per cgroup. */

export const COUNTERS = [
  'accesses',
  'pgfault',
  'pgmajfault',
  'pswpin',
  'pswpout',
  'zswpin',
  'zswpout',
  'zswpwb',
  'zswpwb_proactive',
  'zswpwb_proactive_b',
  'swpin_zero',
  'swpout_zero',
  'frontswap_succ_stores',
  'frontswap_failed_stores',
  'frontswap_loads',
  'frontswap_missed_loads',
  'frontswap_invalidates',
  'cleancache_puts',
  'cleancache_succ_gets',
  'cleancache_failed_gets',
  'cleancache_invalidates',
  'host_disk_read',
  'host_disk_write',
  'swap_ra',
  'swap_ra_hit',
  'pgscan_anon',
  'pgsteal_anon',
  'pgscan_file',
  'pgsteal_file',
  'pgscan_direct',
  'pgscan_kswapd',
  'pgscan_proactive',
  'pgsteal_direct',
  'pgsteal_kswapd',
  'pgsteal_proactive',
  'pgrefill',
  'pgactivate',
  'pgdeactivate',
  'pgrotated',
  'allocstall',
  'workingset_refault_anon',
  'workingset_activate_anon',
  'workingset_restore_anon',
  'workingset_refault_file',
  'workingset_activate_file',
  'workingset_restore_file',
  'nr_vmscan_immediate_reclaim',
  'file_read',
  'file_written',
  'nr_vmscan_write',
  'oom_kill',
  'swap_fail',
  'swap_write_error',
  'swap_read_error',
  'sigbus',
  'descriptor_fail',
  'swap_moved',
  'swap_move_fail',
  'cpu_move',
  'swapoff_time',
  'swapoff_walked',
  'swapoff_pages',
  'swapoff_faults',
  'swapoff_fail',
  'cow_copies',
  'zswap_pool_limit_hit',
  'zswap_reject',
  'zswap_incompressible',
  'reclaim_requested',
  'reclaim_got',
  'writeback_requested',
  'writeback_got',
  'stall_memory',
  'stall_io',
  'cpu_reclaim',
  'cpu_compress',
  'cpu_metadata',
] as const;

export type CounterName = (typeof COUNTERS)[number];

type Indices = { readonly [N in CounterName]: number };

/** Position of each counter in a set. */
export const C = Object.fromEntries(COUNTERS.map((name, i) => [name, i])) as unknown as Indices;

export type CounterSet = Float64Array;

export function createCounters(): CounterSet {
  return new Float64Array(COUNTERS.length);
}

export function addCounters(into: CounterSet, from: CounterSet): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i] + from[i];
}
