/** How a difference is marked: the arrow says which way it went, the colour whether that is good. */
import type { Comparison, MetricComparison } from '../../main/lab/contract.ts';

export type Verdict = MetricComparison['verdict'][number];

export const arrow = (delta: number | null): string =>
  delta === null || delta === 0 ? '' : delta > 0 ? '▲' : '▼';

export const VERDICT_TONES: Record<Verdict, '' | 'good' | 'bad' | 'mute'> = {
  better: 'good',
  worse: 'bad',
  same: 'mute',
  neutral: '',
  unclear: 'mute',
};

/** What the colour says, in a word; nothing where neither way is better. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  better: 'better',
  worse: 'worse',
  same: '',
  neutral: '',
  unclear: 'unclear',
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

/** How the intervals of a comparison came about, or why there are none. */
export function methodOf({ metrics, replicates }: Comparison): string {
  const found = metrics.flatMap(({ intervals }) => intervals.filter((each) => each !== null));
  if (found.length === 0) {
    return replicates.some(({ length }) => length > 1)
      ? 'No intervals: they need replicates of the baseline and of the run beside it.'
      : 'One run of each: run replicates over seeds to learn how far chance goes.';
  }
  const methods = new Set(found.map(({ method }) => method));
  const how = [
    ...(methods.has('paired') ? ['paired t over the seeds that both ran'] : []),
    ...(methods.has('welch') ? ['Welch’s t'] : []),
  ].join(' or ');
  return (
    `Figures are means over seeds; ± is the 95 % interval of the difference (${how}); unclear: it holds 0. ` +
    'Each interval is for its metric alone, not corrected for many comparisons: of 20 metrics that do not differ, one looks clear by chance.'
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

export const isHeadline = ({ scope, metric }: MetricComparison): boolean =>
  scope === 'machine' && FIRST.includes(metric);

export function headlinesFirst(rows: readonly MetricComparison[]): MetricComparison[] {
  const place = ({ scope, metric }: MetricComparison) => {
    const index = scope === 'machine' ? FIRST.indexOf(metric) : -1;
    return index < 0 ? FIRST.length : index;
  };
  return [...rows].sort((a, b) => place(a) - place(b));
}
