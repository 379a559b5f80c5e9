/** The targets that the engine is held to, and whether a comparison reaches them. */
import type { CaseComparison, DeviceKind } from './compare.ts';

export interface TargetRow {
  what: string;
  /** Median, 90th percentile and worst of the errors, percent, with their bounds. */
  figures: [number, number, number];
  bounds: [number, number, number];
  worstCase: string;
  cases: number;
}

const IN_RAM: DeviceKind[] = ['zram', 'zswap'];
const FLOW = ['swapin', 'swapout', 'majflt', 'workingset_refault_anon'];
const SCAN = ['pgscan_anon', 'pgsteal_anon', 'pgactivate', 'pgdeactivate'];

interface Target {
  what: string;
  devices: DeviceKind[];
  counters: string[];
  bounds: [number, number, number];
}

const TARGETS: Target[] = [
  {
    what: 'Swap-ins, swap-outs, major faults, refaults on zram and zswap',
    devices: IN_RAM,
    counters: FLOW,
    bounds: [0.1, 0.5, 1],
  },
  {
    what: 'The same on disk (worst: beyond three times the spread of the kernel)',
    devices: ['disk', 'mixed'],
    counters: FLOW,
    bounds: [0.5, 2, 5],
  },
  {
    what: 'Scanned, stolen, activated, deactivated, everywhere',
    devices: [...IN_RAM, 'disk', 'mixed'],
    counters: SCAN,
    bounds: [1, 5, Infinity],
  },
];

/** Grades of figures by which the ground truth itself says that the kernel cannot be held to them. */
const NO_TARGET = new Set(['noise']);

/** What the ground truth leaves as a target where zswap's worker ran: when it ends is timing. */
const WITH_WORKER = ['swapin', 'majflt'];

const workerRan = ({ counters }: CaseComparison) =>
  counters.some(({ counter, kernelMax }) => counter.endsWith('zswpwb') && kernelMax > 0);

export function targetRows(cases: readonly CaseComparison[]): TargetRow[] {
  return TARGETS.map(({ what, devices, counters, bounds }) => {
    const points = cases
      .filter((c) => devices.includes(c.device))
      .flatMap((c) =>
        c.counters
          .filter((each) => !workerRan(c) || WITH_WORKER.includes(each.counter))
          .filter((each) => counters.includes(each.counter) && each.errorPercent !== null)
          .filter((each) => each.grade === undefined || !NO_TARGET.has(each.grade))
          .map((each) => ({
            id: `${c.id} ${each.counter}`,
            error: Math.abs(each.errorPercent ?? 0),
            // What lies as close as three spreads of the kernel is no miss on a disk.
            close:
              !IN_RAM.includes(c.device) &&
              Math.abs(each.errorAbsolute) <= 3 * (each.kernelMax - each.kernelMin),
          })),
      )
      .sort((a, b) => a.error - b.error);
    const at = (share: number) =>
      points[Math.min(points.length - 1, Math.floor(points.length * share))]?.error ?? 0;
    const worst = points.filter(({ close }) => !close).at(-1);
    return {
      what,
      figures: [at(0.5), at(0.9), worst?.error ?? 0],
      bounds,
      worstCase: worst?.id ?? '',
      cases: new Set(points.map(({ id }) => id.split(' ')[0])).size,
    };
  });
}
