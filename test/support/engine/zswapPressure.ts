/**
 * Turns some of the drawn scenarios into ones whose pool fills and empties again: left to chance, a pool
 * with pages in it, a device behind it and somebody who writes back seldom meet.
 */
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';

type Cgroups = NonNullable<ScenarioInput['cgroups']>;

interface Drawn {
  machine: { memory: number };
  kernel: NonNullable<ScenarioInput['kernel']>;
  tiers: NonNullable<ScenarioInput['tiers']>;
  actions: NonNullable<ScenarioInput['actions']>[number][];
  controllers: NonNullable<ScenarioInput['controllers']>[number][];
  cgroups: Cgroups;
  run: { seed: number; accesses: number };
}

/** One scenario in three gets a pool under pressure; in the others what was drawn stands. */
export function pressOnZswap<T extends Drawn>(input: T): T {
  const { kernel, cgroups, run } = input;
  if (run.seed % 3 !== 0) return input;
  const swapSpace = kernel.swapSpace === 'pinned' ? 'reserved' : kernel.swapSpace;
  const asked =
    input.actions.some((action) => action.do === 'memory-reclaim' && action.source === 'zswap') ||
    input.controllers.some(({ kind }) => kind === 'twice-cold' || kind === 'adaptive-writeback');
  // Some keep what is in zswap off the device; kernels with the allocator's LRU had no such setting.
  const writeback = asked || run.seed % 15 !== 0 || kernel.zswap?.lru === 'zspages';
  const { a, ...others } = cgroups;
  const [first, ...rest] = a?.workloads ?? [];
  return {
    ...input,
    machine: { ...input.machine, memory: Math.max(input.machine.memory, 16 << 20) },
    kernel: {
      ...kernel,
      swapSpace,
      cgroup: 'v2',
      zswap: { ...kernel.zswap, enabled: true, maxPoolPercent: kernel.zswap?.maxPoolPercent || 5 },
      frontswap: { ...kernel.frontswap, enabled: false },
    },
    tiers: { ...input.tiers, t0: { kind: 'block', device: 'nvme', size: '32MiB' } },
    cgroups: {
      ...others,
      a: {
        ...a,
        memory: { max: '2MiB', zswap: { writeback } },
        workloads: [
          {
            name: 'w0',
            pattern: first?.pattern ?? { kind: 'uniform' },
            pages: 1500,
            contents: first?.contents,
            writes: first?.writes,
            fill: true,
          },
          ...rest,
        ],
      },
    },
    run: { ...run, accesses: 40_000 },
  };
}
