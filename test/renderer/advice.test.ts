// What is said of a scenario before it runs: each rule where it must speak, and where it must not.
import { describe, expect, it } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import { adviceFor } from '../../src/renderer/build/advice/advice.ts';
import { demandOf } from '../../src/renderer/build/advice/demand.ts';
import { estimate, plannedAccesses, slownessOf } from '../../src/renderer/build/estimate.ts';

const MiB = 2 ** 20;

type Part = Omit<ScenarioInput, 'cgroups'> & { cgroups?: ScenarioInput['cgroups'] };

/** 1 GiB of RAM, 2 GiB of NVMe, one group of 1.5 GiB: nothing that anybody would remark on. */
function scenarioOf(change: Part = {}) {
  const checked = checkScenario({
    machine: { memory: '1GiB' },
    tiers: { nvme: { kind: 'block', device: 'nvme', size: '2GiB' } },
    cgroups: { web: groupOf('1536MiB') },
    ...change,
  });
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join('\n'));
  return checked.scenario;
}

type Group = NonNullable<ScenarioInput['cgroups']>[string];

const groupOf = (pages: string, memory: Group['memory'] = {}, more: object = {}): Group => ({
  memory,
  workloads: [{ name: 'work', pattern: { kind: 'zipf' }, pages, accesses: 1_000_000, ...more }],
});

const demandFor = (change: Part) => demandOf(scenarioOf(change), () => undefined);
const adviceOn = (change: Part) => adviceFor(demandFor(change));
const idsOn = (change: Part) => adviceOn(change).map(({ id }) => id);

const zswap = { enabled: true, compressor: 'lzo' as const };
const zram = (size: string, more = {}) => ({ kind: 'zram' as const, size, ...more });
const block = (device: 'nvme' | 'hdd' | 'sata-ssd' | 'nbd-10g', more = {}) => ({
  kind: 'block' as const,
  device,
  size: '2GiB',
  ...more,
});

