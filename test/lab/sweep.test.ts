// Which point of a sweep is best, and which cannot be told from it.
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/main/lab/contract.ts';
import type { RunFigures } from '../../src/main/lab/figures.ts';
import { sweepFigures } from '../../src/main/lab/sweep.ts';

/** Runs of a 2 by 2 sweep with three seeds each: their major faults by point. */
const FAULTS: [number[], number[]][] = [
  [
    [0, 0],
    [100, 110, 120],
  ],
  [
    [0, 1],
    [80, 90, 100],
  ],
  // Differences from the best by seed: 1, -2, 2; mean 1/3, far inside t(0.975, 2) = 4.3 standard errors.
  [
    [1, 0],
    [81, 88, 102],
  ],
  [[1, 1], []],
];

function sweep() {
  const runs: RunSummary[] = [];
  const figures = new Map<number, RunFigures>();
  for (const [at, values] of FAULTS) {
    values.forEach((pgmajfault, i) => {
      const id = runs.length + 1;
      runs.push({ id, group: { id: 1, at } } as RunSummary);
      const counters = { pgmajfault, throughput: 1000 - pgmajfault, pgrefill: pgmajfault };
      const totals = [{ scope: 'machine' as const, counters }];
      figures.set(id, { id, seed: i + 1, result: { totals, histograms: [] } });
    });
  }
  const axes = [
    { path: 'kernel.swappiness', values: [60, 100] },
    { path: 'machine.cpus', values: [1, 2] },
  ];
  return sweepFigures({ axes, runs }, figures);
}

describe('a sweep', () => {
  const { points, metrics } = sweep();
  const of = (name: string) => metrics.find(({ metric }) => metric === name)!;

  it('has a point for each combination, with the runs that are done', () => {
    expect(points).toEqual([
      { at: [0, 0], runs: [1, 2, 3] },
      { at: [0, 1], runs: [4, 5, 6] },
      { at: [1, 0], runs: [7, 8, 9] },
      { at: [1, 1], runs: [] },
    ]);
    expect(of('pgmajfault').values).toEqual([110, 90, 271 / 3, null]);
  });

  it('marks the best by the metric’s own direction, and what cannot be told from it', () => {
    expect(of('pgmajfault')).toMatchObject({ best: 1, unclear: [2] });
    expect(of('throughput')).toMatchObject({ best: 1, unclear: [2] });
    // Neither more nor less of it is good.
    expect(of('pgrefill').best).toBeNull();
  });
});
