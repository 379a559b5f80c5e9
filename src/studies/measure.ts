/** Reads figures from a result, and writes figures into a sentence. */
import type { HistogramData, RunResult, Scope } from '../engine/result.ts';
import type { Results, Row } from './study.ts';

/** A total; throws when the result has no such scope, 0 where the scope has no such counter. */
export function total(result: RunResult, name: string, scope: Scope = 'machine'): number {
  const found = result.totals.find((each) => each.scope === scope);
  if (!found) throw new Error(`The result has no totals for ${scope}`);
  return found.counters[name] ?? 0;
}

const histogram = (result: RunResult, metric: string, scope: Scope): HistogramData | undefined =>
  result.histograms.find((each) => each.metric === metric && each.scope === scope);

/** A percentile of a latency, ns; null when nothing was measured. */
export function percentile(
  result: RunResult,
  which: keyof HistogramData['percentilesNs'],
  metric = 'fault_latency',
  scope: Scope = 'machine',
): number | null {
  return histogram(result, metric, scope)?.percentilesNs[which] ?? null;
}

/** Mean of a latency, ns; null when nothing was measured. */
export function mean(
  result: RunResult,
  metric = 'fault_latency',
  scope: Scope = 'machine',
): number | null {
  const found = histogram(result, metric, scope);
  return found ? found.sumNs / found.count : null;
}

/** Simulated time of the first event of a kind, ns; null when there was none. */
export function firstEvent(result: RunResult, kind: string): number | null {
  return result.events.find((event) => event.kind === kind)?.timeNs ?? null;
}

/** The largest sample of a gauge; 0 where the result has no such series. */
export function peak(result: RunResult, metric: string, scope: Scope): number {
  const found = result.series.columns.find((c) => c.scope === scope && c.metric === metric);
  return found?.values.reduce((most, value) => Math.max(most, value), 0) ?? 0;
}

/** The last sample of a gauge; 0 where the result has no such series. */
export function last(result: RunResult, metric: string, scope: Scope = 'machine'): number {
  const found = result.series.columns.find((c) => c.scope === scope && c.metric === metric);
  return found?.values.at(-1) ?? 0;
}

/** Sum of a counter's samples after `from` and up to `to`, ns; 0 where the result has no such series. */
export function between(
  result: RunResult,
  metric: string,
  scope: Scope,
  from: number,
  to: number,
): number {
  const { columns, timeNs } = result.series;
  const values = columns.find((c) => c.scope === scope && c.metric === metric)?.values ?? [];
  return values.reduce(
    (sum, value, i) => (timeNs[i]! > from && timeNs[i]! <= to ? sum + value : sum),
    0,
  );
}

/** The sample of a gauge at a time, ns: the first one not before it; 0 where there is none. */
export function sampleAt(result: RunResult, metric: string, scope: Scope, at: number): number {
  const { columns, timeNs } = result.series;
  const values = columns.find((c) => c.scope === scope && c.metric === metric)?.values;
  return values?.[timeNs.findIndex((t) => t >= at)] ?? 0;
}

/** The result of a scenario; throws when there is none. */
export function resultOf(results: Results, scenario: string): RunResult {
  const found = results[scenario];
  if (!found) throw new Error(`There is no result of ${scenario}`);
  return found;
}

/** The value of a numeric cell; throws when it is not one. */
export function cell(row: Row | undefined, key: string): number {
  const value = row?.[key];
  if (typeof value !== 'number') throw new Error(`No number in column ${key}`);
  return value;
}

/** The row in which these columns have these values. */
export function rowWhere(rows: readonly Row[], values: Row): Row {
  const found = rows.find((row) => Object.entries(values).every(([key, v]) => row[key] === v));
  if (!found) throw new Error(`No row with ${JSON.stringify(values)}`);
  return found;
}

/** `4.1 times`, `41 times`. */
export const times = (ratio: number) => `${short(ratio)} times`;

/** `38.5 %` of a share from 0 to 1. */
export const share = (part: number) => `${(part * 100).toFixed(1)} %`;

export const micros = (ns: number) => `${short(ns / 1000)} µs`;

export const mebibytes = (bytes: number) => `${short(bytes / 2 ** 20)} MiB`;

export const whole = (value: number) => String(Math.round(value));

/** Two significant digits below 10, none after the point from 100 on. */
export const short = (value: number) =>
  value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
