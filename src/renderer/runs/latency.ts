/** The latencies of a run by what served the fault, in the colours of the tiers. */
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
  fault_latency_zswap: { label: 'zswap', tone: 'zswap', dashed: false },
  fault_latency_device: { label: 'devices', tone: 'ssd', dashed: false },
};

/** The machine's latencies by kind, then those of single tiers; kinds without a fault are left out. */
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
    .filter(
      ({ scope, metric }) => scope.startsWith('tier:') && /^fault_latency(_device)?$/.test(metric),
    )
    .map((histogram) => {
      const name = histogram.scope.slice('tier:'.length);
      return {
        label: name,
        tone: tierTone(scenario.tiers?.[name]) as string,
        dashed: false,
        histogram,
      };
    });
  return [...machine, ...tiers];
}
