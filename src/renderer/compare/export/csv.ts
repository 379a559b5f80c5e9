/** A comparison as CSV: a line for each setting that differs, then one for each figure. */
import type { Comparison, Metric } from '../../../main/lab/contract.ts';
import { runLetter } from '../compareData.svelte.ts';

const cell = (value: unknown): string => {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  // A leading sign or at would be a formula to a spreadsheet; figures are numbers and stay as they are.
  const safe = typeof value === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Figures in the unit of their metric and in full; `_low` and `_high` bound the difference with 95 % confidence. */
export function comparisonCsv(comparison: Comparison, metrics: readonly Metric[]): string {
  const { runs, replicates, baseline, settings } = comparison;
  const units = new Map(metrics.map(({ name, unit }) => [name, unit]));
  const perRun = ['value', 'deviation', 'delta', 'delta_percent', 'low', 'high', 'verdict'];
  const head = ['kind', 'scope', 'name', 'unit'];
  const rows: unknown[][] = [
    [...head, ...runs.flatMap((_, i) => perRun.map((part) => `${runLetter(i)}_${part}`))],
  ];
  const only = (values: readonly unknown[]) =>
    values.flatMap((value) => [value, ...perRun.slice(1).map(() => null)]);
  rows.push(['run', '', 'name', '', ...only(runs.map(({ name }) => name))]);
  rows.push(['run', '', 'id', '', ...only(runs.map(({ id }) => id))]);
  rows.push(['run', '', 'seed', '', ...only(runs.map(({ seed }) => seed))]);
  rows.push(['run', '', 'replicates', '', ...only(replicates.map(({ length }) => length))]);
  rows.push(['run', '', 'is baseline', '', ...only(runs.map((_, i) => i === baseline))]);
  rows.push(['run', '', 'digest', '', ...only(runs.map(({ digest }) => digest))]);
  for (const { path, values } of settings) rows.push(['setting', '', path, '', ...only(values)]);
  for (const row of comparison.metrics) {
    const unit = units.get(row.metric.split(' ', 1)[0] ?? '');
    rows.push([
      'figure',
      row.scope,
      row.metric,
      unit,
      ...runs.flatMap((_, i) => [
        row.values[i],
        row.deviations[i],
        row.delta[i],
        row.deltaPercent[i],
        row.intervals[i]?.low,
        row.intervals[i]?.high,
        i === baseline ? 'baseline' : row.verdict[i],
      ]),
    ]);
  }
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
