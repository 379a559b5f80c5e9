/** Swap-in under tight limits, where charging for readahead reclaims around the fault itself. */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { simulate, traceOf } from '../../support/engine/simulate.ts';

/** Sweeps `pages` pages four times in a cgroup of `limit` pages, checking the state as it goes. */
function sweep(limit: number, rest: ScenarioInput, zswapMax = 'max', pages = 64): void {
  const simulation = simulate(
    {
      machine: { memory: '16MiB' },
      run: { sampleEvery: '10us' },
      ...rest,
      cgroups: {
        a: {
          memory: { max: limit * 4096, zswap: { max: zswapMax } },
          workloads: [{ name: 'w', trace: { file: 'sweep', repeat: 4 }, ...contents(rest) }],
        },
      },
    },
    { sweep: traceOf(pages, Array(pages).keys(), true) },
  );
  for (let step = 0; !simulation.advance(20); step++) {
    expect(step).toBeLessThan(10_000);
    expect(violations(simulation.kernel)).toEqual([]);
  }
  expect(leftovers(simulation.kernel)).toEqual([]);
}

const contents = ({ kernel }: ScenarioInput) => ({
  contents: kernel?.zswap?.enabled
    ? [{ class: 'compressible' as const, share: 100, ratio: 1.2, sigma: 0 }]
    : [{ class: 'zero' as const, share: 100 }],
});

describe('a fault whose readahead needs reclaim in the same cgroup', () => {
  it('keeps its own page, so that it is not charged once and counted twice', () => {
    // Two tables and three pages: a window of eight evicts every page of itself.
    sweep(5, { kernel: { swapSpace: 'virtual' }, tiers: { z: { kind: 'zram', size: '1MiB' } } });
  });

  it('keeps pages whose read is not yet submitted', () => {
    for (const limit of [5, 6, 8, 12]) {
      sweep(limit, {
        tiers: { ssd: { kind: 'block', device: 'nvme', size: '4MiB' } },
        kernel: { zswap: { enabled: true, maxPoolPercent: 0 } },
      });
    }
  });

  it('gives its frame back when zswap writeback brought the page in before', () => {
    for (const limit of [12, 16, 20, 24, 32]) {
      for (const zswapMax of ['8KiB', '16KiB', '32KiB']) {
        sweep(
          limit,
          {
            tiers: { ssd: { kind: 'block', device: 'nvme', size: '4MiB' } },
            kernel: { zswap: { enabled: true, maxPoolPercent: 50 } },
          },
          zswapMax,
        );
      }
    }
  });
});

describe('a fault that finds its page under a read', () => {
  it('counts a hit of readahead although it still has to wait', () => {
    // Two threads sweep the same pages of a slow device: what one reads ahead the other waits for.
    const simulation = simulate({
      machine: { memory: '64MiB', cpus: 2 },
      kernel: { statsFlush: '0' },
      tiers: { disk: { kind: 'block', device: 'emmc', size: '64MiB' } },
      cgroups: {
        a: {
          memory: { max: '4MiB' },
          workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 2048, threads: 2 }],
        },
      },
      run: { accesses: 20_000 },
    });
    while (!simulation.advance(100)) expect(violations(simulation.kernel)).toEqual([]);
    const [machine] = simulation.result().totals;
    const { swap_ra, swap_ra_hit } = machine!.counters;
    expect(swap_ra).toBeGreaterThan(5000);
    expect(swap_ra_hit! / swap_ra!).toBeGreaterThan(0.98);
  });
});
