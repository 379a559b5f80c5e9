/** Every metric of a result: its unit, what it means, where it is counted, and which way is better. */

export type MetricUnit = 'count' | 'pages' | 'bytes' | 'ns' | 'percent' | 'per second';

export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  /** Whether a larger figure is better for whoever runs the workload. */
  readonly better: 'higher' | 'lower' | 'neither';
  readonly meaning: string;
  /** How a run's total comes about: events add up, states are the mean or the largest of the samples. */
  readonly total: 'sum' | 'mean' | 'peak';
  /** The kernel file or code that counts the same thing, or "simulator" where the kernel has none. */
  readonly counted: string;
}

const VMSTAT = '/proc/vmstat';
const STAT = '/proc/vmstat and memory.stat';
const ZSWAP = '/sys/kernel/debug/zswap';
const FRONTSWAP = '/sys/kernel/debug/frontswap';
const SIM = 'simulator';

/** Events add up over a run unless a row says otherwise. */
type Row = [string, MetricUnit, Metric['better'], string, string, Metric['total']?];

/** The lines of memory.pressure and io.pressure. */
function pressureRows(): Row[] {
  const rows: Row[] = [];
  for (const resource of ['memory', 'io']) {
    for (const [line, who] of [
      ['some', 'some task'],
      ['full', 'every task that was not idle'],
    ]) {
      const name = `psi_${resource}_${line}`;
      const file = `${resource}.pressure ${line}`;
      rows.push([
        name,
        'ns',
        'lower',
        `Time in which ${who} stalled on ${resource}.`,
        `${file} total`,
      ]);
      for (const seconds of [10, 60, 300]) {
        const meaning = `Share of time in which ${who} stalled on ${resource}, averaged over about ${seconds} s.`;
        rows.push([
          `${name}_avg${seconds}`,
          'percent',
          'lower',
          meaning,
          `${file} avg${seconds}`,
          'mean',
        ]);
      }
    }
  }
  return rows;
}

