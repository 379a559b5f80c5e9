/** zswap's max_pool_percent from 2 to 60 on three workloads: where the cliff is, and whether there is an optimum (facts 3.7). */
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
type Name = keyof typeof WORKLOADS;
const NAMES = Object.keys(WORKLOADS) as Name[];

const nameOf = (workload: Name, percent: number) => `${workload}, ${percent} %`;

function pool(workload: Name, maxPoolPercent: number): ScenarioInput {
  const { pattern, ratio } = WORKLOADS[workload];
  return {
    machine: { memory: '64MiB', cpus: 2 },
    kernel: {
      pageCluster: 0,
      statsFlush: '0',
      zswap: { enabled: true, compressor: 'lzo', maxPoolPercent },
    },
    tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '256MiB' } },
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

const scenarios: Record<string, ScenarioInput> = {};
for (const name of NAMES) {
  for (const percent of PERCENTS) scenarios[nameOf(name, percent)] = pool(name, percent);
}

const study: Study = {
  name: 'pool-size',
  title: 'How large a pool',
  argument:
    'A limit on the pool rations the very thing that zswap saves: too small, and pages go to disk although RAM would hold them compressed. Too large, and the pool takes the RAM of the working set.',
  source:
    'Johannes Weiner, linux-mm, February 2023, who calls sizing the pool the biggest challenge; zswap shrinker series v5, November 2023',
  method:
    'A service of 96 MiB in 64 MiB of RAM with zswap before a SATA SSD, at each max_pool_percent. There is no page cache here, and readahead is off.',
  scenarios,
  columns: [
    { key: 'workload', title: 'Workload', unit: 'text' },
    { key: 'percent', title: 'max_pool_percent', unit: 'percent' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'p99', title: 'Fault p99', unit: 'ns' },
    { key: 'zswpin', title: 'zswpin', unit: 'pages' },
    { key: 'pswpin', title: 'pswpin', unit: 'pages' },
    { key: 'zswpwb', title: 'zswpwb', unit: 'pages' },
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
          throughput: total(result, 'throughput'),
          p99: percentile(result, 'p99'),
          zswpin: total(result, 'zswpin'),
          pswpin: total(result, 'pswpin'),
          zswpwb: total(result, 'zswpwb'),
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
      statement: 'A pool that is larger than that costs throughput.',
      recorded: 'refuted',
      reason:
        'max_pool_percent is a limit, not a reservation: beyond what is swapped out the pool takes nothing. What it does take costs as many resident pages, but those would be swapped out to a slower place otherwise. The page cache, which a large pool squeezes in practice, is left out of this study, so that it cannot say where too large begins.',
      check: (rows) => {
        const falls = NAMES.flatMap((name) => stepsOf(rows, name)).filter(
          ({ gain }) => gain < 0.95,
        );
        return {
          holds: falls.length > 0,
          says: `Throughput falls by more than 5 % in ${falls.length} of ${NAMES.length * (PERCENTS.length - 1)} steps.`,
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
/** Each limit with the next larger one, and the throughput gained from one to the other. */
function stepsOf(rows: readonly Row[], workload: Name) {
  const own = rows.filter((row) => row['workload'] === workload);
  return own.slice(1).map((to, i) => {
    const from = own[i] as Row;
    return { from, to, gain: cell(to, 'throughput') / cell(from, 'throughput') };
  });
}

export default study;
