/** How a difference is marked: the arrow says which way it went, the colour whether that is good. */
import type { MetricComparison } from '../../main/lab/contract.ts';

export type Verdict = MetricComparison['verdict'][number];

export const arrow = (delta: number | null): string =>
  delta === null || delta === 0 ? '' : delta > 0 ? '▲' : '▼';

export const VERDICT_TONES: Record<Verdict, '' | 'good' | 'bad' | 'mute'> = {
  better: 'good',
  worse: 'bad',
  same: 'mute',
  neutral: '',
};

/** The biggest change of a row in percent, for sorting; what appeared out of nothing comes first. */
export function biggestChange(row: MetricComparison): number {
  return Math.max(
    0,
    ...row.delta.map((delta, i) => {
      if (delta === null || delta === 0) return 0;
      const percent = row.deltaPercent[i];
      return percent === null || percent === undefined ? Infinity : Math.abs(percent);
    }),
  );
}

/** What most comparisons are about; these rows stand first, the others as the lab lists them. */
const FIRST = [
  'throughput',
  'pgmajfault',
  'oom_kill',
  'fault_latency p50',
  'fault_latency p99',
  'stall_memory',
  'stall_io',
  'metadata_peak',
];

export function headlinesFirst(rows: readonly MetricComparison[]): MetricComparison[] {
  const place = ({ scope, metric }: MetricComparison) => {
    const index = scope === 'machine' ? FIRST.indexOf(metric) : -1;
    return index < 0 ? FIRST.length : index;
  };
  return [...rows].sort((a, b) => place(a) - place(b));
}
