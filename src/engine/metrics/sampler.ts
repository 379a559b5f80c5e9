/**
 * Time series of a run: at each sample the state of the machine, its cgroups and tiers, and what
 * was counted since the sample before.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import type { Scope, Series } from '../result.ts';
import { C, type CounterName } from './counters.ts';
import { FIRST_DEVICE, ZEROS } from './flows.ts';
import type { Pressure, PressureLine, Resource } from './psi.ts';

/** Counters of which each sample holds the increase. */
const MACHINE_RATES: CounterName[] = [
  'accesses',
  'pgfault',
  'pgmajfault',
  'pswpin',
  'pswpout',
  'zswpin',
  'zswpout',
  'zswpwb',
  'swpin_zero',
  'swpout_zero',
  'workingset_refault_anon',
  'stall_memory',
  'stall_io',
];
/** Only of machines with files. */
const FILE_RATES: CounterName[] = ['workingset_refault_file', 'file_read', 'file_written'];
const CGROUP_RATES: CounterName[] = ['accesses', 'pgmajfault', 'stall_memory', 'stall_io'];
/** The same for a cgroup that user space steers. */
const STEERED_RATES: CounterName[] = [
  'reclaim_requested',
  'reclaim_got',
  'writeback_requested',
  'writeback_got',
  'pswpin',
  'zswpin',
  'zswpout',
  'zswpwb',
];

/** What backends count up; the rest of their figures are states. */
export const CUMULATIVE: ReadonlySet<string> = new Set([
  'bytes_read',
  'bytes_written',
  'link_wait',
  'cpu_network',
  'zram_failed_writes',
  'mem_used_max',
  'huge_pages_since',
  'bd_reads',
  'bd_writes',
  'psi_memory_some',
  'psi_memory_full',
  'psi_io_some',
  'psi_io_full',
]);

const RESOURCES: readonly Resource[] = ['memory', 'io'];
const LINES = ['some', 'full'] as const;
const AVERAGES = ['avg10', 'avg60', 'avg300'] as const;

/** Time that a cgroup has lost to pressure so far, ns, by metric. */
export function pressureTotals(k: Kernel, memcg: Memcg): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const resource of RESOURCES) {
    const pressure = k.psi.peek(memcg.id, resource, k.now);
    for (const line of LINES) totals[`psi_${resource}_${line}`] = pressure[line].totalNs;
  }
  return totals;
}

interface Column {
  series: Series;
  /** The value now; a rate column gives the running total. */
  read: () => number;
  rate: boolean;
  last: number;
}

/** Sum of a counter over a memcg and all below it. */
export function subtreeCounter(memcg: Memcg, counter: number): number {
  let sum = 0;
  for (const m of memcg.subtree) sum += m.counters[counter];
  return sum;
}

function subtreeSum(memcg: Memcg, read: (m: Memcg) => number): number {
  let sum = 0;
  for (const m of memcg.subtree) sum += read(m);
  return sum;
}

export class Sampler {
  readonly timeNs: number[] = [];
  private readonly columns: Column[] = [];

  private readonly k: Kernel;

