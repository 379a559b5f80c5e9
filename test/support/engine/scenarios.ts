/** Small random scenarios for property tests: every setting that the engine reads is drawn. */
import fc from 'fast-check';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';
import { consistent } from './consistent.ts';
import { limit, maybe, mostly, size, tiersMax } from './draws.ts';
import { rarities, withRarities } from './rarities.ts';
import {
  controller,
  movePages,
  outage,
  reclaimAction,
  setHostPool,
  setLimits,
  setPriority,
  setTiers,
  shrinkFrontswap,
  swapoff,
  tierPolicy,
  zramAction,
} from './scenarioActions.ts';
import { pressOnZswap } from './zswapPressure.ts';

type CgroupInput = NonNullable<ScenarioInput['cgroups']>[string];
type WorkloadInput = NonNullable<CgroupInput['workloads']>[number];
type TierInput = NonNullable<ScenarioInput['tiers']>[string];

const CODECS = ['lzo', 'lz4', 'zstd', 'deflate'] as const;

/** Software that costs no time at all must not make time stand still. */
const FREE = {
  access: '0',
  minorFault: '0',
  swapCacheFault: '0',
  majorFault: '0',
  zeroFill: '0',
  zeroCheck: '0',
  scanPage: '0',
  unmapPage: '0',
  tlbFlush: '0',
  slotAllocate: '0',
  slotFree: '0',
  walkPte: '0',
  blockRequest: '0',
  contextSwitch: '0',
  codecScale: 0.01,
};

const percent = fc.integer({ min: 0, max: 100 });

const tierSize = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 131072, max: 1 << 22 }) },
  { weight: 2, arbitrary: fc.constantFrom('4MiB', '16MiB', '32MiB') },
);

const tier: fc.Arbitrary<TierInput> = fc.oneof(
  fc.record({
    kind: fc.constant('block' as const),
    device: fc.constantFrom('nvme', 'sata-ssd'),
    size: tierSize,
    link: fc.constant('net'),
  }),
  fc.record({
    kind: fc.constant('block' as const),
    device: fc.constantFrom('hdd', 'sata-ssd', 'nvme', 'emmc', 'ufs', 'pmem', 'ramdisk', 'nbd-10g'),
    size: tierSize,
    priority: maybe(fc.integer({ min: 0, max: 2 })),
    plain: fc.boolean(),
    parallelism: maybe(fc.integer({ min: 1, max: 8 })),
  }),
  fc.record({
    kind: fc.constant('zram' as const),
    codec: fc.constantFrom(...CODECS),
    size: tierSize,
    memLimit: fc.oneof(
      { weight: 3, arbitrary: fc.constant('max' as const) },
      fc.integer({ min: 65536, max: 1 << 22 }),
    ),
    recompress: maybe(fc.constantFrom('zstd' as const, 'lz4' as const)),
    backing: maybe(
      fc.record({
        device: fc.constantFrom('nvme' as const, 'hdd' as const),
        size: fc.constantFrom('64KiB', '16MiB'),
      }),
    ),
    priority: maybe(fc.integer({ min: 0, max: 2 })),
    plain: fc.boolean(),
  }),
);

const pattern: fc.Arbitrary<NonNullable<WorkloadInput['pattern']>> = fc.oneof(
  fc.constant({ kind: 'sequential' as const }),
  fc.record({ kind: fc.constant('stride' as const), stride: fc.integer({ min: 1, max: 16 }) }),
  fc.constant({ kind: 'uniform' as const }),
  fc.record({
    kind: fc.constant('zipf' as const),
    exponent: fc.double({ min: 0, max: 1.5, noNaN: true }),
    shuffle: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('hotcold' as const),
    hot: fc.integer({ min: 1, max: 99 }),
    hotAccesses: percent,
    shuffle: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('phases' as const),
    workingSet: fc.integer({ min: 1, max: 100 }),
    every: fc.integer({ min: 1, max: 20_000 }),
    shift: percent,
  }),
  fc.record({
    kind: fc.constant('scanhot' as const),
    hot: fc.integer({ min: 1, max: 99 }),
    scan: percent,
    exponent: fc.constantFrom(0, 0.9),
  }),
  fc.record({
    kind: fc.constant('apps' as const),
    apps: fc.integer({ min: 1, max: 40 }),
    session: fc.integer({ min: 1, max: 5000 }),
    launch: percent,
    exponent: fc.constantFrom(0, 0.9),
  }),
  fc.record({
    kind: fc.constant('leak' as const),
    workingSet: percent,
    every: fc.integer({ min: 1, max: 100 }),
  }),
  fc.constant({ kind: 'cycle' as const }),
);

