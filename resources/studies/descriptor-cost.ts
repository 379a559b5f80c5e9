/** What virtual swap costs in metadata against fill: measured, and beside the published table (facts 6.1, T7). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, last, mebibytes, resultOf, share } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const PAGE = 4096;
const RAM = 8 * 2 ** 20;
const SWAP = 64 * 2 ** 20;
/** Slots of the published tables: 32 GiB. */
const SLOTS = 2 ** 23;
const FILLS = [0, 10, 25, 50, 75];
const BACKENDS = ['zswap', 'disk'] as const;
const DESIGNS = ['reserved', 'virtual'] as const;

type Backend = (typeof BACKENDS)[number];
type Design = (typeof DESIGNS)[number];

/** zswap's own entry, bytes: the published tables leave it out, since every design has it. */
const ZSWAP_ENTRY = 56;

/** The formulas behind the published tables, bytes: [per slot, per used slot] (facts 6.1 and 2.3). */
const PUBLISHED = {
  zswap: { reserved: [3.125, 16], virtual: [0, 24.125], phase4: [0.09375, 18] },
  disk: { reserved: [3.125, 8], virtual: [0.25, 32.125], phase4: [0.09375, 10] },
} as const;

const bytesOf = ([perSlot, perUsed]: readonly [number, number], slots: number, used: number) =>
  perSlot * slots + perUsed * used;

const nameOf = (backend: Backend, design: Design, fill: number) =>
  `${backend}, ${design}, ${fill} %`;

/** One process that touches its RAM and so much more that `fill` percent of the swap space is used. */
function filled(backend: Backend, design: Design, fill: number): ScenarioInput {
  const pages = Math.round((RAM + (SWAP * fill) / 100) / PAGE);
  return {
    machine: { memory: '512MiB' },
    kernel: {
      swapSpace: design,
      statsFlush: '0',
      // Compressed pages are not charged, so that RAM stays the same at every fill.
      cgroup: 'v1',
      zswap: { enabled: backend === 'zswap', maxPoolPercent: 50 },
    },
    // zswap with a virtual swap space needs no device.
    tiers:
      backend === 'zswap' && design === 'virtual'
        ? {}
        : { disk: { kind: 'block', device: 'nvme', size: SWAP } },
    cgroups: {
      app: {
        memory: { max: RAM },
        workloads: [
          {
            name: 'filler',
            pattern: { kind: 'sequential' },
            pages,
            writes: 100,
            contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
          },
        ],
      },
    },
    run: { accesses: pages, sampleEvery: '1ms' },
  };
}

const scenarios: Record<string, ScenarioInput> = {};
for (const backend of BACKENDS) {
  for (const design of DESIGNS) {
    for (const fill of FILLS) {
      scenarios[nameOf(backend, design, fill)] = filled(backend, design, fill);
    }
  }
}

/** Metadata of a run without zswap's entries, bytes for each slot of the swap space, and its fill. */
function measured(result: RunResult) {
  const slots = SWAP / PAGE;
  const stored = last(result, 'zswap_stored', 'tier:zswap');
  const used = stored + (stored === 0 ? last(result, 'slots_used', 'tier:disk') : 0);
  return {
    used: used / slots,
    perSlot: (last(result, 'metadata') - ZSWAP_ENTRY * stored) / slots,
  };
}

