/** Whose order zswap's writeback follows: that of the allocator's zspages, or one of entries above it (facts 3.5; thread of November 2022). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  percentile,
  resultOf,
  rowWhere,
  short,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

type Workload = NonNullable<NonNullable<ScenarioInput['cgroups']>[string]['workloads']>[number];

const ORDERS = ['entries', 'entries, no second chance', 'zspages'] as const;
const GROUPS = ['one cgroup', 'two cgroups'] as const;
type Order = (typeof ORDERS)[number];
type Groups = (typeof GROUPS)[number];
const EACH = GROUPS.flatMap((groups) => ORDERS.map((order) => ({ groups, order })));

const idle: Workload = {
  name: 'idle',
  pattern: { kind: 'hotcold', hot: 0, hotAccesses: 100, shuffle: false },
  pages: '24MiB',
  fill: true,
  thinkTime: '20us',
};

const service: Workload = {
  name: 'service',
  start: '1s',
  pattern: { kind: 'zipf', exponent: 0.9 },
  pages: '40MiB',
  fill: true,
  thinkTime: '1us',
};

function machine(groups: Groups, order: Order): ScenarioInput {
  const lru = order === 'zspages' ? 'zspages' : 'entries';
  // 6.8 to 6.11 had no second chance; their shrinker finds nothing in cgroup v1, so only that is left.
  const shrinker = order === 'entries, no second chance' ? 'protected-size' : 'none';
  return {
    machine: { memory: '256MiB', cpus: 2 },
    kernel: {
      statsFlush: '0',
      // Compressed pages are not charged, so that what stays resident is the same with either order.
      cgroup: 'v1',
      pageCluster: 0,
      zswap: { enabled: true, compressor: 'lzo', maxPoolPercent: 3, lru, shrinker },
    },
    tiers: { ssd: { kind: 'block', device: 'nvme', size: '256MiB' } },
    cgroups:
      groups === 'one cgroup'
        ? { app: { memory: { max: '20MiB' }, workloads: [idle, service] } }
        : {
            cold: { memory: { max: '4MiB' }, workloads: [idle] },
            app: { memory: { max: '16MiB' }, workloads: [service] },
          },
    run: { duration: '4s', sampleEvery: '20ms' },
  };
}

const nameOf = (groups: Groups, order: Order) => `${groups}, ${order}`;

const study: Study = {
  name: 'allocator-lru-or-swap-lru',
  title: 'An LRU in the allocator or above it',
  argument:
    'An LRU inside the allocator can only evict what it allocates, whole zspages of whatever lies together. An LRU above it evicts the entry that is oldest, and could go over any hierarchy of swap devices.',
  source: 'Minchan Kim, Johannes Weiner and Yosry Ahmed, linux-mm, November 2022',
  method:
    'An idle process goes to swap first, then a service of 40 MiB with Zipf access in 16 MiB; the pool may take 7.7 MiB and writes back to NVMe. With "entries" the worker takes the cgroups in turn, an entry each, with a second chance, as today; with "zspages" the zspage whose last store is longest ago, with everything in it, whoever owns it. A third setup leaves the second chance out. One order over all devices is kernel.swapLru; zswap\'s writeback does not follow it.',
  scenarios: Object.fromEntries(
    EACH.map(({ groups, order }) => [nameOf(groups, order), machine(groups, order)]),
  ),
  columns: [
    { key: 'groups', title: 'Cgroups', unit: 'text' },
    { key: 'order', title: 'LRU', unit: 'text' },
    { key: 'work', title: 'Accesses of the service', unit: 'count' },
    { key: 'pswpin', title: 'pswpin', unit: 'pages' },
    { key: 'zswpin', title: 'zswpin', unit: 'pages' },
    { key: 'zswpwb', title: 'zswpwb', unit: 'pages' },
    { key: 'rejected', title: 'zswap_reject', unit: 'pages' },
    { key: 'pool', title: 'Pool over its contents', unit: 'ratio' },
    { key: 'age', title: 'Age at writeback, median', unit: 'ns' },
  ],
  rows: (results) =>
    EACH.map(({ groups, order }): Row => {
      const result = resultOf(results, nameOf(groups, order));
      return {
        groups,
        order,
        work: total(result, 'accesses', 'cgroup:/app'),
        pswpin: total(result, 'pswpin'),
        zswpin: total(result, 'zswpin'),
        zswpwb: total(result, 'zswpwb'),
        rejected: total(result, 'zswap_reject'),
        pool:
          total(result, 'zswap_pool', 'tier:zswap') /
          total(result, 'zswap_compressed', 'tier:zswap'),
        age: percentile(result, 'p50', 'zswap_writeback_age', 'tier:zswap'),
      };
    }),
  claims: [
    {
      statement: 'The LRU of entries writes back what is older: a higher median age at writeback.',
      recorded: 'holds',
      check: (rows) => ({
        holds: GROUPS.every((groups) => ratio(rows, groups, 'age') > 1),
        says: inBoth(rows, 'age', seconds),
      }),
    },
    {
      statement: 'So it reads fewer pages from disk, and the service does more.',
      recorded: 'refuted',
      reason:
        'What it writes is older, but frees less: an entry leaves a hole in its zspage, and the pool falls only when a zspage is empty. So it stays full for longer and refuses more, and what it refuses is the newest. Zspages are freed whole; and with two cgroups the idle one has only every second turn. Compaction of zsmalloc, which moves entries together when memory is short, is not modelled and would narrow this.',
      check: (rows) => ({
        holds: GROUPS.every(
          (groups) => ratio(rows, groups, 'pswpin') < 1 && ratio(rows, groups, 'work') > 1,
        ),
        says: `pswpin: ${inBoth(rows, 'pswpin', whole)} Accesses: ${inBoth(rows, 'work', whole)}`,
      }),
    },
    {
      statement: 'Whole zspages leave less waste behind: the pool is smaller beside its contents.',
      recorded: 'holds',
      check: (rows) => ({
        holds: GROUPS.every((groups) => ratio(rows, groups, 'pool') > 1),
        says: inBoth(rows, 'pool', (value) => value.toFixed(2)),
      }),
    },
    {
      statement: 'And fewer pages are refused by a full pool.',
      recorded: 'holds',
      check: (rows) => ({
        holds: GROUPS.every((groups) => ratio(rows, groups, 'rejected') > 1),
        says: inBoth(rows, 'rejected', whole),
      }),
    },
    {
      statement:
        'Their second chance is what entries lose by: without it the service does as much as with zspages, within 2 %.',
      recorded: 'refuted',
      reason:
        'Without it the worker no longer gives up after 16 young entries, and the pool refuses as little as with zspages. But the holes stay, so more is written back, of which more is read again.',
      check: (rows) => {
        const gap = (groups: Groups) =>
          of(rows, groups, 'entries, no second chance', 'work') /
            of(rows, groups, 'zspages', 'work') -
          1;
        return {
          holds: GROUPS.every((groups) => Math.abs(gap(groups)) <= 0.02),
          says: `${GROUPS.map((groups) => `${(gap(groups) * 100).toFixed(1)} % (${groups})`).join(', ')}.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Read from disk', kind: 'bar', x: 'groups', y: ['pswpin'], by: 'order' },
    { title: 'Accesses of the service', kind: 'bar', x: 'groups', y: ['work'], by: 'order' },
  ],
};

const of = (rows: readonly Row[], groups: Groups, order: Order, key: string) =>
  cell(rowWhere(rows, { groups, order }), key);

/** What the order of entries has for each one of the order of zspages. */
const ratio = (rows: readonly Row[], groups: Groups, key: string) =>
  of(rows, groups, 'entries', key) / of(rows, groups, 'zspages', key);

const seconds = (ns: number) => `${short(ns / 1e9)} s`;

const inBoth = (rows: readonly Row[], key: string, write: (value: number) => string) =>
  GROUPS.map(
    (groups) =>
      `${write(of(rows, groups, 'entries', key))} with entries and ${write(of(rows, groups, 'zspages', key))} with zspages (${groups})`,
  )
    .join(', ')
    .concat('.');

export default study;
