/** Who empties zswap for a cgroup that is below its target, so that nobody reclaims from it (facts 3.7, 8.2). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  between,
  cell,
  last,
  mebibytes,
  resultOf,
  rowWhere,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

type Workloads = NonNullable<NonNullable<ScenarioInput['cgroups']>[string]['workloads']>;

const APP = 'cgroup:/app';
const SECOND = 1e9;
/** Seconds: the job ends, the state is taken as steady, the run ends. */
const JOB_ENDS = 40;
const STEADY = 60;
const DURATION = 120;
const MIDDLE = (STEADY + DURATION) / 2;
const ARCHIVE_MIB = 24;

interface Setup {
  /** The job ends, and with it the cgroup falls below its target. */
  ends: boolean;
  shrinker: boolean;
  /** Age at which entries are written back. */
  age?: string;
  /** Somebody else needs memory from the middle of the steady state on. */
  neighbour?: boolean;
  /** One call of memory.reclaim there, for so much. */
  call?: string;
}

const SETUPS = {
  'below the target': { ends: true, shrinker: true },
  'below it, by age': { ends: true, shrinker: false, age: '16s' },
  'by age, and one call': { ends: true, shrinker: false, age: '16s', call: '20MiB' },
  'below it, a neighbour grows': { ends: true, shrinker: true, neighbour: true },
  'at the target': { ends: false, shrinker: true },
} satisfies Record<string, Setup>;
type Name = keyof typeof SETUPS;
const NAMES = Object.keys(SETUPS) as Name[];

const workloads = (ends: boolean): Workloads => [
  {
    name: 'service',
    pattern: { kind: 'zipf', exponent: 1.2 },
    pages: '32MiB',
    fill: true,
    thinkTime: '200us',
  },
  {
    name: 'archive',
    pattern: { kind: 'hotcold', hot: 0, hotAccesses: 100, shuffle: false },
    pages: `${ARCHIVE_MIB}MiB`,
    fill: true,
    thinkTime: '200us',
  },
  {
    name: 'job',
    pattern: { kind: 'uniform' },
    pages: '32MiB',
    fill: true,
    thinkTime: '200us',
    ...(ends ? { stop: `${JOB_ENDS}s` } : {}),
  },
];

const machine = ({ ends, shrinker, age, neighbour, call }: Setup): ScenarioInput => ({
  machine: { memory: '128MiB', cpus: 4 },
  kernel: {
    statsFlush: '0',
    pageCluster: 0,
    zswap: {
      enabled: true,
      compressor: 'zstd',
      maxPoolPercent: 50,
      shrinker: shrinker ? 'disk-swapins' : 'none',
    },
  },
  tiers: { ssd: { kind: 'block', device: 'nvme', size: '256MiB' } },
  cgroups: {
    app: { workloads: workloads(ends) },
    ...(neighbour
      ? {
          neighbour: {
            workloads: [
              {
                name: 'grows',
                pattern: { kind: 'uniform' },
                pages: '104MiB',
                fill: true,
                start: `${MIDDLE}s`,
                thinkTime: '200us',
              },
            ],
          },
        }
      : {}),
  },
  controllers: [
    {
      kind: 'twice-cold',
      cgroup: '/app',
      interval: '1s',
      scanEvery: '1s',
      coldAfter: '4s',
      twiceColdAfter: age ?? 'never',
      target: '64MiB',
    },
  ],
  actions:
    call === undefined
      ? []
      : [{ at: `${MIDDLE}s`, do: 'memory-reclaim', cgroup: '/app', amount: call }],
  run: { duration: `${DURATION}s`, sampleEvery: '1s' },
});

const before = (result: RunResult, metric: string) =>
  between(result, metric, APP, 0, STEADY * SECOND);
const steady = (result: RunResult, metric: string) =>
  between(result, metric, APP, STEADY * SECOND, DURATION * SECOND);

