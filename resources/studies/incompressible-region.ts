/** A region that no codec makes smaller beside two that compress: no zswap, rejecting it, storing it raw (T2). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, resultOf, rowWhere, times, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

type Zswap = NonNullable<NonNullable<ScenarioInput['kernel']>['zswap']>;

/** A tenth of the published sizes. */
const machine = (zswap: Zswap, high: string): ScenarioInput => ({
  machine: { memory: '1GiB', cpus: 4 },
  kernel: { statsFlush: '0', pageCluster: 0, zswap: { compressor: 'lzo', ...zswap } },
  tiers: { ssd: { kind: 'block', device: 'nvme', size: '1GiB' } },
  cgroups: {
    test: {
      memory: { high },
      workloads: [
        {
          name: 'regions',
          pattern: { kind: 'uniform' },
          pages: '150MiB',
          fill: true,
          writes: 50,
          contents: [
            { class: 'compressible', share: 67, ratio: 3 },
            { class: 'incompressible', share: 33 },
          ],
        },
      ],
    },
  },
  run: { duration: '5s', sampleEvery: '50ms' },
});

const ON: Zswap = { enabled: true, shrinker: 'disk-swapins' };
const SETUPS = {
  'no pressure': machine({ enabled: false }, 'max'),
  'no zswap': machine({ enabled: false }, '135MiB'),
  'zswap rejects': machine({ ...ON, incompressible: 'reject' }, '135MiB'),
  'zswap stores raw': machine({ ...ON, incompressible: 'store' }, '135MiB'),
  'rejects, no shrinker': machine({ enabled: true, incompressible: 'reject' }, '135MiB'),
  'stores raw, no shrinker': machine({ enabled: true, incompressible: 'store' }, '135MiB'),
};
type Setup = keyof typeof SETUPS;

const EAGER =
  'The order comes out, not the size, and the shrinker decides it: here it writes back two fifths of what the pool stores, where the published run, rejecting, wrote back 0.3 % of it. What held that shrinker back is not known. Without a shrinker both steps are large.';

const study: Study = {
  name: 'incompressible-region',
  title: 'A region that does not compress',
  argument:
    'Pages that do not compress are rejected by zswap up to 6.17 and go to the device at once, hot or cold, while cold ones that compress stay. Kept raw in the order of the LRU, as since 6.18, only the cold ones go.',
  source:
    'SeongJae Park, “store <PAGE_SIZE compression failed page as-is”, linux-mm, August 2025 (table T2)',
  method:
    'A process of 150 MiB, a third of which is random bytes, in a cgroup with memory.high at nine tenths of it, accesses it at random for 5 s over NVMe, with the shrinker of 6.12: a tenth of the published sizes. The device and the share of writes are not published; half of the accesses write here.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'performance', title: 'Accesses, no pressure = 1', unit: 'ratio' },
    { key: 'zswpin', title: 'zswpin', unit: 'pages' },
    { key: 'zswpout', title: 'zswpout', unit: 'pages' },
    { key: 'zswpwb', title: 'zswpwb', unit: 'pages' },
    { key: 'pswpin', title: 'pswpin', unit: 'pages' },
    { key: 'pswpout', title: 'pswpout', unit: 'pages' },
  ],
  rows: (results) => {
    const free = total(resultOf(results, 'no pressure'), 'accesses');
    return Object.keys(SETUPS).map((setup): Row => {
      const result = resultOf(results, setup);
      const counters = ['zswpin', 'zswpout', 'zswpwb', 'pswpin', 'pswpout'];
      return {
        setup,
        performance: total(result, 'accesses') / free,
        ...Object.fromEntries(counters.map((name) => [name, total(result, name)])),
      };
    });
  },
  claims: [
    {
      statement: 'Rejecting makes it 4.1 times as fast as without zswap (T2), give or take 30 %.',
      recorded: 'refuted',
      reason: EAGER,
      check: (rows) => {
        const gain = of(rows, 'zswap rejects', 'performance') / of(rows, 'no zswap', 'performance');
        return { holds: near(gain, 4.1), says: `It is ${times(gain)} as fast.` };
      },
    },
    {
      statement: 'Storing raw makes it 1.56 times as fast again (T2), give or take 30 %.',
      recorded: 'refuted',
      reason: EAGER,
      check: (rows) => {
        const gain =
          of(rows, 'zswap stores raw', 'performance') / of(rows, 'zswap rejects', 'performance');
        return { holds: near(gain, 1.56), says: `It is ${times(gain)} as fast.` };
      },
    },
    {
      statement:
        'Storing raw reads less from the device for each access, although it writes back more.',
      recorded: 'holds',
      check: (rows) => {
        const [raw, rejects] = (['zswap stores raw', 'zswap rejects'] as const).map(
          (setup) => of(rows, setup, 'pswpin') / of(rows, setup, 'performance'),
        );
        const [more, less] = [
          of(rows, 'zswap stores raw', 'zswpwb'),
          of(rows, 'zswap rejects', 'zswpwb'),
        ];
        return {
          holds: raw! < rejects! && more > less,
          says: `${times(raw! / rejects!)} the swap-ins for an access, ${more} pages written back against ${less}.`,
        };
      },
    },
    {
      statement: 'Without a shrinker each of the two steps makes it at least 1.5 times as fast.',
      recorded: 'holds',
      check: (rows) => {
        const speeds = (
          ['no zswap', 'rejects, no shrinker', 'stores raw, no shrinker'] as const
        ).map((setup) => of(rows, setup, 'performance'));
        const steps = [speeds[1]! / speeds[0]!, speeds[2]! / speeds[1]!];
        return {
          holds: steps.every((step) => step >= 1.5),
          says: `${steps.map(times).join(' and ')} as fast.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Accesses, no pressure = 1', kind: 'bar', x: 'setup', y: ['performance'] },
    { title: 'Swap-ins', kind: 'bar', x: 'setup', y: ['pswpin', 'zswpin'] },
  ],
};

const near = (value: number, published: number) => Math.abs(value / published - 1) <= 0.3;

const of = (rows: readonly Row[], setup: Setup, key: string) =>
  cell(rowWhere(rows, { setup }), key);

export default study;