const contents: fc.Arbitrary<WorkloadInput['contents']> = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom<NonNullable<WorkloadInput['contents']>>(
    [{ class: 'zero', share: 100 }],
    [{ class: 'incompressible', share: 100 }],
    [
      { class: 'zero', share: 30 },
      { class: 'same', share: 30 },
      { class: 'compressible', share: 40, ratio: 1.3, sigma: 0.6 },
    ],
  ),
);

const workload: fc.Arbitrary<WorkloadInput> = fc
  .record({
    pattern,
    // Picked from lists where a range would be drawn close to its ends.
    pages: fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: 16, max: 6000 }) },
      { weight: 2, arbitrary: fc.constantFrom(1500, 2500, 4000, 6000) },
    ),
    contents,
    file: mostly(
      undefined,
      fc.record({
        access: fc.constantFrom('mapped' as const, 'read' as const),
        advice: fc.constantFrom('normal' as const, 'random' as const),
        executable: fc.boolean(),
      }),
    ),
    writes: percent,
    rewrites: percent,
    fill: fc.boolean(),
    threads: fc.integer({ min: 1, max: 3 }),
    forks: fc.constantFrom(0, 0, 1, 3),
    sharing: fc.constantFrom('together' as const, 'apart' as const),
    thinkTime: fc.constantFrom('0', '0', '200ns', '5us'),
    daily: maybe(
      fc.record({
        period: fc.constantFrom('1ms', '30ms'),
        trough: fc.integer({ min: 1, max: 100 }),
      }),
    ),
    accesses: mostly(undefined, fc.integer({ min: 1, max: 20_000 })),
    start: fc.constantFrom('0', '0', '1ms', '20ms'),
    stop: maybe(fc.constantFrom('21ms', '40ms', '200ms')),
  })
  .map((w) => {
    const apart = w.forks > 0 && w.file === undefined && w.daily === undefined;
    return { ...w, name: 'w', sharing: apart ? w.sharing : ('together' as const) };
  });

const cgroup = (
  tiers: readonly string[],
  children: fc.Arbitrary<Record<string, CgroupInput>>,
): fc.Arbitrary<CgroupInput> =>
  fc.record({
    memory: fc.record({
      min: mostly(0, size(1 << 23)),
      low: mostly(0, size(1 << 23)),
      high: mostly('max' as const, size(1 << 24)),
      max: fc.oneof(
        { weight: 1, arbitrary: limit(1 << 24) },
        { weight: 3, arbitrary: fc.constantFrom('1MiB', '2MiB', '3MiB', '5MiB', '8MiB') },
      ),
      swap: fc.record({
        max: mostly('max' as const, size(1 << 24)),
        tiers: mostly(undefined, fc.subarray([...tiers])),
        tiersMax,
      }),
      zswap: fc.record({
        max: mostly('max' as const, size(1 << 22)),
        writeback: mostly(true, fc.boolean()),
      }),
    }),
    workloads: fc
      .array(workload, { minLength: 0, maxLength: 2 })
      .map((all) => all.map((w, i) => ({ ...w, name: `w${i}` }))),
    children,
  });

const none = fc.constant<Record<string, CgroupInput>>({});

