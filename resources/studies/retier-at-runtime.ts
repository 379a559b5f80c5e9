/** A cgroup gets other tiers while its pages are swapped out: stay, leave lazily, leave now (facts 7.1; thread 000). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  between,
  cell,
  resultOf,
  rowWhere,
  sampleAt,
  share,
  short,
  times,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const SECOND = 1e9;
const PAGE = 4096;
/** The tiers change at this time, ns, and pages leave at this rate, bytes per second. */
const CHANGE = 1.5 * SECOND;
const RATE = 20 * 2 ** 20;
const END = 6 * SECOND;

type Answer = 'stay' | 'lazy' | 'now';
const SETUPS = {
  stay: { move: 'stay', swapSpace: 'reserved' },
  lazy: { move: 'lazy', swapSpace: 'reserved' },
  'now, through RAM': { move: 'now', swapSpace: 'reserved' },
  'now, straight (walk)': { move: 'now', swapSpace: 'walk' },
  'now, straight (virtual)': { move: 'now', swapSpace: 'virtual' },
} as const satisfies Record<string, { move: Answer; swapSpace: string }>;
type Setup = keyof typeof SETUPS;
const NAMES = Object.keys(SETUPS) as Setup[];

const scenario = (setup: Setup): ScenarioInput => {
  const { move, swapSpace } = SETUPS[setup];
  return {
    machine: { memory: '256MiB', cpus: 2 },
    kernel: { swapSpace, statsFlush: '0', pageCluster: 0 },
    tiers: {
      old: { kind: 'block', device: 'sata-ssd', size: '128MiB' },
      new: { kind: 'block', device: 'nvme', size: '128MiB' },
    },
    cgroups: {
      app: {
        memory: { max: '32MiB', swap: { tiers: ['old'] } },
        workloads: [
          {
            name: 'service',
            pattern: { kind: 'hotcold', hot: 60, hotAccesses: 100 },
            pages: '64MiB',
            fill: true,
            writes: 0,
            thinkTime: '1us',
            contents: [{ class: 'compressible', share: 100 }],
          },
        ],
      },
    },
    actions: [
      { at: '1500ms', do: 'set-tiers', cgroup: '/app', tiers: ['new'], move, rate: '20MiB' },
    ],
    run: { duration: '6s', sampleEvery: '20ms' },
  };
};

/** When the old tier had no slot in use any more, ns after the change; null when it never came to that. */
function emptiedAfter({ series }: RunResult): number | null {
  const used = series.columns.find((c) => c.scope === 'tier:old' && c.metric === 'slots_used');
  const at = series.timeNs.findIndex((t, i) => t > CHANGE && used?.values[i] === 0);
  return at < 0 ? null : series.timeNs[at]! - CHANGE;
}

