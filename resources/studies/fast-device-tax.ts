/** What the virtual layer costs on fast devices, and that it vanishes on slow ones (facts 6.5, T8). */
import { DEVICES } from '../../src/engine/scenario/presets.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, resultOf, rowWhere, share, total } from '../../src/studies/measure.ts';
import type { Results, Row, Study } from '../../src/studies/study.ts';

type Kernel = NonNullable<ScenarioInput['kernel']>;
type Tiers = NonNullable<ScenarioInput['tiers']>;

const RAM_PAGES = 4096;
const ROUNDS = 3;
/** Which page is swapped is left to chance at random, so that it takes more of them. */
const RANDOM_ROUNDS = 8;

const DESIGNS = {
  none: { swapSpace: 'reserved' },
  'a look-up for each entry': { swapSpace: 'virtual', virtualSwap: { preset: 'vswap-2026-v5' } },
  'cached look-ups': { swapSpace: 'virtual', virtualSwap: { preset: 'vswap-2026' } },
} as const satisfies Record<string, Kernel>;

/** A device that always takes its median, so that nothing but the layer makes a difference. */
const block = (device: 'pmem' | 'nvme' | 'hdd'): Tiers => {
  const { readP50, writeP50 } = DEVICES[device];
  return {
    swap: {
      kind: 'block',
      device,
      size: '128MiB',
      readP99: `${readP50}ns`,
      writeP99: `${writeP50}ns`,
    },
  };
};
interface Backend {
  tiers: Tiers;
  zswap?: Kernel['zswap'];
  use: 'in turn' | 'at random';
}
const BACKENDS: Readonly<Record<string, Backend>> = {
  zram: { tiers: { swap: { kind: 'zram', size: '128MiB' } }, use: 'in turn' },
  PMEM: { tiers: block('pmem'), use: 'in turn' },
  zswap: {
    tiers: block('nvme'),
    zswap: { enabled: true, maxPoolPercent: 50 },
    use: 'in turn',
  },
  SSD: { tiers: block('nvme'), use: 'in turn' },
  HDD: { tiers: block('hdd'), use: 'in turn' },
  'SSD, random': { tiers: block('nvme'), use: 'at random' },
  'HDD, random': { tiers: block('hdd'), use: 'at random' },
};

type Design = keyof typeof DESIGNS;
const LAYERS = ['a look-up for each entry', 'cached look-ups'] as const;
const nameOf = (backend: string, design: Design) => `${backend}, ${design}`;

/** What a process does with its memory that it filled once: it ends, or it is the last and keeps it. */
const ENDS = ['frees', 'keeps'] as const;
type End = (typeof ENDS)[number];
const FREED = ['zram', 'PMEM', 'zswap'] as const;
const endOf = (backend: string, design: Design, end: End) => `${nameOf(backend, design)}, ${end}`;

/** A process writes to twice as many pages as it has frames, as usemem does. */
function usemem(backend: string, design: Design): ScenarioInput {
  const { tiers, zswap, use } = BACKENDS[backend]!;
  return {
    machine: { memory: '128MiB' },
    kernel: { statsFlush: '0', ...DESIGNS[design], ...(zswap ? { zswap } : {}) },
    tiers,
    cgroups: {
      app: {
        memory: { max: RAM_PAGES * 4096 },
        workloads: [
          {
            name: 'usemem',
            pattern: use === 'in turn' ? { kind: 'sequential' } : { kind: 'uniform' },
            fill: true,
            pages: 2 * RAM_PAGES,
            writes: 100,
            accesses: (use === 'in turn' ? ROUNDS : RANDOM_ROUNDS) * 2 * RAM_PAGES,
            contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
          },
        ],
      },
    },
  };
}