const usualScenario: fc.Arbitrary<ScenarioInput> = fc
  .oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 7, arbitrary: fc.array(tier, { minLength: 1, maxLength: 3 }) },
  )
  .chain((list) => {
    const tiers = Object.fromEntries(list.map((t, i) => [`t${i}`, t]));
    const names = Object.keys(tiers);
    const leaf = cgroup(names, none);
    const middle = cgroup(
      names,
      fc.oneof(
        none,
        leaf.map((c) => ({ c })),
      ),
    );
    const top = cgroup(
      names,
      fc.oneof(
        none,
        middle.map((b) => ({ b })),
      ),
    );
    return fc.record({
      machine: fc.record({
        memory: fc.integer({ min: 4 << 20, max: 64 << 20 }),
        kernelMemory: fc.constantFrom(0, 1 << 20),
        cpus: fc.integer({ min: 1, max: 4 }),
        pageSize: fc.constantFrom('4KiB' as const, '4KiB' as const, '16KiB' as const),
        costs: fc.constantFrom({}, {}, { preset: 'phone' as const }, FREE),
        disk: fc.constantFrom('nvme' as const, 'hdd' as const, 'pmem' as const),
      }),
      kernel: fc.record({
        swappiness: mostly(60, fc.constantFrom(0, 100, 200)),
        pageCluster: fc.integer({ min: 0, max: 5 }),
        vmaReadahead: fc.boolean(),
        cgroup: fc.constantFrom('v2' as const, 'v2' as const, 'v1' as const),
        lru: fc.constantFrom('classic' as const, 'mglru' as const),
        mglru: fc.record({ minTtl: fc.constantFrom('0', '0', '0', '1ms') }),
        statsFlush: fc.constantFrom('0', '0', '2s'),
        swapSpace: fc.constantFrom(
          'pinned' as const,
          'reserved' as const,
          'walk' as const,
          'virtual' as const,
        ),
        swapLru: fc.constantFrom('backend' as const, 'backend' as const, 'global' as const),
        swapTiers: fc.constant({ low: -1, high: 1 }),
        frontswap: fc.record({
          enabled: fc.boolean(),
          poolSize: fc.constantFrom('0', '256KiB', '2MiB', '64MiB'),
          guestQuota: fc.constantFrom('max', '128KiB', '1MiB'),
          quotaWithMemory: fc.boolean(),
          whenFull: fc.constantFrom('refuse', 'disk'),
          hostDisk: fc.constantFrom('nvme', 'hdd', 'pmem'),
          compressor: fc.constantFrom('none', 'none', 'lzo', 'zstd'),
          refuse: fc.constantFrom(0, 0, 20),
          guests: fc.constantFrom<Record<string, { weight?: number; writethrough?: boolean }>[]>(
            {},
            { a: { weight: 1 } },
            { a: { writethrough: true } },
          ),
          exclusiveGets: fc.boolean(),
          cleancache: fc.boolean(),
        }),
        virtualSwap: fc.record({
          preset: fc.constantFrom(
            'vswap-2026' as const,
            'vswap-2026-v5' as const,
            'vswap-2025-v1' as const,
            'swap-desc-2023-reverse' as const,
          ),
          reverseMap: maybe(fc.boolean()),
          reserve: fc.constantFrom(0, 0, 100, 5000),
          grows: mostly(true, fc.boolean()),
        }),
        pageCache: fc.record({
          readAhead: fc.constantFrom('0', '16KiB', '128KiB'),
          dirtyWriteback: fc.constantFrom('5s', '10ms', '0'),
          dirtyExpire: fc.constantFrom('30s', '0', '20ms'),
          dirtyBackgroundPercent: fc.constantFrom(0, 10, 100),
        }),
        zswap: fc.record({
          enabled: fc.boolean(),
          compressor: fc.constantFrom(...CODECS),
          maxPoolPercent: fc.constantFrom(0, 1, 5, 20, 50),
          acceptThresholdPercent: fc.constantFrom(0, 50, 90, 100),
          proactive: fc.record({
            cursor: fc.boolean(),
            batch: fc.constantFrom(1, 32, 128),
            unit: fc.constantFrom('compressed' as const, 'uncompressed' as const),
            secondChance: fc.boolean(),
          }),
          shrinker: fc.constantFrom('none', 'protected-size', 'disk-swapins'),
          lru: fc.constantFrom('entries', 'entries', 'zspages'),
          incompressible: fc.constantFrom('store', 'reject'),
        }),
      }),
      tiers: fc.constant(tiers),
      links: fc.constant({ net: { bandwidth: '20MB', latencyP50: '5us', latencyP99: '50us' } }),
      actions: fc
        .tuple(
          fc.array(
            names.length === 0
              ? fc.oneof(setTiers(names), setLimits, setHostPool, shrinkFrontswap, reclaimAction)
              : fc.oneof(
                  setTiers(names),
                  setLimits,
                  setPriority(names),
                  outage(names),
                  setHostPool,
                  shrinkFrontswap,
                  reclaimAction,
                  { weight: 2, arbitrary: swapoff(names) },
                  movePages(names),
                ),
            { maxLength: 4 },
          ),
          names.length === 0
            ? fc.constant([])
            : fc.array(zramAction(names), { minLength: 2, maxLength: 6 }),
        )
        .map((both) => both.flat()),
      tierPolicies: fc.array(tierPolicy(names), { maxLength: 2 }),
      cgroups: fc.oneof(
        top.map((a) => ({ a })),
        fc.tuple(top, leaf).map(([a, z]) => ({ a, z })),
      ),
      controllers: fc.array(controller, { maxLength: 1 }),
      run: fc.record({
        accesses: fc.oneof(fc.integer({ min: 1000, max: 40_000 }), fc.constant(40_000)),
        duration: fc.constant('2s'),
        sampleEvery: fc.constantFrom('1ms', '10ms', '100ms'),
        seed: fc.nat(0xffffffff),
      }),
    });
  })
  .map(pressOnZswap)
  .map(consistent)
  .filter((input) => checkScenario(input).ok);

/**
 * Scenarios that pass the check and end, by themselves or after some ten thousand accesses. Those with
 * a workload that replays a trace need `TRACES`.
 */
export const smallScenario: fc.Arbitrary<ScenarioInput> = fc
  .tuple(usualScenario, rarities)
  .map(([input, drawn]) => withRarities(input, drawn))
  .filter((input) => checkScenario(input).ok);
