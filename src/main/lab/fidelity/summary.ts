/** The errors of all cases together: by counter, by family and by kind of swap device. */
import type { CaseComparison, CounterComparison, FailedCase } from './compare.ts';

export interface ErrorSummary {
  /** What the errors are of: a counter, or a counter within a family or on a kind of device. */
  group: string;
  counter: string;
  cases: number;
  /** Absolute errors in percent of the kernel's median, over cases where that is 100 or more. */
  medianPercent: number;
  p90Percent: number;
  worstPercent: number;
  worstCase: string;
  /** Cases in which the engine lies within the kernel's own spread. */
  withinSpread: number;
}

export interface Summary {
  cases: number;
  failed: FailedCase[];
  byCounter: ErrorSummary[];
  byFamily: ErrorSummary[];
  byDevice: ErrorSummary[];
  jaccard: { group: string; cases: number; median: number; worst: number; worstCase: string }[];
}

/** What is summed up; other counters are in the cases. */
export const HEADLINE = [
  'swapin',
  'swapout',
  'majflt',
  'workingset_refault_anon',
  'pgscan_anon',
  'pgsteal_anon',
  'pgactivate',
  'pgdeactivate',
  'workingset_activate_anon',
] as const;

interface Point {
  id: string;
  counter: CounterComparison;
}

/** Value below which a share of sorted values lies. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function summarise(group: string, counter: string, points: readonly Point[]): ErrorSummary {
  const errors = points
    .map(({ id, counter: c }) => ({ id, error: Math.abs(c.errorPercent ?? 0) }))
    .sort((a, b) => a.error - b.error);
  const sorted = errors.map(({ error }) => error);
  const worst = errors.at(-1);
  return {
    group,
    counter,
    cases: points.length,
    medianPercent: quantile(sorted, 0.5),
    p90Percent: quantile(sorted, 0.9),
    worstPercent: worst?.error ?? 0,
    worstCase: worst?.id ?? '',
    withinSpread: points.filter((p) => p.counter.withinSpread).length,
  };
}

function byGroup(
  cases: readonly CaseComparison[],
  counters: readonly string[],
  groupOf: (c: CaseComparison) => string,
): ErrorSummary[] {
  const groups = [...new Set(cases.map(groupOf))].sort();
  return groups.flatMap((group) => {
    const members = cases.filter((c) => groupOf(c) === group);
    return counters.flatMap((counter) => {
      const points = pointsOf(members, counter);
      return points.length === 0 ? [] : [summarise(group, counter, points)];
    });
  });
}

function pointsOf(cases: readonly CaseComparison[], counter: string): Point[] {
  return cases.flatMap(({ id, counters }) => {
    const found = counters.find((c) => c.counter === counter);
    return found && found.errorPercent !== null ? [{ id, counter: found }] : [];
  });
}

function jaccards(cases: readonly CaseComparison[]): Summary['jaccard'] {
  return [...new Set(cases.map((c) => c.device))].sort().flatMap((group) => {
    const known = cases
      .filter((c) => c.device === group && c.jaccard !== null)
      .map(({ id, jaccard }) => ({ id, jaccard: jaccard as number }))
      .sort((a, b) => a.jaccard - b.jaccard);
    const [worst] = known;
    if (!worst) return [];
    const values = known.map((each) => each.jaccard);
    return [
      {
        group,
        cases: known.length,
        median: quantile(values, 0.5),
        worst: worst.jaccard,
        worstCase: worst.id,
      },
    ];
  });
}

export function summariseCases(
  cases: readonly CaseComparison[],
  failed: readonly FailedCase[],
): Summary {
  const names = [...new Set(cases.flatMap((c) => c.counters.map((each) => each.counter)))];
  return {
    cases: cases.length,
    failed: [...failed],
    byCounter: names.flatMap((name) => {
      const points = pointsOf(cases, name);
      return points.length === 0 ? [] : [summarise('all', name, points)];
    }),
    byFamily: byGroup(cases, HEADLINE, (c) => c.family),
    byDevice: byGroup(cases, HEADLINE, (c) => c.device),
    jaccard: jaccards(cases),
  };
}
