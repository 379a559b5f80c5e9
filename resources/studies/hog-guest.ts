/** A guest that fills the host's pool and keeps it: what quotas and weights do for its neighbour. */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  mean,
  micros,
  percentile,
  resultOf,
  rowWhere,
  share,
  total,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

type Frontswap = NonNullable<NonNullable<ScenarioInput['kernel']>['frontswap']>;
type Hog = 'lazy' | 'busy' | 'none';

/** A lazy hog fills its pages and then only reads a tenth of them; a busy one goes on using all. */
const HOGS = {
  lazy: { pattern: { kind: 'hotcold' as const, hot: 10, hotAccesses: 100 }, writes: 0 },
  busy: { pattern: { kind: 'uniform' as const }, writes: 50 },
};
const incompressible = [{ class: 'incompressible' as const, share: 100 }];

/**
 * The neighbour wants at most half of the pool, as pages in RAM may keep their copies there; the hog
 * could use all of it and has it first.
 */
const machine = (hog: Hog, frontswap: Frontswap, neighbour = true): ScenarioInput => ({
  machine: { memory: '128MiB', cpus: 2 },
  kernel: {
    pageCluster: 0,
    statsFlush: '0',
    frontswap: { enabled: true, poolSize: '24MiB', ...frontswap },
  },
  tiers: { disk: { kind: 'block', device: 'sata-ssd', size: '128MiB' } },
  cgroups: {
    hog: {
      memory: { max: '8MiB' },
      workloads:
        hog === 'none'
          ? []
          : [
              {
                name: 'hog',
                ...HOGS[hog],
                pages: '40MiB',
                fill: true,
                contents: incompressible,
              },
            ],
    },
    neighbour: {
      memory: { max: '8MiB' },
      workloads: neighbour
        ? [
            {
              name: 'neighbour',
              pattern: { kind: 'uniform' },
              pages: '12MiB',
              fill: true,
              writes: 50,
              start: '200ms',
              contents: incompressible,
            },
          ]
        : [],
    },
  },
  run: { duration: '1s' },
});

const HALF: Frontswap = { guestQuota: '12MiB' };
const WEIGHTS: Frontswap = { guests: { hog: { weight: 100 }, neighbour: { weight: 100 } } };
const THROUGH: Frontswap = {
  guests: { hog: { weight: 100, writethrough: true }, neighbour: { weight: 100 } },
};
const SETUPS = {
  'no hog': machine('none', {}),
  'lazy hog, no quota': machine('lazy', {}),
  'lazy hog, quota': machine('lazy', HALF),
  'lazy hog, weights': machine('lazy', WEIGHTS),
  'lazy hog writes through, weights': machine('lazy', THROUGH),
  'lazy hog, host pages': machine('lazy', { whenFull: 'disk', hostDisk: 'sata-ssd' }),
  'busy hog, no quota': machine('busy', {}),
  'busy hog, quota': machine('busy', HALF),
  'busy hog, weights': machine('busy', WEIGHTS),
  'busy hog alone, quota': machine('busy', HALF, false),
  'busy hog alone, weights': machine('busy', WEIGHTS, false),
};

