/**
 * The one contract between the lab and whoever uses it: the renderer over Electron IPC or a
 * WebSocket, the CLI directly. Everything that crosses is JSON (no NaN, no typed arrays).
 *
 * A method that fails because of its input rejects with a `LabError`; its `kind` tells the caller
 * what to do, its message is meant for a person.
 */
import type { Metric } from '../../engine/metrics/catalogue.ts';
import type { WatchedPage } from '../../engine/pageLife.ts';
import type {
  Flow,
  HistogramData,
  LifeEvent,
  RunEvent,
  RunResult,
  Scope,
  Series,
} from '../../engine/result.ts';
import type { ScenarioInput } from '../../engine/scenario/schema.ts';
import type { ScenarioIssue } from '../../engine/scenario/validate.ts';
import type { StudyOutcome } from '../../studies/evaluate.ts';
import type { Answer, ChartPlan, Column } from '../../studies/study.ts';

export type { Metric, MetricUnit } from '../../engine/metrics/catalogue.ts';
export type { WatchedPage } from '../../engine/pageLife.ts';
export type {
  EventKind,
  Flow,
  HistogramData,
  LifeEvent,
  RunEvent,
  RunResult,
  Scope,
  Series,
} from '../../engine/result.ts';
export type { ScenarioIssue } from '../../engine/scenario/validate.ts';
export type { ClaimOutcome } from '../../studies/evaluate.ts';
export type { Answer, ChartPlan, Column, ColumnUnit, Row } from '../../studies/study.ts';

export type LabErrorKind =
  /** The input is wrong; `issues` says where when it was a scenario. */
  | 'invalid'
  | 'not_found'
  /** The file system or the database refused: full, read-only, newer, damaged. */
  | 'storage'
  /** A defect of the program. */
  | 'internal';

export interface LabErrorData {
  kind: LabErrorKind;
  message: string;
  issues?: ScenarioIssue[];
}

export type RunStatus =
  'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export interface RunProgressData {
  simulatedNs: number;
  accesses: number;
  wallMs: number;
  accessesPerSecond: number;
  /** 0 to 1, or null when the end cannot be foreseen. */
  fraction: number | null;
  etaMs: number | null;
}

/** A run without its result: what lists show. Times are milliseconds since 1970. */
export interface RunSummary {
  id: number;
  name: string;
  status: RunStatus;
  tags: string[];
  note: string;
  scenarioName: string;
  seed: number;
  engineVersion: string;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  wallMs: number | null;
  simulatedNs: number | null;
  accesses: number | null;
  digest: string | null;
  /** Why it failed or was interrupted; null otherwise. */
  error: string | null;
  /** A few machine totals for the list: throughput, pgmajfault, fault_latency p99 ... */
  headline: { throughput: number; pgmajfault: number; oomKills: number; faultP99Ns: number } | null;
  deletedAt: number | null;
  /** The group that it was started with, and where it stands there: an index into each axis' values. */
  group: { id: number; at: number[] } | null;
  progress: RunProgressData | null;
}

/** A run with everything that was kept of it. */
export interface RunRecord extends RunSummary {
  scenario: ScenarioInput;
  /** Folder that its relative trace paths start at; hand it to `startRun` to run it again. */
  baseDir: string | null;
  /** Traces that it replayed, by the path in the scenario. */
  traces: { file: string; sha256: string; accesses: number; pages: number }[];
  result: RunResult | null;
}

/** One column of a run's time series. */
export type ColumnName = Pick<Series, 'scope' | 'metric'>;

/** A run without the values of its series, of which there may be millions; `getColumns` gives them. */
export interface RunOverview extends Omit<RunRecord, 'result'> {
  result:
    | (Omit<RunResult, 'series'> & {
        series: { intervalNs: number; timeNs: number[]; columns: ColumnName[] };
      })
    | null;
}

/** A cgroup of a run that replayed a trace, beside Belady's OPT with the frames that it had for pages. */
export interface RunOpt {
  cgroup: string;
  workload: string;
  /** As the scenario names it. */
  trace: string;
  /** Bytes: the limit, and what of it was not pages: page tables, and zswap on average where it is charged. */
  memoryMax: number;
  pageTables: number;
  zswap: number;
  /** What is left, in pages. */
  frames: number;
  /** Accesses that the run made, and pages that they touched. */
  accesses: number;
  pages: number;
  /** Pages brought back in the run by a fault; first touches are no major faults. */
  majorFaults: number;
  /** Pages that readahead had brought before they were used: what may make a run better than OPT. */
  readAheadHits: number;
  /** Misses of OPT and of exact LRU on the same accesses, without the first touch of each page. */
  opt: number;
  lru: number;
  /** Major faults over misses of OPT; null where it has none. */
  ratio: number | null;
}

