/** Where time goes: the CPU, stalls and pressure, peaks that were sampled, latencies. */
import { SIM, type Row } from './row.ts';

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

export const TIMES: readonly Row[] = [
  ['cpu_reclaim', 'ns', 'lower', 'CPU time in reclaim, compression included.', SIM],
  ['cpu_compress', 'ns', 'lower', 'CPU time in compression and decompression.', SIM],
  [
    'cpu_move',
    'ns',
    'lower',
    'CPU time for making the entries of pages that moved to another tier refer to it; part of cpu_metadata.',
    SIM,
  ],
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
