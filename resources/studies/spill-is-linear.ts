/** Latency of faults as zswap spills ever more of what it holds to an SSD. */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, mean, percentile, resultOf, share, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

/** max_pool_percent of 512 MiB; at 2 the pool holds everything, at 0 nothing. */
const POOLS = [2, 1.6, 1.4, 1.2, 1, 0.8, 0.6, 0.4, 0.2, 0];
const WORKLOADS = {
  zipf: { kind: 'zipf', exponent: 0.9 },
  uniform: { kind: 'uniform' },
} as const;
type Name = keyof typeof WORKLOADS;
const NAMES = Object.keys(WORKLOADS) as Name[];

const nameOf = (workload: Name, percent: number) => `${workload}, pool of ${percent} %`;

const spilling = (workload: Name, maxPoolPercent: number): ScenarioInput => ({
  machine: { memory: '512MiB', cpus: 2 },
  kernel: {
    statsFlush: '0',
    // Compressed pages are not charged, so that the resident set stays the same at every pool.
    cgroup: 'v1',
    pageCluster: 0,
    zswap: { enabled: true, compressor: 'lzo', maxPoolPercent },
  },
  tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '128MiB' } },
  cgroups: {
    app: {
      memory: { max: '16MiB' },
      workloads: [
        {
          name: 'service',
          pattern: WORKLOADS[workload],
          pages: '40MiB',
          fill: true,
          thinkTime: '1us',
          contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
          accesses: 80_000,
        },
      ],
    },
  },
  run: { sampleEvery: '10ms' },
});

const scenarios: Record<string, ScenarioInput> = {};
for (const name of NAMES) {
  for (const percent of POOLS) scenarios[nameOf(name, percent)] = spilling(name, percent);
}

const study: Study = {
  name: 'spill-is-linear',
  title: 'Spill is linear',
  argument:
    'When the pool is full, zswap writes its least recently used pages back to the device. The latency increase when it spills its coldest entries is therefore fairly linear.',
  source: 'Johannes Weiner, linux-mm, February 2023, on the proposal of a swap abstraction',
  method:
    'A service of 40 MiB in 16 MiB of RAM, with a pool that holds ever less of the rest. RAM stays the same; the share on the SSD is the mean over the run. Readahead is off.',
  scenarios,
  columns: [
    { key: 'workload', title: 'Access', unit: 'text' },
    { key: 'limit', title: 'max_pool_percent', unit: 'ratio' },
    { key: 'spilled', title: 'Of the swapped on SSD', unit: 'percent' },
    { key: 'mean', title: 'Fault, mean', unit: 'ns' },
    { key: 'p50', title: 'Fault p50', unit: 'ns' },
    { key: 'p99', title: 'Fault p99', unit: 'ns' },
    { key: 'zswpwb', title: 'zswpwb', unit: 'pages' },
    { key: 'rejected', title: 'zswap_reject', unit: 'pages' },
  ],
  rows: (results) =>
    NAMES.flatMap((workload) =>
      POOLS.map((limit): Row => {
        const result = resultOf(results, nameOf(workload, limit));
        const held = total(result, 'held', 'tier:ssd');
        const stored = total(result, 'zswap_stored', 'tier:zswap');
        return {
          workload,
          limit,
          spilled: (100 * held) / (held + stored),
          mean: mean(result),
          p50: percentile(result, 'p50'),
          p99: percentile(result, 'p99'),
          zswpwb: total(result, 'zswpwb'),
          rejected: total(result, 'zswap_reject'),
        };
      }),
    ),
  claims: [
    ...NAMES.map((name): Study['claims'][number] => ({
      statement: `A straight line explains at least 95 % of how mean latency varies (${name}).`,
      recorded: 'holds',
      check: (rows) => {
        const part = explained(rows, name, 'mean');
        return { holds: part >= 0.95, says: `It explains ${share(part)}.` };
      },
    })),
    {
      statement: 'So does the median (uniform).',
      recorded: 'refuted',
      reason:
        'A fault takes either the microseconds of zswap or the hundred of the SSD, and nothing between. The median is that of zswap until half of the faults go to the SSD, and then steps up; only means are linear in a mixture.',
      check: (rows) => {
        const part = explained(rows, 'uniform', 'p50');
        return { holds: part >= 0.95, says: `A straight line explains ${share(part)} of it.` };
      },
    },
  ],
  charts: [
    { title: 'Mean fault latency', kind: 'line', x: 'spilled', y: ['mean'], by: 'workload' },
    { title: 'Median fault latency', kind: 'line', x: 'spilled', y: ['p50'], by: 'workload' },
  ],
};

/** Share of the variance that the best straight line over what is spilled explains, 0 to 1. */
function explained(rows: readonly Row[], workload: Name, key: string): number {
  const own = rows.filter((row) => row['workload'] === workload);
  const average = (of: (row: Row) => number) =>
    own.reduce((sum, row) => sum + of(row), 0) / own.length;
  const [x, y] = [average((row) => cell(row, 'spilled')), average((row) => cell(row, key))];
  const both = average((row) => (cell(row, 'spilled') - x) * (cell(row, key) - y));
  const inX = average((row) => (cell(row, 'spilled') - x) ** 2);
  const inY = average((row) => (cell(row, key) - y) ** 2);
  return (both * both) / (inX * inY);
}

export default study;
