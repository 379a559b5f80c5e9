/** What is done to a random scenario while it runs: actions, controllers, policies that move pages. */
import fc from 'fast-check';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { limit, maybe, size, tiersMax } from './draws.ts';

export const setPriority = (tiers: readonly string[]) =>
  fc.record({
    at: fc.constantFrom('1ms', '5ms'),
    do: fc.constant('set-priority' as const),
    tier: fc.constantFrom(...tiers),
    priority: fc.integer({ min: -1, max: 3 }),
    move: fc.constantFrom('stay' as const, 'lazy' as const, 'now' as const),
    rate: fc.constantFrom('max' as const, '1MiB', '100MiB'),
  });

/** zswap is a tier too; where it is off the scenario does not pass the check. */
export const swapoff = (tiers: readonly string[]) =>
  fc.record({
    at: fc.constantFrom('1ms', '5ms', '30ms', '100ms'),
    do: fc.constant('swapoff' as const),
    tier: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...tiers) }, fc.constant('zswap')),
  });

export const setLimits = fc.record({
  at: fc.constantFrom('2ms', '6ms', '31ms'),
  do: fc.constant('set-limits' as const),
  cgroup: fc.constant('/a'),
  max: limit(1 << 24),
});

export const outage = (tiers: readonly string[]) =>
  fc.record({
    at: fc.constantFrom('1ms', '5ms'),
    do: fc.constant('outage' as const),
    tier: fc.constantFrom(...tiers),
    duration: fc.constantFrom('1ms', '20ms'),
    reads: fc.constantFrom('wait' as const, 'wait' as const, 'fail' as const),
    writes: fc.constantFrom('wait' as const, 'fail' as const),
  });

export const setHostPool = fc.record({
  at: fc.constantFrom('1ms', '5ms', '30ms'),
  do: fc.constant('set-host-pool' as const),
  size: fc.constantFrom('0', '512KiB', '64MiB'),
});

export const shrinkFrontswap = fc.record({
  at: fc.constantFrom('5ms', '30ms'),
  do: fc.constant('shrink-frontswap' as const),
  cgroup: fc.constant('/a'),
  size: fc.constantFrom('0', '512KiB'),
});

export const zramAction = (tiers: readonly string[]) =>
  fc.oneof(
    fc.record({
      at: fc.constantFrom('4ms', '10ms'),
      do: fc.constant('zram-idle' as const),
      tier: fc.constantFrom(...tiers),
      olderThan: fc.constantFrom('0', '1ms'),
    }),
    fc.record({
      at: fc.constantFrom('5ms', '12ms', '30ms'),
      do: fc.constant('zram-writeback' as const),
      tier: fc.constantFrom(...tiers),
      pages: fc.constantFrom(
        'idle' as const,
        'huge' as const,
        'huge_idle' as const,
        'incompressible' as const,
      ),
      limit: maybe(fc.constantFrom('max', '100KiB')),
      batch: fc.constantFrom(1, 32),
    }),
    fc.record({
      at: fc.constantFrom('5ms', '12ms', '30ms'),
      do: fc.constant('zram-recompress' as const),
      tier: fc.constantFrom(...tiers),
      pages: fc.constantFrom('all' as const, 'idle' as const, 'huge' as const),
      threshold: fc.constantFrom('0', '1000'),
    }),
  );

/** Cgroup /a is in every scenario. */
export const setTiers = (tiers: readonly string[]) =>
  fc.record({
    at: fc.constantFrom('1ms', '5ms', '30ms'),
    do: fc.constant('set-tiers' as const),
    cgroup: fc.constant('/a'),
    tiers: maybe(fc.subarray([...tiers])),
    tiersMax,
    move: fc.constantFrom('stay' as const, 'lazy' as const, 'now' as const),
    rate: fc.constantFrom('max' as const, '1MiB', '100MiB'),
  });

/** Proactive reclaim of cgroup `a`, of memory or of zswap. */
export const reclaimAction = fc.record({
  at: fc.constantFrom('0', '2ms', '10ms', '50ms', '300ms'),
  do: fc.constant('memory-reclaim' as const),
  cgroup: fc.constant('/a'),
  amount: size(1 << 23),
  swappiness: maybe(fc.constantFrom(0, 100, 200, 'max' as const)),
  source: fc.constantFrom('any' as const, 'zswap' as const),
  olderThan: fc.constant('0'),
});

/** Any controller on cgroup `a`, often enough to matter within 2 s. */
export const controller = fc
  .record({
    kind: fc.constantFrom(
      'senpai' as const,
      'senpai-limit' as const,
      'adaptive-writeback' as const,
      'twice-cold' as const,
      'g-swap' as const,
    ),
    cgroup: fc.constant('/a'),
    interval: fc.constantFrom('1ms', '7ms', '100ms'),
  })
  .map((c): NonNullable<ScenarioInput['controllers']>[number] => {
    if (c.kind === 'senpai') return { ...c, kind: c.kind, ratio: 5, most: 10 };
    if (c.kind === 'senpai-limit')
      return { ...c, kind: c.kind, min: '64KiB', graceTicks: 0, pressure: '1us' };
    if (c.kind === 'adaptive-writeback')
      return { ...c, kind: c.kind, swapIns: 1e9, ioPressure: 100 };
    if (c.kind === 'g-swap') return { ...c, kind: c.kind, scanEvery: '2ms', promotionRate: 50 };
    return { ...c, kind: c.kind, scanEvery: '2ms', coldAfter: '4ms', twiceColdAfter: '2ms' };
  });

/** Two tiers between which pages move; zswap only where it is enabled, or the check refuses it. */
const move = (tiers: readonly string[]) => ({
  from: fc.constantFrom(...tiers, 'zswap'),
  to: fc.constantFrom(...tiers, 'zswap'),
  batch: fc.constantFrom(1, 7, 64),
  rate: fc.constantFrom('max' as const, '4MiB', '400MiB'),
});

export const movePages = (tiers: readonly string[]) =>
  fc.record({
    at: fc.constantFrom('1ms', '10ms', '50ms'),
    do: fc.constant('move-pages' as const),
    cgroup: fc.constant('/a'),
    amount: fc.constantFrom('max' as const, '256KiB', '4MiB'),
    order: fc.constantFrom('oldest' as const, 'newest' as const),
    olderThan: fc.constantFrom('0', '2ms'),
    ...move(tiers),
  });

/** A policy that looks often enough to matter within 2 s. */
export const tierPolicy = (tiers: readonly string[]) =>
  fc
    .record({
      kind: fc.constantFrom(
        'demote-by-age' as const,
        'demote-by-pressure' as const,
        'promote-by-age' as const,
        'promote-into-room' as const,
      ),
      cgroup: fc.constantFrom('/', '/a'),
      interval: fc.constantFrom('1ms', '7ms', '50ms'),
      ...move(tiers),
    })
    .map((p): NonNullable<ScenarioInput['tierPolicies']>[number] => {
      if (p.kind === 'demote-by-age') return { ...p, kind: p.kind, after: '3ms' };
      if (p.kind === 'promote-by-age') return { ...p, kind: p.kind, within: '20ms' };
      return { ...p, kind: p.kind, high: 60, low: 30 };
    });