const study: Study = {
  name: 'descriptor-cost',
  title: 'What a descriptor costs',
  argument:
    'Today every slot of the swap space costs memory whether it is used or not, and most of a swap space of twice the RAM never is. A descriptor for each page that is swapped out costs more for a used page and nothing for the rest.',
  source:
    'Yosry Ahmed and Johannes Weiner, linux-mm, February 2023; overhead table of Nhat Pham’s Virtual Swap Space v6, May 2026; table of Kairui Song, February 2026',
  method:
    'A process swaps out a known share of 64 MiB of swap space. Metadata is read at the end, without zswap’s own entries, and scaled to 32 GiB, the size of the published tables.',
  scenarios,
  columns: [
    { key: 'backend', title: 'Pages in', unit: 'text' },
    { key: 'fill', title: 'Fill', unit: 'percent' },
    { key: 'reserved', title: 'Reserved', unit: 'bytes' },
    { key: 'reservedPublished', title: 'Published', unit: 'bytes' },
    { key: 'virtual', title: 'Virtual', unit: 'bytes' },
    { key: 'virtualPublished', title: 'Published', unit: 'bytes' },
    { key: 'phase4', title: 'Swap table phase IV, by formula', unit: 'bytes' },
  ],
  rows: (results) =>
    BACKENDS.flatMap((backend) =>
      FILLS.map((fill): Row => {
        const reserved = measured(resultOf(results, nameOf(backend, 'reserved', fill)));
        const virtual = measured(resultOf(results, nameOf(backend, 'virtual', fill)));
        const table = PUBLISHED[backend];
        return {
          backend,
          fill: virtual.used * 100,
          reserved: reserved.perSlot * SLOTS,
          reservedPublished: bytesOf(table.reserved, SLOTS, reserved.used * SLOTS),
          virtual: virtual.perSlot * SLOTS,
          virtualPublished: bytesOf(table.virtual, SLOTS, virtual.used * SLOTS),
          phase4: bytesOf(table.phase4, SLOTS, virtual.used * SLOTS),
        };
      }),
    ),
  claims: [
    {
      statement: 'The simulated designs cost what the published tables say, to 1 %.',
      recorded: 'holds',
      check: (rows) => {
        const worst = Math.max(
          ...rows.flatMap((row) => [
            Math.abs(cell(row, 'reserved') - cell(row, 'reservedPublished')),
            Math.abs(cell(row, 'virtual') - cell(row, 'virtualPublished')),
          ]),
        );
        const least = Math.min(...rows.map((row) => cell(row, 'reservedPublished')));
        return {
          holds: worst <= 0.01 * least,
          says: `The largest difference is ${mebibytes(worst)}, at 32 GiB of swap space.`,
        };
      },
    },
    {
      statement:
        'Descriptors are cheaper up to 38.5 % of the swap space for zswap and 11.9 % for disk.',
      recorded: 'holds',
      check: (rows) => {
        const zswap = crossing(rows, 'zswap', 'reserved');
        const disk = crossing(rows, 'disk', 'reserved');
        return {
          holds: Math.abs(zswap - 3.125 / 8.125) < 0.005 && Math.abs(disk - 2.875 / 24.125) < 0.005,
          says: `The measured lines cross at ${share(zswap)} and at ${share(disk)}.`,
        };
      },
    },
    {
      statement: 'A swap space of which a tenth is used costs less with descriptors.',
      recorded: 'holds',
      check: (rows) => {
        const tenth = rows.filter((row) => Math.abs(cell(row, 'fill') - 10) < 2);
        return {
          holds:
            tenth.length === 2 &&
            tenth.every((row) => cell(row, 'virtual') < cell(row, 'reserved')),
          says: tenth
            .map(
              (row) =>
                `${mebibytes(cell(row, 'virtual'))} instead of ${mebibytes(cell(row, 'reserved'))} for ${row['backend']}`,
            )
            .join(', '),
        };
      },
    },
    {
      statement: 'They are still cheaper there than the swap table of phase IV.',
      recorded: 'refuted',
      reason:
        'The swap table folds the static arrays into clusters that are allocated when used: 0.094 bytes for each slot instead of 3.125 leave nothing that descriptors could save, and they take 24 or 32 bytes for a used page where the table takes 18 or 10.',
      check: (rows) => {
        const tenth = rows.filter((row) => Math.abs(cell(row, 'fill') - 10) < 2);
        return {
          holds: tenth.every((row) => cell(row, 'virtual') < cell(row, 'phase4')),
          says: `The lines cross at ${share(crossing(rows, 'zswap', 'phase4'))} for zswap and ${below(crossing(rows, 'disk', 'phase4'))} for disk.`,
        };
      },
    },
  ],
  charts: BACKENDS.map((backend) => ({
    title: `Metadata of 32 GiB of swap space, pages in ${backend}`,
    kind: 'line',
    x: 'fill',
    y: ['reserved', 'virtual', 'phase4'],
    where: { backend },
  })),
};

/** Fill, 0 to 1, at which descriptors begin to cost more than the other design; below 0 when they always do. */
function crossing(rows: readonly Row[], backend: Backend, other: 'reserved' | 'phase4'): number {
  const own = rows.filter((row) => row['backend'] === backend);
  const [first, end] = [own[0], own.at(-1)];
  const gap = (row: Row | undefined) => cell(row, 'virtual') - cell(row, other);
  const at = (row: Row | undefined) => cell(row, 'fill') / 100;
  return at(first) - (gap(first) * (at(end) - at(first))) / (gap(end) - gap(first));
}

const below = (fill: number) => (fill < 0 ? 'at no fill' : `at ${share(fill)}`);

export default study;
