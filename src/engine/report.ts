/** Turns the state of a finished run into its result. */
import type { Kernel } from './kernel.ts';
import { C, COUNTERS, type CounterName } from './metrics/counters.ts';
import { digest } from './metrics/digest.ts';
import { CUMULATIVE, pressureTotals, subtreeCounter, type Sampler } from './metrics/sampler.ts';
import type { EndReason, HistogramData, RunResult, Scope } from './result.ts';
import type { Memcg } from './memory/memcg.ts';

interface Finished {
  k: Kernel;
  engineVersion: string;
  seed: number;
  endReason: EndReason;
  accesses: number;
  intervalNs: number;
  sampler: Sampler;
}

/** Gauges whose largest sample is worth a total of its own. */
const PEAKS = new Set(['metadata', 'zswap_pool', 'memory_current', 'slots_used']);

/** State that is sampled: a total is the mean over the samples. */
function gauges(sampler: Sampler): Map<Scope, Record<string, number>> {
  const byScope = new Map<Scope, Record<string, number>>();
  for (const { scope, metric, values } of sampler.series) {
    if ((COUNTERS as readonly string[]).includes(metric) || CUMULATIVE.has(metric)) continue;
    const into = byScope.get(scope) ?? {};
    byScope.set(scope, into);
    let sum = 0;
    let most = 0;
    for (const value of values) {
      sum += value;
      if (value > most) most = value;
    }
    into[metric] = values.length === 0 ? 0 : sum / values.length;
    if (PEAKS.has(metric)) into[`${metric}_peak`] = most;
  }
  return byScope;
}

function counted(k: Kernel, memcg: Memcg, machine: boolean): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const name of COUNTERS) {
    const index = C[name as CounterName];
    totals[name] = Math.round(subtreeCounter(memcg, index) + (machine ? k.counters[index] : 0));
  }
  return totals;
}

function totalsOf({ k, sampler, accesses }: Finished): RunResult['totals'] {
  const sampled = gauges(sampler);
  const totals: RunResult['totals'] = [];
  const add = (scope: Scope, counters: Record<string, number>) =>
    totals.push({ scope, counters: { ...counters, ...sampled.get(scope) } });
  const seconds = k.now / 1e9;
  add('machine', {
    ...counted(k, k.root, true),
    ...pressureTotals(k, k.root),
    accesses,
    throughput: seconds > 0 ? accesses / seconds : 0,
  });
  for (const memcg of k.memcgs) {
    if (memcg.parent === null) continue;
    const counters = { ...counted(k, memcg, false), ...pressureTotals(k, memcg) };
    counters.throughput = seconds > 0 ? counters.accesses / seconds : 0;
    add(`cgroup:${memcg.path}`, counters);
  }
  if (k.zswap) add('tier:zswap', {});
  for (const device of k.devices.list) {
    const figures = Object.entries(device.backend.counters()).filter(([name]) =>
      CUMULATIVE.has(name),
    );
    add(`tier:${device.name}`, {
      slots_total: device.slots.slots - 1,
      ...Object.fromEntries(figures),
    });
  }
  return totals;
}

export function histogramsOf(k: Kernel): HistogramData[] {
  const { latency } = k;
  const all = [
    latency.all.data('machine', 'fault_latency'),
    latency.minor.data('machine', 'fault_latency_minor'),
    latency.cache.data('machine', 'fault_latency_cache'),
    latency.zero.data('machine', 'fault_latency_zero'),
    latency.zswap.data('tier:zswap', 'fault_latency_zswap'),
    latency.frontswap.data('machine', 'fault_latency_frontswap'),
    latency.file.data('machine', 'fault_latency_file'),
    ...k.devices.list.map((d) =>
      latency.device[d.index].data(`tier:${d.name}`, 'fault_latency_device'),
    ),
    ...k.root.children.flatMap(
      (g) => latency.guests?.[g.id]?.data(`cgroup:${g.path}`, 'fault_latency') ?? [],
    ),
  ];
  if (k.zswap) {
    const { atRefault, atWriteback } = k.zswap.ages;
    all.push(atRefault.data('tier:zswap', 'zswap_refault_age'));
    all.push(atWriteback.data('tier:zswap', 'zswap_writeback_age'));
  }
  return all.filter((h) => h.count > 0);
}

export function collectResult(finished: Finished): RunResult {
  const { k, sampler } = finished;
  const result = {
    engineVersion: finished.engineVersion,
    seed: finished.seed,
    endReason: finished.endReason,
    simulatedNs: Math.round(k.now),
    accesses: finished.accesses,
    totals: totalsOf(finished),
    series: { intervalNs: finished.intervalNs, timeNs: sampler.timeNs, columns: sampler.series },
    histograms: histogramsOf(k),
    flows: k.flows.data(),
    events: k.events,
  };
  return { ...result, digest: digest(result) };
}
