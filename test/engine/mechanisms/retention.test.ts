/** What becomes of a swap entry when its page comes back (facts 2.4). */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { finish, runToEnd, simulate, totals } from '../../support/engine/simulate.ts';

type Tiers = NonNullable<ScenarioInput['tiers']>;
const disk = (size: string): Tiers => ({ disk: { kind: 'block', device: 'nvme', size } });
const zram: Tiers = { zram: { kind: 'zram', size: '64MiB' } };

/** 3072 pages, filled and then read at random 30 000 times, in a cgroup of 2048 pages. */
function readAtRandom(tiers: Tiers, contents?: 'zero', kernel: ScenarioInput['kernel'] = {}) {
  const simulation = simulate({
    machine: { memory: '256MiB' },
    kernel: { statsFlush: '0', pageCluster: 0, ...kernel },
    tiers,
    cgroups: {
      a: {
        memory: { max: 2048 * 4096 },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'uniform' },
            pages: 3072,
            fill: true,
            writes: 0,
            accesses: 30_000,
            contents: contents
              ? [{ class: contents, share: 100 }]
              : [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
          },
        ],
      },
    },
  });
  const result = finish(simulation);
  const { root, devices } = simulation.kernel;
  const memcg = root.children[0]!;
  return {
    counted: totals(result),
    used: devices.totalSlots - devices.free,
    swapped: memcg.swapped,
    cached: memcg.swapcached,
  };
}

it('a disk that is less than half full keeps slots, so that reading stops writing', () => {
  const { counted, used, swapped, cached } = readAtRandom(disk('64MiB'));
  expect(counted['pswpin']).toBeGreaterThan(8000);
  // Every page is written once, and a few more when reclaim met them before their write ended.
  expect(counted['pswpout']).toBeGreaterThan(3000);
  expect(counted['pswpout']).toBeLessThan(3300);
  expect(used).toBe(swapped + cached);
  expect(cached).toBeGreaterThan(1500);
});

it('a disk that is more than half full gives slots back, so that every eviction writes', () => {
  const { counted, used } = readAtRandom(disk('6MiB'));
  // 1535 slots and at least 1020 pages outside.
  expect(counted['pswpout']! / counted['pswpin']!).toBeGreaterThan(0.95);
  expect(used).toBeLessThan(1300);
});

it('a cgroup above half of memory.swap.max gives them back as well', () => {
  const limited = runToEnd({
    machine: { memory: '256MiB' },
    kernel: { statsFlush: '0', pageCluster: 0 },
    tiers: disk('64MiB'),
    cgroups: {
      a: {
        memory: { max: 2048 * 4096, swap: { max: 1500 * 4096 } },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'uniform' },
            pages: 3072,
            fill: true,
            writes: 0,
            accesses: 30_000,
          },
        ],
      },
    },
  });
  const counted = totals(limited);
  const out = counted['pswpout']! + counted['swpout_zero']!;
  expect(out / (counted['pswpin']! + counted['swpin_zero']!)).toBeGreaterThan(0.95);
});

it('zram gives every slot back at swap-in', () => {
  const { counted, used, swapped, cached } = readAtRandom(zram);
  expect(counted['pswpin']).toBeGreaterThan(8000);
  expect(cached).toBe(0);
  expect(used).toBe(swapped);
  expect(counted['pswpout']! - counted['pswpin']!).toBe(swapped);
});

it('zswap keeps the slot behind it but not the copy, so that every eviction compresses', () => {
  const { counted, used, swapped, cached } = readAtRandom(disk('64MiB'), undefined, {
    zswap: { enabled: true, maxPoolPercent: 50 },
  });
  expect(counted['zswpout']! - counted['zswpin']!).toBe(swapped);
  expect(used).toBe(swapped + cached);
  expect(cached).toBeGreaterThan(1500);
});

describe('pages of zeros', () => {
  it.each([
    ['a disk', disk('64MiB'), false],
    ['zram', zram, false],
    ['zswap', disk('64MiB'), true],
  ])('never reach %s', (_, tiers, enabled) => {
    const { counted } = readAtRandom(tiers, 'zero', { zswap: { enabled } });
    expect(counted['swpin_zero']).toBeGreaterThan(8000);
    expect([counted['pswpout'], counted['pswpin'], counted['zswpout']]).toEqual([0, 0, 0]);
  });

  it('stay clean in front of a disk, so that their marks are set once', () => {
    expect(readAtRandom(disk('64MiB'), 'zero').counted['swpout_zero']).toBeLessThan(3300);
  });
});
