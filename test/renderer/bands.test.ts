// Several seeds as one line with a band, with figures worked out by hand.
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../src/renderer/charts/svg.ts';
import { bandOf, edges } from '../../src/renderer/compare/bands.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';

describe('a band over seeds', () => {
  it('is the mean, the smallest and the largest at the places of the run', () => {
    const band = bandOf(
      [10, 20, 30],
      [
        { x: [10, 20, 30], y: [1, 2, 3] },
        { x: [10, 20, 30], y: [4, 2, 6] },
        // On a grid of its own: 4 + 1/2 x 8 = 8 at 20.
        { x: [10, 15, 25, 30], y: [1, 4, 12, 0] },
      ],
    );
    expect([...band.mean]).toEqual([2, 4, 3]);
    expect([...band.low]).toEqual([1, 2, 0]);
    expect([...band.high]).toEqual([4, 8, 6]);
  });

  it('ends where the first of its seeds ends', () => {
    const band = bandOf(
      [1, 2, 3],
      [
        { x: [1, 2, 3], y: [5, 5, 5] },
        { x: [1, 2], y: [7, 9] },
      ],
    );
    expect([...band.mean]).toEqual([6, 7, NaN]);
    expect([...band.low]).toEqual([5, 5, NaN]);
    expect([...band.high]).toEqual([7, 9, NaN]);
  });

  it('is drawn in few steps that leave nothing out', () => {
    const x = Array.from({ length: 8 }, (_, i) => i);
    const low = Float64Array.of(3, 1, 2, 2, 0, 5, 5, 5);
    const high = Float64Array.of(4, 9, 3, 3, 6, 6, 8, 7);
    // Eight samples in at most two buckets: four each, at their first and last place.
    const { low: below, high: above } = edges(x, { low, high }, [0, 8], 2);
    expect(below).toEqual({ x: [0, 3, 4, 7], y: [1, 1, 0, 0] });
    expect(above).toEqual({ x: [0, 3, 4, 7], y: [9, 9, 8, 8] });
    expect(edges(x, { low, high }, [1, 3], 2).low).toEqual({ x: [1, 2], y: [1, 2] });
  });

  it('is filled between its edges in an exported chart, and named once', () => {
    const base = { label: 'A', tone: 'run-1', x: [0, 1] };
    const svg = chartSvg({
      title: '',
      note: '',
      lines: [
        { ...base, y: [5, 5], hasBand: true },
        { ...base, y: [0, 0], edge: 'lower' },
        { ...base, y: [10, 10], edge: 'upper' },
      ],
      look: { stacked: false, logarithmic: false, points: false, formatX: String, formatY: String },
      range: [0, 1],
    });
    const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml');
    const [area, line, ...more] = [...drawing.querySelectorAll('svg svg path')];
    expect(more).toHaveLength(0);
    expect(area?.getAttribute('fill-opacity')).toBe('0.2');
    // Along the upper edge and back along the lower one: four corners.
    expect(area?.getAttribute('d')).toMatch(/^M\S+ \S+L\S+ \S+L\S+ \S+L\S+ \S+Z$/);
    expect(line?.getAttribute('fill')).toBe('none');
    expect(
      [...drawing.querySelectorAll('text')].filter((each) => each.textContent === 'A'),
    ).toHaveLength(1);
  });
});

describe('the charts of a comparison', () => {
  /** Two runs with three seeds each; only the first of each is chosen. */
  function labWithSeeds(): FakeLab {
    const lab = new FakeLab();
    for (const [name, strength] of [
      ['calm', 1],
      ['busy', 1.5],
    ] as const)
      for (const seed of [1, 2, 3]) lab.addRun({ name, seed }, strength);
    lab.replicates.set(1, [2, 3]).set(4, [5, 6]);
    return lab;
  }
  const chart = async () =>
    (await screen.findByRole('heading', { level: 3, name: /pgmajfault/ })).closest('figure')!;
  const legend = async () =>
    within(await chart())
      .getAllByRole('listitem')
      .slice(0, 2)
      .map((each) => each.textContent?.replace(/\s+/g, ' ').trim());

  it('show the mean over seeds when asked, and fetch the other seeds only then', async () => {
    const { lab, user } = await start('#/compare/1,4?baseline=1', labWithSeeds());
    expect(within(await chart()).getByText(/, one seed of each run$/)).toBeTruthy();
    const fetched = () =>
      new Set(lab.calls.filter(([method]) => method === 'getColumns').map(([, id]) => id));
    expect([...fetched()]).toEqual([1, 4]);
    expect((await legend())[0]).toBe('A calm 2.55K/s');
    await user.click(screen.getByLabelText('bands over seeds'));
    await waitFor(async () =>
      expect(
        within(await chart()).getByText(/, mean of 3 seeds, band: smallest to largest$/),
      ).toBeTruthy(),
    );
    expect(fetched()).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    // The last 100 ms had 255, 256 and 257 major faults, and 383, 384 and 385 of the other.
    expect(await legend()).toEqual(['A calm 2.56K/s', 'B busy 3.84K/s']);
    await user.selectOptions(screen.getByLabelText('show'), 'difference');
    expect(await legend()).toEqual(['A calm 0/s', 'B busy +1.28K/s']);
  });

  it('offer no bands where there are no replicates', async () => {
    const lab = new FakeLab();
    lab.addRun({ name: 'calm' });
    lab.addRun({ name: 'busy' }, 1.5);
    await start('#/compare/1,2?baseline=1', lab);
    const toggle = await screen.findByLabelText<HTMLInputElement>('bands over seeds');
    expect(toggle.disabled).toBe(true);
  });
});
