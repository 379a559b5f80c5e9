// The share of faults that took at most so long, from a histogram's buckets.
import { describe, expect, it } from 'vitest';
import { cumulative } from '../../src/renderer/compare/distribution.ts';

describe('the distribution of latencies', () => {
  it('rises inside buckets and is flat between them', () => {
    // Below 32 buckets are 1 ns wide; in 1024..2047 they are 64 ns wide: 1024 to 1087.
    const buckets: [number, number][] = [
      [20, 1],
      [1024, 2],
      [4096, 1],
    ];
    const line = cumulative({
      scope: 'machine',
      metric: 'fault_latency',
      count: 4,
      sumNs: 1,
      minNs: 20,
      maxNs: 4100,
      percentilesNs: { p50: 0, p90: 0, p99: 0, p999: 0, p9999: 0 },
      buckets,
    });
    // The last bucket would reach to 4351, but nothing took longer than 4100.
    expect(line.x).toEqual([20, 20, 1024, 1087, 4096, 4100]);
    expect(line.y).toEqual([0, 25, 25, 75, 75, 100]);
  });
});