describe('advice', () => {
  it('is silent on a machine that is set up well', () => {
    expect(idsOn({})).toEqual([]);
  });

  it.each<[string, Part, string]>([
    ['zswap with nothing behind it', { kernel: { zswap }, tiers: {} }, 'zswap-nothing-behind'],
    [
      'zswap as the last tier of virtual swap',
      { kernel: { zswap, swapSpace: 'virtual' }, tiers: {} },
      'zswap-end-of-the-line',
    ],
    [
      'swap smaller than what the pool holds',
      { kernel: { zswap }, tiers: { nvme: block('nvme', { size: '256MiB' }) } },
      'swap-smaller-than-pool',
    ],
    ['zswap before zram', { kernel: { zswap }, tiers: { z: zram('2GiB') } }, 'zswap-before-zram'],
    ['a pool of nothing', { kernel: { zswap: { ...zswap, maxPoolPercent: 0 } } }, 'zswap-no-pool'],
    [
      'a pool of most of RAM',
      { kernel: { zswap: { ...zswap, maxPoolPercent: 80 } } },
      'zswap-large-pool',
    ],
    ['readahead behind zswap', { kernel: { zswap } }, 'readahead-zswap'],
    [
      'a pool without hysteresis',
      { kernel: { zswap: { ...zswap, acceptThresholdPercent: 100 } } },
      'zswap-no-hysteresis',
    ],
    [
      'more to swap out than the pool holds, without the shrinker',
      { kernel: { zswap: { ...zswap, maxPoolPercent: 5 } } },
      'zswap-inversion',
    ],
    [
      'memory.zswap.writeback 0 without zswap',
      { cgroups: { web: groupOf('1536MiB', { zswap: { writeback: false } }) } },
      'writeback-without-zswap /web',
    ],
    ['readahead on zram', { tiers: { z: zram('1GiB') } }, 'readahead-synchronous'],
    [
      'a slow tier before a fast one',
      { tiers: { disk: block('hdd', { priority: 10 }), nvme: block('nvme', { priority: 5 }) } },
      'slow-first disk',
    ],
    [
      'equal priorities of unequal devices',
      { tiers: { nvme: block('nvme', { priority: 5 }), disk: block('hdd', { priority: 5 }) } },
      'equal-priority nvme',
    ],
    [
      'a rotating disk beside an SSD',
      { tiers: { nvme: block('nvme'), disk: block('hdd') } },
      'rotational-among-tiers',
    ],
    ['zram that takes all of RAM', { tiers: { z: zram('4GiB') } }, 'zram-takes-ram z'],
    [
      'a mem_limit below the disksize',
      { tiers: { z: zram('1GiB', { memLimit: '64MiB' }) } },
      'zram-limit z',
    ],
    [
      'recompression with a worse codec',
      { tiers: { z: zram('1GiB', { codec: 'zstd', recompress: 'lz4' }) } },
      'recompress z',
    ],
    [
      'a network paid twice',
      { links: { rack: {} }, tiers: { far: block('nbd-10g', { link: 'rack' }) } },
      'link-twice far',
    ],
    ['more than RAM and swap', { cgroups: { web: groupOf('4GiB') } }, 'out-of-memory'],
    ['more than RAM without swap', { tiers: {} }, 'no-swap'],
    [
      'a group that may not swap',
      { cgroups: { web: groupOf('512MiB', { max: '256MiB', swap: { max: 0 } }) } },
      'oom /web',
    ],
    [
      'memory.min beyond RAM',
      {
        cgroups: {
          a: groupOf('800MiB', { min: '600MiB' }),
          b: groupOf('600MiB', { min: '500MiB' }),
        },
      },
      'min-sum /',
    ],
    [
      'children more protected than their parent',
      {
        cgroups: {
          a: { memory: { low: '100MiB' }, children: { b: groupOf('1GiB', { low: '200MiB' }) } },
        },
      },
      'low-sum /a',
    ],
    [
      'min above max',
      { cgroups: { web: groupOf('1GiB', { min: '700MiB', max: '600MiB' }) } },
      'min /web',
    ],
    [
      'high above max',
      { cgroups: { web: groupOf('1GiB', { high: '2GiB', max: '600MiB' }) } },
      'high /web',
    ],
    [
      'a child with more than its parent',
      {
        cgroups: {
          a: { memory: { max: '512MiB' }, children: { b: groupOf('600MiB', { max: '700MiB' }) } },
        },
      },
      'max /a/b',
    ],
    [
      'a limit above RAM',
      { cgroups: { web: groupOf('1536MiB', { max: '2GiB' }) } },
      'above-ram /web',
    ],
    ['swappiness 0', { kernel: { swappiness: 0 } }, 'swappiness-0'],
    [
      'a small group whose statistics are stale',
      { cgroups: { web: groupOf('32MiB', { max: '16MiB' }) } },
      'stale-statistics /web',
    ],
    ['no pressure', { cgroups: { web: groupOf('256MiB') } }, 'no-pressure'],
    ['too few samples', { run: { duration: '1s', sampleEvery: '500ms' } }, 'few-samples'],
  ])('speaks of %s', (_, change, id) => {
    const found = adviceOn(change).find((each) => each.id === id);
    expect(idsOn(change)).toContain(id);
    expect(found?.why.length).toBeGreaterThan(40);
    expect(found?.source).not.toBe('');
  });

  it.each<[string, Part, string]>([
    [
      'swap that has room for the pool',
      { kernel: { zswap }, tiers: { nvme: block('nvme', { size: '1GiB' }) } },
      'swap-smaller-than-pool',
    ],
    [
      'small swap under a virtual space, where the pool takes no slots',
      {
        kernel: { zswap, swapSpace: 'virtual' },
        tiers: { nvme: block('nvme', { size: '256MiB' }) },
      },
      'swap-smaller-than-pool',
    ],
    ['readahead that is off', { kernel: { zswap, pageCluster: 0 } }, 'readahead-zswap'],
    [
      'a fast tier before a slow one',
      { tiers: { nvme: block('nvme', { priority: 10 }), disk: block('hdd', { priority: 5 }) } },
      'slow-first nvme',
    ],
    [
      'a group whose tiers hold what it asks for',
      { cgroups: { web: groupOf('512MiB', { max: '256MiB' }) } },
      'oom /web',
    ],
    [
      'statistics that somebody reads',
      { kernel: { statsFlush: '0' }, cgroups: { web: groupOf('32MiB', { max: '16MiB' }) } },
      'stale-statistics /web',
    ],
    [
      'pages of files, which need no swap',
      { tiers: {}, cgroups: { web: groupOf('4GiB', {}, { file: {} }) } },
      'no-swap',
    ],
  ])('is silent on %s', (_, change, id) => {
    expect(idsOn(change)).not.toContain(id);
  });

  it('works out what a full pool holds: 12 in 88 pages whole, 75 at a third, 1 of nothing', () => {
    // Zero pages do not come to the pool: (12 + 75 / 3) / 88 of a page for each that does.
    expect(demandFor({ kernel: { zswap } }).storedShare('lzo')).toBeCloseTo(37 / 88, 10);
  });

  it('puts warnings before notes', () => {
    const levels = adviceOn({ kernel: { zswap, swappiness: 0 } }).map(({ level }) => level);
    expect(levels).toEqual([...levels].sort().reverse());
    expect(new Set(levels).size).toBe(2);
  });

  it('passes on what the check of the scenario warns of', () => {
    const checked = checkScenario({
      tiers: { nvme: block('nvme'), disk: block('hdd') },
      tierPolicies: [{ kind: 'demote-by-age', from: 'nvme', to: 'disk' }],
      cgroups: { web: groupOf('1536MiB') },
    });
    if (!checked.ok) throw new Error('not ok');
    const demand = demandOf(checked.scenario, () => undefined);
    expect(adviceFor(demand, checked.warnings)[0]).toMatchObject({
      id: 'in-vain tierPolicies[0].to',
      level: 'warning',
      path: ['tierPolicies', 0, 'to'],
    });
  });

  it('is answered by its own fix', () => {
    const { fix } = adviceOn({ kernel: { zswap } }).find(({ id }) => id === 'readahead-zswap')!;
    expect(fix).toMatchObject({ path: ['kernel', 'pageCluster'], value: 0 });
  });
});

