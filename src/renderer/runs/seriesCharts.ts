/** Which lines the charts of a run show, from whatever columns its series have. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import type { RunEvent } from '../../main/lab/contract.ts';
import type { Line, Mark } from '../charts/chart.ts';
import { residency } from '../charts/residency.ts';
import { column, drawn, type SeriesSet } from '../charts/series.ts';

export function residencyLines(set: SeriesSet, scenario: ScenarioInput): Line[] {
  return residency(set, scenario).map(({ label, tone, values }) => ({
    label,
    tone,
    x: set.timeNs,
    y: values,
  }));
}

const TRAFFIC = [
  { metric: 'zswpout', tone: 'zswap', dashed: true },
  { metric: 'zswpin', tone: 'zswap', dashed: false },
  { metric: 'pswpout', tone: 'ssd', dashed: true },
  { metric: 'pswpin', tone: 'ssd', dashed: false },
  { metric: 'zswpwb', tone: 'remote', dashed: true },
];

/** Pages per second in and out, out dashed; what never happened is left out. */
export function trafficLines(set: SeriesSet): Line[] {
  return TRAFFIC.flatMap(({ metric, tone, dashed }) => {
    const values = drawn(set, 'machine', metric);
    return values?.some((value) => value > 0)
      ? [{ label: metric, tone, dashed, x: set.timeNs, y: values }]
      : [];
  });
}

const STALLS = [
  { metric: 'stall_memory', label: 'memory', tone: 'run-2', dashed: false },
  { metric: 'stall_io', label: 'io', tone: 'run-3', dashed: true },
];

const PRESSURE = [
  { metric: 'psi_memory_some_avg10', label: 'memory some', tone: 'run-2', dashed: false },
  { metric: 'psi_memory_full_avg10', label: 'memory full', tone: 'run-2', dashed: true },
  { metric: 'psi_io_some_avg10', label: 'io some', tone: 'run-3', dashed: false },
  { metric: 'psi_io_full_avg10', label: 'io full', tone: 'run-3', dashed: true },
];

/**
 * PSI of the machine as /proc/pressure tells it: percent of the last ten seconds in which some task,
 * or every task, waited. Its totals are charged when a wait ends, so short intervals would pass 100 %.
 */
export function pressureLines(set: SeriesSet): Line[] {
  return PRESSURE.flatMap(({ metric, label, tone, dashed }) => {
    const y = drawn(set, 'machine', metric);
    return y ? [{ label, tone, dashed, x: set.timeNs, y }] : [];
  });
}

/** Time that tasks lost to memory and to devices for each major fault, ns; none where there was no fault. */
export function faultCostLines(set: SeriesSet): Line[] {
  const faults = column(set, 'machine', 'pgmajfault');
  return STALLS.flatMap(({ metric, label, tone, dashed }) => {
    const stalled = column(set, 'machine', metric);
    const y = stalled?.map((value, i) => {
      const count = faults?.[i] ?? 0;
      return count > 0 && value > 0 ? value / count : NaN;
    });
    const hasValues = y?.some((value) => !Number.isNaN(value));
    return y && hasValues ? [{ label, tone, dashed, x: set.timeNs, y }] : [];
  });
}

/** What hurts, what may, and what an administrator did. */
const MARKED: Partial<Record<RunEvent['kind'], { label: string; tone: string }>> = {
  oom_kill: { label: 'OOM kill', tone: 'bad' },
  tier_full: { label: 'tier full', tone: 'warn' },
  zswap_full: { label: 'zswap full', tone: 'warn' },
  swapoff: { label: 'swapoff', tone: 'ink' },
  limit_change: { label: 'limit', tone: 'ink' },
};
/** A kind of event that happens more often is the normal state of the run, not an explanation. */
const MOST_OF_A_KIND = 6;

/** Events that explain a bend in a line. */
export function eventMarks(events: readonly RunEvent[]): Mark[] {
  return Object.entries(MARKED).flatMap(([kind, look]) => {
    const found = events.filter((event) => event.kind === kind);
    return found.length > MOST_OF_A_KIND
      ? []
      : found.map(({ timeNs }) => ({ at: timeNs, ...look }));
  });
}
