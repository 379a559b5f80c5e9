// What a run is above or below the baseline, with figures worked out by hand.
import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { defined, lessBaseline, resampled } from '../../src/renderer/compare/difference.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';

describe('a column at other places', () => {
  it('is read on the line between its samples, and nowhere beyond them', () => {
    // 3 of 10 along from 100 to 200 is 130; 5 of 10 from 200 to 100 is 150.
    expect([...resampled([10, 20, 30], [100, 200, 100], [5, 10, 13, 20, 25, 30, 31])]).toEqual([
      NaN,
      100,
      130,
      200,
      150,
      100,
      NaN,
    ]);
  });

  it('takes the last sample where the axis stands still', () => {
    expect([...resampled([1, 2, 2, 2, 4], [10, 20, 21, 22, 30], [1.5, 2, 3])]).toEqual([
      15, 22, 26,
    ]);
  });

  it('has no number beside one that is none, but on its own samples', () => {
    expect([...resampled([0, 1, 2], [5, NaN, 7], [0, 0.5, 1, 1.5, 2])]).toEqual([
      5,
      NaN,
      NaN,
      NaN,
      7,
    ]);
    expect([...resampled([], [], [1])]).toEqual([NaN]);
  });
});

describe('a difference', () => {
  it('is taken at the places of the run, as far as the baseline goes', () => {
    const run = { x: [1, 2, 3, 4], y: [7, 7, 7, 7] };
    const baseline = { x: [0, 2, 3], y: [0, 10, 4] };
    // The baseline is 5 at 1, 10 at 2 and 4 at 3; at 4 it has ended.
    const y = lessBaseline(run, baseline);
    expect([...y]).toEqual([2, -3, 3, NaN]);
    expect(defined(y)).toEqual([0, 3]);
  });

  it('of a run and itself is 0 everywhere', () => {
    const run = { x: [1, 2, 5], y: [0.1, 0.7, 1e9] };
    expect([...lessBaseline(run, run)]).toEqual([0, 0, 0]);
  });
});

describe('the charts of a comparison', () => {
  it('show on demand what a run is above the baseline', async () => {
    const lab = new FakeLab();
    lab.addRun({ name: 'calm' });
    lab.addRun({ name: 'busy' }, 1.5);
    const { user } = await start('#/compare/1,2?baseline=1', lab);
    await user.selectOptions(await screen.findByLabelText('show'), 'difference');
    const chart = screen.getByRole('heading', { level: 3, name: /pgmajfault/ }).closest('figure')!;
    expect(within(chart).getByText('count per simulated second, minus A')).toBeTruthy();
    // The last 100 ms had 383 major faults against 255: 128, or 1280 a second.
    const legend = within(chart).getAllByRole('listitem').slice(0, 2);
    expect(legend.map((each) => each.textContent?.replace(/\s+/g, ' ').trim())).toEqual([
      'A calm 0/s',
      'B busy +1.28K/s',
    ]);
  });
});
