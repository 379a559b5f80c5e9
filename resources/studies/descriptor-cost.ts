/** What virtual swap costs in metadata against fill: measured, and beside the published tables (facts 6.1, T7 and T13). */
import type { RunResult } from '../../src/engine/result.ts';
import { cell, last, mebibytes, resultOf, rowWhere, share } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';
import {
  BACKENDS,
  DESIGNS,
  FILLS,
  nameOf,
  PAGE,
  RARE_SWAP,
  rareName,
  scenarios,
  SWAP,
  type Backend,
  type Design,
} from './parts/fills.ts';

/** Slots of the published tables: 32 GiB. */
const SLOTS = 2 ** 23;

/** zswap's own entry, bytes: the published tables leave it out, since every design has it. */
const ZSWAP_ENTRY = 56;

/**
 * The formulas behind the published tables, bytes: [per slot, per used slot] (facts 6.1 and 2.3). Those of
 * the swap table's phases II to IV give T13, which is of disks; zswap's tree adds 8 for a page. Phase IV as
 * posted has 2 more for the cgroup of a used slot, and a bit more for a cluster.
 */
const PUBLISHED = {
  zswap: {
    reserved: [3.125, 16],
    virtual: [0, 24.125],
    phase2: [3.1875, 16],
    phase3: [2.1875, 16],
    phase4: [0.0625, 16],
    phase4Posted: [0.09375, 18],
  },
  disk: {
    reserved: [3.125, 8],
    virtual: [0.25, 32.125],
    phase2: [3.1875, 8],
    phase3: [2.1875, 8],
    phase4: [0.0625, 8],
    phase4Posted: [0.09375, 10],
  },
} as const;
const PHASES = ['phase2', 'phase3', 'phase4', 'phase4Posted'] as const;
type Phase = (typeof PHASES)[number];

const bytesOf = ([perSlot, perUsed]: readonly [number, number], slots: number, used: number) =>
  perSlot * slots + perUsed * used;

/** Metadata of a run without zswap's entries, bytes for each slot of SWAP, and the part of SWAP in use. */
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
    'A process swaps out a known share of 64 MiB of swap space. Metadata is read at the end, without zswap’s own entries, and scaled to 32 GiB, the size of the published tables. The last rows are of a machine with 32 MiB of RAM, 16 GiB when scaled, whose swap space is rarely used: a fiftieth of twice the RAM, in swap space of that size and of a quarter of it. The phases of the swap table are not simulated, but by formula.',
  scenarios,
  columns: [
    { key: 'use', title: 'Use', unit: 'text' },
    { key: 'backend', title: 'Pages in', unit: 'text' },
    { key: 'swap', title: 'Swap space', unit: 'bytes' },
    { key: 'fill', title: 'Fill', unit: 'percent' },
    { key: 'reserved', title: 'Reserved', unit: 'bytes' },
    { key: 'reservedPublished', title: 'Published', unit: 'bytes' },
    { key: 'virtual', title: 'Virtual', unit: 'bytes' },
    { key: 'virtualPublished', title: 'Published', unit: 'bytes' },
    { key: 'phase2', title: 'Swap table phase II, T13', unit: 'bytes' },
    { key: 'phase3', title: 'Phase III, T13', unit: 'bytes' },
    { key: 'phase4', title: 'Phase IV, T13', unit: 'bytes' },
    { key: 'phase4Posted', title: 'Phase IV as posted', unit: 'bytes' },
  ],
  rows: (results) =>
    BACKENDS.flatMap((backend) => [
      ...FILLS.map((fill) =>
        rowOf('filled', backend, SWAP, (design) =>
          resultOf(results, nameOf(backend, design, fill)),
        ),
      ),
      ...RARE_SWAP.map((swap) =>
        rowOf('rare', backend, swap, (design) =>
          resultOf(results, rareName(backend, design, swap)),
        ),
      ),
    ]),
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
        'Today’s design costs what T13 gives for phase II of the swap table, empty and full, but for half a MiB of clusters that the table of v6 leaves out, to 1 %.',
      recorded: 'holds',
      check: (rows) => {
        const found = filledRows(rows, 'disk')
          .filter((_, i, { length }) => i === 0 || i === length - 1)
          .map((row) => ({ ours: cell(row, 'reserved') + 2 ** 19, theirs: cell(row, 'phase2') }));
        return {
          holds: found.every(({ ours, theirs }) => Math.abs(ours / theirs - 1) <= 0.01),
          says: found
            .map(({ ours, theirs }) => `${mebibytes(ours)} and ${mebibytes(theirs)}`)
            .join('; '),
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
      statement:
        'With swap of twice the RAM of which a fiftieth is used, descriptors cost less than half of what slots cost today.',
      recorded: 'holds',
      check: (rows) => {
        const found = BACKENDS.map((backend) => rareRow(rows, backend, SWAP));
        return {
          holds: found.every((row) => cell(row, 'virtual') < cell(row, 'reserved') / 2),
          says: found
            .map(
              (row) =>
                `${mebibytes(cell(row, 'virtual'))} instead of ${mebibytes(cell(row, 'reserved'))} for ${row['backend']}`,
            )
            .join(', '),
        };
      },
    },
    {
      statement:
        'Their cost is that of what is swapped out: the same pages in a quarter of the swap space cost no less.',
      recorded: 'refuted',
      reason:
        'Two bitmaps, a quarter of a byte for each slot, remain on a disk. For zswap, which needs no slots, it is so to the byte.',
      check: (rows) => {
        const parts = BACKENDS.map(
          (backend) =>
            cell(rareRow(rows, backend, SWAP / 4), 'virtual') /
            cell(rareRow(rows, backend, SWAP), 'virtual'),
        );
        return {
          holds: parts.every((part) => Math.abs(part - 1) <= 0.01),
          says: `${parts.map(share).join(' of the cost for zswap, ')} for disk.`,
        };
      },
    },
    {
      statement: 'At a tenth of the swap space they are cheaper than phases III and IV, too.',
      recorded: 'refuted',
      reason:
        'The swap table folds the static arrays into clusters that are allocated when used: of 3.19 bytes for each slot phase III leaves 2.19 and phase IV 0.06, so there is less and then nothing that descriptors could save, and they take 24 or 32 bytes for a used page where the table takes 16 or 8.',
      check: (rows) => {
        const found = BACKENDS.flatMap((backend) =>
          (['phase3', 'phase4', 'phase4Posted'] as const).map((phase) => ({
            backend,
            phase,
            fill: crossing(rows, backend, phase),
          })),
        );
        const crossings = (backend: Backend) =>
          found
            .filter((f) => f.backend === backend)
            .map(({ fill }) => below(fill))
            .join(', ');
        return {
          holds: found.every(({ fill }) => fill > 0.1),
          says: `The lines of III, IV and IV as posted cross those of zswap ${crossings('zswap')}, and those of a disk ${crossings('disk')}.`,
        };
      },
    },
  ],
  charts: BACKENDS.map((backend) => ({
    title: `Metadata of 32 GiB of swap space, pages in ${backend}`,
    kind: 'line',
    x: 'fill',
    y: ['reserved', 'virtual', ...PHASES],
    where: { backend, use: 'filled' },
  })),
};

