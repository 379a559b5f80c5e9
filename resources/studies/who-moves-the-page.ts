/** zswap gives old pages to another device: under a page-table walk, under descriptors, and to the slot behind (facts 6.1, 6.6). */
import { COSTS } from '../../src/engine/scenario/presets.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  mean,
  micros,
  resultOf,
  rowWhere,
  share,
  times,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const PAGE = 4096;
const MIB = 2 ** 20;

/** Who moves a page out of zswap, and how many go together. */
const MOVERS = {
  nobody: { swapSpace: 'reserved', to: null, batch: 1 },
  'slot behind': { swapSpace: 'reserved', to: 'near', batch: 32 },
  'walk, 1 page': { swapSpace: 'walk', to: 'far', batch: 1 },
  'walk, 32 pages': { swapSpace: 'walk', to: 'far', batch: 32 },
  'virtual, 1 page': { swapSpace: 'virtual', to: 'far', batch: 1 },
  'virtual, 32 pages': { swapSpace: 'virtual', to: 'far', batch: 32 },
} as const;
type Mover = keyof typeof MOVERS;
const NAMES = Object.keys(MOVERS) as Mover[];

/** Memory that others have mapped, MiB: it has nothing to do with the pages that move. */
const MAPPED = [32, 128] as const;
type Mapped = (typeof MAPPED)[number];
/** Memory of the service, MiB. */
const SERVICE = 48;

const nameOf = (mover: Mover, mapped: Mapped) => `${mover}, ${mapped} MiB mapped`;

function scenario(mover: Mover, mapped: Mapped): ScenarioInput {
  const { swapSpace, to, batch } = MOVERS[mover];
  const contents = [{ class: 'compressible' as const, share: 100, ratio: 3, sigma: 0 }];
  return {
    machine: { memory: '512MiB', cpus: 3 },
    kernel: { swapSpace, statsFlush: '0', pageCluster: 0, zswap: { enabled: true } },
    tiers: {
      near: { kind: 'block', device: 'nvme', size: '128MiB', priority: 2 },
      far: { kind: 'block', device: 'sata-ssd', size: '128MiB', priority: 1 },
    },
    tierPolicies:
      to === null
        ? []
        : [{ kind: 'demote-by-age', from: 'zswap', to, after: '200ms', interval: '20ms', batch }],
    cgroups: {
      service: {
        memory: { max: '32MiB' },
        workloads: [
          {
            name: 'service',
            pattern: { kind: 'hotcold', hot: 40, hotAccesses: 99.9 },
            pages: `${SERVICE}MiB`,
            fill: true,
            thinkTime: '1us',
            contents,
          },
        ],
      },
      others: {
        workloads: [
          {
            name: 'mapped',
            pattern: { kind: 'cycle' },
            pages: `${mapped}MiB`,
            thinkTime: '1us',
            contents,
          },
        ],
      },
    },
    // Only processes that have swapped are walked.
    actions: [{ at: '100ms', do: 'memory-reclaim', cgroup: '/others', amount: 32 * PAGE }],
    run: { duration: '3s', sampleEvery: '50ms' },
  };
}

const scenarios: Record<string, ScenarioInput> = {};
for (const mapped of MAPPED)
  for (const mover of NAMES) scenarios[nameOf(mover, mapped)] = scenario(mover, mapped);

