/** Readahead on zswap, zram and an SSD, by access pattern (facts T6 and 2.5). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  micros,
  percentile,
  resultOf,
  rowWhere,
  short,
  times,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const CLUSTERS = [0, 1, 2, 3, 5];
const BACKENDS = ['zswap', 'zram', 'ssd'] as const;
const PATTERNS = ['sequential', 'random'] as const;
type Backend = (typeof BACKENDS)[number];
type Pattern = (typeof PATTERNS)[number];

const nameOf = (backend: Backend, pattern: Pattern, cluster: number) =>
  `${backend}, ${pattern}, page-cluster ${cluster}`;

const reading = (backend: Backend, pattern: Pattern, pageCluster: number): ScenarioInput => ({
  machine: { memory: '512MiB' },
  kernel: {
    pageCluster,
    statsFlush: '0',
    cgroup: 'v1',
    zswap: { enabled: backend === 'zswap', compressor: 'lz4', maxPoolPercent: 50 },
  },
  tiers:
    backend === 'zram'
      ? { swap: { kind: 'zram', codec: 'lz4', size: '128MiB' } }
      : { swap: { kind: 'block', device: 'sata-ssd', size: '128MiB' } },
  cgroups: {
    app: {
      memory: { max: '16MiB' },
      workloads: [
        {
          name: 'reader',
          pattern: pattern === 'sequential' ? { kind: 'sequential' } : { kind: 'uniform' },
          pages: '32MiB',
          fill: true,
          writes: 0,
          contents: [{ class: 'compressible', share: 100, ratio: 2.6, sigma: 0.35 }],
          thinkTime: '1us',
          accesses: 60_000,
        },
      ],
    },
  },
  // What takes longer has shown its rate by then.
  run: { duration: '1500ms', sampleEvery: '100ms' },
});
const scenarios: Record<string, ScenarioInput> = {};
for (const backend of BACKENDS)
  for (const pattern of PATTERNS)
    for (const cluster of CLUSTERS)
      scenarios[nameOf(backend, pattern, cluster)] = reading(backend, pattern, cluster);

const study: Study = {
  name: 'readahead-on-fast-swap',
  title: 'Readahead on fast swap',
  argument:
    'Readahead pays where a device answers slowly and serves neighbours cheaply. Compressed RAM does neither, so page_cluster belongs at 0 there.',
  source: 'zram page-cluster benchmark by u/VenditatioDelendaEst (table T6)',
  method:
    'A process reads 32 MiB in 16 MiB of RAM, in order or at random, from zswap, from zram and from a SATA SSD, at each page_cluster. The compressed pool is not charged (cgroup v1), so that all have the same RAM.',
  scenarios,
  columns: [
    { key: 'backend', title: 'Swap', unit: 'text' },
    { key: 'pattern', title: 'Access', unit: 'text' },
    { key: 'setup', title: 'Swap and access', unit: 'text' },
    { key: 'cluster', title: 'page_cluster', unit: 'count' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'major', title: 'pgmajfault', unit: 'count' },
    { key: 'p50', title: 'Fault p50', unit: 'ns' },
    { key: 'p99', title: 'Fault p99', unit: 'ns' },
    { key: 'ahead', title: 'swap_ra', unit: 'pages' },
    { key: 'hits', title: 'swap_ra_hit', unit: 'pages' },
    { key: 'scanned', title: 'pgscan_anon per fault', unit: 'ratio' },
  ],
  rows: (results) =>
    BACKENDS.flatMap((backend) =>
      PATTERNS.flatMap((pattern) =>
        CLUSTERS.map((cluster): Row => {
          const result = resultOf(results, nameOf(backend, pattern, cluster));
          return {
            backend,
            pattern,
            setup: `${backend}, ${pattern}`,
            cluster,
            throughput: total(result, 'throughput'),
            major: total(result, 'pgmajfault'),
            p50: percentile(result, 'p50'),
            p99: percentile(result, 'p99'),
            ahead: total(result, 'swap_ra'),
            hits: total(result, 'swap_ra_hit'),
            scanned: total(result, 'pgscan_anon') / total(result, 'pgfault'),
          };
        }),
      ),
    ),
  claims: [
    {
      statement:
        'On an SSD, readahead at the default page_cluster of 3 more than doubles sequential throughput.',
      recorded: 'holds',
      check: (rows) => {
        const gain = gainOf(rows, 'ssd', 'sequential');
        return { holds: gain > 2, says: `It is ${times(gain)} as high.` };
      },
    },
    {
      statement:
        'On zswap the same readahead gains less than 1.45 times, the most that T6 found for zram.',
      recorded: 'holds',
      check: (rows) => {
        const gain = gainOf(rows, 'zswap', 'sequential');
        return {
          holds: gain < 1.45,
          says: `It is ${times(gain)} as high: only the faults become fewer, each page is still decompressed.`,
        };
      },
    },
    {
      statement: 'On zram page_cluster makes no difference.',
      recorded: 'holds',
      check: (rows) => {
        const own = rows.filter((row) => row['backend'] === 'zram');
        const ahead = own.reduce((sum, row) => sum + cell(row, 'ahead'), 0);
        return {
          holds: ahead === 0,
          says: `${ahead} pages are read ahead: a synchronous device is read page by page. T6 is from before that rule.`,
        };
      },
    },
    {
      statement:
        'With random access on zswap, readahead costs more than a tenth of the throughput.',
      recorded: 'holds',
      check: (rows) => {
        const gain = gainOf(rows, 'zswap', 'random');
        const row = rowWhere(rows, { backend: 'zswap', pattern: 'random', cluster: 3 });
        return {
          holds: gain < 0.9,
          says: `It falls to ${short(gain * 100)} %, with a p99 of ${micros(cell(row, 'p99'))} and ${whole(cell(row, 'scanned'))} pages scanned for each fault: what zswap has read ahead is dirty and not yet mapped, and pageout() since 6.16 writes only what is anonymous or shmem, so it stays in RAM until it is used.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Throughput', kind: 'line', x: 'cluster', y: ['throughput'], by: 'setup', log: true },
    { title: 'Fault latency, p99', kind: 'line', x: 'cluster', y: ['p99'], by: 'setup', log: true },
  ],
};

/** Throughput at page_cluster 3 over that at 0. */
const gainOf = (rows: readonly Row[], backend: Backend, pattern: Pattern) =>
  cell(rowWhere(rows, { backend, pattern, cluster: 3 }), 'throughput') /
  cell(rowWhere(rows, { backend, pattern, cluster: 0 }), 'throughput');

export default study;
