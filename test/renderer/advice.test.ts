// What is said of a scenario before it runs: each rule where it must speak, and where it must not.
import { describe, expect, it } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import { adviceFor } from '../../src/renderer/build/advice/advice.ts';
import { demandOf } from '../../src/renderer/build/advice/demand.ts';

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
