import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/engine/metrics/histogram.ts';

const of = (values: number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

const ns = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 2 ** 33 }),
  fc.maxSafeNat(),
);

describe('Histogram', () => {
  it('says zero when nothing was recorded', () => {
    expect(of([]).data('machine', 'fault_latency')).toEqual({
      scope: 'machine',
      metric: 'fault_latency',
      count: 0,
      sumNs: 0,
      minNs: 0,
      maxNs: 0,
      percentilesNs: { p50: 0, p90: 0, p99: 0, p999: 0, p9999: 0 },
      buckets: [],
    });
  });

  it('cuts powers of two into sixteen', () => {
    // 100 lies in 64..127, step 4: 100..103. 1000 in 512..1023, step 32: 992..1023.
    const histogram = of([15, 16, 100, 103, 104, 1000]);
    expect(histogram.data('tier:ssd', 'x').buckets).toEqual([
      [15, 1],
      [16, 1],
      [100, 2],
      [104, 1],
      [992, 1],
    ]);
    expect(histogram.percentile(50)).toBe(103);
    expect(histogram.percentile(100)).toBe(1000); // not 1023: nothing was above 1000
  });

  it('counts ranks exactly', () => {
    const histogram = of(Array.from({ length: 1000 }, (_, i) => (i < 999 ? 1 : 9)));
    expect(histogram.percentile(99.9)).toBe(1);
    expect(histogram.percentile(99.91)).toBe(9);
    expect(histogram.percentile(0)).toBe(1);
  });

  it('takes the largest values', () => {
    const histogram = of([2 ** 53 - 1, 2 ** 53, 2 ** 60]);
    expect(histogram.max).toBe(2 ** 53);
    expect(histogram.data('machine', 'x').buckets).toEqual([
      [31 * 2 ** 48, 1],
      [2 ** 53, 2],
    ]);
  });

  it('is never too low and at most a sixteenth too high', () => {
    const percents = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(ns, { minLength: 1, maxLength: 200 }), percents, (values, p) => {
        const histogram = of(values);
        const sorted = [...values].sort((a, b) => a - b);
        const rank = Math.max(1, Math.ceil(((p * values.length) / 100) * (1 - Number.EPSILON)));
        const exact = sorted[rank - 1]!;
        expect(histogram.percentile(p)).toBeGreaterThanOrEqual(exact);
        expect(histogram.percentile(p)).toBeLessThanOrEqual(exact * (1 + 1 / 16));
        expect(histogram.min).toBe(sorted[0]);
        expect(histogram.max).toBe(sorted.at(-1));
        expect(histogram.count).toBe(values.length);
      }),
    );
  });

  it('puts every value into the bucket that holds it', () => {
    fc.assert(
      fc.property(ns, (value) => {
        const [[lowest]] = of([value]).data('machine', 'x').buckets as [[number, number]];
        expect(lowest).toBeLessThanOrEqual(value);
        expect(value).toBeLessThan(Math.max(lowest + 1, lowest * (1 + 1 / 16)));
      }),
    );
  });
});
