/** How much memory fits before the OOM killer comes, with zswap before a swapfile, alone, and with zram. */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, mebibytes, peak, resultOf, rowWhere, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const PAGE = 4096;
const SWAPFILE = 64 * 2 ** 20;

const swapfile: NonNullable<ScenarioInput['tiers']> = {
  swapfile: { kind: 'block', device: 'nvme', size: SWAPFILE },
};
const zswap = { enabled: true, compressor: 'lzo', maxPoolPercent: 20 } as const;

/** One process writes page after page of 512 MiB, and is killed when nothing more fits. */
const filling = (change: Pick<ScenarioInput, 'kernel' | 'tiers'>): ScenarioInput => ({
  machine: { memory: '64MiB', cpus: 2 },
  cgroups: {
    app: {
      workloads: [
        {
          name: 'filler',
          pattern: { kind: 'sequential' },
          pages: '512MiB',
          writes: 100,
          contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0.35 }],
          accesses: (512 * 2 ** 20) / PAGE,
        },
      ],
    },
  },
  run: { sampleEvery: '1ms' },
  ...change,
});

const SETUPS = {
  'swapfile alone': filling({ tiers: swapfile }),
  'zswap + swapfile, reserved': filling({ kernel: { zswap }, tiers: swapfile }),
  'zswap + swapfile, virtual': filling({
    kernel: { zswap, swapSpace: 'virtual' },
    tiers: swapfile,
  }),
  'zswap alone, reserved': filling({ kernel: { zswap } }),
  'zswap alone, virtual': filling({ kernel: { zswap, swapSpace: 'virtual' } }),
  zram: filling({ tiers: { zram: { kind: 'zram', codec: 'lzo', size: '512MiB' } } }),
};

const study: Study = {
  name: 'zswap-without-a-swapfile',
  title: 'zswap without a swapfile',
  argument:
    'Today every page in zswap also holds a slot of a swapfile, so zswap adds speed but no room, and without a swapfile it is no use at all. With a virtual swap space the room of zswap and of the swapfile would add up, and zswap could stand alone.',
  source:
    'Yosry Ahmed, LSF/MM/BPF proposal "Swap abstraction / native zswap", linux-mm, February 2023',
  method:
    'One process writes compressible pages (3 to 1) one after another in 64 MiB of RAM until the OOM killer ends it. What it had touched by then is the capacity.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'capacity', title: 'Touched before OOM', unit: 'bytes' },
    { key: 'swapped', title: 'Swapped out, most', unit: 'bytes' },
    { key: 'pool', title: 'RAM for compressed pages, most', unit: 'bytes' },
    { key: 'slots', title: 'Slots in use, most', unit: 'pages' },
    { key: 'kills', title: 'OOM kills', unit: 'count' },
  ],
  rows: (results) =>
    Object.keys(SETUPS).map((setup) => {
      const result = resultOf(results, setup);
      return {
        setup,
        capacity: total(result, 'accesses', 'cgroup:/app') * PAGE,
        swapped: peak(result, 'swapped', 'machine') * PAGE,
        pool: peak(result, 'zswap_pool', 'tier:zswap') + peak(result, 'zram_used', 'tier:zram'),
        slots: peak(result, 'slots_used', 'tier:swapfile'),
        kills: total(result, 'oom_kill'),
      };
    }),
  claims: [
    {
      statement:
        'With reserved slots, zswap before a swapfile gives no more room than the swapfile.',
      recorded: 'holds',
      check: (rows) => {
        const alone = capacity(rows, 'swapfile alone');
        const both = capacity(rows, 'zswap + swapfile, reserved');
        return {
          holds: both <= alone,
          says: `${mebibytes(both)} with zswap, ${mebibytes(alone)} without: the slots set the limit, and the pool takes RAM besides.`,
        };
      },
    },
    {
      statement:
        'With a virtual swap space the room of zswap and of the swapfile add up, but for the tenth that accept_threshold_percent leaves free.',
      recorded: 'holds',
      check: (rows) => {
        const both = out(rows, 'zswap + swapfile, virtual');
        const sum = out(rows, 'zswap alone, virtual') + SWAPFILE;
        return {
          holds: both >= 0.9 * sum,
          says: `${mebibytes(both)} swapped out together; ${mebibytes(sum)} is the sum of each alone.`,
        };
      },
    },
    {
      statement:
        'Without a swapfile, zswap gives no room with reserved slots and some with virtual.',
      recorded: 'holds',
      check: (rows) => {
        const reserved = out(rows, 'zswap alone, reserved');
        const virtual = out(rows, 'zswap alone, virtual');
        return {
          holds: reserved === 0 && virtual > 0,
          says: `${mebibytes(reserved)} swapped out with reserved slots, ${mebibytes(virtual)} with virtual.`,
        };
      },
    },
    {
      statement: 'zram holds more than zswap alone, since no pool limit stops it.',
      recorded: 'holds',
      check: (rows) => {
        const zram = capacity(rows, 'zram');
        const zswapAlone = capacity(rows, 'zswap alone, virtual');
        return {
          holds: zram > zswapAlone,
          says: `${mebibytes(zram)} against ${mebibytes(zswapAlone)}; zram took ${mebibytes(cell(rowWhere(rows, { setup: 'zram' }), 'pool'))} of the 64 MiB of RAM before the end.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Memory touched before OOM', kind: 'bar', x: 'setup', y: ['capacity', 'swapped'] },
  ],
};

const capacity = (rows: readonly Row[], setup: string) =>
  cell(rowWhere(rows, { setup }), 'capacity');
const out = (rows: readonly Row[], setup: string) => cell(rowWhere(rows, { setup }), 'swapped');

export default study;
