/** memory.high: the delay by overage, and how often it is paid (facts 1.4). */
import { describe, expect, it } from 'vitest';
import { highDelay, memoryHigh } from '../../../src/engine/memory/charge.ts';
import { runToEnd, simulate, totals } from '../../support/engine/simulate.ts';

/** A cgroup without swap that has charged `pages` above memory.high of 1000 pages. */
function above(pages: number) {
  const simulation = simulate({
    machine: { memory: '64MiB' },
    cgroups: {
      parent: {
        memory: { high: 500 * 4096 },
        children: {
          a: {
            memory: { high: 1000 * 4096 },
            workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 4000 }],
          },
        },
      },
    },
    run: { accesses: 1 },
  });
  const k = simulation.kernel;
  const memcg = k.memcgs[2]!;
  memcg.pages = 1000 + pages;
  memcg.owedForHigh = 64;
  return { k, memcg };
}

describe('the delay for a batch of 64 pages', () => {
  it.each([
    [0.01, 6.4e6],
    [0.02, 25.6e6],
    [0.05, 160e6],
    [0.1, 640e6],
    [0.18, 2.0736e9],
  ])('at an overage of %d is 64 times its square, in seconds', (overage, ns) => {
    expect(highDelay(overage, 64)).toBeCloseTo(ns, 0);
  });

  it.each([
    ['is skipped up to 10 ms', 10, 0],
    ['is slept otherwise', 20, 25.6e6],
    ['grows', 100, 640e6],
    ['ends at 2 s', 180, 2e9],
    ['ends at 2 s for any overage', 5000, 2e9],
  ])('%s', (_, pages, ns) => {
    const { k, memcg } = above(pages);
    expect(memoryHigh(k, memcg)).toBeCloseTo(ns, 0);
    expect(memcg.owedForHigh).toBe(0);
  });

  it('is that of the ancestor with the largest overage', () => {
    const { k, memcg } = above(20);
    memcg.parent!.pages = 550;
    expect(memoryHigh(k, memcg)).toBeCloseTo(640e6, 0);
  });
});

it('is paid once for 64 charged pages, not at every fault', () => {
  // 1000 pages fit; the 640 faults behind them are ten batches with nothing to reclaim.
  const result = runToEnd({
    machine: { memory: '64MiB' },
    cgroups: {
      a: {
        memory: { high: 1002 * 4096 },
        workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 4000, accesses: 1640 }],
      },
    },
  });
  // Overages of i * 64 pages in 1002: i = 1 to 2 below the cap of 2 s, from 3 on at it.
  const below = [1, 2].reduce((sum, i) => sum + 64 * ((i * 64) / 1002) ** 2, 0);
  const seconds = totals(result)['stall_memory']! / 1e9;
  expect(seconds).toBeGreaterThan(0.9 * (below + 7 * 2));
  expect(seconds).toBeLessThan(1.1 * (below + 8 * 2));
});

it('reclaims what it can before it delays anybody', () => {
  const result = runToEnd({
    machine: { memory: '64MiB' },
    kernel: { statsFlush: '0' },
    tiers: { zram: { kind: 'zram', size: '64MiB' } },
    cgroups: {
      a: {
        memory: { high: 1000 * 4096 },
        workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 4000, accesses: 20_000 }],
      },
    },
  });
  const counted = totals(result, 'cgroup:/a');
  expect(counted['pswpout']! + counted['swpout_zero']!).toBeGreaterThan(18_000);
  // Without a delay: 20 000 accesses of microseconds take far less than a second.
  expect(result.simulatedNs).toBeLessThan(1e9);
  expect(counted['memory_current_peak']).toBeLessThan(1140 * 4096);
});
