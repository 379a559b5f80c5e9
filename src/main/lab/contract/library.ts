/** What the lab keeps or brings beside runs: saved scenarios and tiers, machines, traces, previews, files. Part of the contract of the lab (contract.ts). */
import type { Metric } from '../../../engine/metrics/catalogue.ts';
import type { ScenarioInput } from '../../../engine/scenario/schema.ts';
import type { LibraryDamage } from './damage.ts';

/** A named scenario or a named set of tiers that a person saved. Every save makes a new version. */
export interface Saved<T> {
  name: string;
  version: number;
  updatedAt: number;
  value: T;
}

type Kernel = NonNullable<ScenarioInput['kernel']>;
type Memory = NonNullable<NonNullable<ScenarioInput['cgroups']>[string]['memory']>;

/**
 * Everything of a scenario that says where pages may go once they leave RAM. What is not given is not held,
 * as in sets from before there was more than tiers, and stays as it is where the set is used.
 */
export interface TierConfiguration {
  format: 2;
  tiers: NonNullable<ScenarioInput['tiers']>;
  links?: NonNullable<ScenarioInput['links']> | undefined;
  tierPolicies?: NonNullable<ScenarioInput['tierPolicies']> | undefined;
  kernel?:
    | Pick<Kernel, 'zswap' | 'swapSpace' | 'virtualSwap' | 'swapTiers' | 'swapLru' | 'swapLruBytes'>
    | undefined;
  /** Limits on swap and zswap of each cgroup, by its path such as `/web/api`. */
  groups?: Record<string, Pick<Memory, 'swap' | 'zswap'>> | undefined;
}

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
  /** What is wrong with the database, once that was found. */
  damage: LibraryDamage | null;
  /** What was done about a damaged database while the app was open, and where the old file is now. */
  repaired: string | null;
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
