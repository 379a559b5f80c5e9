/** From zswap on to disk: by age, by what comes back, or by the shrinker alone (facts 3.5, 8.2, 8.4). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  mebibytes,
  micros,
  resultOf,
  rowWhere,
  share,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

type Controller = NonNullable<ScenarioInput['controllers']>[number];

/** Seconds of a run, and of its last part, in which levels are read. */
const DURATION = 180;
const END = 60;
/** `sessions` moves to other pages so often, in seconds; averages over it do not see that. */
const MOVE = 10;
const GROUP = { cgroup: '/app', interval: '1s' } as const;

/** The first stage, the same for all: what was idle for 4 s goes into zswap. */
const firstStage = (twiceColdAfter: string): Controller => ({
  kind: 'twice-cold',
  ...GROUP,
  scanEvery: '1s',
  coldAfter: '4s',
  twiceColdAfter,
});

/** Pages read from disk in a second, and percent of I/O pressure, above which it backs off. */
const adaptive = (swapIns: number, ioPressure: number): Controller => ({
  kind: 'adaptive-writeback',
  ...GROUP,
  swapIns,
  ioPressure,
});

interface Setup {
  policy: 'none' | 'shrinker' | 'age' | 'adaptive';
  setting: string;
  controllers: Controller[];
  secondChance?: boolean;
}

const SETUPS: readonly Setup[] = [
  { policy: 'none', setting: '', controllers: [firstStage('never')] },
  { policy: 'shrinker', setting: '', controllers: [firstStage('never')] },
  ...['16s', '32s', '48s'].map((age): Setup => ({
    policy: 'age',
    setting: age,
    controllers: [firstStage(age)],
  })),
  {
    policy: 'age',
    setting: '16s, no second chance',
    controllers: [firstStage('16s')],
    secondChance: false,
  },
  ...[1, 16].map((rate): Setup => ({
    policy: 'adaptive',
    setting: `${rate}/s`,
    // A read of this SSD takes about 0.1 ms, so this is the pressure of as many reads.
    controllers: [firstStage('never'), adaptive(rate, rate / 100)],
  })),
];

const nameOf = ({ policy, setting }: Setup) => (setting === '' ? policy : `${policy} ${setting}`);

const machine = ({ policy, controllers, secondChance = true }: Setup): ScenarioInput => ({
  machine: { memory: '256MiB', cpus: 4 },
  kernel: {
    statsFlush: '0',
    pageCluster: 0,
    zswap: {
      enabled: true,
      compressor: 'zstd',
      maxPoolPercent: 50,
      shrinker: policy === 'shrinker' ? 'disk-swapins' : 'none',
      proactive: { secondChance },
    },
  },
  tiers: { ssd: { kind: 'block', device: 'nvme', size: '256MiB' } },
  cgroups: {
    app: {
      workloads: [
        {
          name: 'service',
          pattern: { kind: 'zipf', exponent: 1.2 },
          pages: '48MiB',
          fill: true,
          thinkTime: '100us',
        },
        {
          name: 'sessions',
          pattern: { kind: 'phases', workingSet: 25, every: MOVE * 5_000, shift: 12.5 },
          pages: '24MiB',
          fill: true,
          thinkTime: '200us',
        },
        {
          name: 'archive',
          pattern: { kind: 'hotcold', hot: 0, hotAccesses: 100, shuffle: false },
          pages: '24MiB',
          fill: true,
          thinkTime: '100us',
        },
      ],
    },
  },
  controllers,
  run: { duration: `${DURATION}s`, sampleEvery: '1s' },
});

/** Samples of a gauge or counter of the cgroup, one a second. */
const samples = (result: RunResult, metric: string) =>
  result.series.columns.find((c) => c.scope === 'cgroup:/app' && c.metric === metric)?.values ?? [];

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const average = (values: readonly number[]) => sum(values) / values.length;

/** Standard deviation over the mean. */
function variation(values: readonly number[]): number {
  const mean = average(values);
  return Math.sqrt(average(values.map((value) => (value - mean) ** 2))) / mean;
}

