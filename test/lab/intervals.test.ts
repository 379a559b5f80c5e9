// Intervals of differences. The expected figures come from SciPy 1.17: ttest_ind(equal_var=False) and
// ttest_rel with confidence_interval(0.95); jstat's quantiles agree with it to eight digits.
import { describe, expect, it } from 'vitest';
import { deviation, differenceInterval, type Sample } from '../../src/main/lab/intervals.ts';

const samples = (values: number[], firstSeed = 1): Sample[] =>
  values.map((value, i) => ({ seed: firstSeed + i, value }));

describe('the interval of a difference', () => {
  it('is Welch’s where the seeds are others', () => {
    const a = samples([
      27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4,
    ]);
    const b = samples(
      [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4],
      100,
    );
    const interval = differenceInterval(a, b)!;
    expect(interval.method).toBe('welch');
    expect(interval.low).toBeCloseTo(0.3492370661924069, 6);
    expect(interval.high).toBeCloseTo(3.984096267140929, 6);
  });

  it('is the paired one where both ran the same seeds, in whatever order', () => {
    const a = samples([100, 110, 120, 90, 105]);
    const b = samples([95, 107, 112, 88, 99]).reverse();
    const interval = differenceInterval(a, b)!;
    expect(interval.method).toBe('paired');
    expect(interval.low).toBeCloseTo(-7.764432165066614, 6);
    expect(interval.high).toBeCloseTo(-1.8355678349333853, 6);
    // The same figures under other seeds cannot be told apart.
    const unpaired = differenceInterval(a, samples([95, 107, 112, 88, 99], 50))!;
    expect(unpaired.low).toBeCloseTo(-20.013001060145825, 6);
    expect(unpaired.high).toBeCloseTo(10.413001060145833, 6);
  });

  it('has no width where replicates agree, and none at all with a single run', () => {
    expect(differenceInterval(samples([5, 5]), samples([7, 7], 9))).toEqual({
      low: 2,
      high: 2,
      method: 'welch',
    });
    expect(differenceInterval(samples([1]), samples([1, 2, 3]))).toBeNull();
    expect(differenceInterval(samples([1, 2, 3]), [])).toBeNull();
  });
});

describe('the standard deviation', () => {
  it('is that of a sample', () => {
    // Mean 5, squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
    expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(deviation([3])).toBeNull();
  });
});
