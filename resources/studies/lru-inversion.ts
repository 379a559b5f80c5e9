/** Who gets the compressed pool when it is full: the coldest pages that came first, or the ones in use (facts 3.7). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  mean,
  percentile,
  resultOf,
  rowWhere,
  share,
  times,
  total,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

interface Setup {
  zswap: boolean;
  /** Whether the oldest of all swapped pages leave the pool before it is full. */
  oneLru?: boolean;
  /** Whether the cold pages may leave the pool for the device. */
  writeback: boolean;
  cold: boolean;
}

const setup = ({ zswap, oneLru = false, writeback, cold }: Setup): ScenarioInput => ({
  machine: { memory: '256MiB', cpus: 2 },
  kernel: {
    statsFlush: '0',
    pageCluster: 0,
    swapLru: oneLru ? 'global' : 'backend',
    zswap: { enabled: zswap, compressor: 'lzo', maxPoolPercent: 4 },
  },
  tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '256MiB' } },
  tierPolicies: oneLru
    ? [{ kind: 'demote-by-pressure', from: 'zswap', to: 'ssd', interval: '10ms' }]
    : [],
  cgroups: {
    ...(cold
      ? {
          cold: {
            memory: { max: '14MiB', zswap: { writeback } },
            workloads: [
              {
                name: 'idle',
                pattern: { kind: 'hotcold', hot: 1, hotAccesses: 100, shuffle: false },
                pages: '33MiB',
                fill: true,
                thinkTime: '10us',
                contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
              },
            ],
          },
        }
      : {}),
    hot: {
      memory: { max: '16MiB' },
      workloads: [
        {
          name: 'service',
          start: '1s',
          pattern: { kind: 'zipf', exponent: 0.8 },
          pages: '32MiB',
          fill: true,
          thinkTime: '1us',
          contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
        },
      ],
    },
  },
  run: { duration: '3s', sampleEvery: '20ms' },
});

const SETUPS: Readonly<Record<string, ScenarioInput>> = {
  'no zswap': setup({ zswap: false, writeback: true, cold: true }),
  'full pool rejects': setup({ zswap: true, writeback: false, cold: true }),
  'worker writes the coldest back': setup({ zswap: true, writeback: true, cold: true }),
  'one LRU over all tiers': setup({ zswap: true, oneLru: true, writeback: true, cold: true }),
  'empty pool': setup({ zswap: true, writeback: true, cold: false }),
};

const study: Study = {
  name: 'lru-inversion',
  title: 'LRU turned upside down',
  argument:
    'When the pool is full, zswap rejects the newest pages, which go to the slow device, while the coldest stay in RAM. Writing the least recently used back instead puts the order right.',
  source: 'thread on an LRU in zsmalloc, linux-mm, November 2022; Yosry Ahmed, February 2023',
  method:
    'An idle process fills the pool with what nobody uses; then a service of 32 MiB starts in 16 MiB of RAM. The pool either keeps the cold pages (memory.zswap.writeback=0 for them) or writes them back to a SATA SSD: zswap its own oldest once it is full, the swap layer the oldest of all from nine tenths to eight, looking every 10 ms (an estimate). The claims take their bound from what keeping incompressible pages in order gained when it was published; that case itself is incompressible-region.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'throughput', title: 'Throughput of the service', unit: 'per second' },
    { key: 'pswpin', title: 'pswpin', unit: 'pages' },
    { key: 'zswpin', title: 'zswpin', unit: 'pages' },
    { key: 'fromDevice', title: 'Swap-ins from the device', unit: 'percent' },
    { key: 'rejected', title: 'zswap_reject', unit: 'pages' },
    { key: 'writtenCold', title: 'zswpwb, cold', unit: 'pages' },
    { key: 'writtenHot', title: 'zswpwb, service', unit: 'pages' },
    { key: 'mean', title: 'Fault, mean', unit: 'ns' },
    { key: 'p99', title: 'Fault p99', unit: 'ns' },
  ],
  rows: (results) =>
    Object.entries(SETUPS).map(([name, scenario]): Row => {
      const result = resultOf(results, name);
      const pswpin = total(result, 'pswpin', 'cgroup:/hot');
      const zswpin = total(result, 'zswpin', 'cgroup:/hot');
      return {
        setup: name,
        throughput: total(result, 'throughput', 'cgroup:/hot'),
        pswpin,
        zswpin,
        fromDevice: (100 * pswpin) / (pswpin + zswpin),
        rejected: total(result, 'zswap_reject'),
        writtenCold: scenario.cgroups?.['cold'] ? total(result, 'zswpwb', 'cgroup:/cold') : 0,
        writtenHot: total(result, 'zswpwb', 'cgroup:/hot'),
        mean: mean(result),
        p99: percentile(result, 'p99'),
      };
    }),
  claims: [
    {
      statement: 'A full pool that only rejects sends most of the service to the device.',
      recorded: 'holds',
      check: (rows) => {
        const part = of(rows, 'full pool rejects', 'fromDevice') / 100;
        return { holds: part > 0.5, says: `${share(part)} of its swap-ins read the device.` };
      },
    },
    {
      statement: 'Writing the coldest back makes the service at least 1.56 times as fast.',
      recorded: 'refuted',
      reason:
        'The order is put right, but late: the worker is queued by the first page that a full pool refuses, and the pool refuses all until it is down to nine tenths. What it refuses meanwhile goes to the device although it is hot.',
      check: (rows) => {
        const gain = gainOver(rows, 'full pool rejects', 'worker writes the coldest back');
        return { holds: gain >= 1.56, says: `It is ${times(gain)} as fast.` };
      },
    },
    {
      statement:
        'One LRU over all tiers that gives the oldest away before the pool is full makes it at least 1.56 times as fast.',
      recorded: 'holds',
      check: (rows) => {
        const gain = gainOver(rows, 'full pool rejects', 'one LRU over all tiers');
        return { holds: gain >= 1.56, says: `It is ${times(gain)} as fast.` };
      },
    },
    {
      statement:
        'A full pool that only rejects is worse for the service than no zswap, by 5 % or more.',
      recorded: 'refuted',
      reason:
        'A full pool rejects before it compresses, so a rejected page costs one look at the limit. What the pool takes from others shows only where they share RAM with the cold pages; here each cgroup has its own limit.',
      check: (rows) => {
        const gain = gainOver(rows, 'no zswap', 'full pool rejects');
        return { holds: gain <= 0.95, says: `It is ${times(gain)} as fast as without.` };
      },
    },
  ],
  charts: [
    { title: 'Throughput of the service', kind: 'bar', x: 'setup', y: ['throughput'] },
    { title: 'Where its pages came back from', kind: 'bar', x: 'setup', y: ['pswpin', 'zswpin'] },
  ],
};

/** Throughput of the service in the second setup by that in the first. */
const gainOver = (rows: readonly Row[], before: string, after: string) =>
  of(rows, after, 'throughput') / of(rows, before, 'throughput');

const of = (rows: readonly Row[], name: string, key: string) =>
  cell(rowWhere(rows, { setup: name }), key);

export default study;