const study: Study = {
  name: 'who-moves-the-page',
  title: 'Who moves the page',
  argument:
    'Where page tables name slots, a page can change tiers only by a walk over the page tables of everyone: raise your hands if you are excited about one for every page that goes from zswap to disk. Descriptors make the same move a change in one place.',
  source: 'Virtual swap space thread, linux-mm, 30 May and 1 June 2025',
  method:
    'Three CPUs, one of which has nothing else to do. A service of 48 MiB in 32 MiB of RAM uses 40 % of its pages nearly always; what lies in zswap for 200 ms goes to another device than the one on which today a slot is reserved for it. Another process has 32 or 128 MiB mapped, of which a few pages were swapped once: the kernel walks only those who have. The walk costs 45 ns an entry, the upper bound of facts 6.6. In "slot behind" pages go to the slot that is reserved for them, which needs no change of the entry.',
  scenarios,
  columns: [
    { key: 'mover', title: 'Who moves', unit: 'text' },
    { key: 'mapped', title: 'Mapped by others, MiB', unit: 'count' },
    { key: 'moved', title: 'Pages moved', unit: 'pages' },
    { key: 'price', title: 'Changing an entry, per page', unit: 'ns' },
    { key: 'busy', title: 'CPU time for that', unit: 'percent' },
    { key: 'throughput', title: 'Throughput of the service', unit: 'per second' },
    { key: 'fault', title: 'Fault, mean', unit: 'ns' },
    { key: 'idle', title: 'Slots that only stand behind zswap, mean', unit: 'pages' },
  ],
  rows: (results) =>
    MAPPED.flatMap((mapped) =>
      NAMES.map((mover): Row => {
        const result = resultOf(results, nameOf(mover, mapped));
        const moved = total(result, 'swap_moved');
        return {
          mover,
          mapped,
          moved,
          price: moved > 0 ? total(result, 'cpu_move') / moved : null,
          busy: (100 * total(result, 'cpu_move')) / result.simulatedNs,
          throughput: total(result, 'throughput', 'cgroup:/service'),
          fault: mean(result),
          idle: total(result, 'slots_idle', 'tier:near'),
        };
      }),
    ),
  claims: [
    {
      statement:
        'A page moved alone under a walk costs a look at every entry of the machine: 45 ns for each page of the service and of the others.',
      recorded: 'holds',
      check: (rows) => {
        const { walkPte, slotAllocate, slotFree } = COSTS.server;
        const parts = MAPPED.map((mapped) => {
          const entries = ((mapped + SERVICE) * MIB) / PAGE;
          return (
            of(rows, 'walk, 1 page', mapped, 'price') /
            (entries * walkPte + slotAllocate + slotFree)
          );
        });
        return {
          holds: parts.every((part) => Math.abs(part - 1) < 0.02),
          says: `It costs ${micros(of(rows, 'walk, 1 page', 32, 'price'))} and ${micros(of(rows, 'walk, 1 page', 128, 'price'))}, ${parts.map(share).join(' and ')} of that.`,
        };
      },
    },
    {
      statement:
        'A batch of 32 shares one walk: a page in it costs less than a tenth of one alone.',
      recorded: 'holds',
      check: (rows) => {
        const part =
          of(rows, 'walk, 32 pages', 128, 'price') / of(rows, 'walk, 1 page', 128, 'price');
        return {
          holds: part < 0.1,
          says: `It costs ${micros(of(rows, 'walk, 32 pages', 128, 'price'))}, ${share(part)}.`,
        };
      },
    },
    {
      statement: 'With descriptors the price is the same however much others have mapped.',
      recorded: 'holds',
      check: (rows) => {
        const [small, large] = MAPPED.map((mapped) => of(rows, 'virtual, 1 page', mapped, 'price'));
        return {
          holds: Math.abs(small! / large! - 1) < 0.01,
          says: `${whole(small!)} and ${whole(large!)} ns.`,
        };
      },
    },
    {
      statement:
        'Page by page, walks keep a CPU busy for more than half of the time, and still most of what should move does not.',
      recorded: 'holds',
      check: (rows) => {
        const busy = of(rows, 'walk, 1 page', 128, 'busy');
        const part =
          of(rows, 'walk, 1 page', 128, 'moved') / of(rows, 'virtual, 1 page', 128, 'moved');
        return {
          holds: busy > 50 && part < 0.5,
          says: `A CPU is busy for ${share(busy / 100)} of the time, and ${share(part)} of what descriptors move has moved.`,
        };
      },
    },
    {
      statement: 'Shared by 32 pages, a walk is still ten times as dear as descriptors.',
      recorded: 'holds',
      check: (rows) => {
        const ratio =
          of(rows, 'walk, 32 pages', 32, 'price') / of(rows, 'virtual, 32 pages', 32, 'price');
        return { holds: ratio > 10, says: `With 32 MiB mapped it costs ${times(ratio)} as much.` };
      },
    },
    {
      statement:
        'A reserved slot needs neither walk nor descriptor, and pays with idle slots for what is in zswap.',
      recorded: 'holds',
      check: (rows) => {
        const price = of(rows, 'slot behind', 128, 'price');
        const idle = of(rows, 'slot behind', 128, 'idle');
        const none = of(rows, 'virtual, 32 pages', 128, 'idle');
        return {
          holds: price === 0 && idle > 0 && none === 0,
          says: `Changing an entry costs ${price} ns; ${whole(idle)} slots are idle on average, against ${none}.`,
        };
      },
    },
  ],
  charts: [
    {
      title: 'Changing an entry, per page',
      kind: 'bar',
      x: 'mover',
      y: ['price'],
      by: 'mapped',
      log: true,
    },
    {
      title: 'Throughput of the service',
      kind: 'bar',
      x: 'mover',
      y: ['throughput'],
      by: 'mapped',
    },
  ],
};

const of = (rows: readonly Row[], mover: Mover, mapped: Mapped, key: string) =>
  cell(rowWhere(rows, { mover, mapped }), key);

export default study;