const study: Study = {
  name: 'retier-at-runtime',
  title: 'Other tiers at run time',
  argument:
    'When the tiers of a cgroup change, its pages may stay where they are, as in the patches, move lazily, or move at once. Staying is simple, but what is only read never leaves; moving at once costs the service.',
  source: 'Virtual swap space thread, linux-mm, 1 June 2025; swap tiers v10, 13 July 2026',
  method:
    'A service reads 60 % of its 64 MiB at random in 32 MiB of RAM and never touches the rest again. After 1.5 s it may swap to an NVMe device instead of a SATA SSD. "Now" moves 20 MiB a second: through RAM where slots are fixed at swap-out, straight where the swap space moves pages.',
  scenarios: Object.fromEntries(NAMES.map((name) => [name, scenario(name)])),
  columns: [
    { key: 'setup', title: 'Answer', unit: 'text' },
    { key: 'before', title: 'Slots on the old tier at the change', unit: 'pages' },
    { key: 'after', title: 'Slots on the old tier at the end', unit: 'pages' },
    { key: 'emptied', title: 'Emptied after', unit: 'ns' },
    { key: 'oldShare', title: 'Read from the old tier in the last second', unit: 'percent' },
    { key: 'major', title: 'Major faults in the second after the change', unit: 'count' },
    { key: 'missed', title: 'Major faults per access then', unit: 'ratio' },
    { key: 'during', title: 'Accesses in the second after the change', unit: 'count' },
    { key: 'last', title: 'Accesses in the last second', unit: 'count' },
    { key: 'cpu', title: 'CPU time for changing entries', unit: 'ns' },
  ],
  rows: (results) =>
    NAMES.map((setup): Row => {
      const result = resultOf(results, setup);
      const read = (tier: 'old' | 'new') =>
        between(result, 'bytes_read', `tier:${tier}`, END - SECOND, END);
      const app = (metric: string, from: number) =>
        between(result, metric, 'cgroup:/app', from, from + SECOND);
      return {
        setup,
        before: sampleAt(result, 'slots_used', 'tier:old', CHANGE),
        after: sampleAt(result, 'slots_used', 'tier:old', END),
        emptied: emptiedAfter(result),
        oldShare: (100 * read('old')) / (read('old') + read('new')),
        major: app('pgmajfault', CHANGE),
        missed: app('pgmajfault', CHANGE) / app('accesses', CHANGE),
        during: app('accesses', CHANGE),
        last: app('accesses', END - SECOND),
        cpu: total(result, 'cpu_move'),
      };
    }),
  claims: [
    {
      statement:
        'With "stay", what is only read is still read from the old tier four seconds later.',
      recorded: 'holds',
      check: (rows) => {
        const part = of(rows, 'stay', 'oldShare');
        return { holds: part > 90, says: `${share(part / 100)} comes from there.` };
      },
    },
    {
      statement:
        'With "lazy", what is used leaves and what is not used stays: less than 5 % is read from the old tier, which still has pages.',
      recorded: 'holds',
      check: (rows) => {
        const part = of(rows, 'lazy', 'oldShare');
        const left = of(rows, 'lazy', 'after');
        return {
          holds: part < 5 && left > 0,
          says: `${share(part / 100)} is read from there, and it has ${whole(left)} of ${whole(of(rows, 'lazy', 'before'))} pages.`,
        };
      },
    },
    {
      statement: 'With "now" the old tier is empty when the rate says so, to a tenth.',
      recorded: 'refuted',
      reason:
        'It is empty sooner: a page that the service faults on leaves by itself and does not count against the rate. Through RAM that is partly lost again, because each page waits for its read before the next one begins.',
      check: (rows) => {
        const parts = (['now, through RAM', 'now, straight (virtual)'] as const).map(
          (setup) =>
            of(rows, setup, 'emptied') / ((of(rows, setup, 'before') * PAGE * SECOND) / RATE),
        );
        return {
          holds: parts.every((part) => Math.abs(part - 1) < 0.1),
          says: `It takes ${parts.map(share).join(' and ')} of that time.`,
        };
      },
    },
    {
      statement:
        'Through RAM the pages that come back push out others that are in use: more faults for each access than where pages go straight.',
      recorded: 'holds',
      check: (rows) => {
        const ratio =
          of(rows, 'now, through RAM', 'missed') / of(rows, 'now, straight (virtual)', 'missed');
        return { holds: ratio > 1.1, says: `${times(ratio)} as many.` };
      },
    },
    {
      statement: 'Going straight, "now" costs the service less than a tenth against "lazy".',
      recorded: 'holds',
      check: (rows) => {
        const part = of(rows, 'now, straight (virtual)', 'during') / of(rows, 'lazy', 'during');
        return { holds: part > 0.9, says: `It makes ${share(part)} of the accesses meanwhile.` };
      },
    },
    {
      statement: 'The service is faster on the new tier than where it stayed on the old one.',
      recorded: 'holds',
      check: (rows) => {
        const gain = of(rows, 'lazy', 'last') / of(rows, 'stay', 'last');
        return { holds: gain > 1, says: `${short(gain)} times as many accesses.` };
      },
    },
  ],
  charts: [
    { title: 'Accesses in the last second', kind: 'bar', x: 'setup', y: ['last'] },
    { title: 'Slots on the old tier', kind: 'bar', x: 'setup', y: ['before', 'after'] },
  ],
};

const of = (rows: readonly Row[], setup: Setup, key: string) =>
  cell(rowWhere(rows, { setup }), key);

export default study;
