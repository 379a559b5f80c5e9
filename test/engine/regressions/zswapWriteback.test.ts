/** zswap writeback in corners: devices that refuse writes, slots taken on the way. */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { violations } from '../../support/engine/invariants.ts';
import { finish, simulate, totals } from '../../support/engine/simulate.ts';

const overZswapMax: ScenarioInput = {
  machine: { memory: '64MiB' },
  kernel: { statsFlush: '0', zswap: { enabled: true, maxPoolPercent: 50 } },
  cgroups: {
    a: {
      memory: { max: '4MiB', zswap: { max: '256KiB' } },
      workloads: [
        {
          name: 'w',
          pattern: { kind: 'sequential' },
          pages: 3000,
          fill: true,
          contents: [{ class: 'incompressible', share: 100 }],
        },
      ],
    },
  },
  run: { accesses: 20_000 },
};

describe('zswap writeback to a device that refuses writes', () => {
  it('ends in the OOM killer, not in pages that go to zswap and back for ever', () => {
    const result = finish(
      simulate({
        ...overZswapMax,
        tiers: { zram: { kind: 'zram', size: '64MiB', memLimit: '64KiB' } },
      }),
    );
    expect(totals(result)['oom_kill']).toBe(1);
    // A refused write counts as a write, as it does in the kernel.
    expect(totals(result)['pswpout']).toBeGreaterThan(
      totals(result, 'tier:zram')['zram_failed_writes']! - 1,
    );
  });
});

describe('zswap writeback in a virtual swap space', () => {
  it('does not count the slot that it takes as idle', () => {
    const simulation = simulate({
      ...overZswapMax,
      kernel: { ...overZswapMax.kernel, swapSpace: 'virtual' },
      tiers: { ssd: { kind: 'block', device: 'nvme', size: '64MiB' } },
    });
    const result = finish(simulation);
    expect(totals(result)['zswpwb']).toBeGreaterThan(100);
    expect(violations(simulation.kernel)).toEqual([]);
    expect(Math.max(...simulation.kernel.idleSlots)).toBe(0);
  });
});
