/** What to do with pages that no codec makes smaller: keep them raw in zswap, raw in zram, or send all to the device (T2). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  peak,
  percentile,
  resultOf,
  rowWhere,
  share,
  short,
  times,
  total,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const SHARES = [0, 25, 50, 75, 100];
const BACKENDS = ['ssd', 'zswap', 'zswap, rejecting', 'zram'] as const;
type Backend = (typeof BACKENDS)[number];

const nameOf = (backend: Backend, incompressible: number) =>
  `${backend}, ${incompressible} % incompressible`;

const swapping = (backend: Backend, incompressible: number): ScenarioInput => ({
  machine: { memory: '64MiB', cpus: 2 },
  kernel: {
    statsFlush: '0',
    pageCluster: 0,
    zswap: {
      enabled: backend === 'zswap' || backend === 'zswap, rejecting',
      compressor: 'lzo',
      maxPoolPercent: 40,
      incompressible: backend === 'zswap, rejecting' ? 'reject' : 'store',
    },
  },
  tiers: {
    ...(backend === 'zram'
      ? { zram: { kind: 'zram', codec: 'lzo', size: '96MiB', priority: 10 } }
      : {}),
    ssd: { kind: 'block', device: 'sata-ssd', size: '256MiB', priority: 5 },
  },
  cgroups: {
    app: {
      workloads: [
        {
          name: 'service',
          pattern: { kind: 'zipf', exponent: 0.8 },
          pages: '96MiB',
          fill: true,
          thinkTime: '1us',
          rewrites: 0,
          contents: [
            { class: 'incompressible', share: incompressible },
            { class: 'compressible', share: 100 - incompressible, ratio: 3 },
          ],
          accesses: 100_000,
        },
      ],
    },
  },
  run: { sampleEvery: '50ms' },
});

const scenarios: Record<string, ScenarioInput> = {};
for (const backend of BACKENDS) {
  for (const part of SHARES) scenarios[nameOf(backend, part)] = swapping(backend, part);
}

const study: Study = {
  name: 'zswap-or-zram-for-incompressible',
  title: 'Incompressible pages: zswap, zram or neither',
  argument:
    'zswap keeps what does not compress as it is, in the order of its LRU, and writes it back when it is cold. zram without a backing device keeps it too and cannot let go of it, so it saves nothing and takes RAM for good.',
  source:
    'SeongJae Park, “store <PAGE_SIZE compression failed page as-is”, linux-mm, August 2025 (table T2)',
  method:
    'A service of 96 MiB in 64 MiB of RAM, over a SATA SSD alone, zswap (40 %) before it, or zram of 96 MiB without mem_limit before it. zswap stores what does not compress, as since 6.18, or rejects it, which sends it to the SSD at once; incompressible-region has the published case of the two.',
  scenarios,
  columns: [
    { key: 'backend', title: 'Swap', unit: 'text' },
    { key: 'incompressible', title: 'Incompressible', unit: 'percent' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'p99', title: 'Fault p99', unit: 'ns' },
    { key: 'ssdRead', title: 'Read from SSD', unit: 'bytes' },
    { key: 'zswpwb', title: 'zswpwb', unit: 'pages' },
    { key: 'held', title: 'RAM for compressed pages, most', unit: 'bytes' },
    { key: 'kills', title: 'OOM kills', unit: 'count' },
  ],
  rows: (results) =>
    BACKENDS.flatMap((backend) =>
      SHARES.map((incompressible): Row => {
        const result = resultOf(results, nameOf(backend, incompressible));
        const killed = total(result, 'oom_kill') > 0;
        return {
          backend,
          incompressible,
          // What a killed service had reached by then says nothing.
          throughput: killed ? null : total(result, 'throughput'),
          p99: killed ? null : percentile(result, 'p99'),
          ssdRead: total(result, 'bytes_read', 'tier:ssd'),
          zswpwb: total(result, 'zswpwb'),
          held: peak(result, 'zswap_pool', 'tier:zswap') + peak(result, 'zram_used', 'tier:zram'),
          kills: total(result, 'oom_kill'),
        };
      }),
    ),
  claims: [
    {
      statement: 'Where all pages compress, zswap and zram are within 10 % of each other.',
      recorded: 'holds',
      check: (rows) => {
        const ratio = speed(rows, 'zswap', 0) / speed(rows, 'zram', 0);
        return { holds: Math.abs(ratio - 1) < 0.1, says: `zswap reaches ${share(ratio)} of zram.` };
      },
    },
    {
      statement:
        'With half of the pages incompressible, zram ends in an OOM kill and zswap does not.',
      recorded: 'holds',
      check: (rows) => {
        const kills = (backend: Backend) =>
          cell(rowWhere(rows, { backend, incompressible: 50 }), 'kills');
        return {
          holds: kills('zram') > 0 && kills('zswap') === 0,
          says: `${kills('zram')} and ${kills('zswap')} kills. zram has the higher priority and room by its disksize, so nothing goes to the SSD while RAM fills with raw pages.`,
        };
      },
    },
    {
      statement: 'zswap that stores raw pages is faster than the SSD alone at every share.',
      recorded: 'refuted',
      reason:
        'A raw page in the pool takes the frame that it left, so at 100 % zswap only adds the price of trying to compress and of writing back, and a second copy of the decision which pages stay.',
      check: (rows) => {
        const slower = SHARES.filter((s) => speed(rows, 'zswap', s) <= speed(rows, 'ssd', s));
        return {
          holds: slower.length === 0,
          says: `It is ${times(speed(rows, 'zswap', 25) / speed(rows, 'ssd', 25))} as fast at 25 %, and slower at ${slower.map((s) => `${s} %`).join(', ') || 'none'}.`,
        };
      },
    },
    {
      statement:
        'Storing raw pages is at least as fast as rejecting them, within 2 %, at every share (T2: 1.56 times at a third).',
      recorded: 'refuted',
      reason:
        'Below a limit of the pool a raw page takes the room of three that compress and saves no RAM. Here the raw ones fill the pool to its 40 %, and then compressible pages are refused or written back, which a pool that rejects has room for. The published pool was far from its limit; with maxPoolPercent at 95 storing raw is the faster here too.',
      check: (rows) => {
        const gains = SHARES.map(
          (s) => speed(rows, 'zswap', s) / speed(rows, 'zswap, rejecting', s),
        );
        return {
          holds: gains.every((gain) => gain >= 0.98),
          says: `From ${SHARES[0]} to ${SHARES.at(-1)} % it is ${gains.map(short).join(', ')} times as fast.`,
        };
      },
    },
    {
      statement: 'With a quarter incompressible, zswap is at least as fast as zram.',
      recorded: 'refuted',
      reason:
        'zram is bounded by nothing but RAM and keeps everything there; the pool limit of 40 % sends zswap to the SSD long before. That is the limit that pool-size is about, and the same freedom that kills at 50 %.',
      check: (rows) => {
        const ratio = speed(rows, 'zswap', 25) / speed(rows, 'zram', 25);
        return { holds: ratio >= 1, says: `zswap reaches ${share(ratio)} of zram.` };
      },
    },
  ],
  charts: [
    {
      title: 'Throughput',
      kind: 'line',
      x: 'incompressible',
      y: ['throughput'],
      by: 'backend',
      log: true,
    },
    {
      title: 'RAM for compressed pages, most',
      kind: 'line',
      x: 'incompressible',
      y: ['held'],
      by: 'backend',
    },
  ],
};

const speed = (rows: readonly Row[], backend: Backend, incompressible: number) =>
  cell(rowWhere(rows, { backend, incompressible }), 'throughput');

export default study;
