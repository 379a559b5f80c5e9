/**
 * What a study is: an argument from the field turned into an experiment. Its scenarios are run, its
 * rows are computed from the results, and each claim is checked against the rows. The files of
 * `resources/studies` have this form; docs/studies.md says how to write one.
 */
import type { MetricUnit } from '../engine/metrics/catalogue.ts';
import type { RunResult } from '../engine/result.ts';
import type { ScenarioInput } from '../engine/scenario/schema.ts';

/** `text` is a name or a word; `ratio` a factor without unit. */
export type ColumnUnit = MetricUnit | 'ratio' | 'text';

export interface Column {
  key: string;
  title: string;
  unit: ColumnUnit;
}

/** One value for each column, by its key; null where there is nothing to say. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The result of each scenario, by its name. */
export type Results = Readonly<Record<string, RunResult>>;

export type Answer = 'holds' | 'refuted';

/** What a check finds, in a sentence with the figures that decide it. */
export interface Finding {
  holds: boolean;
  says: string;
}

export type Claim = {
  /** What is claimed, as a sentence. */
  statement: string;
  check(rows: readonly Row[]): Finding;
} & (
  | { recorded: 'holds' }
  /** A refutation is a finding too: `reason` says why the model disagrees with the argument. */
  | { recorded: 'refuted'; reason: string }
);

/** A chart over the rows. */
export interface ChartPlan {
  title: string;
  kind: 'line' | 'bar';
  /** Column along the x axis. */
  x: string;
  /** Columns drawn; they share a unit. */
  y: readonly string[];
  /** Column whose values split each of them into series. */
  by?: string;
  /** Only rows with these values. */
  where?: Row;
  /** Logarithmic y axis. */
  log?: boolean;
}

export interface Study {
  /** As on the command line: `pool-size`. */
  name: string;
  title: string;
  /** The argument in two sentences. */
  argument: string;
  /** Who argued it, and where. */
  source: string;
  /** What the experiment sets up, and which simplifications matter. */
  method: string;
  scenarios: Readonly<Record<string, ScenarioInput>>;
  columns: readonly Column[];
  rows(results: Results): Row[];
  claims: readonly Claim[];
  charts: readonly ChartPlan[];
}
