/** Groups of runs: replicates over seeds, sweeps over settings, and what a sweep came to. Part of the contract of the lab (contract.ts). */
import type { Scope } from '../../../engine/result.ts';
import type { ScenarioInput } from '../../../engine/scenario/schema.ts';
import type { RunStatus, RunSummary } from './runs.ts';

/** A setting that a group of runs varies; its path as `--set` takes it, its values as a scenario writes them. */
export interface SweepAxis {
  path: string;
  values: unknown[];
}

/** Runs of one scenario: a run for each combination of the axes' values and each seed. */
export interface StartGroup {
  scenario: ScenarioInput;
  /** The default is the scenario's name. */
  name?: string;
  baseDir?: string;
  /** None for replicates alone, one or two for a sweep. */
  axes: SweepAxis[];
  seeds: number[];
}

export interface GroupSummary {
  id: number;
  name: string;
  axes: SweepAxis[];
  seeds: number[];
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Its runs that are not deleted, by status. */
  counts: Partial<Record<RunStatus, number>>;
}

export interface RunGroup extends GroupSummary {
  /** The scenario before the axes' values and the seeds were put into it. */
  scenario: ScenarioInput;
  baseDir: string | null;
  /** Not the deleted ones; the last axis changes fastest, and seeds faster still. */
  runs: RunSummary[];
}

/** One metric over a sweep; every list has an entry for each point. */
export interface SweepMetric {
  scope: Scope;
  metric: string;
  /** Means over seeds; null where no run is done. */
  values: (number | null)[];
  deviations: (number | null)[];
  /** Index of the best point; null where neither way is better or nothing differs. */
  best: number | null;
  /** Points whose difference from the best has a 95 % interval that holds 0. */
  unclear: number[];
}

export interface SweepFigures {
  /** All combinations of the group's axes, the last one fastest, with those of their runs that are done. */
  points: { at: number[]; runs: number[] }[];
  metrics: SweepMetric[];
}
