/** zswap's max_pool_percent from 2 to 60 on three workloads: where the cliff is, and whether there is an optimum (facts 3.7). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  peak,
  percentile,
  resultOf,
  rowWhere,
  times,
  total,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const PERCENTS = [2, 5, 10, 15, 20, 30, 40, 50, 60];

const WORKLOADS = {
  zipf: { pattern: { kind: 'zipf', exponent: 0.9 }, ratio: 3 },
  'hot and cold': { pattern: { kind: 'hotcold', hot: 60, hotAccesses: 98 }, ratio: 3 },
  'zipf, poorly compressible': { pattern: { kind: 'zipf', exponent: 0.9 }, ratio: 1.3 },
} as const;
const FILES = 'beside files and idle data';
type Alone = keyof typeof WORKLOADS;
type Name = Alone | typeof FILES;
const ALONE = Object.keys(WORKLOADS) as Alone[];
const NAMES: readonly Name[] = [...ALONE, FILES];

const nameOf = (workload: Name, percent: number) => `${workload}, ${percent} %`;

const machine = (cpus: number, maxPoolPercent: number): ScenarioInput => ({
  machine: { memory: '64MiB', cpus, disk: 'sata-ssd' },
  kernel: {
    pageCluster: 0,
    statsFlush: '0',
    zswap: { enabled: true, compressor: 'lzo', maxPoolPercent },
  },
  tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '256MiB' } },
});

function alone(workload: Alone, maxPoolPercent: number): ScenarioInput {
  const { pattern, ratio } = WORKLOADS[workload];
  return {
    ...machine(2, maxPoolPercent),
    cgroups: {
      app: {
        workloads: [
          {
            name: 'service',
            pattern,
            pages: '96MiB',
            fill: true,
            thinkTime: '1us',
            contents: [{ class: 'compressible', share: 100, ratio }],
            accesses: 150_000,
          },
        ],
      },
    },
    run: { sampleEvery: '50ms' },
  };
}

/** A service and files that fit, once data is out of the way that is written and then lies there. */
function besideFiles(maxPoolPercent: number): ScenarioInput {
  const contents = [{ class: 'compressible' as const, share: 100, ratio: 2 }];
  const start = '500ms';
  const file = (access: 'mapped' | 'read', pages: string) => ({
    name: access,
    pattern: { kind: 'zipf' as const, exponent: 0.8 },
    pages,
    file: { access, advice: 'random' as const },
    writes: 0,
    thinkTime: '2us',
    start,
  });
  return {
    ...machine(4, maxPoolPercent),
    cgroups: {
      idle: {
        workloads: [
          {
            name: 'idle',
            pattern: { kind: 'hotcold', hot: 0, hotAccesses: 100, shuffle: false },
            pages: '64MiB',
            fill: true,
            thinkTime: '10us',
            contents,
          },
        ],
      },
      app: {
        workloads: [
          {
            name: 'service',
            pattern: { kind: 'hotcold', hot: 40, hotAccesses: 90 },
            pages: '44MiB',
            fill: true,
            thinkTime: '2us',
            contents,
            start,
          },
        ],
      },
      files: { workloads: [file('mapped', '6MiB'), file('read', '2MiB')] },
    },
    run: { duration: '3s', sampleEvery: '50ms' },
  };
}

const scenarios: Record<string, ScenarioInput> = {};
for (const percent of PERCENTS) {
  for (const name of ALONE) scenarios[nameOf(name, percent)] = alone(name, percent);
  scenarios[nameOf(FILES, percent)] = besideFiles(percent);
}

