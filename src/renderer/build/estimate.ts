/** What can be said of a run before it is made: how much is asked of RAM, what swap keeps, how long it takes. */
import {
  COSTS,
  RESERVED_SWAP,
  VIRTUAL_SWAP,
  ZSWAP_ENTRY_BYTES,
  eachCgroup,
  formatPath,
  formatSize,
  formatTime,
  workloadPages,
  type Scenario,
  type Workload,
} from '../../engine/scenario/index.ts';
import { formatShort } from '../format/numbers.ts';
import { formatWall } from '../format/time.ts';
import type { Demand } from './advice/demand.ts';

export interface Figure {
  label: string;
  value: string;
  note: string;
}

/** What is known of the things that a scenario only names. */
export interface Known {
  /** Accesses and pages of a trace by its file. */
  trace(file: string): { accesses: number; pages: number } | undefined;
  /** Share of a workload's accesses that miss, by its path; undefined while nobody knows. */
  missRatio(path: string): number | undefined;
  /** How much longer runs took here than the figures below say; 1 when there is no run to go by. */
  slowness: number;
  /** Runs that `slowness` was taken from. */
  runs: number;
}

/**
 * Time of the engine for an access to a resident page, and for one that faults, ns: 56.8 M accesses a
 * second where everything fits, 1.13 M where 1.95 of 4 M accesses fault (docs/performance.md).
 */
const HIT_NS = 18;
const FAULT_NS = 1800;

export function estimate(demand: Demand, known: Known): Figure[] {
  return [
    asked(demand),
    swapOf(demand),
    metadata(demand),
    accessesOf(demand, known),
    timeOf(demand, known),
  ];
}

function asked({ anonymous, files, ram, unknownTraces }: Demand): Figure {
  const all = anonymous + files;
  const more =
    unknownTraces === 0
      ? ''
      : ` and ${unknownTraces} trace${unknownTraces > 1 ? 's' : ''} of unknown size`;
  const ofFiles = files === 0 ? '' : `, ${formatSize(files, 1)} of them of files,`;
  return {
    label: 'Asked of RAM',
    value: `${(all / ram).toFixed(2)} ×`,
    note: `${formatSize(all, 1)} of pages${ofFiles}${more} on ${formatSize(ram, 1)}`,
  };
}

function swapOf({ scenario, swap, ram }: Demand): Figure {
  const count = Object.keys(scenario.tiers).length;
  const tiers = count === 1 ? '1 tier' : `${count} tiers`;
  return {
    label: 'Swap',
    value: formatSize(swap, 1),
    note: `${tiers}${scenario.kernel.zswap.enabled ? ' behind zswap' : ''}, ${(swap / ram).toFixed(1)} × RAM`,
  };
}

