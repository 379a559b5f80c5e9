/** Hard limits, the OOM killer, watermarks and kswapd (facts 1.2 and 1.4). */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { watermarks } from '../../../src/engine/setup/kernelSettings.ts';
import { runToEnd, simulate, totals } from '../../support/engine/simulate.ts';

type Tiers = NonNullable<ScenarioInput['tiers']>;

/** Touches pages in order in a cgroup of 64 MiB until it is killed; the accesses it made. */
function killedAfter(tiers: Tiers, memory: object = {}): number {
  const result = runToEnd({
    machine: { memory: '1GiB' },
    kernel: { statsFlush: '0' },
    tiers,
    cgroups: {
      a: {
        memory: { max: '64MiB', ...memory },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 49152,
            accesses: 49152,
            contents: [{ class: 'compressible', share: 100, ratio: 2, sigma: 0 }],
          },
        ],
      },
    },
  });
  expect(totals(result)['oom_kill']).toBe(1);
  expect(result.events.find((e) => e.kind === 'oom_kill')?.scope).toBe('cgroup:/a');
  return totals(result)['accesses']!;
}

describe('the OOM killer comes after limit and swap together', () => {
  it('with zram of 32 MiB after 16335 pages beside 49 page tables, and 8191 slots', () => {
    expect(Math.abs(killedAfter({ z: { kind: 'zram', size: '32MiB' } }) - 24526)).toBeLessThan(3);
  });

  it('with a disk as well, but for pages that are being written', () => {
    const disk: Tiers = { disk: { kind: 'block', device: 'nvme', size: '32MiB' } };
    const pages = killedAfter(disk);
    expect(pages).toBeLessThanOrEqual(24526);
    expect(pages).toBeGreaterThan(24526 - 64);
  });

  it('with memory.swap.max of 1000 pages after 16351 - 2 and 1000', () => {
    // 17300 pages need 34 page tables and a directory: 16384 - 35 + 1000.
    const pages = killedAfter({ z: { kind: 'zram', size: '64MiB' } }, { swap: { max: 4096000 } });
    expect(Math.abs(pages - 17349)).toBeLessThan(3);
  });

  it('without swap after 16351 pages and 33 page tables', () => {
    expect(Math.abs(killedAfter({}) - 16351)).toBeLessThan(2);
  });
});

it('kills who holds most, and the others go on', () => {
  const workload = (pages: number) => [
    { name: 'w', pattern: { kind: 'sequential' as const }, pages, accesses: 200_000 },
  ];
  const result = runToEnd({
    machine: { memory: '32MiB', cpus: 2 },
    cgroups: { large: { workloads: workload(7000) }, small: { workloads: workload(1500) } },
  });
  const kills = result.events.filter((e) => e.kind === 'oom_kill');
  expect(kills.map((e) => e.scope)).toEqual(['cgroup:/large']);
  expect(totals(result, 'cgroup:/small')['accesses']).toBe(200_000);
});

it('a cgroup never holds more swap than memory.swap.max', () => {
  const simulation = simulate({
    machine: { memory: '64MiB' },
    kernel: { statsFlush: '0' },
    tiers: { z: { kind: 'zram', size: '64MiB' } },
    cgroups: {
      p: {
        memory: { swap: { max: 700 * 4096 } },
        children: Object.fromEntries(
          ['a', 'b'].map((name) => [
            name,
            {
              memory: { max: '2MiB' },
              workloads: [
                { name: 'w', pattern: { kind: 'uniform' as const }, pages: 800, accesses: 20_000 },
              ],
            },
          ]),
        ),
      },
    },
  });
  let most = 0;
  while (!simulation.advance(50)) most = Math.max(most, simulation.kernel.memcgs[1]!.swap);
  expect(most).toBeGreaterThan(550);
  expect(most).toBeLessThanOrEqual(700);
});