export interface RunQuery {
  /** Words that must all occur in name, scenario name, tags or note. */
  search?: string;
  status?: RunStatus[];
  tag?: string;
  sort?: 'createdAt' | 'name' | 'status' | 'wallMs' | 'throughput' | 'pgmajfault' | 'faultP99Ns';
  descending?: boolean;
  offset?: number;
  limit?: number;
  deleted?: boolean;
  /** Only the runs of this group. */
  group?: number;
}

export interface RunPage {
  runs: RunSummary[];
  total: number;
}

export interface StartRun {
  scenario: ScenarioInput;
  name?: string;
  /** Overrides `run.seed`. */
  seed?: number;
  /** Folder that relative trace paths start at; built-in traces are found without it. */
  baseDir?: string;
  /** Whether the run is kept in the database; the default is true. */
  save?: boolean;
}

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

/** One setting in which the runs differ, by path; null where the scenario does not have it. */
export interface SettingDifference {
  path: string;
  values: unknown[];
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
  /** Index into `runs`. */
  baseline: number;
  settings: SettingDifference[];
  metrics: MetricComparison[];
  /** Reasons for caution: different traces, engine versions, unfinished runs. */
  warnings: string[];
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

/** How a comparison is looked at. */
export interface ComparisonView {
  align: 'time' | 'accesses';
  /** Samples over which lines are the mean; 1 for none. */
  smoothing: number;
  /** What is drawn over time. */
  charts: ColumnName[];
  /** Of which histogram the latencies are shown. */
  latency: ColumnName;
}

/** A comparison that was given a name: which runs, against which, and how it was looked at. */
export interface SavedComparison {
  runs: number[];
  baseline: number;
  view: ComparisonView;
}

/** A named scenario or a named set of tiers that a person saved. Every save makes a new version. */
export interface Saved<T> {
  name: string;
  version: number;
  updatedAt: number;
  value: T;
}

export type TierConfiguration = NonNullable<ScenarioInput['tiers']>;

/** A machine that ships with the lab, to put a scenario on: its hardware, kernel and tiers. */
export interface MachinePreset {
  id: string;
  name: string;
  description: string;
  value: Required<Pick<ScenarioInput, 'machine' | 'kernel' | 'tiers'>>;
}

export interface TraceInfo {
  file: string;
  title: string;
  accesses: number;
  pages: number;
  writePercent: number;
  sha256: string;
  builtIn: boolean;
}

/** Which workload to look at before it runs. */
export interface PreviewRequest {
  /** Chosen by the client, to call it off by. */
  id: string;
  scenario: ScenarioInput;
  /** Path of its cgroup, such as `/web`, and its name. */
  cgroup: string;
  workload: string;
  baseDir?: string | undefined;
}

/**
 * The first accesses of a workload, drawn as the run will draw them, by time and page. Time passes as
 * if nothing faulted.
 */
export interface WorkloadPreview {
  /** Accesses that were looked at, and all that it makes; null where it does not end by itself. */
  accesses: number;
  of: number | null;
  pages: number;
  pageBytes: number;
  /** When it starts, and how long the accesses take that were looked at, ns. */
  startNs: number;
  spanNs: number;
  /** Accesses in each column of time: a count for each row of pages from the lowest. */
  heat: number[][];
  /** Distinct pages from the start to the end of each column, and in each column. */
  footprint: number[];
  workingSet: number[];
  writePercent: number;
  /** Share of these accesses that exact LRU misses with so many pages, first touches included. */
  lruCurve: { pages: number; missRatio: number }[];
}

export interface LabInfo {
  appVersion: string;
  engineVersion: string;
  /** `electron` or `serve`. */
  host: 'electron' | 'serve' | 'cli';
  databasePath: string;
  /** Runs that may go on at the same time; without a choice, one less than there are CPUs. */
  concurrency: number;
  cpus: number;
  metrics: Metric[];
  /** JSON Schema of the scenario, for forms. */
  scenarioSchema: Record<string, unknown>;
  /** Built-in scenarios by file name without `.json`, such as `first-run`. */
  builtIn: { id: string; name: string; description: string; scenario: ScenarioInput }[];
  /** Nothing was ever run or imported here before the lab was opened. */
  firstStart: boolean;
  /** Something that a person should know at the start, e.g. "2 runs were interrupted". */
  notices: string[];
}

export interface ExportedFile {
  fileName: string;
  mediaType: string;
  text: string;
}

/** A file that the desktop gave the app, by a double click or from its menu. */
export type OpenedFile = { name: string } & (
  | {
      kind: 'scenario';
      text: string;
      /** Folder that relative trace paths start at. */ baseDir: string;
    }
  | { kind: 'run'; id: number }
  | { kind: 'refused'; message: string }
);

export interface StartStudy {
  name: string;
  /** Whether its runs are kept in the database, tagged `study:NAME`; the default is false. */
  save?: boolean;
}

export interface StudyRun {
  scenario: string;
  digest: string;
  /** The run, where it was kept. */
  id: number | null;
}

/** What a study came to when it was last run. */
export interface StudyVerdict extends StudyOutcome {
  engineVersion: string;
  /** Milliseconds since 1970. */
  endedAt: number;
  wallMs: number;
  runs: StudyRun[];
}

export interface StudyProgress {
  /** Runs that have ended, and all of them. */
  done: number;
  total: number;
  /** 0 to 1. */
  fraction: number;
}

/** A study as a gallery shows it: everything but the code of its checks. */
export interface StudySummary {
  name: string;
  title: string;
  argument: string;
  source: string;
  method: string;
  scenarios: string[];
  columns: Column[];
  charts: ChartPlan[];
  claims: { statement: string; recorded: Answer; reason: string | null }[];
  /** Null until it has been run to its end; a run that is cancelled leaves the one before. */
  verdict: StudyVerdict | null;
  /** Null unless it is going on. */
  progress: StudyProgress | null;
  /** Why the last attempt came to no verdict; null otherwise. */
  error: string | null;
}

/** A page of a run's workload and what happened to it; `page` is null when none fits the question. */
export interface PageLife {
  page: WatchedPage | null;
  /** `says` is the event in a few words. */
  events: (LifeEvent & { says: string })[];
  /** More happened than was recorded. */
  truncated: boolean;
  /** Of the run that was watched: the same as before, as watching changes nothing. */
  digest: string;
}

export type LifeState =
  /** 0 to 1, or null when it cannot be foreseen. */
  | { kind: 'running'; fraction: number | null }
  | { kind: 'done'; life: PageLife }
  | { kind: 'failed'; message: string }
  | { kind: 'cancelled' };

/** What the lab offers. Every method may be called by any client at any time. */
export interface LabApi {
  info(): Promise<LabInfo>;

