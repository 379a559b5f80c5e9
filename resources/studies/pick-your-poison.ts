/** Four ways to build the swap space on one workload whose hot set shifts (thread 000, facts 6.1). */
import type { RunResult, Scope } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  micros,
  percentile,
  resultOf,
  rowWhere,
  times,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const PAGE = 4096;
const RATIO = 3;
/** RAM for compressed pages, of each setup the same. */
const COMPRESSED = 8 * 2 ** 20;
const MACHINE = 256 * 2 ** 20;

type Kernel = NonNullable<ScenarioInput['kernel']>;

/** Compressed RAM as a device in front of the SSD, with what moves pages from one to the other. */
function zramFirst(swapSpace: Kernel['swapSpace'], batch: number): ScenarioInput {
  return {
    kernel: { swapSpace },
    tiers: {
      zram: { kind: 'zram', size: RATIO * COMPRESSED, memLimit: COMPRESSED * 1.1, priority: 2 },
      ssd: { kind: 'block', device: 'nvme', size: '128MiB', priority: 1 },
    },
    tierPolicies:
      batch === 0
        ? []
        : [
            {
              kind: 'demote-by-pressure',
              from: 'zram',
              to: 'ssd',
              high: 90,
              low: 80,
              interval: '5ms',
              batch,
            },
          ],
  };
}

/** Compressed RAM as zswap's pool in front of the SSD, which writes back when it is full. */
const zswapFirst = (swapSpace: Kernel['swapSpace']): ScenarioInput => ({
  kernel: {
    swapSpace,
    zswap: { enabled: true, compressor: 'lzo-rle', maxPoolPercent: (100 * COMPRESSED) / MACHINE },
  },
  tiers: { ssd: { kind: 'block', device: 'nvme', size: '128MiB', priority: 1 } },
});

const PINNED = 'pinned: zram, then SSD';
const RESERVED = 'reserved: zswap before SSD';
const WALK_ONE = 'walk: zram to SSD, a page at a time';
const WALK_BATCH = 'walk: zram to SSD, 32 at a time';
const VIRTUAL = 'virtual: zram to SSD, 32 at a time';
const VIRTUAL_ZSWAP = 'virtual: zswap before SSD';
const SETUPS: Readonly<Record<string, ScenarioInput>> = {
  [PINNED]: zramFirst('pinned', 0),
  [RESERVED]: zswapFirst('reserved'),
  [WALK_ONE]: zramFirst('walk', 1),
  [WALK_BATCH]: zramFirst('walk', 32),
  [VIRTUAL]: zramFirst('virtual', 32),
  [VIRTUAL_ZSWAP]: zswapFirst('virtual'),
};

/** Swaps out as much as zram holds before the service starts, and then uses one page in a hundred of it. */
const idle: NonNullable<ScenarioInput['cgroups']> = {
  idle: {
    memory: { max: '4MiB' },
    workloads: [
      {
        name: 'idle',
        pattern: { kind: 'hotcold', hot: 1, hotAccesses: 100, shuffle: false },
        pages: (4 * 2 ** 20 + RATIO * COMPRESSED) / PAGE,
        fill: true,
        thinkTime: '10us',
        contents: [{ class: 'compressible', share: 100, ratio: RATIO, sigma: 0 }],
      },
    ],
  },
};

const MEMORY = { 'all in use': {}, 'idle memory first': idle } as const;
type Memory = keyof typeof MEMORY;

/** A service of 64 MiB in 16 MiB of RAM, that uses 19 MiB at a time and other ones again and again. */
const shifting = ({ kernel, ...rest }: ScenarioInput, memory: Memory): ScenarioInput => ({
  machine: { memory: MACHINE, cpus: 2 },
  // Compressed pages are not charged, so that each setup has as much RAM for the others.
  kernel: { ...kernel, cgroup: 'v1', statsFlush: '0', pageCluster: 0 },
  ...rest,
  cgroups: {
    ...MEMORY[memory],
    app: {
      memory: { max: '16MiB' },
      workloads: [
        {
          name: 'service',
          start: '1s',
          pattern: { kind: 'phases', workingSet: 30, every: 50_000, shift: 25 },
          pages: (64 * 2 ** 20) / PAGE,
          fill: true,
          writes: 30,
          thinkTime: '1us',
          contents: [{ class: 'compressible', share: 100, ratio: RATIO, sigma: 0 }],
        },
      ],
    },
  },
  run: { duration: '7s', sampleEvery: '10ms' },
});

