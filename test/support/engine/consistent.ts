/**
 * Takes out of a drawn scenario what the check would refuse it for, so that few draws are wasted and
 * those that remain are not the ones with little switched on.
 */
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';

type Kernel = NonNullable<ScenarioInput['kernel']>;
type Tiers = NonNullable<ScenarioInput['tiers']>;
type Action = NonNullable<ScenarioInput['actions']>[number];

interface Drawn {
  kernel: Kernel;
  tiers: Tiers;
  actions: Action[];
  controllers: NonNullable<ScenarioInput['controllers']>[number][];
  run: { seed: number };
}

/** At most one of zswap and frontswap, and neither where the swap space has no place for it. */
function oneFront(kernel: Kernel, tiers: Tiers, seed: number): Kernel {
  const both = kernel.zswap?.enabled && kernel.frontswap?.enabled;
  const pinned = kernel.swapSpace === 'pinned';
  const zswap = !pinned && !!kernel.zswap?.enabled && (!both || seed % 2 === 0);
  const hasTiers = Object.keys(tiers).length > 0;
  const frontswap = !pinned && hasTiers && !!kernel.frontswap?.enabled && !zswap;
  return {
    ...kernel,
    zswap: { ...kernel.zswap, enabled: zswap },
    frontswap: { ...kernel.frontswap, enabled: frontswap },
  };
}

/** Sends an action on a zram to one that has what it needs; undefined when there is none. */
function onZram(action: Action, tiers: Tiers): Action | undefined {
  const fits = Object.entries(tiers).find(([, tier]) => {
    if (tier.kind !== 'zram') return false;
    if (action.do === 'zram-writeback') return tier.backing !== undefined;
    return action.do === 'zram-idle' || tier.recompress !== undefined;
  });
  return fits && 'tier' in action ? { ...action, tier: fits[0] } : undefined;
}

export function consistent<T extends Drawn>(input: T): T {
  const kernel = oneFront(input.kernel, input.tiers, input.run.seed);
  const plain = kernel.swapSpace === 'virtual';
  const tiers = Object.fromEntries(
    Object.entries(input.tiers).map(([name, tier]) => [
      name,
      plain || !('plain' in tier) ? tier : { ...tier, plain: false },
    ]),
  );
  const actions = input.actions.flatMap((action) => {
    const asksHost = action.do === 'set-host-pool' || action.do === 'shrink-frontswap';
    if (asksHost) return kernel.frontswap?.enabled ? [action] : [];
    return action.do.startsWith('zram-') ? (onZram(action, tiers) ?? []) : [action];
  });
  const { zswap } = kernel;
  if (!zswap?.enabled || zswap.lru !== 'zspages') return { ...input, kernel, tiers, actions };
  // Kernels with the allocator's LRU had neither a shrinker nor writeback on request.
  return {
    ...input,
    kernel: { ...kernel, zswap: { ...zswap, shrinker: 'none' } },
    tiers,
    actions: actions.filter((a) => a.do !== 'memory-reclaim' || a.source !== 'zswap'),
    controllers: input.controllers.filter(({ kind }) => kind === 'senpai' || kind === 'g-swap'),
  };
}
