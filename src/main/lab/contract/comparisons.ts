/** Runs beside each other. Part of the contract of the lab (contract.ts). */
import type { Scope } from '../../../engine/result.ts';
import type { ColumnName, RunSummary } from './runs.ts';

/** One setting in which the runs differ, by path; null where the scenario does not have it. */
export interface SettingDifference {
  path: string;
  values: unknown[];
}

/** One setting that is the same in all runs. */
export interface SharedSetting {
  path: string;
  value: unknown;
}

/** Where a difference lies with 95 % confidence, in the metric's unit. */
export interface DifferenceInterval {
  low: number;
  high: number;
  /** Student's paired t where both sides ran the same seeds, Welch's t otherwise. */
  method: 'paired' | 'welch';
}

/** One figure of all compared runs; null where a run has none. */
export interface MetricComparison {
  scope: Scope;
  metric: string;
  /** Of a run with replicates, the mean of all of them. */
  values: (number | null)[];
  /** Standard deviation of the replicates; null where there is only the run itself. */
  deviations: (number | null)[];
  /** Against the baseline run: absolute and in percent (null when the baseline is 0 or missing). */
  delta: (number | null)[];
  deltaPercent: (number | null)[];
  /** Of `delta`; null for the baseline, and unless both have replicates. */
  intervals: (DifferenceInterval | null)[];
  /** By the metric's own direction; `unclear` where the interval holds 0. */
  verdict: ('better' | 'worse' | 'same' | 'neutral' | 'unclear')[];
}

export interface Comparison {
  runs: RunSummary[];
  /**
   * For each of `runs` the ids of all that its figures are the mean of, itself first: those that differ
   * from it in the seed alone. Runs that are compared with one another are not each other's replicates.
   */
  replicates: number[][];
  /** The seeds of `replicates`. */
  seeds: number[][];
  /** Index into `runs`. */
  baseline: number;
  settings: SettingDifference[];
  /** The other settings, defaults filled in. */
  sharedSettings: SharedSetting[];
  metrics: MetricComparison[];
  /** Reasons for caution: different traces, engine versions, unfinished runs. */
  warnings: string[];
}

/** How a comparison is looked at. What is optional was not there in earlier releases. */
export interface ComparisonView {
  align: 'time' | 'accesses';
  /** Samples over which lines are the mean; 1 for none. */
  smoothing: number;
  /** What is drawn over time. */
  charts: ColumnName[];
  /** Of which histogram the latencies are shown. */
  latency: ColumnName;
  /** Whether the settings that all runs share are listed too; the default is those that differ alone. */
  allSettings?: boolean;
  /** Whether lines over time are what a run is above or below the baseline; the default is its own values. */
  isDifference?: boolean;
  /** Whether lines over time are means over seeds with a band; the default is the run itself. */
  hasBands?: boolean;
}

/** A comparison that was given a name: which runs, against which, and how it was looked at. */
export interface SavedComparison {
  runs: number[];
  baseline: number;
  view: ComparisonView;
}