const nameOf = (setup: string, memory: Memory) => `${setup}, ${memory}`;
const runs = (Object.keys(MEMORY) as Memory[]).flatMap((memory) =>
  Object.entries(SETUPS).map(([setup, input]) => ({ setup, memory, input })),
);

const study: Study = {
  name: 'pick-your-poison',
  title: 'Pick your poison',
  argument:
    'A page-table entry that names a slot leaves three poisons: choose the tier at swap-out and never change it, reserve a slot in every tier, or walk page tables for each page that moves. A virtual layer should need none of them.',
  source: 'Nhat Pham and YoungJun Park, linux-mm, 30 May and 1 June 2025',
  method:
    'A service whose hot set shifts all the time runs in a quarter of its memory, with 8 MiB of compressed RAM before an SSD, alone or after an idle process has been swapped out. Each design moves cold pages on as it can: not at all, by zswap’s writeback, or by a kernel thread that makes room in zram. A walk meets 16,384 entries at 45 ns, an upper bound; a machine with more memory has more of them.',
  scenarios: Object.fromEntries(
    runs.map(({ setup, memory, input }) => [nameOf(setup, memory), shifting(input, memory)]),
  ),
  columns: [
    { key: 'setup', title: 'Swap space', unit: 'text' },
    { key: 'memory', title: 'Memory', unit: 'text' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'p99', title: 'Fault latency, 99th percentile', unit: 'ns' },
    { key: 'onSsd', title: 'Faults that waited for the SSD', unit: 'percent' },
    { key: 'bytes', title: 'Read from and written to the SSD', unit: 'bytes' },
    { key: 'moved', title: 'Pages moved between tiers', unit: 'pages' },
    { key: 'wasted', title: 'Idle slots, mean', unit: 'pages' },
    { key: 'entries', title: 'CPU time for entries and slots', unit: 'ns' },
    { key: 'walking', title: 'CPU time for moves (walks)', unit: 'ns' },
  ],
  rows: (results) =>
    runs.map(({ setup, memory }): Row => {
      const result = resultOf(results, nameOf(setup, memory));
      const ssd = 'tier:ssd';
      return {
        setup,
        memory,
        throughput: total(result, 'throughput', 'cgroup:/app'),
        p99: percentile(result, 'p99'),
        onSsd: (100 * faultsOf(result, ssd)) / total(result, 'pgmajfault'),
        bytes: total(result, 'bytes_read', ssd) + total(result, 'bytes_written', ssd),
        moved: total(result, 'swap_moved') + total(result, 'zswpwb'),
        wasted: total(result, 'slots_idle', ssd),
        entries: total(result, 'cpu_metadata'),
        walking: total(result, 'cpu_move'),
      };
    }),
  claims: [
    {
      statement:
        'Where idle memory was swapped out first, a tier that is kept is slower than one that can change.',
      recorded: 'holds',
      check: (rows) => more(rows, 'throughput', 'idle memory first', VIRTUAL, PINNED),
    },
    {
      statement: 'It is slower where all memory is in use, too.',
      recorded: 'refuted',
      reason:
        'every page is wanted again soon, so what the thread takes out of zram to make room comes back from the SSD. A page that returns to RAM gives up its slot in zram, which is room enough.',
      check: (rows) => more(rows, 'throughput', 'all in use', VIRTUAL, PINNED),
    },
    {
      statement: 'Only reserved slots stand idle.',
      recorded: 'holds',
      check: (rows) => {
        const idleSlots = rows.filter((row) => cell(row, 'wasted') > 0);
        return {
          holds:
            idleSlots.length > 0 &&
            idleSlots.every((row) => String(row['setup']).startsWith('res')),
          says: idleSlots
            .map((row) => `${whole(cell(row, 'wasted'))} with ${row['setup']}, ${row['memory']}`)
            .join('; '),
        };
      },
    },
    {
      statement:
        'A walk for each page takes more CPU time than all else that swap does with its entries.',
      recorded: 'holds',
      check: (rows) => {
        const ratios = eachMemory(rows, 'entries', WALK_ONE, VIRTUAL);
        return { holds: ratios.every((ratio) => ratio > 2), says: ratioList(ratios) };
      },
    },
    {
      statement: 'Walks that 32 pages share are as cheap as descriptors, to a tenth.',
      recorded: 'refuted',
      reason:
        'a batch still looks at 16,384 entries, half a thousand for each page; only one with as many pages as a page table has entries would come near.',
      check: (rows) => {
        const ratios = eachMemory(rows, 'entries', WALK_BATCH, VIRTUAL);
        return { holds: ratios.every((ratio) => ratio < 1.1), says: ratioList(ratios) };
      },
    },
    {
      statement: 'With descriptors throughput is highest.',
      recorded: 'refuted',
      reason:
        'where all memory is in use nothing that moves pages pays. Where idle memory came first, reserved slots fill more than half of the SSD, so that slots are given up after a read (vm_swap_full) and what was read is compressed again at the next swap-out; with descriptors the SSD is emptier, keeps its slots, and the page stays there. On an SSD of 512 MiB both designs of zswap are as fast.',
      check: (rows) => {
        const best = (Object.keys(MEMORY) as Memory[]).map((memory) =>
          rows
            .filter((row) => row['memory'] === memory)
            .reduce((a, b) => (cell(b, 'throughput') > cell(a, 'throughput') ? b : a)),
        );
        return {
          holds: best.every((row) => String(row['setup']).startsWith('virtual')),
          says: best
            .map(
              (row) => `${whole(cell(row, 'throughput'))}/s with ${row['setup']}, ${row['memory']}`,
            )
            .join('; '),
        };
      },
    },
    {
      statement:
        'Where idle memory was swapped out first, the 99th percentile of faults is lower with descriptors than with a tier that is kept.',
      recorded: 'holds',
      check: (rows) => more(rows, 'p99', 'idle memory first', PINNED, VIRTUAL),
    },
  ],
  charts: [
    { title: 'Throughput', kind: 'bar', x: 'setup', y: ['throughput'], by: 'memory' },
    {
      title: 'CPU time for entries and slots',
      kind: 'bar',
      x: 'setup',
      y: ['entries'],
      by: 'memory',
    },
  ],
};

/** Faults that the tier itself served. */
function faultsOf(result: RunResult, scope: Scope): number {
  const found = result.histograms.find(
    (each) => each.metric === 'fault_latency_device' && each.scope === scope,
  );
  return found?.count ?? 0;
}

/** Whether the column is larger in the first setup than in the second. */
function more(rows: readonly Row[], column: string, memory: Memory, first: string, second: string) {
  const [a, b] = [first, second].map((setup) => cell(rowWhere(rows, { setup, memory }), column));
  const say = (value: number) => (column === 'p99' ? micros(value) : `${whole(value)}/s`);
  return { holds: a! > b!, says: `${say(a!)} with ${first}, ${say(b!)} with ${second}.` };
}

/** How many times the column of the first setup is that of the second, in each kind of memory. */
function eachMemory(rows: readonly Row[], column: string, first: string, second: string): number[] {
  return (Object.keys(MEMORY) as Memory[]).map((memory) => {
    const [a, b] = [first, second].map((setup) => cell(rowWhere(rows, { setup, memory }), column));
    return a! / b!;
  });
}

const ratioList = (ratios: readonly number[]) =>
  `${ratios.map(times).join(' and ')} the CPU time of descriptors.`;

export default study;
