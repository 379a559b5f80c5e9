/** Swap on a fast and on a slow device by priority: in which order they fill, and who lives where (facts 2.2). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, micros, peak, resultOf, rowWhere, share, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

interface Setup {
  priorities: { fast: number; slow: number };
  fastSize: string;
  /** Whether somebody has filled the fast device with what nobody uses. */
  cold: boolean;
}

/** Swaps out 32 MiB and then only uses one percent of it; it lives as long as the run. */
const idle: NonNullable<ScenarioInput['cgroups']> = {
  cold: {
    memory: { max: '4MiB' },
    workloads: [
      {
        name: 'idle',
        pattern: { kind: 'hotcold', hot: 1, hotAccesses: 100, shuffle: false },
        pages: '36MiB',
        fill: true,
        thinkTime: '10us',
        contents: [{ class: 'compressible', share: 100 }],
      },
    ],
  },
};

const setup = ({ priorities, fastSize, cold }: Setup): ScenarioInput => ({
  machine: { memory: '256MiB', cpus: 2 },
  kernel: { statsFlush: '0', pageCluster: 0 },
  tiers: {
    fast: { kind: 'block', device: 'nvme', size: fastSize, priority: priorities.fast },
    slow: { kind: 'block', device: 'sata-ssd', size: '128MiB', priority: priorities.slow },
  },
  cgroups: {
    ...(cold ? idle : {}),
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
          contents: [{ class: 'compressible', share: 100 }],
        },
      ],
    },
  },
  run: { duration: '3s', sampleEvery: '20ms' },
});

const FAST_FIRST = { fast: 10, slow: 5 };
const SETUPS: Readonly<Record<string, ScenarioInput>> = {
  'fast first, room for all': setup({ priorities: FAST_FIRST, fastSize: '128MiB', cold: false }),
  'fast first, cold data came first': setup({
    priorities: FAST_FIRST,
    fastSize: '32MiB',
    cold: true,
  }),
  'slow first': setup({ priorities: { fast: 5, slow: 10 }, fastSize: '128MiB', cold: false }),
  'equal priorities': setup({ priorities: { fast: 5, slow: 5 }, fastSize: '128MiB', cold: false }),
};

const reads = (result: RunResult, tier: string) =>
  result.histograms.find((h) => h.scope === `tier:${tier}` && h.metric === 'fault_latency_device')
    ?.count ?? 0;

const study: Study = {
  name: 'fast-and-slow',
  title: 'A fast and a slow device',
  argument:
    'Priorities already give fast and slow swap: the fast device fills first, the slow one takes the rest. But a page stays where it was first put, so whatever came first keeps the fast device, used or not.',
  source:
    'frontswap thread, linux-kernel, April 2010 (plain priorities as the alternative); swap tiers, linux-mm, June 2025; priorities in swapon(8)',
  method:
    'A service of 32 MiB in 16 MiB of RAM starts after a second, with an NVMe device and a SATA SSD as swap. In one setup an idle process has swapped 32 MiB out before.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'fastSlots', title: 'Slots on fast, most', unit: 'pages' },
    { key: 'slowSlots', title: 'Slots on slow, most', unit: 'pages' },
    { key: 'fastReads', title: 'Faults from fast', unit: 'count' },
    { key: 'slowReads', title: 'Faults from slow', unit: 'count' },
    { key: 'slowShare', title: 'Share from slow', unit: 'percent' },
    { key: 'stall', title: 'Wait for a device, per fault', unit: 'ns' },
  ],
  rows: (results) =>
    Object.keys(SETUPS).map((name): Row => {
      const result = resultOf(results, name);
      const fast = reads(result, 'fast');
      const slow = reads(result, 'slow');
      return {
        setup: name,
        throughput: total(result, 'throughput', 'cgroup:/hot'),
        fastSlots: peak(result, 'slots_used', 'tier:fast'),
        slowSlots: peak(result, 'slots_used', 'tier:slow'),
        fastReads: fast,
        slowReads: slow,
        slowShare: (100 * slow) / (fast + slow),
        stall: total(result, 'stall_io') / (fast + slow),
      };
    }),
  claims: [
    {
      statement: 'The slow device is not touched while the fast one has room.',
      recorded: 'holds',
      check: (rows) => {
        const slots = of(rows, 'fast first, room for all', 'slowSlots');
        return { holds: slots === 0, says: `${slots} slots of the slow device were ever in use.` };
      },
    },
    {
      statement: 'Devices of equal priority take half of the pages each.',
      recorded: 'holds',
      check: (rows) => {
        const fast = of(rows, 'equal priorities', 'fastSlots');
        const slow = of(rows, 'equal priorities', 'slowSlots');
        const part = fast / (fast + slow);
        return { holds: Math.abs(part - 0.5) < 0.05, says: `${share(part)} are on the fast one.` };
      },
    },
    {
      statement: 'Where cold data came first, the service lives on the slow device.',
      recorded: 'holds',
      check: (rows) => {
        const part = of(rows, 'fast first, cold data came first', 'slowShare') / 100;
        return {
          holds: part > 0.9,
          says: `${share(part)} of its faults wait for the slow device.`,
        };
      },
    },
    {
      statement: 'Priorities are then no better than having the slow device first, to 10 %.',
      recorded: 'holds',
      check: (rows) => {
        const behind = of(rows, 'fast first, cold data came first', 'throughput');
        const slow = of(rows, 'slow first', 'throughput');
        return {
          holds: Math.abs(behind / slow - 1) < 0.1,
          says: `Its throughput is ${share(behind / slow)} of that, and ${share(behind / of(rows, 'fast first, room for all', 'throughput'))} of the fast device alone; a fault waits ${micros(of(rows, 'fast first, cold data came first', 'stall'))}.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Throughput of the service', kind: 'bar', x: 'setup', y: ['throughput'] },
    {
      title: 'Where its faults were served',
      kind: 'bar',
      x: 'setup',
      y: ['fastReads', 'slowReads'],
    },
  ],
};

const of = (rows: readonly Row[], name: string, key: string) =>
  cell(rowWhere(rows, { setup: name }), key);

export default study;