describe('watermarks', () => {
  it.each([
    // min: the root of 16 times the memory in KiB; gap: a quarter of min, or 0.1 % of the memory.
    [64 * 2 ** 20, 10, 256, 64],
    [2 ** 30, 10, 1024, 262],
    [2 ** 40, 10, 32768, 268435],
    // min is at most 256 MiB and at least 128 KiB.
    [2 ** 43, 10, 65536, 2147483],
    [2 ** 19, 10, 32, 8],
    // vm.watermark_scale_factor in ten-thousandths.
    [2 ** 30, 1000, 1024, 26214],
  ])('of %i bytes at a scale factor of %i: min %i, gap %i pages', (memory, scale, min, gap) => {
    expect(watermarks(memory, 4096, scale)).toEqual({ min, low: min + gap, high: min + 2 * gap });
  });

  it('follow vm.min_free_kbytes and the page size', () => {
    expect(watermarks(2 ** 30, 4096, 10, 8 << 20)).toEqual({ min: 2048, low: 2560, high: 3072 });
    expect(watermarks(2 ** 30, 16384, 10)).toEqual({ min: 256, low: 321, high: 386 });
  });
});

describe('kswapd', () => {
  const under = (thinkTime: string) => {
    const simulation = simulate({
      machine: { memory: '64MiB', cpus: 2 },
      kernel: { statsFlush: '0' },
      tiers: { disk: { kind: 'block', device: 'pmem', size: '256MiB' } },
      cgroups: {
        a: {
          workloads: [
            { name: 'w', pattern: { kind: 'sequential' }, pages: 32768, thinkTime, writes: 100 },
          ],
        },
      },
      run: { accesses: 40_000 },
    });
    const free = { least: Infinity, most: 0 };
    while (!simulation.advance(20)) {
      const pages = simulation.kernel.freeFrames();
      free.least = Math.min(free.least, pages);
      // From the moment that memory was short.
      if (free.least < 320) free.most = Math.max(free.most, pages);
    }
    return { free, counted: totals(simulation.result()), k: simulation.kernel };
  };

  it('keeps free memory between the watermarks, so that nobody has to reclaim', () => {
    const { free, counted, k } = under('100us');
    expect([k.settings.minWatermark, k.settings.lowWatermark, k.settings.highWatermark]).toEqual([
      256, 320, 384,
    ]);
    expect(counted['allocstall']).toBe(0);
    expect(counted['pgsteal_kswapd']).toBeGreaterThan(15_000);
    expect(counted['pgsteal_direct']).toBe(0);
    // It wakes below the low watermark and looks after a pass, which may free as much as the high
    // watermark, whether it can stop.
    expect(free.least).toBeGreaterThan(256);
    expect(free.most).toBeGreaterThanOrEqual(384);
    expect(free.most).toBeLessThanOrEqual(320 + 384 + 32);
  });

  it('gets help from whoever allocates when it cannot keep up', () => {
    const { free, counted } = under('0');
    expect(counted['pgsteal_kswapd']).toBeGreaterThan(0);
    expect(counted['allocstall']).toBeGreaterThan(0);
    expect(counted['pgsteal_direct']).toBeGreaterThan(0);
    expect(free.least).toBeGreaterThanOrEqual(256 - 16);
  });
});

it('kswapd is left asleep after 16 fruitless rounds', () => {
  // No swap: below the low watermark every one of some 40 faults would wake it to look around.
  const simulation = simulate({
    machine: { memory: '32MiB', cpus: 2 },
    kernel: { statsFlush: '0' },
    cgroups: {
      a: {
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 7980,
            accesses: 7980,
            thinkTime: '1us',
          },
        ],
      },
    },
  });
  while (!simulation.advance(1000));
  const { kernel: k } = simulation;
  expect(k.freeFrames()).toBeLessThan(k.settings.lowWatermark - 20);
  expect(k.kswapdFailures).toBe(16);
  // 16 rounds over 12 priorities at 200 ns each.
  expect(totals(simulation.result())['cpu_reclaim']).toBeLessThan(16 * 13 * 200 * 2);
});
