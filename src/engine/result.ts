/**
 * What a run gives: totals under kernel counter names, time series, latency histograms, flows,
 * events and a digest. Plain data, so that it can be stored, sent and compared.
 */

/** Scope of a figure: `machine`, `cgroup:/web/api` or `tier:ssd` (zswap is a tier named `zswap`). */
export type Scope = 'machine' | `cgroup:${string}` | `tier:${string}`;

export interface Series {
  scope: Scope;
  /** A name of the metric catalogue. */
  metric: string;
  /** One value for each entry of `RunResult.series.timeNs`. */
  values: number[];
}

/** Counts by exponential bucket with 16 steps in each power of two: at most 6.25 % wide. */
export interface HistogramData {
  scope: Scope;
  /** A name of the metric catalogue, such as `fault_latency` or `fault_latency_zswap`. */
  metric: string;
  count: number;
  sumNs: number;
  minNs: number;
  maxNs: number;
  percentilesNs: { p50: number; p90: number; p99: number; p999: number; p9999: number };
  /** Non-empty buckets in ascending order: [lowest value of the bucket in ns, count]. */
  buckets: [number, number][];
}

/** Pages that moved from one place to another: `ram`, `zswap`, the name of a tier, `zero`, `new`, `freed`. */
export interface Flow {
  from: string;
  to: string;
  pages: number;
}

/** How a fault was served: by a device or zswap, from the swap cache, or with a fresh page. */
export type FaultKind = 'major' | 'cache' | 'first-touch';

/** One thing that happened to a page; `page` is its number among the pages of its workload. */
export type LifeEvent = { timeNs: number; page: number } & (
  | { kind: 'move'; from: string; to: string }
  /** Its frame is free, because this place has its data: it was written before, or is clean. */
  | { kind: 'drop'; place: string }
  | { kind: 'fault'; fault: FaultKind; latencyNs: number; write: boolean }
  /** It came back to RAM `distance` evictions and activations after it left; see workingset. */
  | { kind: 'refault'; distance: number; workingSet: number }
  /** Reclaim looked at it: a second chance, a place on the active list, or its end there. */
  | { kind: 'keep' | 'activate' | 'deactivate' }
);

export const EVENT_KINDS = [
  'workload_start',
  'workload_end',
  'oom_kill',
  'sigbus',
  'zswap_full',
  'zswap_accepts',
  'tier_full',
  'swapoff',
  'limit_change',
  'reclaim',
  'note',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

export interface RunEvent {
  timeNs: number;
  kind: EventKind;
  scope: Scope;
  /** One sentence for a person. */
  message: string;
}

export type EndReason = 'duration' | 'accesses' | 'workloads_ended';

export interface RunResult {
  engineVersion: string;
  seed: number;
  endReason: EndReason;
  simulatedNs: number;
  /** Page accesses of all tasks. */
  accesses: number;
  totals: { scope: Scope; counters: Record<string, number> }[];
  series: { intervalNs: number; timeNs: number[]; columns: Series[] };
  histograms: HistogramData[];
  flows: Flow[];
  events: RunEvent[];
  /** SHA-256 over everything above, hexadecimal. */
  digest: string;
}

/** What a run tells while it goes. */
export interface RunProgress {
  simulatedNs: number;
  accesses: number;
  /** Share of the run that is done, 0 to 1, by whichever bound comes first; undefined when unknown. */
  fraction: number | undefined;
}
