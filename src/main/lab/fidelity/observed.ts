/**
 * The same figures from both sides: what a repeat of a measured case counted, and what the engine
 * counted when it replayed the case, by phase and counter.
 */
import type { Gauges, OperationResult } from '../../../engine/replay/machine.ts';
import type { CounterName } from '../../../engine/metrics/counters.ts';
import type { Repeat, RepeatOp } from './format.ts';

/** Counters of /proc/vmstat that the engine keeps under the same names. */
const VM = [
  'pswpin',
  'pswpout',
  'pgmajfault',
  'zswpin',
  'zswpout',
  'zswpwb',
  'swap_ra',
  'swap_ra_hit',
  'swpin_zero',
  'swpout_zero',
  'pgscan_anon',
  'pgsteal_anon',
  'pgscan_file',
  'pgsteal_file',
  'pgactivate',
  'pgdeactivate',
  'workingset_refault_anon',
  'workingset_activate_anon',
  'workingset_restore_anon',
  'workingset_refault_file',
  'workingset_activate_file',
  'oom_kill',
] as const satisfies readonly CounterName[];

export type Figures = Map<string, number>;

/** Figures by phase. All traces together are the phase `trace`; others are called by their operation. */
export type Phases = Map<string, Figures>;

/** Adds up events over the operations of a phase; states are those after its last operation. */
class Collector {
  readonly phases: Phases = new Map();
  private readonly seen = new Map<string, number>();

  /** The figures of the phase that an operation belongs to. */
  phase(op: string): Figures {
    const times = (this.seen.get(op) ?? 0) + 1;
    this.seen.set(op, times);
    const name = op === 'trace' || times === 1 ? op : `${op}${times}`;
    let figures = this.phases.get(name);
    if (!figures) this.phases.set(name, (figures = new Map()));
    return figures;
  }
}

const add = (figures: Figures, name: string, value: number) =>
  void figures.set(name, (figures.get(name) ?? 0) + value);

/** Pages brought in and pages written out of memory, wherever they went. */
function addTotals(figures: Figures, of: (name: (typeof VM)[number]) => number): void {
  for (const name of VM) add(figures, name, of(name));
  add(figures, 'swapin', of('pswpin') + of('zswpin') + of('swpin_zero'));
  add(figures, 'swapout', of('pswpout') - of('zswpwb') + of('zswpout') + of('swpout_zero'));
}

export function kernelPhases(repeat: Repeat): Phases {
  const collector = new Collector();
  for (const op of repeat.ops) {
    const figures = collector.phase(op.op);
    addTotals(figures, (name) => op.delta.vm[name] ?? 0);
    const dead = op.procs.filter((p) => p.dead !== undefined && p.dead !== null);
    add(figures, 'majflt', total(op, 'majflt'));
    add(figures, 'minflt', total(op, 'minflt'));
    for (const { progress } of dead)
      figures.set('killed_at', (op.op === 'fill' ? progress?.[0] : progress?.[1]) ?? 0);
    if (dead.length > 0) continue;
    setKernelGauges(figures, op);
    if (op.op === 'swapoff') figures.set('swapoff_failed', op.rc === 0 ? 0 : 1);
    if (op === repeat.ops.at(-1) && repeat.pagemap.length === op.after.cg.length) {
      const resident = repeat.pagemap.reduce((sum, p) => sum + p.resident, 0);
      figures.set('resident_pages', resident);
    }
  }
  return collector.phases;
}

const total = (op: RepeatOp, name: 'majflt' | 'minflt') =>
  op.procs.reduce((sum, p) => sum + (p[name] ?? 0), 0);

function setKernelGauges(figures: Figures, { after }: RepeatOp): void {
  const cgroups = (name: string) => after.cg.reduce((sum, cg) => sum + (cg[name] ?? 0), 0);
  figures.set('kmem_pages', cgroups('kmem.usage_in_bytes') / 4096);
  figures.set('active_anon_pages', cgroups('active_anon') / 4096);
  figures.set('swapcached_pages', after.nr_swapcached ?? 0);
  after.dev.forEach((dev, i) => {
    figures.set(`slots_used.${i}`, dev.used_pages ?? 0);
    if (!dev.mm) return;
    figures.set(`zram_compressed_bytes.${i}`, dev.mm['compr_data_size'] ?? 0);
    figures.set(`zram_used_bytes.${i}`, dev.mm['mem_used_total'] ?? 0);
    figures.set(`zram_same_pages.${i}`, dev.mm['same_pages'] ?? 0);
    figures.set(`zram_huge_pages.${i}`, dev.mm['huge_pages'] ?? 0);
  });
  figures.set('zswap_pool_bytes', after.zswap?.['pool_total_size'] ?? 0);
  figures.set('zswap_stored_pages', after.zswap?.['stored_pages'] ?? 0);
  figures.set('zswap_incompressible_pages', after.zswap?.['stored_incompressible_pages'] ?? 0);
}

export function enginePhases(operations: readonly OperationResult[]): Phases {
  const collector = new Collector();
  for (const operation of operations) {
    const figures = collector.phase(operation.op);
    addTotals(figures, (name) => operation.counters[name]);
    const killed = operation.killedAt.filter((at) => at !== null);
    // A process that is killed reports nothing.
    add(figures, 'majflt', killed.length > 0 ? 0 : operation.majorFaults);
    add(figures, 'minflt', killed.length > 0 ? 0 : operation.minorFaults);
    for (const at of killed) figures.set('killed_at', at);
    if (killed.length > 0) continue;
    setEngineGauges(figures, operation.after);
    if (operation.op === 'swapoff')
      figures.set('swapoff_failed', operation.swapoffSucceeded ? 0 : 1);
    if (operation === operations.at(-1) && operation.after.residentPages > 0)
      figures.set('resident_pages', operation.after.residentPages);
  }
  return collector.phases;
}

function setEngineGauges(figures: Figures, after: Gauges): void {
  figures.set('kmem_pages', after.kmemPages);
  figures.set('active_anon_pages', after.activeAnonPages);
  figures.set('swapcached_pages', after.swapcachedPages);
  after.devices.forEach(({ usedSlots, zram }, i) => {
    figures.set(`slots_used.${i}`, usedSlots);
    if (zram === null) return;
    figures.set(`zram_compressed_bytes.${i}`, zram.compressedBytes);
    figures.set(`zram_used_bytes.${i}`, zram.usedBytes);
    figures.set(`zram_same_pages.${i}`, zram.samePages);
    figures.set(`zram_huge_pages.${i}`, zram.hugePages);
  });
  figures.set('zswap_pool_bytes', after.zswapPoolBytes);
  figures.set('zswap_stored_pages', after.zswapStoredPages);
  figures.set('zswap_incompressible_pages', after.zswapIncompressiblePages);
}
