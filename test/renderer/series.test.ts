import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/engine/metrics/catalogue.ts';
import type { RunEvent, Scope } from '../../src/main/lab/contract.ts';
import { residency } from '../../src/renderer/charts/residency.ts';
import {
  append,
  asSeries,
  between,
  drawn,
  levelsOf,
  nearest,
  NO_SERIES,
  thin,
  type SeriesSet,
} from '../../src/renderer/charts/series.ts';
import {
  eventMarks,
  faultCostLines,
  pressureLines,
  trafficLines,
} from '../../src/renderer/runs/seriesCharts.ts';
import { firstRun } from './fixture/scenario.ts';

const LEVELS = levelsOf(METRICS);

const series = (
  timeNs: number[],
  columns: Record<string, number[]>,
  scope: Scope = 'machine',
): SeriesSet =>
  asSeries(
    {
      timeNs,
      columns: Object.entries(columns).map(([metric, values]) => ({ scope, metric, values })),
    },
    LEVELS,
  );

describe('series', () => {
  const set = series([1e9, 2e9, 3e9, 4e9, 5e9], {
    pgmajfault: [1, 2, 3, 4, 5],
    resident: [10, 20, 30, 40, 50],
  });

  it('lose no event and no last level when they are thinned', () => {
    const few = thin(set, 2);
    expect(few.timeNs).toEqual([4e9, 5e9]);
    expect(few.columns.map(({ values }) => values)).toEqual([
      [10, 5],
      [40, 50],
    ]);
  });

  it('are thinned to intervals of one length, also where the older part was thinned before', () => {
    const mixed = series([4e9, 8e9, 9e9, 10e9, 11e9, 12e9], { pgmajfault: [8, 8, 1, 3, 0, 4] });
    const few = thin(mixed, 4);
    expect(few.timeNs).toEqual([4e9, 8e9, 12e9]);
    expect(drawn(few, 'machine', 'pgmajfault')).toEqual([2, 2, 2]);
  });

  it('give the same rate before and after thinning', () => {
    const steady = series([1e9, 2e9, 3e9, 4e9], { pgmajfault: [8, 8, 8, 8] });
    expect(drawn(steady, 'machine', 'pgmajfault')).toEqual([8, 8, 8, 8]);
    expect(drawn(thin(steady, 2), 'machine', 'pgmajfault')).toEqual([8, 8]);
  });

  it('draw counts per second and levels as they are', () => {
    const fast = series([5e8, 1e9], { pgmajfault: [10, 20], resident: [7, 8] });
    expect(drawn(fast, 'machine', 'pgmajfault')).toEqual([20, 40]);
    expect(drawn(fast, 'machine', 'resident')).toEqual([7, 8]);
    expect(drawn(fast, 'machine', 'zswpin')).toBeUndefined();
  });

  it('stay aligned when a column comes or goes while they grow', () => {
    const one = append(NO_SERIES, series([1], { resident: [5] }));
    const two = append(one, series([2, 3], { zswap_stored: [1, 2] }));
    expect(two.timeNs).toEqual([1, 2, 3]);
    const values = Object.fromEntries(two.columns.map((each) => [each.metric, each.values]));
    expect(values).toEqual({ resident: [5, NaN, NaN], zswap_stored: [NaN, 1, 2] });
  });

  it('keep the rate at the edges of a part that is looked at closely', () => {
    const steady = series([1e9, 2e9, 3e9, 4e9, 5e9], { pgmajfault: [8, 8, 8, 8, 8] });
    const part = between(steady, [2.5e9, 3.5e9]);
    expect(part.timeNs).toEqual([2e9, 3e9, 4e9]);
    expect(drawn(part, 'machine', 'pgmajfault')).toEqual([8, 8, 8]);
  });

  it('know how long the first interval was when they begin in the middle of a run', () => {
    const late = series([10e9, 11e9], { pgmajfault: [5, 5] });
    expect(drawn(late, 'machine', 'pgmajfault')).toEqual([5, 5]);
  });

  it('find the nearest point', () => {
    expect(nearest([0, 10, 20], 14)).toBe(1);
    expect(nearest([0, 10, 20], 16)).toBe(2);
    expect(nearest([0, 10, 20], -5)).toBe(0);
    expect(nearest([], 1)).toBe(-1);
  });
});

describe('where the pages are', () => {
  it('is a layer for each place that ever held a page, from RAM down', () => {
    const set = asSeries(
      {
        timeNs: [1, 2],
        columns: [
          { scope: 'machine', metric: 'resident', values: [100, 90] },
          { scope: 'machine', metric: 'zero_pages', values: [0, 3] },
          { scope: 'tier:zswap', metric: 'zswap_stored', values: [10, 30] },
          { scope: 'tier:ssd', metric: 'held', values: [5, 20] },
          { scope: 'tier:ssd', metric: 'slots_used', values: [15, 53] },
          { scope: 'tier:spare', metric: 'held', values: [0, 0] },
        ],
      },
      LEVELS,
    );
    expect(
      residency(set, firstRun).map(({ label, tone, values }) => [label, tone, values]),
    ).toEqual([
      ['RAM', 'ram', [100, 90]],
      ['zswap', 'zswap', [10, 30]],
      ['ssd', 'ssd', [5, 20]],
      ['zero pages', 'mute', [0, 3]],
    ]);
  });

  it('is nothing when there are no columns', () => {
    expect(residency(NO_SERIES, firstRun)).toEqual([]);
  });
});

describe('the lines of a run', () => {
  it('leave out what never happened', () => {
    const set = series([1e9, 2e9], { pswpin: [0, 0], zswpin: [0, 4] });
    expect(trafficLines(set).map(({ label, y }) => [label, y])).toEqual([['zswpin', [0, 4]]]);
  });

  it('give pressure as the average that PSI keeps', () => {
    const set = series([5e8, 1e9], { psi_memory_some_avg10: [12, 25], psi_memory_some: [1, 2] });
    expect(pressureLines(set).map(({ label, y }) => [label, y])).toEqual([
      ['memory some', [12, 25]],
    ]);
  });

  it('divide stalls by major faults, and have no value where there was none', () => {
    const set = series([1, 2], { stall_memory: [8000, 0], stall_io: [0, 0], pgmajfault: [4, 0] });
    expect(faultCostLines(set).map(({ label, y }) => [label, y])).toEqual([
      ['memory', [2000, NaN]],
    ]);
  });
});

describe('marks on the charts', () => {
  const event = (kind: RunEvent['kind'], timeNs: number): RunEvent => ({
    kind,
    timeNs,
    scope: 'machine',
    message: '',
  });

  it('are events that explain something, unless they happen all the time', () => {
    const full = Array.from({ length: 30 }, (_, i) => event('zswap_full', i));
    expect(eventMarks([event('note', 1), event('oom_kill', 5), ...full])).toEqual([
      { at: 5, label: 'OOM kill', tone: 'bad' },
    ]);
    expect(eventMarks(full.slice(0, 2))).toHaveLength(2);
  });
});
