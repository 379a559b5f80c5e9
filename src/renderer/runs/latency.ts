/** The latencies of a run by what served the fault, and the ages of zswap's entries, in the colours of the tiers. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import type { HistogramData } from '../../main/lab/contract.ts';
import { tierTone } from '../build/tierLook.ts';

export interface LatencyRung {
  label: string;
  tone: string;
  dashed: boolean;
  histogram: HistogramData;
}

const KINDS: Record<string, { label: string; tone: string; dashed: boolean }> = {
  fault_latency: { label: 'all faults', tone: 'ink', dashed: true },
  fault_latency_minor: { label: 'first touch', tone: 'ram', dashed: true },
  fault_latency_cache: { label: 'swap cache', tone: 'ram', dashed: false },
  fault_latency_zero: { label: 'zero page', tone: 'mute', dashed: false },
  fault_latency_file: { label: 'file', tone: 'mute', dashed: true },
  fault_latency_frontswap: { label: 'frontswap', tone: 'zswap', dashed: false },
};

/** The machine's latencies by kind, then those of its tiers; kinds without a fault are left out. */
export function latencyRungs(
  histograms: readonly HistogramData[],
  scenario: ScenarioInput,
): LatencyRung[] {
  const counted = histograms.filter(({ count }) => count > 0);
  const machine = Object.entries(KINDS).flatMap(([metric, look]) => {
    const histogram = counted.find((each) => each.scope === 'machine' && each.metric === metric);
    return histogram ? [{ ...look, histogram }] : [];
  });
  const tiers = counted
    .filter(({ scope, metric }) => scope.startsWith('tier:') && metric.startsWith('fault_latency'))
    .map((histogram) => {
      const label = histogram.scope.slice('tier:'.length);
      const tone = label === 'zswap' ? 'zswap' : tierTone(scenario.tiers?.[label]);
      return { label, tone, dashed: false, histogram };
    });
  return [...machine, ...tiers];
}

/** How long entries had been in zswap when a fault or writeback took them out; those without any are left out. */
export function ageRungs(histograms: readonly HistogramData[]): LatencyRung[] {
  const rung = (metric: string, label: string, dashed: boolean) => {
    const histogram = histograms.find((each) => each.metric === metric && each.count > 0);
    return histogram ? [{ label, tone: 'zswap', dashed, histogram }] : [];
  };
  return [
    ...rung('zswap_refault_age', 'at a fault', false),
    ...rung('zswap_writeback_age', 'at writeback', true),
  ];
}
