/** The figures of a run by scope and metric, those of its replicates beside them, and which way is better. */
import { METRICS } from '../../engine/metrics/catalogue.ts';
import type { RunResult, Scope } from '../../engine/result.ts';
import type { DifferenceInterval, MetricComparison, RunRecord } from './contract.ts';
import type { Sample } from './intervals.ts';

const PERCENTILES = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['p99.99', 'p9999'],
] as const;

const CATALOGUE = new Map(METRICS.map((metric, order) => [metric.name, { ...metric, order }]));

/** What of a run its figures are read from. */
export type RunFigures = Pick<RunRecord, 'id' | 'seed'> & {
  result: Pick<RunResult, 'totals' | 'histograms'> | null;
};

/** Figures of one run by scope and metric, latency percentiles beside the totals. */
export function figuresOf({ result }: RunFigures): Map<Scope, Map<string, number>> {
  const figures = new Map<Scope, Map<string, number>>();
  const scopeOf = (scope: Scope) => {
    const known = figures.get(scope) ?? new Map<string, number>();
    figures.set(scope, known);
    return known;
  };
  for (const { scope, counters } of result?.totals ?? []) {
    for (const [metric, value] of Object.entries(counters)) scopeOf(scope).set(metric, value);
  }
  for (const { scope, metric, count, percentilesNs } of result?.histograms ?? []) {
    if (count === 0) continue;
    for (const [name, key] of PERCENTILES) {
      scopeOf(scope).set(`${metric} ${name}`, percentilesNs[key]);
    }
  }
  return figures;
}

export function samplesOf(
  column: readonly { seed: number; scopes: Map<Scope, Map<string, number>> }[],
  scope: Scope,
  metric: string,
): Sample[] {
  return column.flatMap(({ seed, scopes }) => {
    const value = scopes.get(scope)?.get(metric);
    return value === undefined ? [] : [{ seed, value }];
  });
}

/** The catalogue's entry of a metric; of `fault_latency p99` that of `fault_latency`. */
export const entryOf = (metric: string) => CATALOGUE.get(metric.split(' ', 1)[0] as string);

export function byCatalogue(a: string, b: string): number {
  const order = (metric: string) => entryOf(metric)?.order ?? CATALOGUE.size;
  const [, percentileA = ''] = a.split(' p');
  const [, percentileB = ''] = b.split(' p');
  return order(a) - order(b) || Number(percentileA) - Number(percentileB);
}

export function verdictOf(
  delta: number | null,
  interval: DifferenceInterval | null,
  better: 'higher' | 'lower' | 'neither',
): MetricComparison['verdict'][number] {
  if (delta === null) return 'neutral';
  const isExact = interval === null || interval.low === interval.high;
  if (delta === 0 && isExact) return 'same';
  if (interval && interval.low <= 0 && interval.high >= 0) return 'unclear';
  if (better === 'neither') return 'neutral';
  return delta > 0 === (better === 'higher') ? 'better' : 'worse';
}
