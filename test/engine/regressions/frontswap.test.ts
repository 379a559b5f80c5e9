/** Frontswap: what random scenarios found. */
import { expect, it } from 'vitest';
import { checkedRun } from '../../support/engine/checkedRun.ts';
import { finish, simulate, traceOf } from '../../support/engine/simulate.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';

// Seeds 85 and 376 of the campaign of 21 November 2026: the size of a page did not fit into 16 bits.
it('counts pages of 64 KiB that a host keeps whole', () => {
  const input: ScenarioInput = {
    machine: { memory: '64MiB', pageSize: '64KiB' },
    kernel: { pageCluster: 0, statsFlush: '0', frontswap: { enabled: true, poolSize: '64MiB' } },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '16MiB' } },
    cgroups: {
      a: {
        memory: { max: '4MiB' },
        workloads: [
          {
            name: 'w',
            trace: { file: 'round' },
            contents: [{ class: 'incompressible', share: 100 }],
          },
        ],
      },
    },
  };
  const round = Array.from({ length: 400 }, (_, i) => i % 100);
  const simulation = simulate(input, { round: traceOf(100, round, true) });
  // The last process exits with the run: looked at before.
  for (let i = 0; i < 1000 && !simulation.kernel.devices.frontswap!.pool.used; i++) {
    simulation.advance(10);
  }
  const { pool, pagesOf } = simulation.kernel.devices.frontswap!;
  const pages = pagesOf.reduce((sum, each) => sum + each, 0);
  expect(pages).toBeGreaterThan(0);
  expect(pool.used).toBe(pages * 65536);
  finish(simulation);
  expect(
    checkedRun(
      {
        ...input,
        cgroups: {
          a: {
            ...input.cgroups!['a'],
            workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: 100, accesses: 500 }],
          },
        },
      },
      100,
    ).problems,
  ).toEqual([]);
});
