/** cgroup v1 has no memory.high, memory.low, memory.min and no limits on zswap. */
import { expect, it } from 'vitest';
import { runToEnd } from '../../support/engine/simulate.ts';

it('ignores the limits that cgroup v1 does not know', () => {
  const run = (memory: object) =>
    runToEnd({
      machine: { memory: '64MiB' },
      kernel: { cgroup: 'v1', statsFlush: '0', zswap: { enabled: true, maxPoolPercent: 20 } },
      tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
      cgroups: {
        a: {
          memory: { max: '4MiB', ...memory },
          workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: 2048, accesses: 10_000 }],
        },
      },
    }).digest;
  const plain = run({});
  expect(run({ high: '1MiB', low: '4MiB', min: '4MiB' })).toBe(plain);
  expect(run({ zswap: { max: 0, writeback: false } })).toBe(plain);
});