/** Fills twice as many pages as it has frames, and ends; the other one, if any, lives for a second. */
function filled(backend: string, design: Design, end: End): ScenarioInput {
  const input = usemem(backend, design);
  const { app } = input.cgroups!;
  const [workload] = app!.workloads!;
  return {
    ...input,
    cgroups: {
      app: { ...app, workloads: [{ ...workload!, accesses: 2 * RAM_PAGES }] },
      ...(end === 'frees'
        ? {
            other: {
              workloads: [
                {
                  name: 'waits',
                  pattern: { kind: 'sequential' as const },
                  pages: '64KiB',
                  accesses: 1000,
                  thinkTime: '1ms',
                },
              ],
            },
          }
        : {}),
    },
  };
}

const study: Study = {
  name: 'fast-device-tax',
  title: 'The tax on fast devices',
  argument:
    'A virtual layer adds a descriptor and look-ups to each page that is swapped. Where the device takes microseconds that shows, and on disks it does not.',
  source:
    'Kairui Song, linux-mm, February and March 2026: zram and PMEM lose 3 to 17 % of throughput with v3 to v5; Nhat Pham, v6 of May 2026: within 0.7 % of the base with cached look-ups; builds on SSD and zswap within 1 %. To free the memory takes 15 to 143 % longer with v3 to v5 (T8), 1 % with v6, and on zswap with the swap-table edition 15 % less',
  method:
    'A process writes to twice as many pages as it has frames, in turn or, where it says so, at random. Devices always take their median. The costs of the layer are derived from the same mails, a page out and a page freed, so what can fail here is the share that they have of the path of each backend. The costs of v6 are estimates. To free is measured apart: such a process fills its memory once and ends, and what one that keeps its memory spends on slots and descriptors is subtracted.',
  scenarios: Object.fromEntries(
    (Object.keys(DESIGNS) as Design[]).flatMap((design) => [
      ...Object.keys(BACKENDS).map((backend) => [nameOf(backend, design), usemem(backend, design)]),
      ...FREED.flatMap((backend) =>
        ENDS.map((end) => [endOf(backend, design, end), filled(backend, design, end)]),
      ),
    ]),
  ),
  columns: [
    { key: 'backend', title: 'Backend', unit: 'text' },
    { key: 'layer', title: 'Virtual layer', unit: 'text' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'change', title: 'Against none', unit: 'percent' },
    { key: 'metadata', title: 'Slots and descriptors, a page out', unit: 'ns' },
    { key: 'free', title: 'To free a page that is out', unit: 'ns' },
  ],
  rows: (results) =>
    Object.keys(BACKENDS).flatMap((backend) => {
      const base = total(resultOf(results, nameOf(backend, 'none')), 'throughput');
      return (Object.keys(DESIGNS) as Design[]).map((layer): Row => {
        const result = resultOf(results, nameOf(backend, layer));
        const out = total(result, 'pswpout') + total(result, 'zswpout');
        const throughput = total(result, 'throughput');
        return {
          backend,
          layer,
          throughput,
          change: (throughput / base - 1) * 100,
          metadata: total(result, 'cpu_metadata') / out,
          ...freeing(results, backend, layer),
        };
      });
    }),
  claims: [
    {
      statement: 'A look-up for each entry costs zram and PMEM 3 to 17 % of their throughput.',
      recorded: 'refuted',
      reason:
        'it costs more here, because every access of this process swaps a page out and another in. The published throughput also counts memory that was filled and never swapped.',
      check: (rows) => within(rows, ['zram', 'PMEM'], LAYERS.slice(0, 1), 0.03, 0.17),
    },
    {
      statement: 'With cached look-ups they lose less than 1 %.',
      recorded: 'holds',
      check: (rows) => within(rows, ['zram', 'PMEM'], LAYERS.slice(1), -0.01, 0.01),
    },
    {
      statement: 'On an SSD and on a hard disk either layer costs less than 1 %.',
      recorded: 'refuted',
      reason:
        'pages that are used in turn are read ahead and written in large requests, so a page takes microseconds of the device there as well. The published figures are of builds, which swap now and then.',
      check: (rows) => within(rows, ['SSD', 'HDD'], LAYERS, -0.01, 0.01),
    },
    {
      statement: 'It does so on a hard disk where each fault waits for the device.',
      recorded: 'holds',
      check: (rows) => within(rows, ['HDD, random'], LAYERS, -0.01, 0.01),
    },
    {
      statement: 'And on an SSD with cached look-ups.',
      recorded: 'holds',
      check: (rows) => within(rows, ['SSD', 'SSD, random'], LAYERS.slice(1), -0.01, 0.01),
    },
    {
      statement: 'On zswap either layer costs less than 1 %.',
      recorded: 'refuted',
      reason:
        'compressing a page takes as long as a fast device, so the layer has the same share of it. The published figures are of builds again.',
      check: (rows) => within(rows, ['zswap'], LAYERS, -0.01, 0.01),
    },
    {
      statement: 'On zram and PMEM freeing takes 15 to 143 % longer with a look-up for each entry.',
      recorded: 'holds',
      check: (rows) => longer(rows, ['zram', 'PMEM'], LAYERS[0], 0.15, 1.43),
    },
    {
      statement: 'With cached look-ups it takes at most 1 % longer there.',
      recorded: 'refuted',
      reason:
        'what is freed here is pages that are out and nothing else. The published times also free what is in RAM, which the model does not charge for.',
      check: (rows) => longer(rows, ['zram', 'PMEM'], LAYERS[1], -1, 0.01),
    },
    {
      statement: 'On zswap freeing takes no longer with either layer.',
      recorded: 'refuted',
      reason:
        'the layer takes over the tree of zswap, and the model charges nothing for looking an entry up there or for giving its memory back, so nothing is saved. Only the swap-table edition was published to free faster, and its figures are not among the layers compared here.',
      check: (rows) => {
        const all = LAYERS.map((layer) => longer(rows, ['zswap'], layer, -1, 0));
        return {
          holds: all.every(({ holds }) => holds),
          says: all.map(({ says }) => says).join(', '),
        };
      },
    },
  ],
  charts: [
    {
      title: 'Throughput against no layer',
      kind: 'bar',
      x: 'backend',
      y: ['change'],
      by: 'layer',
    },
  ],
};