/** p99 (ns) over all faults on pages that were swapped out, wherever they were. */
function p99(result: RunResult): number {
  const served = ['fault_latency_zero', 'fault_latency_zswap', 'fault_latency_device'];
  const buckets = result.histograms
    .filter(({ metric }) => served.includes(metric))
    .flatMap((each) => each.buckets)
    .sort(([a], [b]) => b - a);
  let above = sum(buckets.map(([, count]) => count)) / 100;
  for (const [ns, count] of buckets) if ((above -= count) < 0) return ns;
  return 0;
}

/** Memory that the second stage saves at each second, bytes, averaged over a move of the sessions. */
function savings(none: RunResult, result: RunResult): number[] {
  const [without, used] = [none, result].map((each) => samples(each, 'memory_current')) as [
    number[],
    number[],
  ];
  const saved = used.map((value, i) => without[i]! - value);
  return saved.map((_, i) => average(saved.slice(Math.max(0, i - MOVE + 1), i + 1)));
}

const study: Study = {
  name: 'twice-cold',
  title: 'Twice cold',
  argument:
    'What stays long in zswap is cold twice over and could leave RAM for good. Its age is a target that a reclaimer reaches directly and without jitter; the review asks whether backing off when pages come back from disk, or the shrinker that is there, would not do.',
  source:
    'Hao Jia and Nhat Pham, linux-mm, May 2026, on proactive zswap writeback; the series, v1 (facts 8.2)',
  method:
    'A service with a long tail, sessions that move on every 10 s and an archive that nobody reads, 96 MiB together. In all setups what was idle for 4 s is asked of memory.reclaim each second; they differ in what takes pages from zswap to an NVMe SSD, and in how eagerly. Savings are against zswap alone, averaged over 10 s; a setup that comes near the level of its last minute only in that minute is still on its way. Time is compressed: an interval is 1 s, not 60. Calls with a second chance, as the kernel has it, pass each entry over once, 512 a call.',
  scenarios: Object.fromEntries(SETUPS.map((setup) => [nameOf(setup), machine(setup)])),
  columns: [
    { key: 'setup', title: 'Second stage', unit: 'text' },
    { key: 'policy', title: 'Policy', unit: 'text' },
    { key: 'saved', title: 'Memory saved, last minute', unit: 'bytes' },
    { key: 'disk', title: 'pswpin, last minute', unit: 'pages' },
    { key: 'p99', title: 'Faults on swapped pages, p99', unit: 'ns' },
    { key: 'converged', title: 'Time to 90 % of that', unit: 'ns' },
    { key: 'overshoot', title: 'Most above the end', unit: 'bytes' },
    { key: 'jitter', title: 'Variation of the work', unit: 'percent' },
    { key: 'written', title: 'zswpwb of zswpout', unit: 'percent' },
  ],
  rows: (results) =>
    SETUPS.map((setup): Row => {
      const result = resultOf(results, nameOf(setup));
      const saved = savings(resultOf(results, 'none'), result);
      const level = average(saved.slice(-END));
      return {
        setup: nameOf(setup),
        policy: setup.policy,
        saved: level,
        disk: sum(samples(result, 'pswpin').slice(-END)),
        p99: p99(result),
        converged:
          setup.policy === 'none' ? null : saved.findIndex((value) => value >= 0.9 * level) * 1e9,
        overshoot: Math.max(...saved) - saved.at(-1)!,
        jitter: 100 * variation(samples(result, 'accesses').slice(-END)),
        written: (100 * total(result, 'zswpwb')) / total(result, 'zswpout'),
      };
    }),
  claims: [
    {
      statement:
        'The shrinker alone brings little of zswap to disk while memory.reclaim is called: less than 10 % of what is stored.',
      recorded: 'refuted',
      reason:
        'The reclaimer asks each second for all that is idle, and every pass of reclaim asks zswap for its share as well. The less is asked for, the less the shrinker does; steady-state-stall shows that end.',
      check: (rows) => {
        const part = of(rows, 'shrinker', 'written') / 100;
        return { holds: part < 0.1, says: `${share(part)} of it.` };
      },
    },
    {
      statement: 'It keeps the p99 of zswap, within a factor of 2.',
      recorded: 'refuted',
      reason:
        'It has no setting for how old is cold. It knows what was too much from reads that have happened already, and each read protects one entry once.',
      check: (rows) => {
        const ratio = of(rows, 'shrinker', 'p99') / of(rows, 'none', 'p99');
        return {
          holds: ratio <= 2,
          says: `${micros(of(rows, 'shrinker', 'p99'))} against ${micros(of(rows, 'none', 'p99'))}.`,
        };
      },
    },
    {
      statement:
        'The settings that are compared have equal p99, within 20 %: one pair with that of zswap alone, one with that of the SSD in it.',
      recorded: 'holds',
      check: (rows) => ({
        holds: PAIRS.every(
          ([age, adaptive]) => Math.abs(of(rows, adaptive, 'p99') / of(rows, age, 'p99') - 1) < 0.2,
        ),
        says: inPairs(rows, 'p99', micros),
      }),
    },
    {
      statement:
        'At equal p99 writeback by what comes back saves as much memory as by age, within 10 %.',
      recorded: 'refuted',
      reason:
        'At a tolerance of one read a second nearly every interval has a read too many, and it hardly ever writes. At 16 a second both save the same: what it lacks is not the age, but a tolerance that the workload can meet.',
      check: (rows) => ({
        holds: PAIRS.every(
          ([age, adaptive]) => of(rows, adaptive, 'saved') > 0.9 * of(rows, age, 'saved'),
        ),
        says: inPairs(rows, 'saved', mebibytes),
      }),
    },
    {
      statement: 'Age is there sooner, by a fifth of the time or more.',
      recorded: 'refuted',
      reason:
        'An age has to pass before anything is written, and then each call takes the second chance from 512 entries at most; the other way begins at once, in small steps. In either it is mostly that which takes the time.',
      check: (rows) => ({
        holds: PAIRS.every(
          ([age, adaptive]) => of(rows, age, 'converged') <= 0.8 * of(rows, adaptive, 'converged'),
        ),
        says: inPairs(rows, 'converged', seconds),
      }),
    },
    {
      statement: 'Age goes less far beyond the level at which it ends.',
      recorded: 'refuted',
      reason:
        'Neither overshoots: at the end both save all but a quarter of a MiB of the most that they ever saved, which is as much as the sessions move it.',
      check: (rows) => ({
        holds: PAIRS.every(
          ([age, adaptive]) => of(rows, age, 'overshoot') < of(rows, adaptive, 'overshoot'),
        ),
        says: inPairs(rows, 'overshoot', mebibytes),
      }),
    },
    {
      statement: 'The work done varies less with age, by a fifth or more.',
      recorded: 'refuted',
      reason:
        'The work varies as the sessions move on, hardly more than with no second stage at all. At equal p99 either way has a like number of reads from disk, and these come at the same moments.',
      check: (rows) => ({
        holds: PAIRS.every(
          ([age, adaptive]) => of(rows, age, 'jitter') <= 0.8 * of(rows, adaptive, 'jitter'),
        ),
        says: inPairs(rows, 'jitter', (value) => `${value.toFixed(3)} %`),
      }),
    },
    {
      statement: 'Without second chances age is there in two thirds of the time or less.',
      recorded: 'holds',
      check: (rows) => {
        const [direct, twice] = [NO_CHANCE, 'age 16s'].map((name) =>
          of(rows, name, 'converged'),
        ) as [number, number];
        return {
          holds: direct <= (2 / 3) * twice,
          says: `${seconds(direct)} instead of ${seconds(twice)}.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Memory saved', kind: 'bar', x: 'setup', y: ['saved'] },
    { title: 'p99 of faults on swapped pages', kind: 'bar', x: 'setup', y: ['p99'] },
    { title: 'Time until it is saved', kind: 'bar', x: 'setup', y: ['converged'] },
  ],
};

const NO_CHANCE = 'age 16s, no second chance';

/** Settings of equal p99, by age and by what comes back. */
const PAIRS = [
  ['age 48s', 'adaptive 1/s'],
  ['age 32s', 'adaptive 16/s'],
] as const;

const of = (rows: readonly Row[], name: string, key: string) =>
  cell(rowWhere(rows, { setup: name }), key);

const seconds = (ns: number) => `${whole(ns / 1e9)} s`;

const inPairs = (rows: readonly Row[], key: string, write: (value: number) => string) =>
  PAIRS.map((pair) =>
    pair.map((name) => `${write(of(rows, name, key))} (${name})`).join(' against '),
  )
    .join('; ')
    .concat('.');

export default study;