  /** `steered`: paths of the cgroups on which controllers and requests to reclaim act. */
  constructor(k: Kernel, busyNs: () => number, cpus: number, steered: ReadonlySet<string>) {
    this.k = k;
    const { root } = k;
    const { pageBytes } = k.settings;
    for (const name of MACHINE_RATES)
      this.add('machine', name, () => subtreeCounter(root, C[name]), true);
    this.addPressure('machine', root);
    this.add('machine', 'resident', () => subtreeSum(root, (m) => m.resident));
    this.add('machine', 'swapcached', () => subtreeSum(root, (m) => m.swapcached));
    if (k.files !== null) {
      for (const name of FILE_RATES)
        this.add('machine', name, () => subtreeCounter(root, C[name]), true);
      this.add('machine', 'cached', () => subtreeSum(root, (m) => m.cached));
      this.add('machine', 'dirty', () => subtreeSum(root, (m) => m.dirty));
    }
    this.add('machine', 'swapped', () => subtreeSum(root, (m) => m.swapped));
    this.add('machine', 'zero_pages', () => k.held[ZEROS]);
    this.add('machine', 'free', () => Math.max(0, k.freeFrames()));
    this.add('machine', 'metadata', () => k.metadataBytes());
    let busy = 0;
    let at = 0;
    this.add('machine', 'cpu_busy', () => {
      const share = k.now > at ? (100 * (busyNs() - busy)) / ((k.now - at) * cpus) : 0;
      busy = busyNs();
      at = k.now;
      return Math.min(100, share);
    });
    const pool = k.devices.frontswap?.pool;
    if (pool) {
      this.add('machine', 'host_pool', () => pool.used);
      k.root.children.forEach(({ path }, i) =>
        this.add(`cgroup:${path}`, 'host_pool', () => pool.bytesOf(i + 1)),
      );
    }
    if (k.zswap) {
      const { zswap } = k;
      this.add('tier:zswap', 'zswap_stored', () => zswap.stored);
      this.add('tier:zswap', 'zswap_pool', () => zswap.pool.poolBytes);
      this.add('tier:zswap', 'zswap_compressed', () => zswap.compressedBytes);
    }
    for (const device of k.devices.list) {
      const scope: Scope = `tier:${device.name}`;
      this.add(scope, 'held', () => k.held[FIRST_DEVICE + device.index]);
      this.add(scope, 'slots_used', () => device.slots.used);
      this.add(scope, 'slots_idle', () => k.idleSlots[device.index]);
      for (const name of Object.keys(device.backend.counters())) {
        this.add(scope, name, () => device.backend.counters()[name], CUMULATIVE.has(name));
      }
    }
    for (const memcg of k.memcgs) {
      if (memcg.parent === null) continue;
      const scope: Scope = `cgroup:${memcg.path}`;
      for (const name of CGROUP_RATES)
        this.add(scope, name, () => subtreeCounter(memcg, C[name]), true);
      this.addPressure(scope, memcg);
      if (steered.has(memcg.path)) {
        for (const name of STEERED_RATES)
          this.add(scope, name, () => subtreeCounter(memcg, C[name]), true);
        const ram = k.settings.totalPages;
        this.add(scope, 'memory_high', () => Math.min(memcg.limits.high, ram) * pageBytes);
        this.add(scope, 'zswap_current', () => memcg.zswapBytes);
      }
      this.add(scope, 'memory_current', () => memcg.usage(pageBytes) * pageBytes);
      this.add(scope, 'resident', () => subtreeSum(memcg, (m) => m.resident));
      if (k.files !== null) {
        this.add(scope, 'cached', () => subtreeSum(memcg, (m) => m.cached));
        this.add(scope, 'dirty', () => subtreeSum(memcg, (m) => m.dirty));
      }
      this.add(scope, 'swapped', () => subtreeSum(memcg, (m) => m.swapped));
      this.add(scope, 'swap_current', () => memcg.swap);
    }
  }

  /** Both pressure files of a cgroup, each looked at once a sample. */
  private addPressure(scope: Scope, memcg: Memcg): void {
    const { k } = this;
    for (const resource of RESOURCES) {
      let at = -1;
      let pressure: Pressure;
      const line = (name: 'some' | 'full'): PressureLine => {
        if (at !== k.now) pressure = k.psi.peek(memcg.id, resource, k.now);
        at = k.now;
        return pressure[name];
      };
      for (const name of LINES) {
        const metric = `psi_${resource}_${name}`;
        this.add(scope, metric, () => line(name).totalNs, true);
        for (const average of AVERAGES)
          this.add(scope, `${metric}_${average}`, () => line(name)[average]);
      }
    }
  }

  private add(scope: Scope, metric: string, read: () => number, rate = false): void {
    this.columns.push({ series: { scope, metric, values: [] }, read, rate, last: 0 });
  }

  sample(): void {
    this.timeNs.push(Math.round(this.k.now));
    for (const column of this.columns) {
      const value = column.read();
      column.series.values.push(column.rate ? value - column.last : value);
      if (column.rate) column.last = value;
    }
  }

  get series(): Series[] {
    return this.columns.map((c) => c.series);
  }
}
