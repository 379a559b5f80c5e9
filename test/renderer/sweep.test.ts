// A sweep as curves: which setting is the x axis, and what the lines are then.
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { SweepFigures, SweepMetric } from '../../src/main/lab/contract.ts';
import { curvesOf, longestAxis } from '../../src/renderer/compare/sweep/curves.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';
import { firstRun } from './fixture/scenario.ts';

const AXES = [
  { path: 'kernel.zswap.compressor', values: ['lzo', 'zstd'] },
  { path: 'kernel.swappiness', values: [10, 60, 200] },
];
const sweep: SweepFigures = {
  points: [0, 1].flatMap((first) => [0, 1, 2].map((second) => ({ at: [first, second], runs: [] }))),
  metrics: [],
};
const metric: SweepMetric = {
  scope: 'machine',
  metric: 'throughput',
  // lzo at 10, 60 and 200, then zstd; its last run is not done.
  values: [1, 2, 3, 10, 20, null],
  deviations: [],
  best: null,
  unclear: [],
};
const curves = (along: number) =>
  curvesOf(AXES, sweep, metric, along).map(({ label, x, y }) => ({ label, x, y }));

describe('a sweep over two settings', () => {
  it('is drawn along either of them', () => {
    expect(curves(1)).toEqual([
      { label: 'lzo', x: [0, 1, 2], y: [1, 2, 3] },
      { label: 'zstd', x: [0, 1, 2], y: [10, 20, NaN] },
    ]);
    expect(curves(0)).toEqual([
      { label: '10', x: [0, 1], y: [1, 10] },
      { label: '60', x: [0, 1], y: [2, 20] },
      { label: '200', x: [0, 1], y: [3, NaN] },
    ]);
  });

  it('is drawn along the one with more values until another is chosen', async () => {
    expect(longestAxis(AXES)).toBe(1);
    expect(longestAxis(AXES.toReversed())).toBe(0);
    expect(longestAxis(AXES.slice(0, 1))).toBe(0);
    const lab = new FakeLab();
    const { id, runs } = await lab.startGroup({ scenario: firstRun, axes: AXES, seeds: [1] });
    for (const run of runs) {
      const { result } = lab.addRun({}, 1 + run / 10);
      lab.change(run, { status: 'done', result });
    }
    const { user } = await start(`#/run/group-${id}`, lab);
    const axis = await screen.findByLabelText<HTMLSelectElement>('x axis');
    expect(axis.selectedOptions[0]?.text).toBe('kernel.swappiness');
    const legend = () =>
      [...document.querySelectorAll('.legend > *')].map((each) => each.textContent);
    expect(legend()).toEqual(['kernel.zswap.compressor', 'lzo', 'zstd']);
    await user.selectOptions(axis, 'kernel.zswap.compressor');
    expect(legend()).toEqual(['kernel.swappiness', '10', '60', '200']);
  });
});