  /** Kept for the next start as well. */
  setConcurrency(atOnce: number): Promise<void>;

  checkScenario(scenario: unknown): Promise<ScenarioIssue[]>;
  startRun(request: StartRun): Promise<{ id: number }>;
  pauseRun(id: number): Promise<void>;
  continueRun(id: number): Promise<void>;
  cancelRun(id: number): Promise<void>;
  /** Starts nothing when one of its scenarios cannot be run. `runs` are in the order of `RunGroup`. */
  startGroup(request: StartGroup): Promise<{ id: number; runs: number[] }>;
  /** Those that still have runs, newest first. */
  listGroups(): Promise<GroupSummary[]>;
  getGroup(id: number): Promise<RunGroup>;
  /** The figures of a group's points, as far as its runs are done. */
  getSweep(id: number): Promise<SweepFigures>;
  /** Also holds back those that wait. */
  pauseGroup(id: number): Promise<void>;
  continueGroup(id: number): Promise<void>;
  cancelGroup(id: number): Promise<void>;

  listRuns(query: RunQuery): Promise<RunPage>;
  getRun(id: number): Promise<RunRecord>;
  getOverview(id: number): Promise<RunOverview>;
  /** Values of columns of a done run, in the order asked for; null where it has no such column. */
  getColumns(id: number, columns: ColumnName[]): Promise<(number[] | null)[]>;
  updateRun(
    id: number,
    change: { name?: string; tags?: string[]; note?: string },
  ): Promise<RunSummary>;
  /** Marks as deleted; `restoreRuns` takes it back; they are purged after 30 days. */
  deleteRuns(ids: number[]): Promise<void>;
  restoreRuns(ids: number[]): Promise<void>;
  /** `baseline` is the id of one of them; without it, the first. */
  compareRuns(ids: number[], baseline?: number): Promise<Comparison>;
  /**
   * Makes a run that is done once more and watches a page: the one that is named, or the one that
   * faulted most of those that a device alone held at the end. `lifeChanged` tells how it goes; one
   * at a time for each run.
   */
  findPageLife(id: number, page?: WatchedPage): Promise<void>;
  cancelPageLife(id: number): Promise<void>;
  /** Replays its traces under OPT, for each cgroup of a done run that holds one trace and nothing else. */
  compareWithOpt(id: number): Promise<RunOpt[]>;
  exportRun(id: number, format: 'json' | 'csv'): Promise<ExportedFile>;
  importRun(text: string): Promise<{ id: number }>;

