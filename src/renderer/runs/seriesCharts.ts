/** Which lines the charts of a run show, from whatever columns its series have. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import type { RunEvent } from '../../main/lab/contract.ts';
import type { Line } from '../charts/chart.ts';
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

/** Share of the time, in percent, that was lost to memory and to devices, as pressure files count it. */
export function stallLines(set: SeriesSet): Line[] {
  return STALLS.flatMap(({ metric, label, tone, dashed }) => {
    // Nanoseconds lost in a second, over a second.
    const values = drawn(set, 'machine', metric)?.map((value) => value / 1e7);
    return values ? [{ label, tone, dashed, x: set.timeNs, y: values }] : [];
  });
}

/** Mean time that a major fault stalled its task, ns, by interval; none where there was no fault. */
export function faultCostLines(set: SeriesSet): Line[] {
  const stalled = column(set, 'machine', 'stall_memory');
  const faults = column(set, 'machine', 'pgmajfault');
  if (!stalled || !faults) return [];
  const y = stalled.map((value, i) => {
    const count = faults[i] ?? 0;
    return count > 0 && value > 0 ? value / count : NaN;
  });
  if (!y.some((value) => !Number.isNaN(value))) return [];
  return [{ label: 'mean stall', tone: 'run-1', x: set.timeNs, y }];
}

const MARKED: Partial<Record<RunEvent['kind'], string>> = {
  oom_kill: 'OOM kill',
  zswap_full: 'zswap full',
  tier_full: 'tier full',
};
const MOST_MARKS = 12;

/** Events that explain a bend in a line; when there are many, the first ones. */
export function eventMarks(events: readonly RunEvent[]): { at: number; label: string }[] {
  return events
    .flatMap(({ kind, timeNs }) => {
      const label = MARKED[kind];
      return label === undefined ? [] : [{ at: timeNs, label }];
    })
    .slice(0, MOST_MARKS);
}