const study: Study = {
  name: 'hog-guest',
  title: 'A hog in the pool of the host',
  argument:
    'A lazy guest can pump pages into the pool and leave them there, and the host is left holding the bag. A quota or weights must keep room for its neighbours.',
  source: 'Discussion of frontswap, linux-kernel, April 2010',
  method:
    'Two guests of 8 MiB share a pool of 24 MiB. The hog has filled its 40 MiB when its neighbour, which has 12 MiB, begins after 0.2 s; both go on to the end at 1 s. Quotas and equal weights give each half of the pool. Weights on persistent pages are a rule of ours: no host has published one.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'refused', title: "Neighbour's puts refused", unit: 'percent' },
    { key: 'mean', title: "Neighbour's mean fault", unit: 'ns' },
    { key: 'p99', title: "Neighbour's p99 fault", unit: 'ns' },
    { key: 'neighbour', title: "Neighbour's accesses", unit: 'count' },
    { key: 'hog', title: "Hog's accesses", unit: 'count' },
    { key: 'hostIo', title: 'I/O of the host', unit: 'pages' },
  ],
  rows: (results) =>
    Object.keys(SETUPS).map((setup) => {
      const result = resultOf(results, setup);
      const scope = 'cgroup:/neighbour';
      const refused = total(result, 'frontswap_failed_stores', scope);
      const puts = refused + total(result, 'frontswap_succ_stores', scope);
      return {
        setup,
        refused: puts > 0 ? (100 * refused) / puts : null,
        mean: mean(result, 'fault_latency', scope),
        p99: percentile(result, 'p99', 'fault_latency', scope),
        neighbour: total(result, 'accesses', scope),
        hog: total(result, 'accesses', 'cgroup:/hog'),
        hostIo: total(result, 'host_disk_read') + total(result, 'host_disk_write'),
      };
    }),
  claims: [
    {
      statement:
        'Without a quota, a hog that has filled the pool leaves its neighbour nothing: at least 99 of 100 puts are refused.',
      recorded: 'holds',
      check: (rows) => {
        const refused = of(rows, 'lazy hog, no quota', 'refused');
        return { holds: refused >= 99, says: `${share(refused / 100)} of its puts are refused.` };
      },
    },
    {
      statement:
        'A quota of half the pool spares the neighbour every refusal, whatever the hog does.',
      recorded: 'holds',
      check: (rows) => {
        const lazy = of(rows, 'lazy hog, quota', 'refused');
        const busy = of(rows, 'busy hog, quota', 'refused');
        return {
          holds: lazy === 0 && busy === 0,
          says: `${share(lazy / 100)} refused beside a lazy hog, ${share(busy / 100)} beside a busy one.`,
        };
      },
    },
    {
      statement:
        'Weights protect the neighbour from a hog that never comes back: fewer of its puts are refused than without them.',
      recorded: 'refuted',
      reason:
        'the pages of the hog are persistent and it neither puts nor gets any, so the host has no occasion to take one. Only a limit on what it may put in the first place would have helped.',
      check: (rows) => fewer(rows, 'lazy hog, weights', 'lazy hog, no quota'),
    },
    {
      statement:
        'Weights protect it from a busy hog: fewer of its puts are refused than without them.',
      recorded: 'holds',
      check: (rows) => fewer(rows, 'busy hog, weights', 'busy hog, no quota'),
    },
    {
      statement: 'A lazy hog whose pages are ephemeral costs the neighbour no refusal.',
      recorded: 'holds',
      check: (rows) => {
        const refused = of(rows, 'lazy hog writes through, weights', 'refused');
        return { holds: refused === 0, says: `${share(refused / 100)} of its puts are refused.` };
      },
    },
    {
      statement:
        'A host that never refuses serves the neighbour better than one that refuses: its mean fault is shorter.',
      recorded: 'holds',
      check: (rows) => shorter(rows, 'lazy hog, host pages', 'lazy hog, no quota'),
    },
    {
      statement: 'A quota costs the hog also when nobody else wants the pool; weights do not.',
      recorded: 'holds',
      check: (rows) => {
        const quota = of(rows, 'busy hog alone, quota', 'hog');
        const weights = of(rows, 'busy hog alone, weights', 'hog');
        return {
          holds: quota < weights,
          says: `${thousands(quota)} with a quota and ${thousands(weights)} with weights.`,
        };
      },
    },
  ],
  charts: [
    { title: "Neighbour's puts refused", kind: 'bar', x: 'setup', y: ['refused'] },
    { title: "Neighbour's faults", kind: 'bar', x: 'setup', y: ['mean', 'p99'], log: true },
  ],
};

const of = (rows: readonly Row[], setup: string, key: string) =>
  cell(rowWhere(rows, { setup }), key);

const thousands = (accesses: number) => `${Math.round(accesses / 1000)} thousand accesses`;

/** Whether fewer of the neighbour's puts are refused in the first setup than in the second. */
function fewer(rows: readonly Row[], first: string, second: string) {
  const [a, b] = [of(rows, first, 'refused'), of(rows, second, 'refused')];
  return { holds: a < b, says: `${share(a / 100)} with weights, ${share(b / 100)} without.` };
}

/** Whether the neighbour's mean fault is shorter in the first setup than in the second. */
function shorter(rows: readonly Row[], first: string, second: string) {
  const [a, b] = [of(rows, first, 'mean'), of(rows, second, 'mean')];
  return { holds: a < b, says: `${micros(a)} with ${first}, ${micros(b)} with ${second}.` };
}

export default study;
