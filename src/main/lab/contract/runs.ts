/** Runs: how one is started, listed, read and followed. Part of the contract of the lab (contract.ts). */
import type {
  Flow,
  HistogramData,
  RunEvent,
  RunResult,
  Scope,
  Series,
} from '../../../engine/result.ts';
import type { ScenarioInput } from '../../../engine/scenario/schema.ts';

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

/** A run without the numbers of its series, of which there may be millions; `getColumns` gives them. */
export interface RunOverview extends Omit<RunRecord, 'result'> {
  result:
    (Omit<RunResult, 'series'> & { series: { intervalNs: number; columns: ColumnName[] } }) | null;
}

/** Unsigned, signed or floating point, with so many bits. */
export type NumberType = 'u8' | 'u16' | 'i32' | 'f64';

/** Numbers in base64: a typed array in the byte order of the machine, which lab and client share. */
export interface PackedNumbers {
  type: NumberType;
  length: number;
  base64: string;
}

export interface PackedColumns {
  /** End of each interval, simulated ns. */
  timeNs: PackedNumbers;
  /** In the order asked for; null where the run has no such column. */
  columns: (PackedNumbers | null)[];
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

/** What was done in the wall time of a run that is done. */
export interface RunSpeed {
  wallMs: number;
  accesses: number;
  /** Faults that found no page, or found it in the swap cache or a file's, and those that waited for one. */
  firstTouches: number;
  majorFaults: number;
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
