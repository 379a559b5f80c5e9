/** Lays runs side by side: in which settings they differ, what that did, and what to be careful of. */
import { METRICS } from '../../engine/metrics/catalogue.ts';
import type { Scope } from '../../engine/result.ts';
import type {
  Comparison,
  MetricComparison,
  RunRecord,
  RunSummary,
  SettingDifference,
} from './contract.ts';
import { settingsOf } from './settingValues.ts';

const PERCENTILES = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['p99.99', 'p9999'],
] as const;

const CATALOGUE = new Map(METRICS.map((metric, order) => [metric.name, { ...metric, order }]));

/** @param baseline index of the run that the others are measured against */
export function compareRecords(records: readonly RunRecord[], baseline: number): Comparison {
  return {
    runs: records.map(withoutResult),
    baseline,
    settings: differences(records),
    metrics: compareMetrics(records, baseline),
    warnings: warningsFor(records),
  };
}

function withoutResult(record: RunRecord): RunSummary {
  const summary: RunSummary & Partial<RunRecord> = { ...record };
  for (const key of ['scenario', 'baseDir', 'traces', 'result'] as const) delete summary[key];
  return summary;
}

function differences(records: readonly RunRecord[]): SettingDifference[] {
  const settings = records.map(({ scenario }) => settingsOf(scenario));
  const paths = new Set(settings.flatMap((each) => [...each.keys()]));
  return [...paths]
    .map((path) => ({ path, values: settings.map((each) => each.get(path) ?? null) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}

/** Figures of one run by scope and metric, latency percentiles beside the totals. */
function figuresOf({ result }: RunRecord): Map<Scope, Map<string, number>> {
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

function compareMetrics(records: readonly RunRecord[], baseline: number): MetricComparison[] {
  const figures = records.map(figuresOf);
  const scopes = new Set(figures.flatMap((each) => [...each.keys()]));
  return [...scopes].flatMap((scope) => {
    const names = new Set(figures.flatMap((each) => [...(each.get(scope)?.keys() ?? [])]));
    return [...names].sort(byCatalogue).map((metric) =>
      compareValues(
        scope,
        metric,
        figures.map((each) => each.get(scope)?.get(metric) ?? null),
        baseline,
      ),
    );
  });
}

/** The catalogue's entry of a metric; of `fault_latency p99` that of `fault_latency`. */
const entryOf = (metric: string) => CATALOGUE.get(metric.split(' ', 1)[0] as string);

function byCatalogue(a: string, b: string): number {
  const order = (metric: string) => entryOf(metric)?.order ?? CATALOGUE.size;
  const [, percentileA = ''] = a.split(' p');
  const [, percentileB = ''] = b.split(' p');
  return order(a) - order(b) || Number(percentileA) - Number(percentileB);
}

function compareValues(
  scope: Scope,
  metric: string,
  values: (number | null)[],
  baseline: number,
): MetricComparison {
  const base = values[baseline] ?? null;
  const better = entryOf(metric)?.better ?? 'neither';
  const delta = values.map((value) => (value === null || base === null ? null : value - base));
  return {
    scope,
    metric,
    values,
    delta,
    deltaPercent: delta.map((each) =>
      each === null || base === null || base === 0 ? null : (each / Math.abs(base)) * 100,
    ),
    verdict: delta.map((each) => {
      if (each === null) return 'neutral';
      if (each === 0) return 'same';
      if (better === 'neither') return 'neutral';
      return each > 0 === (better === 'higher') ? 'better' : 'worse';
    }),
  };
}

function warningsFor(records: readonly RunRecord[]): string[] {
  const warnings: string[] = [];
  for (const { id, status, result } of records) {
    if (!result) warnings.push(`Run ${id} is ${status} and has no result, so it has no figures.`);
  }
  const engines = groups(records, ({ engineVersion }) => engineVersion);
  if (engines.length > 1) {
    warnings.push(
      `The runs come from different versions of the engine (${describe(engines)}): a difference may be the engine's.`,
    );
  }
  const traces = groups(
    records.filter(({ result }) => result),
    (record) =>
      record.traces
        .map(({ sha256 }) => sha256)
        .sort()
        .join(),
  );
  if (traces.length > 1) {
    warnings.push(
      `The runs did not replay the same traces (${traces.map(({ ids }) => runList(ids)).join('; ')}): their workloads differ.`,
    );
  }
  const ends = groups(
    records.filter(({ result }) => result),
    ({ result }) => result?.endReason ?? '',
  );
  if (ends.length > 1) {
    warnings.push(
      `The runs ended for different reasons (${describe(ends)}): compare rates and latencies rather than totals.`,
    );
  }
  for (const { key, ids } of groups(records, ({ digest }) => digest ?? '')) {
    if (key !== '' && ids.length > 1) {
      warnings.push(`${runList(ids)} have the same digest: they are the same simulation.`);
    }
  }
  return warnings;
}

interface Group {
  key: string;
  ids: number[];
}

function groups(records: readonly RunRecord[], keyOf: (record: RunRecord) => string): Group[] {
  const byKey = new Map<string, number[]>();
  for (const record of records) {
    const key = keyOf(record);
    byKey.set(key, [...(byKey.get(key) ?? []), record.id]);
  }
  return [...byKey].map(([key, ids]) => ({ key, ids }));
}

const describe = (all: Group[]) =>
  all.map(({ key, ids }) => `${key.replaceAll('_', ' ')}: ${runList(ids)}`).join('; ');

function runList(ids: number[]): string {
  const last = ids.at(-1);
  return ids.length === 1 ? `run ${last}` : `runs ${ids.slice(0, -1).join(', ')} and ${last}`;
}