const study: Study = {
  name: 'steady-state-stall',
  title: 'Stalled in a steady state',
  argument:
    'A reclaimer calls memory.reclaim while a cgroup uses more than its target. Below the target it does not call, so no second stage takes place, and what is compressed stays in RAM however cold it is.',
  source: 'Hao Jia, linux-mm, May 2026, on proactive zswap writeback',
  method:
    'A service, an archive that nobody reads and a job, 88 MiB together, with a target of 64. What was idle for 4 s is asked of memory.reclaim each second while the cgroup is above it. In all setups but the last the job ends after 40 s, which takes the cgroup below. The second minute is the steady state.',
  scenarios: Object.fromEntries(NAMES.map((name) => [name, machine(SETUPS[name])])),
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'current', title: 'memory.current at the end', unit: 'bytes' },
    { key: 'askedBefore', title: 'memory.reclaim, first minute', unit: 'bytes' },
    { key: 'asked', title: 'memory.reclaim, second minute', unit: 'bytes' },
    { key: 'writtenBefore', title: 'zswpwb, first minute', unit: 'pages' },
    { key: 'written', title: 'zswpwb, second minute', unit: 'pages' },
    { key: 'stored', title: 'zswpout, second minute', unit: 'pages' },
    { key: 'zswap', title: 'In zswap at the end', unit: 'bytes' },
  ],
  rows: (results) =>
    NAMES.map((setup): Row => {
      const result = resultOf(results, setup);
      return {
        setup,
        current: last(result, 'memory_current', APP),
        askedBefore: before(result, 'reclaim_requested'),
        asked: steady(result, 'reclaim_requested'),
        writtenBefore: before(result, 'zswpwb'),
        written: steady(result, 'zswpwb'),
        stored: steady(result, 'zswpout'),
        zswap: last(result, 'zswap_current', APP),
      };
    }),
  claims: [
    {
      statement:
        'Below its target, where this reclaimer asks for nothing, zswap writes nothing back, although the archive is in it and the shrinker is on.',
      recorded: 'holds',
      check: (rows) => {
        const [asked, written] = [of(rows, BELOW, 'asked'), of(rows, BELOW, 'written')];
        return {
          holds: asked === 0 && written === 0 && of(rows, BELOW, 'askedBefore') > 0,
          says: `${mebibytes(asked)} asked, ${whole(written)} pages written; ${mebibytes(of(rows, BELOW, 'zswap'))} stay in zswap.`,
        };
      },
    },
    {
      statement:
        'At its target, where it is asked for a little now and then, zswap goes on to write.',
      recorded: 'holds',
      check: (rows) => {
        const written = of(rows, 'at the target', 'written');
        return { holds: written > 0, says: `${whole(written)} pages in the second minute.` };
      },
    },
    {
      statement: 'Pressure on the machine gets the shrinker going again below the target.',
      recorded: 'holds',
      check: (rows) => {
        const written = of(rows, 'below it, a neighbour grows', 'written');
        return { holds: written > 0, says: `${whole(written)} pages once a neighbour grows.` };
      },
    },
    {
      statement: 'Writeback by age empties zswap there: it keeps less than a tenth of it.',
      recorded: 'holds',
      check: (rows) => {
        const [none, age] = [of(rows, BELOW, 'zswap'), of(rows, BY_AGE, 'zswap')];
        return {
          holds: age < 0.1 * none,
          says: `${mebibytes(age)} instead of ${mebibytes(none)}.`,
        };
      },
    },
    {
      statement: 'So it frees memory: memory.current ends lower.',
      recorded: 'refuted',
      reason:
        'An entry is written from a whole page in the swap cache, charged to the cgroup, and when the write has ended the kernel only moves that page to the tail of the inactive list. Reclaim is to free it, and below the target nobody reclaims: the cgroup ends with 4 KiB in RAM for each entry that took a third of it.',
      check: (rows) => {
        const [none, age] = [of(rows, BELOW, 'current'), of(rows, BY_AGE, 'current')];
        return { holds: age < none, says: `${mebibytes(age)} instead of ${mebibytes(none)}.` };
      },
    },
    {
      statement:
        'One call of memory.reclaim for as much frees them, with fewer than a hundredth of those pages stored in zswap again.',
      recorded: 'holds',
      check: (rows) => {
        const current = of(rows, CALLED, 'current');
        const stored = of(rows, CALLED, 'stored');
        return {
          holds: current < of(rows, BELOW, 'current') && stored < 0.01 * CALLED_PAGES,
          says: `${mebibytes(current)} at the end, ${whole(stored)} pages stored.`,
        };
      },
    },
  ],
  charts: [
    { title: 'memory.current at the end', kind: 'bar', x: 'setup', y: ['current', 'zswap'] },
    { title: 'zswpwb', kind: 'bar', x: 'setup', y: ['writtenBefore', 'written'] },
  ],
};

const BELOW = 'below the target';
const BY_AGE = 'below it, by age';
const CALLED = 'by age, and one call';
const CALLED_PAGES = (20 * 2 ** 20) / 4096;

const of = (rows: readonly Row[], name: Name, key: string) =>
  cell(rowWhere(rows, { setup: name }), key);

export default study;