  /** Files that the desktop gave the app since the last call; each is handed out once. */
  takeOpened(): Promise<OpenedFile[]>;

  listScenarios(): Promise<Saved<ScenarioInput>[]>;
  saveScenario(name: string, scenario: ScenarioInput): Promise<Saved<ScenarioInput>>;
  deleteScenario(name: string): Promise<void>;
  listTierConfigurations(): Promise<Saved<TierConfiguration>[]>;
  saveTierConfiguration(name: string, tiers: TierConfiguration): Promise<Saved<TierConfiguration>>;
  deleteTierConfiguration(name: string): Promise<void>;
  /** Every version that is kept, the newest first. */
  scenarioVersions(name: string): Promise<Saved<ScenarioInput>[]>;
  tierVersions(name: string): Promise<Saved<TierConfiguration>[]>;
  listMachines(): Promise<MachinePreset[]>;

  listComparisons(): Promise<Saved<SavedComparison>[]>;
  saveComparison(name: string, comparison: SavedComparison): Promise<Saved<SavedComparison>>;
  deleteComparison(name: string): Promise<void>;
  /** Every version, the newest first. */
  comparisonVersions(name: string): Promise<Saved<SavedComparison>[]>;

  listTraces(): Promise<TraceInfo[]>;
  /** Keeps a trace, or a recording of a known format, that a client has as a file; its bytes in base64. */
  importTrace(fileName: string, base64: string): Promise<TraceInfo>;
  /** Answers once it was made, or rejects when it was called off; those asked for before come at once. */
  previewWorkload(request: PreviewRequest): Promise<WorkloadPreview>;
  cancelPreview(id: string): Promise<void>;

  listStudies(): Promise<StudySummary[]>;
  /** Queues the runs of a study; `studyChanged` tells when it has come to a verdict. */
  runStudy(request: StartStudy): Promise<void>;
  cancelStudy(name: string): Promise<void>;
  /** One scenario of a study, complete, to be changed and run by itself. */
  openAsScenario(study: string, scenario: string): Promise<ScenarioInput>;
}

/** What the lab tells its clients unasked. */
export interface LabEvents {
  /** A run was added, changed status, or was edited. */
  runChanged(run: RunSummary): void;
  /** While a run goes: progress, and samples since the last call, at most ten times a second. */
  runProgress(update: RunProgressUpdate): void;
  /** While a run is made again for the life of a page, at most ten times a second, and at its end. */
  lifeChanged(id: number, state: LifeState): void;
  /** A study began, came to a verdict, or ended without one. */
  studyChanged(study: StudySummary): void;
  /** A file waits for `takeOpened`. */
  fileOpened(): void;
  /** While a study goes, at most five times a second. */
  studyProgress(name: string, progress: StudyProgress): void;
}

export interface RunProgressUpdate {
  id: number;
  progress: RunProgressData;
  /** New samples: for each column the values since the last update. */
  live: LiveSamples | null;
  events: RunEvent[];
  /** Latencies and flows since the start of the run, at most twice a second; null in between. */
  figures: LiveFigures | null;
}

export interface LiveFigures {
  /** Of the machine and its tiers, without their buckets. */
  histograms: HistogramData[];
  flows: Flow[];
}

export interface LiveSamples {
  timeNs: number[];
  columns: { scope: Scope; metric: string; values: number[] }[];
}