/** The designs beside the published figures, as if SWAP were 32 GiB. */
function rowOf(
  use: 'filled' | 'rare',
  backend: Backend,
  swap: number,
  result: (design: Design) => RunResult,
): Row {
  const [reserved, virtual] = DESIGNS.map((design) => measured(result(design)));
  const table = PUBLISHED[backend];
  const slots = (SLOTS * swap) / SWAP;
  const by = (key: Phase) => bytesOf(table[key], slots, reserved!.used * SLOTS);
  return {
    use,
    backend,
    swap: slots * PAGE,
    fill: (reserved!.used * 100 * SWAP) / swap,
    reserved: reserved!.perSlot * SLOTS,
    reservedPublished: bytesOf(table.reserved, slots, reserved!.used * SLOTS),
    virtual: virtual!.perSlot * SLOTS,
    virtualPublished: bytesOf(table.virtual, slots, virtual!.used * SLOTS),
    ...Object.fromEntries(PHASES.map((phase) => [phase, by(phase)])),
  };
}

const filledRows = (rows: readonly Row[], backend: Backend) =>
  rows.filter((row) => row['backend'] === backend && row['use'] === 'filled');

const rareRow = (rows: readonly Row[], backend: Backend, swap: number) =>
  rowWhere(rows, { use: 'rare', backend, swap: (SLOTS * PAGE * swap) / SWAP });

/** Fill, 0 to 1, at which descriptors begin to cost more than the other design; below 0 when they always do. */
function crossing(rows: readonly Row[], backend: Backend, other: 'reserved' | Phase): number {
  const own = filledRows(rows, backend);
  const [first, end] = [own[0], own.at(-1)];
  const gap = (row: Row | undefined) => cell(row, 'virtual') - cell(row, other);
  const at = (row: Row | undefined) => cell(row, 'fill') / 100;
  return at(first) - (gap(first) * (at(end) - at(first))) / (gap(end) - gap(first));
}

const below = (fill: number) => (fill < 0 ? 'at no fill' : `at ${share(fill)}`);

export default study;
