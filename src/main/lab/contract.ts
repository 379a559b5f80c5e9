/**
 * The one contract between the lab and whoever uses it: the renderer over Electron IPC or a
 * WebSocket, the CLI directly. Everything that crosses is JSON (no NaN, no typed arrays).
 *
 * A method that fails because of its input rejects with a `LabError`; its `kind` tells the caller
 * what to do, its message is meant for a person.
 */
import type { WatchedPage } from '../../engine/pageLife.ts';
import type { ScenarioInput } from '../../engine/scenario/schema.ts';
import type { ScenarioIssue } from '../../engine/scenario/validate.ts';
import type { Comparison, SavedComparison } from './contract/comparisons.ts';
import type { GroupSummary, RunGroup, StartGroup, SweepFigures } from './contract/groups.ts';
import type { WayOutKind } from './contract/damage.ts';
import type {
  ExportedFile,
  LabInfo,
  MachinePreset,
  OpenedFile,
  PreviewRequest,
  Saved,
  TierConfiguration,
  TraceInfo,
  WorkloadPreview,
} from './contract/library.ts';
import type { LifeState } from './contract/lives.ts';
import type {
  ColumnName,
  PackedColumns,
  RunOpt,
  RunOverview,
  RunPage,
  RunProgressUpdate,
  RunQuery,
  RunRecord,
  RunSpeed,
  RunSummary,
  StartRun,
} from './contract/runs.ts';
import type { StartStudy, StudyProgress, StudySummary } from './contract/studies.ts';

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
export type * from './contract/errors.ts';
export type * from './contract/runs.ts';
export type * from './contract/groups.ts';
export type * from './contract/comparisons.ts';
export type * from './contract/studies.ts';
export type * from './contract/lives.ts';
export type * from './contract/library.ts';
export type * from './contract/damage.ts';

/** What the lab offers. Every method may be called by any client at any time. */
export interface LabApi {
  info(): Promise<LabInfo>;

  /**
   * Leaves a damaged library by one of `info.damage.ways`: the lab is closed, what goes on is
   * interrupted, and it is opened again. `libraryReplaced` tells every page to load itself anew.
   */
  takeWayOut(kind: WayOutKind): Promise<void>;

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
  /** Of the last twenty runs that are done, the newest first. */
  recentSpeeds(): Promise<RunSpeed[]>;
  getRun(id: number): Promise<RunRecord>;
  getOverview(id: number): Promise<RunOverview>;
  /** Values of columns of a done run, and the times of its samples. */
  getColumns(id: number, columns: ColumnName[]): Promise<PackedColumns>;
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
  /** A page of the database turned out to be damaged; `info` says more. */
  libraryDamaged(): void;
  /** The lab was opened on another database: what a page knows is of the one before. */
  libraryReplaced(): void;
  /** While a study goes, at most five times a second. */
  studyProgress(name: string, progress: StudyProgress): void;
}