/** CPU time for freeing a page that is out, where it is measured. */
function freeing(results: Results, backend: string, layer: Design): Row {
  if (!FREED.some((each) => each === backend)) return { free: null };
  const of = (end: End, name: string) =>
    total(resultOf(results, endOf(backend, layer, end)), name, 'cgroup:/app');
  const out = of('keeps', 'pswpout') + of('keeps', 'zswpout');
  return { free: (of('frees', 'cpu_metadata') - of('keeps', 'cpu_metadata')) / out };
}

/** Whether the layer makes freeing longer by a share from `least` to `most`. */
function longer(
  rows: readonly Row[],
  backends: readonly string[],
  layer: Design,
  least: number,
  most: number,
) {
  const parts = backends.map((backend) => {
    const of = (name: Design) => cell(rowWhere(rows, { backend, layer: name }), 'free');
    return of(layer) / of('none') - 1;
  });
  return {
    holds: parts.every((part) => part >= least && part <= most),
    says: backends.map((b, i) => `${b} ${share(parts[i]!)} longer with ${layer}`).join(', '),
  };
}

/** Share of the throughput that the layer costs on the backend. */
function loss(rows: readonly Row[], backend: string, layer: Design): number {
  return -cell(rowWhere(rows, { backend, layer }), 'change') / 100;
}

/** Whether each of the layers costs each of the backends a share from `least` to `most`. */
function within(
  rows: readonly Row[],
  backends: readonly string[],
  layers: readonly Design[],
  least: number,
  most: number,
) {
  const all = backends.flatMap((backend) => layers.map((layer) => ({ backend, layer })));
  const losses = all.map(({ backend, layer }) => loss(rows, backend, layer));
  return {
    holds: losses.every((part) => part >= least && part <= most),
    says: all.map((e, i) => `${e.backend} ${share(losses[i]!)} with ${e.layer}`).join(', '),
  };
}

export default study;