const ROWS: Row[] = [
  ['accesses', 'count', 'higher', 'Page accesses made by the workloads.', SIM],
  [
    'throughput',
    'per second',
    'higher',
    'Page accesses per simulated second while workloads run.',
    SIM,
  ],
  ['pgfault', 'count', 'lower', 'Page faults, minor and major.', STAT],
  [
    'pgmajfault',
    'count',
    'lower',
    'Faults that had to bring the page back from swap or from its file.',
    STAT,
  ],
  ['pswpin', 'pages', 'lower', 'Pages read from swap devices, readahead included.', STAT],
  ['pswpout', 'pages', 'lower', 'Pages written to swap devices, zswap writeback included.', STAT],
  ['zswpin', 'pages', 'lower', 'Pages loaded from zswap.', STAT],
  ['zswpout', 'pages', 'lower', 'Pages stored in zswap.', STAT],
  ['zswpwb', 'pages', 'lower', 'Pages that zswap wrote back to a device.', STAT],
  [
    'zswpwb_proactive',
    'pages',
    'neither',
    'Pages that zswap wrote back because user space asked for it.',
    'memory.stat of the series for proactive writeback, v1 to v3',
  ],
  [
    'zswpwb_proactive_b',
    'bytes',
    'neither',
    'Compressed size of the pages that zswap wrote back because user space asked for it.',
    'memory.stat of the same series, v4 and v5',
  ],
  ['reclaim_requested', 'bytes', 'neither', 'Bytes that were written to memory.reclaim.', SIM],
  ['reclaim_got', 'bytes', 'neither', 'Bytes that writes to memory.reclaim reclaimed.', SIM],
  [
    'writeback_requested',
    'bytes',
    'neither',
    'Bytes of proactive zswap writeback that were asked for.',
    SIM,
  ],
  [
    'writeback_got',
    'bytes',
    'neither',
    'Bytes that proactive zswap writeback wrote, in the unit of the request.',
    SIM,
  ],
  ['swpin_zero', 'pages', 'neither', 'Pages filled with zeros at swap-in, without I/O.', STAT],
  ['swpout_zero', 'pages', 'neither', 'Zero-filled pages marked at swap-out, without I/O.', STAT],
  [
    'frontswap_succ_stores',
    'pages',
    'neither',
    'Pages that the host took into its pool.',
    `${FRONTSWAP}/succ_stores`,
  ],
  [
    'frontswap_failed_stores',
    'pages',
    'lower',
    'Pages that the host refused.',
    `${FRONTSWAP}/failed_stores`,
  ],
  [
    'frontswap_loads',
    'pages',
    'neither',
    'Pages read back from the pool of the host.',
    `${FRONTSWAP}/loads`,
  ],
  [
    'frontswap_invalidates',
    'pages',
    'neither',
    'Pages in the pool of the host that the guest gave up.',
    `${FRONTSWAP}/invalidates`,
  ],
  [
    'frontswap_missed_loads',
    'pages',
    'lower',
    'Pages that the host had dropped by the time that their guest asked for them.',
    SIM,
  ],
  ['host_disk_read', 'pages', 'lower', 'Pages that the host read from its own disk.', SIM],
  ['host_disk_write', 'pages', 'lower', 'Pages that the host wrote to its own disk.', SIM],
  ['host_pool', 'bytes', 'neither', 'RAM of the host that pages of guests take.', SIM, 'mean'],
  ['swap_ra', 'pages', 'neither', 'Pages read ahead.', VMSTAT],
  ['swap_ra_hit', 'pages', 'higher', 'Pages read ahead that were then used.', VMSTAT],
  [
    'pgscan_anon',
    'pages',
    'lower',
    'Anonymous pages that reclaim looked at on inactive lists.',
    STAT,
  ],
  ['pgsteal_anon', 'pages', 'neither', 'Anonymous pages that reclaim freed.', STAT],
  [
    'pgscan_file',
    'pages',
    'lower',
    'Pages of files that reclaim looked at on inactive lists.',
    STAT,
  ],
  ['pgsteal_file', 'pages', 'neither', 'Pages of files that reclaim freed.', STAT],
  ['pgscan_direct', 'pages', 'lower', 'Pages that allocating tasks themselves scanned.', STAT],
  ['pgscan_kswapd', 'pages', 'neither', 'Pages that kswapd scanned.', STAT],
  ['pgscan_proactive', 'pages', 'neither', 'Pages that memory.reclaim scanned.', STAT],
  ['pgsteal_proactive', 'pages', 'neither', 'Pages that memory.reclaim freed.', STAT],
  ['pgsteal_direct', 'pages', 'lower', 'Pages that allocating tasks themselves freed.', STAT],
  ['pgsteal_kswapd', 'pages', 'neither', 'Pages that kswapd freed.', STAT],
  ['pgrefill', 'pages', 'neither', 'Pages looked at on active lists.', STAT],
  ['pgactivate', 'pages', 'neither', 'Pages moved to an active list.', STAT],
  ['pgdeactivate', 'pages', 'neither', 'Pages moved from an active to an inactive list.', STAT],
  [
    'pgrotated',
    'pages',
    'neither',
    'Pages rotated to the tail of the inactive list after writeback.',
    VMSTAT,
  ],
  [
    'allocstall',
    'count',
    'lower',
    'Times that an allocating task had to reclaim memory itself.',
    VMSTAT,
  ],
  ['workingset_refault_anon', 'pages', 'lower', 'Evicted pages that came back.', STAT],
  [
    'workingset_activate_anon',
    'pages',
    'lower',
    'Refaults so soon that the page was activated at once.',
    STAT,
  ],
  [
    'workingset_restore_anon',
    'pages',
    'lower',
    'Refaults of pages that had been in the working set before.',
    STAT,
  ],
  ['workingset_refault_file', 'pages', 'lower', 'Evicted pages of files that came back.', STAT],
  [
    'workingset_activate_file',
    'pages',
    'lower',
    'Refaults of files so soon that the page was activated at once.',
    STAT,
  ],
  [
    'workingset_restore_file',
    'pages',
    'lower',
    'Refaults of pages of files that had been in the working set before.',
    STAT,
  ],
  [
    'nr_vmscan_immediate_reclaim',
    'pages',
    'lower',
    'Dirty pages of files that reclaim met, to be freed as soon as they are written.',
    VMSTAT,
  ],
  [
    'file_read',
    'pages',
    'lower',
    'Pages read from files, readahead included.',
    '/proc/vmstat pgpgin, less swap, in pages',
  ],
  [
    'file_written',
    'pages',
    'lower',
    'Pages written to files by the flusher.',
    '/proc/vmstat pgpgout, less swap, in pages',
  ],
  ['nr_vmscan_write', 'pages', 'lower', 'Pages that reclaim sent to writeback.', VMSTAT],
  [
    'oom_kill',
    'count',
    'lower',
    'Processes killed for want of memory.',
    '/proc/vmstat and memory.events',
  ],
  [
    'swap_write_error',
    'pages',
    'lower',
    'Pages whose write to a device with a queue ended with an error; they stay in RAM.',
    'mm/page_io.c (end_swap_bio_write)',
  ],
  [
    'swap_fail',
    'count',
    'lower',
    'Swap-outs refused for want of swap space or by a limit.',
    'memory.swap.events fail',
  ],
  [
    'descriptor_fail',
    'pages',
    'lower',
    'Swap-outs for which there was no descriptor of the virtual swap space.',
    SIM,
  ],
  ['swap_moved', 'pages', 'neither', 'Pages out of RAM that moved to another tier.', SIM],
  [
    'swap_move_fail',
    'pages',
    'lower',
    'Pages that began to move to another tier and stayed, because a fault wanted them or the tier could not take them.',
    SIM,
  ],
  ['swapoff_time', 'ns', 'lower', 'Time from the beginning of each swapoff to its end.', SIM],
  [
    'swapoff_walked',
    'count',
    'lower',
    'Page-table entries, or descriptors, that swapoff looked at.',
    SIM,
  ],
  ['swapoff_pages', 'pages', 'neither', 'Pages that swapoff took off a tier.', SIM],
  ['swapoff_faults', 'count', 'lower', 'Major faults while a swapoff was under way.', SIM],
  [
    'swapoff_fail',
    'count',
    'lower',
    'Swapoffs that stopped because there was no memory for a page.',
    SIM,
  ],
  [
    'memory_current',
    'bytes',
    'lower',
    'Memory charged, the compressed pool included.',
    'memory.current',
    'mean',
  ],
  [
    'memory_high',
    'bytes',
    'neither',
    'Limit above which tasks are slowed down; all of RAM where there is none.',
    'memory.high',
    'mean',
  ],
  [
    'zswap_current',
    'bytes',
    'neither',
    'Compressed bytes in zswap that are charged to the cgroup.',
    'memory.zswap.current',
    'mean',
  ],
  [
    'resident',
    'pages',
    'neither',
    'Pages in RAM, mapped, in the swap cache or in the page cache.',
    'memory.stat anon and file',
    'mean',
  ],
  ['cached', 'pages', 'neither', 'Pages of files in RAM.', 'memory.stat file', 'mean'],
  [
    'dirty',
    'pages',
    'lower',
    'Pages of files in RAM that differ from the file, as far as the kernel has noticed.',
    'memory.stat file_dirty',
    'mean',
  ],
  ['swapcached', 'pages', 'neither', 'Pages in the swap cache.', 'memory.stat swapcached', 'mean'],
  ['swapped', 'pages', 'neither', 'Pages that are out of RAM, wherever they are.', SIM, 'mean'],
  ['swap_current', 'pages', 'lower', 'Swap slots charged.', 'memory.swap.current', 'mean'],
  [
    'zswap_pool',
    'bytes',
    'lower',
    'RAM that the zswap pool takes, fragmentation included.',
    `${ZSWAP}/pool_total_size`,
    'mean',
  ],
  ['zswap_stored', 'pages', 'neither', 'Pages in zswap.', `${ZSWAP}/stored_pages`, 'mean'],
  [
    'zswap_compressed',
    'bytes',
    'neither',
    'Compressed bytes in zswap.',
    'memory.zswap.current',
    'mean',
  ],
  [
    'zswap_pool_limit_hit',
    'count',
    'lower',
    'Stores that found the pool at its limit.',
    `${ZSWAP}/pool_limit_hit`,
  ],
  ['zswap_reject', 'pages', 'lower', 'Pages that zswap refused, for any reason.', ZSWAP],
  [
    'zswap_incompressible',
    'pages',
    'neither',
    'Pages kept in zswap as they are.',
    `${ZSWAP}/stored_incompressible_pages`,
  ],
  [
    'zram_compressed',
    'bytes',
    'neither',
    'Compressed bytes in the device.',
    'zram mm_stat compr_data_size',
    'mean',
  ],
  [
    'zram_used',
    'bytes',
    'lower',
    'RAM that the device takes, fragmentation included.',
    'zram mm_stat mem_used_total',
    'mean',
  ],
  [
    'zram_same',
    'pages',
    'neither',
    'Same-filled pages, kept without memory.',
    'zram mm_stat same_pages',
    'mean',
  ],
  [
    'zram_huge',
    'pages',
    'neither',
    'Incompressible pages, kept as they are.',
    'zram mm_stat huge_pages',
    'mean',
  ],
  [
    'zram_failed_writes',
    'count',
    'lower',
    'Writes refused at mem_limit.',
    'zram io_stat failed_writes',
  ],
  ['slots_total', 'pages', 'neither', 'Swap slots of the tier.', '/proc/swaps size'],
  ['slots_used', 'pages', 'lower', 'Swap slots in use.', '/proc/swaps used', 'mean'],
  [
    'slots_idle',
    'pages',
    'lower',
    'Slots held only to stand behind a compressed or zero page.',
    SIM,
    'mean',
  ],
  [
    'metadata',
    'bytes',
    'lower',
    'RAM that the swap space keeps for slots, descriptors and entries.',
    SIM,
    'mean',
  ],
  [
    'metadata_peak',
    'bytes',
    'lower',
    'Most RAM that the swap space kept at any sample.',
    SIM,
    'peak',
  ],
  ['bytes_read', 'bytes', 'lower', 'Bytes read from the device.', '/proc/diskstats'],
  ['bytes_written', 'bytes', 'lower', 'Bytes written to the device.', '/proc/diskstats'],
  [
    'device_busy',
    'percent',
    'lower',
    'Share of the time in which the device served something.',
    '/proc/diskstats',
    'mean',
  ],
  [
    'cpu_busy',
    'percent',
    'neither',
    'Share of the processors that ran tasks.',
    '/proc/stat',
    'mean',
  ],
  ['cpu_reclaim', 'ns', 'lower', 'CPU time in reclaim, compression included.', SIM],
  ['cpu_compress', 'ns', 'lower', 'CPU time in compression and decompression.', SIM],
  ['cpu_metadata', 'ns', 'lower', 'CPU time for slots and descriptors.', SIM],
  [
    'stall_memory',
    'ns',
    'lower',
    'Time that tasks lost to reclaim and to refaults, added up over them.',
    SIM,
  ],
  ['stall_io', 'ns', 'lower', 'Time that tasks waited for devices, added up over them.', SIM],
  ...pressureRows(),
  ['held', 'pages', 'neither', 'Pages out of RAM whose data the tier holds.', SIM, 'mean'],
  [
    'zero_pages',
    'pages',
    'neither',
    'Pages out of RAM that are only a mark for zeros.',
    SIM,
    'mean',
  ],
  [
    'memory_current_peak',
    'bytes',
    'lower',
    'Most memory charged at any sample.',
    'memory.peak',
    'peak',
  ],
  [
    'zswap_pool_peak',
    'bytes',
    'lower',
    'Most RAM that the zswap pool took at any sample.',
    SIM,
    'peak',
  ],
  ['slots_used_peak', 'pages', 'lower', 'Most swap slots in use at any sample.', SIM, 'peak'],
  ['free', 'pages', 'neither', 'Free frames of the machine.', '/proc/meminfo MemFree', 'mean'],
  [
    'fault_latency',
    'ns',
    'lower',
    'Latency of every fault; with frontswap also by top-level cgroup.',
    SIM,
  ],
  ['fault_latency_minor', 'ns', 'lower', 'Latency of first touches.', SIM],
  ['fault_latency_cache', 'ns', 'lower', 'Latency of faults that the swap cache served.', SIM],
  ['fault_latency_zero', 'ns', 'lower', 'Latency of faults on pages kept as zeros.', SIM],
  ['fault_latency_file', 'ns', 'lower', 'Latency of faults that read their page from a file.', SIM],
  ['fault_latency_zswap', 'ns', 'lower', 'Latency of faults that zswap served.', SIM],
  ['fault_latency_frontswap', 'ns', 'lower', 'Latency of faults that the host served.', SIM],
  [
    'zswap_refault_age',
    'ns',
    'neither',
    'Time that entries had been in zswap when a fault brought them back.',
    SIM,
  ],
  [
    'zswap_writeback_age',
    'ns',
    'neither',
    'Time that entries had been in zswap when they were written back.',
    SIM,
  ],
  ['fault_latency_device', 'ns', 'lower', 'Latency of faults that the tier itself served.', SIM],
];

export const METRICS: readonly Metric[] = ROWS.map(
  ([name, unit, better, meaning, counted, total = 'sum']) => ({
    name,
    unit,
    better,
    meaning,
    total,
    counted,
  }),
);