/** Bytes that the swap space keeps once everything that does not fit is out of RAM. */
function metadata({ scenario, anonymous, ram, swap, page }: Demand): Figure {
  const { swapSpace, virtualSwap, zswap } = scenario.kernel;
  const beyond = Math.max(0, anonymous - ram);
  const out = Math.min(beyond, swap || beyond) / page;
  const preset = VIRTUAL_SWAP[virtualSwap.preset];
  const perSlot =
    swapSpace === 'virtual'
      ? (virtualSwap.perSlotBytes ?? preset.perSlotBytes)
      : RESERVED_SWAP.perSlotBytes;
  const perPage =
    swapSpace === 'virtual'
      ? (virtualSwap.descriptorBytes ?? preset.descriptorBytes)
      : RESERVED_SWAP.perUsedSlotBytes + (zswap.enabled ? RESERVED_SWAP.perZswapPageBytes : 0);
  const entry = zswap.enabled ? ZSWAP_ENTRY_BYTES : 0;
  const bytes = out * (perPage + entry) + (swap / page) * perSlot;
  const compressed = zswap.enabled ? ` and ${ZSWAP_ENTRY_BYTES} B an entry of zswap` : '';
  return {
    label: 'Swap metadata',
    value: `≈ ${formatSize(bytes, 1)}`,
    note: `${swapSpace}: ${perSlot} B a slot, ${perPage} B a page out${compressed}; ${percent(bytes / ram)} of RAM`,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;

/** Accesses of each workload by its path; Infinity where it does not end by itself or its trace is unknown. */
export function plannedAccesses(
  scenario: Scenario,
  page: number,
  trace: Known['trace'],
): Map<string, number> {
  const planned = new Map<string, number>();
  const { costs } = scenario.machine;
  const access = costs.access ?? COSTS[costs.preset].access;
  const end = scenario.run.duration ?? Infinity;
  eachCgroup(scenario.cgroups, (group, path) => {
    group.workloads.forEach((workload, index) => {
      const time = Math.max(0, Math.min(end, workload.stop ?? Infinity) - workload.start);
      const fits = Math.ceil(time / Math.max(1, access + workload.thinkTime)) * workload.threads;
      const asked = lengthOf(workload, page, trace);
      planned.set(formatPath([...path, 'workloads', index]), Math.min(asked, fits));
    });
  });
  return planned;
}

function lengthOf(workload: Workload, page: number, trace: Known['trace']): number {
  if (workload.trace) {
    const recorded = trace(workload.trace.file)?.accesses;
    return recorded === undefined ? Infinity : recorded * workload.trace.repeat;
  }
  const fill = workload.fill ? (workloadPages(workload, page) ?? 0) : 0;
  return fill + (workload.accesses ?? Infinity) * workload.threads;
}

function total(demand: Demand, known: Known): { accesses: number; missing: number } {
  const { scenario, page } = demand;
  const planned = plannedAccesses(scenario, page, known.trace);
  const sum = [...planned.values()].reduce((all, each) => all + each, 0);
  const accesses = Math.min(sum, scenario.run.accesses ?? Infinity);
  let missing = 0;
  for (const [path, count] of planned) {
    const ratio = known.missRatio(path);
    // A bound on the accesses of all cuts each by the same part.
    if (ratio !== undefined && sum !== Infinity) missing += (ratio * count * accesses) / sum;
  }
  return { accesses, missing };
}

function accessesOf(demand: Demand, known: Known): Figure {
  const { duration, accesses: bound, sampleEvery } = demand.scenario.run;
  const { accesses } = total(demand, known);
  const ends =
    duration !== undefined
      ? `ends after ${formatTime(duration)}`
      : bound !== undefined
        ? `ends after ${bound.toLocaleString('en')} accesses`
        : 'ends with its workloads';
  return {
    label: 'Accesses',
    value:
      accesses === Infinity
        ? 'unknown'
        : `${duration === undefined ? '' : '≤ '}${formatShort(accesses)}`,
    note: `${ends}, sampled every ${formatTime(sampleEvery)}`,
  };
}

function timeOf(demand: Demand, known: Known): Figure {
  const { accesses, missing } = total(demand, known);
  const basis =
    known.runs === 0
      ? 'at the rate of the benchmark'
      : `as the last ${known.runs === 1 ? 'run' : `${known.runs} runs`} went here`;
  if (accesses === Infinity)
    return { label: 'Time to run', value: 'unknown', note: 'a trace is not known here' };
  const ms = ((accesses * HIT_NS + missing * FAULT_NS) * known.slowness) / 1e6;
  return {
    label: 'Time to run',
    value: `≈ ${formatWall(ms)}`,
    note: `${missing > 0 ? `about ${formatShort(missing)} faults, ` : 'if nothing faults, '}${basis}`,
  };
}

/** How runs that are done went beside what `estimate` would have said of them: the median of their ratios. */
export function slownessOf(
  runs: readonly {
    wallMs: number | null;
    accesses: number | null;
    headline: { pgmajfault: number } | null;
  }[],
): { slowness: number; runs: number } {
  const ratios = runs
    .flatMap(({ wallMs, accesses, headline }) => {
      if (wallMs === null || accesses === null || headline === null) return [];
      const expected = (accesses * HIT_NS + headline.pgmajfault * FAULT_NS) / 1e6;
      // Of a short run most is its start.
      return wallMs < 100 || expected === 0 ? [] : [wallMs / expected];
    })
    .sort((a, b) => a - b);
  return { slowness: ratios[ratios.length >> 1] ?? 1, runs: ratios.length };
}
