// Fewer points that still show what the line did.
import { describe, expect, it } from 'vitest';
import {
  extremes,
  lastOfEach,
  ratesOf,
  runningSum,
  smoothed,
  visible,
} from '../../src/renderer/charts/decimate.ts';

const count = (length: number) => Array.from({ length }, (_, i) => i);

describe('points to draw', () => {
  it('keep the one spike and the one hole among 20,000 samples', () => {
    const x = count(20_000);
    const y = x.map(() => 10);
    y[12_345] = 999;
    y[15_001] = -5;
    const points = extremes(x, y, 0, y.length, 400);
    expect(points.x.length).toBeLessThanOrEqual(800);
    expect(points.y).toContain(999);
    expect(points.y).toContain(-5);
    expect(points.x).toContain(12_345);
    expect(points.x).toEqual(points.x.toSorted((a, b) => a - b));
  });

  it('are all of them where there are few', () => {
    expect(extremes(count(5), [5, 4, NaN, 2, 1], 1, 4, 10)).toEqual({
      x: [1, 2, 3],
      y: [4, NaN, 2],
    });
  });

  it('lie in the same places after a pan', () => {
    const x = count(4096);
    const y = x.map((i) => Math.sin(i / 7) * (i % 13));
    const before = extremes(x, y, 0, 2048, 100);
    const after = extremes(x, y, 512, 2560, 100);
    const shared = before.x.filter((each) => each >= 544 && each < 2016);
    expect(after.x).toEqual(expect.arrayContaining(shared));
  });

  it('of stacked columns are the last of each bucket', () => {
    // Ten samples in at most three buckets: buckets of four.
    expect(lastOfEach(0, 10, 3)).toEqual([3, 7, 9]);
  });

  it('reach one sample beyond what is shown', () => {
    expect(visible([10, 20, 30, 40, 50], [22, 38])).toEqual([1, 4]);
    expect(visible([10, 20, 30], null)).toEqual([0, 3]);
    expect(visible([10, 20, 30], [100, 200])).toEqual([2, 3]);
  });
});

describe('figures of a line', () => {
  it('are smoothed over their neighbours, without what is no number', () => {
    expect([...smoothed([1, 2, 6, 3, 8], 3)]).toEqual([1.5, 3, 11 / 3, 17 / 3, 5.5]);
    expect([...smoothed([1, NaN, 3], 3)]).toEqual([1, 2, 3]);
    expect([...smoothed([4, 5], 1)]).toEqual([4, 5]);
  });

  it('are counts per simulated second', () => {
    // 10 in the first half second, 10 in the next quarter.
    expect([...ratesOf([10, 10, 30], [0.5e9, 1e9, 1.25e9])]).toEqual([20, 20, 120]);
    expect([...runningSum([1, 2, 3])]).toEqual([1, 3, 6]);
  });
});