const study: Study = {
  name: 'pool-size',
  title: 'How large a pool',
  argument:
    'A limit on the pool rations the very thing that zswap saves: too small, and pages go to disk although RAM would hold them compressed. Too large, and the pool takes the RAM of the working set.',
  source:
    'Johannes Weiner, linux-mm, February 2023, who calls sizing the pool the biggest challenge; zswap shrinker series v5, November 2023',
  method:
    'A service of 96 MiB in 64 MiB of RAM with zswap before a SATA SSD, at each max_pool_percent, three times without a page cache. In the fourth workload a service of 44 MiB runs beside 8 MiB of files, mapped and read, and 64 MiB of data that was written before and is not used again. Its throughput is that of the service and the files. Readahead is off.',
  scenarios,
  columns: [
    { key: 'workload', title: 'Workload', unit: 'text' },
    { key: 'percent', title: 'max_pool_percent', unit: 'percent' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'p99', title: 'Fault p99', unit: 'ns' },
    { key: 'zswpin', title: 'zswpin', unit: 'pages' },
    { key: 'pswpin', title: 'pswpin', unit: 'pages' },
    { key: 'zswpwb', title: 'zswpwb', unit: 'pages' },
    { key: 'files', title: 'Read from files', unit: 'pages' },
    { key: 'pool', title: 'Pool, most', unit: 'bytes' },
    { key: 'kills', title: 'OOM kills', unit: 'count' },
  ],
  rows: (results) =>
    NAMES.flatMap((workload) =>
      PERCENTS.map((percent): Row => {
        const result = resultOf(results, nameOf(workload, percent));
        return {
          workload,
          percent,
          throughput: workload === FILES ? inUse(result) : total(result, 'throughput'),
          p99: percentile(result, 'p99'),
          zswpin: total(result, 'zswpin'),
          pswpin: total(result, 'pswpin'),
          zswpwb: total(result, 'zswpwb'),
          files: total(result, 'file_read'),
          pool: peak(result, 'zswap_pool', 'tier:zswap'),
          kills: total(result, 'oom_kill'),
        };
      }),
    ),
  claims: [
    {
      statement:
        'There is a cliff: between two neighbouring limits throughput more than doubles, where the pool begins to hold all.',
      recorded: 'holds',
      check: (rows) => {
        const steps = stepsOf(rows, 'zipf');
        const best = steps.reduce((a, b) => (b.gain > a.gain ? b : a));
        return {
          holds: best.gain > 2 && cell(best.to, 'pswpin') === 0,
          says: `From ${cell(best.from, 'percent')} to ${cell(best.to, 'percent')} % it grows ${times(best.gain)}, and nothing is read from the SSD any more.`,
        };
      },
    },
    {
      statement: 'Without a page cache a larger pool costs throughput.',
      recorded: 'refuted',
      reason:
        'max_pool_percent is a limit, not a reservation: beyond what is swapped out the pool takes nothing. What it does take costs as many resident pages, but those would be swapped out to a slower place otherwise.',
      check: (rows) => {
        const falls = ALONE.flatMap((name) => stepsOf(rows, name)).filter(
          ({ gain }) => gain < 0.95,
        );
        return {
          holds: falls.length > 0,
          says: `Throughput falls by more than 5 % in ${falls.length} of ${ALONE.length * (PERCENTS.length - 1)} steps.`,
        };
      },
    },
    {
      statement:
        'Beside files and idle data a pool can be too large: each step up costs throughput, and with the default of 20 % files are read more often than with the smallest pool.',
      recorded: 'holds',
      check: (rows) => {
        const at = (percent: number, key: string) =>
          cell(rowWhere(rows, { workload: FILES, percent }), key);
        const steps = stepsOf(rows, FILES);
        const worst = steps.reduce((a, b) => (b.gain < a.gain ? b : a));
        const reads = at(20, 'files') / at(PERCENTS[0]!, 'files');
        const [usual, largest] = [20, 60].map(
          (percent) => at(percent, 'throughput') / at(PERCENTS[0]!, 'throughput'),
        ) as [number, number];
        return {
          holds: steps.every(({ gain }) => gain < 1) && reads > 1,
          says: `With 20 % it is ${times(usual)} that of the smallest and files are read ${times(reads)} as often; with 60 % it is ${times(largest)}. The cliff is from ${cell(worst.from, 'percent')} to ${cell(worst.to, 'percent')} %: ${times(worst.gain)}.`,
        };
      },
    },
    {
      statement: 'There the best limit lies between the smallest and the largest.',
      recorded: 'refuted',
      reason:
        'The smallest is best. The idle data fills whatever pool there is, and each page of it is one that the files lack; on the SSD it costs nothing, as it does not come back. The other workloads, all of whose pages come back, want the pool as large as it gets: what is best hangs on how much of what is swapped out is used again, which no one percentage can know.',
      check: (rows) => {
        const own = rows.filter((row) => row['workload'] === FILES);
        const best = own.reduce((a, b) => (cell(b, 'throughput') > cell(a, 'throughput') ? b : a));
        const at = cell(best, 'percent');
        return {
          holds: at !== PERCENTS[0] && at !== PERCENTS.at(-1),
          says: `It is ${at} %.`,
        };
      },
    },
    {
      statement:
        'Where pages compress poorly the size of the pool hardly matters: 60 % is less than 1.25 times as fast as 2 %.',
      recorded: 'holds',
      check: (rows) => {
        const [poor, well] = (['zipf, poorly compressible', 'zipf'] as const).map(
          (workload) =>
            cell(rowWhere(rows, { workload, percent: 60 }), 'throughput') /
            cell(rowWhere(rows, { workload, percent: 2 }), 'throughput'),
        ) as [number, number];
        return {
          holds: poor < 1.25,
          says: `It is ${times(poor)} as fast; ${times(well)} where they compress 3 to 1.`,
        };
      },
    },
  ],
  charts: [
    {
      title: 'Throughput',
      kind: 'line',
      x: 'percent',
      y: ['throughput'],
      by: 'workload',
      log: true,
    },
    {
      title: 'Fault latency, p99',
      kind: 'line',
      x: 'percent',
      y: ['p99'],
      by: 'workload',
      log: true,
    },
  ],
};
/** Accesses a second of the service and the files: what lies idle does nothing. */
const inUse = (result: RunResult) =>
  total(result, 'throughput', 'cgroup:/app') + total(result, 'throughput', 'cgroup:/files');

/** Each limit with the next larger one, and the throughput gained from one to the other. */
function stepsOf(rows: readonly Row[], workload: Name) {
  const own = rows.filter((row) => row['workload'] === workload);
  return own.slice(1).map((to, i) => {
    const from = own[i] as Row;
    return { from, to, gain: cell(to, 'throughput') / cell(from, 'throughput') };
  });
}

export default study;
