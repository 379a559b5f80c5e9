/** Swap on a fast and on a slow device by priority: in which order they fill, and who lives where (facts 2.2). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  micros,
  peak,
  resultOf,
  rowWhere,
  share,
  times,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

interface Setup {
  priorities: { fast: number; slow: number };
  fastSize: string;
  /** Whether somebody has filled the fast device with what nobody uses. */
  cold: boolean;
  /** Tiers that the cold data may use. */
  coldTiers?: string[];
  /** What moves between the devices; a design that can move pages is then the one with descriptors. */
  policies?: Policy[];
  swapLru?: 'global';
}

type Policy = NonNullable<ScenarioInput['tierPolicies']>[number];
const DOWN = { from: 'fast', to: 'slow', interval: '20ms' } as const;

/** Swaps out 32 MiB and then only uses one percent of it; it lives as long as the run. */
const idle = (tiers: string[] | undefined): NonNullable<ScenarioInput['cgroups']> => ({
  cold: {
    memory: { max: '4MiB', swap: { tiers } },
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
});

const setup = ({
  priorities,
  fastSize,
  cold,
  coldTiers,
  policies,
  swapLru,
}: Setup): ScenarioInput => ({
  machine: { memory: '256MiB', cpus: 2 },
  kernel: {
    statsFlush: '0',
    pageCluster: 0,
    swapSpace: policies === undefined ? 'reserved' : 'virtual',
    swapLru,
  },
  tierPolicies: policies ?? [],
  tiers: {
    fast: { kind: 'block', device: 'nvme', size: fastSize, priority: priorities.fast },
    slow: { kind: 'block', device: 'sata-ssd', size: '128MiB', priority: priorities.slow },
  },
  cgroups: {
    ...(cold ? idle(coldTiers) : {}),
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
const BY_AGE: Policy = { kind: 'demote-by-age', after: '300ms', ...DOWN };
const UP: Policy = {
  kind: 'promote-into-room',
  from: 'slow',
  to: 'fast',
  interval: '20ms',
  low: 80,
  high: 90,
};
const COLD_FIRST: Setup = { priorities: FAST_FIRST, fastSize: '32MiB', cold: true };
const SETUPS: Readonly<Record<string, ScenarioInput>> = {
  'fast first, room for all': setup({ priorities: FAST_FIRST, fastSize: '128MiB', cold: false }),
  'fast first, cold data came first': setup(COLD_FIRST),
  'cold data may use slow alone': setup({ ...COLD_FIRST, coldTiers: ['slow'] }),
  'cold data moves down by age': setup({
    ...COLD_FIRST,
    policies: [BY_AGE],
  }),
  'cold down by age, new ones up': setup({ ...COLD_FIRST, policies: [BY_AGE, UP] }),
  'the same, one order of age': setup({
    ...COLD_FIRST,
    policies: [BY_AGE, UP],
    swapLru: 'global',
  }),
  'cold data moves down by pressure': setup({
    ...COLD_FIRST,
    policies: [{ kind: 'demote-by-pressure', high: 90, low: 70, ...DOWN }],
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
    'Priorities already give fast and slow swap: the fast device fills first, the slow one takes the rest. But a page stays where it was first put, so whatever came first keeps the fast device, used or not, unless a tier is denied to it or pages can move.',
  source:
    'frontswap thread, linux-kernel, April 2010 (plain priorities as the alternative); swap tiers, linux-mm, June 2025; priorities in swapon(8)',
  method:
    'A service of 32 MiB in 16 MiB of RAM starts after a second, with an NVMe device and a SATA SSD as swap. In some setups an idle process has swapped 32 MiB out before; it may then be kept to the slow device, or its pages move there, by descriptors, when nobody has touched them for 300 ms or when the fast device is more than 90 % full. "New ones up" also fills the fast device with the newest pages of the slow one.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'fastSlots', title: 'Slots on fast, most', unit: 'pages' },
    { key: 'slowSlots', title: 'Slots on slow, most', unit: 'pages' },
    { key: 'fastReads', title: 'Faults from fast', unit: 'count' },
    { key: 'slowReads', title: 'Faults from slow', unit: 'count' },
    { key: 'slowShare', title: 'Share from slow', unit: 'percent' },
    { key: 'moved', title: 'Pages moved', unit: 'pages' },
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
        moved: total(result, 'swap_moved'),
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
    {
      statement:
        'A tier that cold data may not use gives the service the fast device, for whoever knows what is cold: as fast as alone, to 10 %.',
      recorded: 'holds',
      check: (rows) => {
        const part =
          of(rows, 'cold data may use slow alone', 'throughput') /
          of(rows, 'fast first, room for all', 'throughput');
        return {
          holds: Math.abs(part - 1) < 0.1,
          says: `Its throughput is ${share(part)} of that.`,
        };
      },
    },
    {
      statement:
        'Moving pages down needs nobody who knows: by age or by pressure, the service is faster by more than a tenth than with priorities alone.',
      recorded: 'holds',
      check: (rows) => {
        const gains = (
          ['cold data moves down by age', 'cold data moves down by pressure'] as const
        ).map(
          (name) =>
            of(rows, name, 'throughput') /
            of(rows, 'fast first, cold data came first', 'throughput'),
        );
        return {
          holds: gains.every((gain) => gain > 1.1),
          says: `Its throughput is ${gains.map(times).join(' and ')} as high.`,
        };
      },
    },
    {
      statement: 'After demotion by age, less than a tenth of its faults wait for the slow device.',
      recorded: 'refuted',
      reason:
        'The service comes back to many of its pages only after more than 300 ms, so they are demoted like the cold ones, and a page that is only read keeps its slot there.',
      check: (rows) => {
        const part = of(rows, 'cold data moves down by age', 'slowShare') / 100;
        return {
          holds: part < 0.1,
          says: `${share(part)} do, after ${whole(of(rows, 'cold data moves down by age', 'moved'))} moves.`,
        };
      },
    },
    {
      statement:
        'After demotion by pressure, less than a tenth of its faults wait for the slow device.',
      recorded: 'refuted',
      reason:
        'Pressure makes room down to the low mark and no further: most of the cold data keep the fast device, and the service has what is left.',
      check: (rows) => {
        const part = of(rows, 'cold data moves down by pressure', 'slowShare') / 100;
        return {
          holds: part < 0.1,
          says: `${share(part)} do, after ${whole(of(rows, 'cold data moves down by pressure', 'moved'))} moves.`,
        };
      },
    },
    {
      statement:
        'Bringing the newest pages up as well makes the service faster than demotion by age alone.',
      recorded: 'refuted',
      reason:
        'The two policies work against each other: what one brings up the other takes down again after 300 ms, and the moves keep both devices busy.',
      check: (rows) => {
        const part =
          of(rows, 'cold down by age, new ones up', 'throughput') /
          of(rows, 'cold data moves down by age', 'throughput');
        return {
          holds: part > 1,
          says: `Its throughput is ${share(part)}, with ${whole(of(rows, 'cold down by age, new ones up', 'moved'))} moves.`,
        };
      },
    },
    {
      statement:
        'One order of age over all tiers chooses better pages to bring up than an order of each tier: fewer faults wait for the slow device.',
      recorded: 'holds',
      check: (rows) => {
        const own = of(rows, 'cold down by age, new ones up', 'slowShare') / 100;
        const one = of(rows, 'the same, one order of age', 'slowShare') / 100;
        return {
          holds: one < own,
          says: `${share(one)} instead of ${share(own)}: the newest pages of a tier are those that came to it last, whenever they left RAM.`,
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