describe('the estimate', () => {
  const unknown = { trace: () => undefined, missRatio: () => undefined, slowness: 1, runs: 0 };
  const figure = (change: Part, label: string, known: Parameters<typeof estimate>[1] = unknown) =>
    estimate(demandFor(change), known).find((each) => each.label === label)!;

  it('sets what is asked beside RAM without the kernel', () => {
    const machine = { memory: '1GiB', kernelMemory: '256MiB' };
    expect(figure({ machine }, 'Asked of RAM')).toEqual({
      label: 'Asked of RAM',
      value: '2.00 ×',
      note: '1.5 GiB of pages on 768.0 MiB',
    });
  });

  it('adds up metadata: 3.125 B for each of 524,288 slots and 8 B for each of 131,072 pages out', () => {
    const bytes = 3.125 * 524_288 + 8 * 131_072;
    expect(figure({}, 'Swap metadata').value).toBe(`≈ ${(bytes / MiB).toFixed(1)} MiB`);
  });

  it('takes the descriptors of the virtual space: 24.125 B a page and 0.25 B a slot', () => {
    const bytes = 0.25 * 524_288 + 24.125 * 131_072;
    const { value } = figure({ kernel: { swapSpace: 'virtual' } }, 'Swap metadata');
    expect(value).toBe(`≈ ${(bytes / MiB).toFixed(1)} MiB`);
  });

  it('counts accesses by threads, fills, repeats of a trace and what fits into the time', () => {
    const planned = (group: Group, run = {}) => [
      ...plannedAccesses(scenarioOf({ cgroups: { g: group }, run }), 4096, () => ({
        accesses: 700,
        pages: 9,
      })).values(),
    ];
    expect(planned(groupOf('4MiB', {}, { threads: 3, fill: true }))).toEqual([3_000_000 + 1024]);
    expect(planned({ workloads: [{ name: 't', trace: { file: 'x', repeat: 4 } }] })).toEqual([
      2800,
    ]);
    // 1 µs of thinking and 100 ns for the access itself: 909.09 in a millisecond.
    const costs = { memory: '1GiB', costs: { access: '100ns' } };
    const scenario = scenarioOf({
      machine: costs,
      cgroups: { g: groupOf('4MiB', {}, { thinkTime: '1us', start: '1ms' }) },
      run: { duration: '2ms' },
    });
    expect([...plannedAccesses(scenario, 4096, () => undefined).values()]).toEqual([910]);
  });

  it('takes 18 ns for a hit and 1.8 µs for a fault, at the speed of the runs before', () => {
    const known = { ...unknown, missRatio: () => 0.5, slowness: 2, runs: 3 };
    const { value, note } = figure({}, 'Time to run', known);
    // 2 × (1 M × 18 ns + 0.5 M × 1.8 µs)
    expect(value).toBe('≈ 1.8 s');
    expect(note).toBe('about 500K faults, as the last 3 runs went here');
  });

  it('learns from runs that are done, and not from short ones', () => {
    const run = (wallMs: number) => ({ wallMs, accesses: 10_000_000, headline: { pgmajfault: 0 } });
    expect(slownessOf([run(180), run(360), run(1800), run(20)])).toEqual({ slowness: 2, runs: 3 });
    expect(slownessOf([])).toEqual({ slowness: 1, runs: 0 });
  });
});
