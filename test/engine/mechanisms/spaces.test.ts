/** The reserved and the virtual swap space seen from outside, and other page sizes (facts 6). */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { finish, simulate, totals } from '../../support/engine/simulate.ts';

/** Goes over `pages` pages three times in 8 MiB, with zswap of at most 64 MiB. */
function run(
  swapSpace: 'reserved' | 'virtual',
  tiers: NonNullable<ScenarioInput['tiers']>,
  pages: number,
  memory: object = {},
  ratio = 8,
) {
  const simulation = simulate({
    machine: { memory: '256MiB' },
    kernel: {
      cgroup: 'v2',
      statsFlush: '0',
      swapSpace,
      zswap: { enabled: true, maxPoolPercent: 25 },
    },
    tiers,
    cgroups: {
      a: {
        memory: { max: '8MiB', ...memory },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages,
            accesses: 3 * pages,
            contents: [{ class: 'compressible', share: 100, ratio, sigma: 0 }],
          },
        ],
      },
    },
  });
  let mostSlots = 0;
  while (!simulation.advance(500)) {
    const { devices } = simulation.kernel;
    mostSlots = Math.max(mostSlots, devices.totalSlots - devices.free);
  }
  return { counted: totals(simulation.result()), k: simulation.kernel, mostSlots };
}

const disk = (size: string): NonNullable<ScenarioInput['tiers']> => ({
  disk: { kind: 'block', device: 'nvme', size },
});

describe('without any device', () => {
  it('zswap works in a virtual swap space', () => {
    const { counted, k } = run('virtual', {}, 4096);
    expect(counted['oom_kill']).toBe(0);
    expect(counted['zswpin']).toBeGreaterThan(8000);
    expect(k.devices.totalSlots).toBe(0);
  });

  it('zswap cannot be used in a reserved one', () => {
    const { counted } = run('reserved', {}, 4096);
    expect([counted['oom_kill'], counted['zswpout']]).toEqual([1, 0]);
  });
});

describe('behind zswap', () => {
  it('every compressed page holds a slot in a reserved swap space, and none in a virtual one', () => {
    const reserved = run('reserved', disk('64MiB'), 4096);
    const virtual = run('virtual', disk('64MiB'), 4096);
    expect(reserved.mostSlots).toBeGreaterThan(2000);
    expect(virtual.mostSlots).toBe(0);
    for (const { counted } of [reserved, virtual]) {
      expect([counted['oom_kill'], counted['pswpout']]).toEqual([0, 0]);
    }
  });

  it('a device that is too small for all pages ends a reserved run, but not a virtual one', () => {
    expect(run('reserved', disk('4MiB'), 4096).counted['oom_kill']).toBe(1);
    expect(run('virtual', disk('4MiB'), 4096).counted['oom_kill']).toBe(0);
  });

  it('capacities of pool and device add up in a virtual swap space', () => {
    // 1 MiB of zswap holds 1024 pages at 4 to 1 and the disk 1023; 1783 stay in RAM beside them.
    const { k, mostSlots, counted } = run(
      'virtual',
      disk('4MiB'),
      3600,
      { zswap: { max: '1MiB' } },
      4,
    );
    expect(counted['oom_kill']).toBe(0);
    expect(k.memcgs[1]!.swapped).toBeGreaterThan(1800);
    expect(k.memcgs[1]!.zswapStored).toBeLessThanOrEqual(1024 + 4);
    expect(mostSlots).toBeLessThanOrEqual(1023);
  });

  it('memory.swap.max counts compressed pages in a reserved swap space only', () => {
    const max = { swap: { max: 500 * 4096 } };
    expect(run('reserved', disk('64MiB'), 4096, max).counted['oom_kill']).toBe(1);
    expect(run('virtual', disk('64MiB'), 4096, max).counted['oom_kill']).toBe(0);
  });
});

describe('pages of 16 KiB', () => {
  const sized = (pageSize: '4KiB' | '16KiB') => {
    const simulation = simulate({
      machine: { memory: '256MiB', pageSize },
      kernel: { statsFlush: '0', pageCluster: 0 },
      tiers: disk('64MiB'),
      cgroups: {
        a: {
          memory: { max: '16MiB' },
          workloads: [
            {
              name: 'w',
              pattern: { kind: 'sequential' },
              pages: '24MiB',
              fill: true,
              accesses: 5000,
              contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
            },
          ],
        },
      },
    });
    const result = finish(simulation);
    return { k: simulation.kernel, counted: totals(result), disk: totals(result, 'tier:disk') };
  };

  it('make a quarter of the pages, slots and limit', () => {
    const small = sized('4KiB');
    const large = sized('16KiB');
    expect(large.k.settings.totalPages * 4).toBe(small.k.settings.totalPages);
    expect(large.k.processes[0]!.count).toBe(1536);
    expect(large.k.devices.totalSlots).toBe(4095);
    expect(large.k.memcgs[1]!.limits.max).toBe(1024);
    expect(large.k.memcgs[1]!.pages).toBeLessThanOrEqual(1024);
  });

  it('are read and written whole', () => {
    const { counted, disk: written } = sized('16KiB');
    expect(counted['pswpout']).toBeGreaterThan(1000);
    expect(written['bytes_written']).toBe(counted['pswpout']! * 16384);
    expect(written['bytes_read']).toBe(counted['pswpin']! * 16384);
  });

  it('compress to four times the size in zswap', () => {
    const stored = (pageSize: '4KiB' | '16KiB') => {
      const simulation = simulate({
        machine: { memory: '256MiB', pageSize },
        kernel: { statsFlush: '0', zswap: { enabled: true, maxPoolPercent: 50 } },
        tiers: disk('64MiB'),
        cgroups: {
          a: {
            memory: { max: '16MiB' },
            workloads: [
              {
                name: 'w',
                pattern: { kind: 'sequential' },
                pages: '24MiB',
                accesses: 5000,
                contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
              },
            ],
          },
        },
      });
      finish(simulation);
      const { zswap } = simulation.kernel;
      return zswap!.compressedBytes / zswap!.stored;
    };
    expect(stored('4KiB')).toBe(1024);
    expect(stored('16KiB')).toBe(4096);
  });
});
