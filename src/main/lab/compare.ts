/** Lays runs side by side: in which settings they differ, what that did, and what to be careful of. */
import type { RunResult, Scope } from '../../engine/result.ts';
import type { Comparison, MetricComparison, RunRecord, RunSummary } from './contract.ts';
import { cautionsFor } from './cautions.ts';
import {
  byCatalogue,
  entryOf,
  figuresOf,
  samplesOf,
  verdictOf,
  type RunFigures,
} from './figures.ts';
import { deviation, differenceInterval, mean, type Sample } from './intervals.ts';
import { settingsOf } from './settingValues.ts';

const SEED = 'run.seed';

/** A run as it is compared: its time series are not looked at. */
export type ComparedRun = Omit<RunRecord, 'result'> & {
  result: Omit<RunResult, 'series'> | null;
};

/**
 * @param baseline index of the run that the others are measured against
 * @param replicates for each run those that differ from it in the seed alone, without itself
 */
export function compareRecords(
  records: readonly ComparedRun[],
  baseline: number,
  replicates: readonly (readonly RunFigures[])[] = records.map(() => []),
): Comparison {
  const columns = records.map((record, i) => [record, ...(replicates[i] ?? [])]);
  return {
    runs: records.map(withoutResult),
    replicates: columns.map((column) => column.map(({ id }) => id)),
    seeds: columns.map((column) => column.map(({ seed }) => seed)),
    baseline,
    ...compareSettings(records, columns),
    metrics: compareMetrics(columns, baseline),
    warnings: cautionsFor(records),
  };
}

/** Where two of the compared runs are replicates of each other, both are shown as the single runs they are. */
export function replicatesBeside(
  ids: readonly number[],
  replicates: readonly (readonly RunFigures[])[],
): RunFigures[][] {
  return replicates.map((column) => (column.some(({ id }) => ids.includes(id)) ? [] : [...column]));
}

function withoutResult(record: ComparedRun): RunSummary {
  const summary: RunSummary & Partial<ComparedRun> = { ...record };
  for (const key of ['scenario', 'baseDir', 'traces', 'result'] as const) delete summary[key];
  return summary;
}

function compareSettings(
  records: readonly ComparedRun[],
  columns: readonly (readonly RunFigures[])[],
): Pick<Comparison, 'settings' | 'sharedSettings'> {
  const settings = records.map(({ scenario }) => settingsOf(scenario));
  // Where all columns are means over seeds, the seed of the run that stands for each says nothing.
  if (columns.every((column) => column.length > 1)) settings.forEach((each) => each.delete(SEED));
  const paths = [...new Set(settings.flatMap((each) => [...each.keys()]))];
  const rows = paths.map((path) => ({ path, values: settings.map((e) => e.get(path) ?? null) }));
  return {
    settings: rows.filter(({ values }) => !isShared(values)),
    sharedSettings: rows
      .filter(({ values }) => isShared(values))
      .map(({ path, values }) => ({ path, value: values[0] })),
  };
}

/** Null stands where a run does not have the setting. */
const isShared = (values: readonly unknown[]) =>
  new Set(values.map((value) => JSON.stringify(value))).size === 1;

function compareMetrics(
  columns: readonly (readonly RunFigures[])[],
  baseline: number,
): MetricComparison[] {
  const figures = columns.map((column) =>
    column.map((run) => ({ seed: run.seed, scopes: figuresOf(run) })),
  );
  const all = figures.flat();
  const scopes = new Set(all.flatMap((each) => [...each.scopes.keys()]));
  return [...scopes].flatMap((scope) => {
    const names = new Set(all.flatMap((each) => [...(each.scopes.get(scope)?.keys() ?? [])]));
    return [...names].sort(byCatalogue).map((metric) =>
      compareSamples(
        scope,
        metric,
        figures.map((column) => samplesOf(column, scope, metric)),
        baseline,
      ),
    );
  });
}

function compareSamples(
  scope: Scope,
  metric: string,
  samples: readonly Sample[][],
  baseline: number,
): MetricComparison {
  const each = samples.map((column) => column.map(({ value }) => value));
  const values = each.map((column) => (column.length === 0 ? null : mean(column)));
  const base = values[baseline] ?? null;
  const better = entryOf(metric)?.better ?? 'neither';
  const delta = values.map((value) => (value === null || base === null ? null : value - base));
  const intervals = samples.map((column, i) =>
    i === baseline ? null : differenceInterval(samples[baseline] ?? [], column),
  );
  return {
    scope,
    metric,
    values,
    deviations: each.map(deviation),
    delta,
    deltaPercent: delta.map((each) =>
      each === null || base === null || base === 0 ? null : (each / Math.abs(base)) * 100,
    ),
    intervals,
    verdict: delta.map((each, i) => verdictOf(each, intervals[i] ?? null, better)),
  };
}
