/** Who pays when zswap of a cgroup with ten children is written back on request (facts 8.2; T14). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, resultOf, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

type Action = NonNullable<ScenarioInput['actions']>[number];

const CHILDREN = Array.from({ length: 10 }, (_, i) => `c${i}`);
/** As many calls as leave each child with something to write; published are 200, each like the first. */
const CALLS = 40;

interface Variant {
  cursor: boolean;
  mebibytes: number;
  batch: number;
  /** Published shares of the children, percent. */
  published: readonly number[];
}

const tens = (of: (child: number) => number) => CHILDREN.map((_, i) => of(i));

const VARIANTS: Readonly<Record<string, Variant>> = {
  'no cursor, 1 MB, batch 32': {
    cursor: false,
    mebibytes: 1,
    batch: 32,
    published: tens((i) => (i < 8 ? 12.5 : 0)),
  },
  'no cursor, 1 MB, batch 128': {
    cursor: false,
    mebibytes: 1,
    batch: 128,
    published: tens((i) => (i < 2 ? 50 : 0)),
  },
  'no cursor, 6 MB, batch 128': {
    cursor: false,
    mebibytes: 6,
    batch: 128,
    published: tens((i) => (i < 2 ? 16.67 : 8.33)),
  },
  'cursor, 1 MB, batch 32': {
    cursor: true,
    mebibytes: 1,
    batch: 32,
    published: tens(() => 10),
  },
  'cursor, 1 MB, batch 128': {
    cursor: true,
    mebibytes: 1,
    batch: 128,
    published: tens(() => 10),
  },
};

/** Every child is put into zswap at first; then user space asks the parent again and again. */
function machine({ cursor, mebibytes, batch }: Variant): ScenarioInput {
  const compress = CHILDREN.map((child): Action => ({
    at: '1s',
    do: 'memory-reclaim',
    cgroup: `/parent/${child}`,
    amount: '47MiB',
    swappiness: 'max',
  }));
  const writeBack = Array.from({ length: CALLS }, (_, i): Action => ({
    at: `${2000 + 50 * i}ms`,
    do: 'memory-reclaim',
    cgroup: '/parent',
    amount: mebibytes * 2 ** 20,
    source: 'zswap',
  }));
  return {
    machine: { memory: '1GiB', cpus: 4 },
    kernel: {
      pageCluster: 0,
      statsFlush: '0',
      zswap: {
        enabled: true,
        compressor: 'lz4',
        maxPoolPercent: 100,
        proactive: { cursor, batch, unit: 'uncompressed', secondChance: false },
      },
    },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '1GiB' } },
    cgroups: {
      parent: {
        children: Object.fromEntries(
          CHILDREN.map((child) => [
            child,
            {
              workloads: [
                {
                  name: 'idle',
                  pattern: { kind: 'hotcold', hot: 1, hotAccesses: 100, shuffle: false },
                  pages: '48MiB',
                  fill: true,
                  thinkTime: '20us',
                  contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
                },
              ],
            },
          ]),
        ),
      },
    },
    actions: [...compress, ...writeBack],
    run: { duration: '4100ms', sampleEvery: '100ms' },
  };
}

const study: Study = {
  name: 'writeback-fairness',
  title: 'Whose pages are written back',
  argument:
    'A request to write back zswap of a cgroup goes from descendant to descendant, a batch of each. If each request begins with the first, the last ones never have a turn; a cursor that remembers whose turn it was makes it fair.',
  source:
    'Hao Jia, proactive zswap writeback, linux-mm, May to June 2026; the table of v4 (T14): shares of ten children over 200 calls with the second chance bypassed',
  method:
    'Ten children of 48 MiB each have all but their first pages in zswap. Their parent is asked 40 times to write back; the published runs had 1600 MB in each child and asked 200 times.',
  scenarios: Object.fromEntries(
    Object.entries(VARIANTS).map(([name, variant]) => [name, machine(variant)]),
  ),
  columns: [
    { key: 'variant', title: 'Variant', unit: 'text' },
    { key: 'child', title: 'Child', unit: 'text' },
    { key: 'pages', title: 'Pages written back', unit: 'pages' },
    { key: 'share', title: 'Share', unit: 'percent' },
    { key: 'published', title: 'Published', unit: 'percent' },
  ],
  rows: (results) =>
    Object.entries(VARIANTS).flatMap(([variant, { published }]) => {
      const written = CHILDREN.map((child) =>
        total(resultOf(results, variant), 'zswpwb_proactive', `cgroup:/parent/${child}`),
      );
      const all = written.reduce((sum, pages) => sum + pages, 0);
      return CHILDREN.map((child, i): Row => {
        const pages = written[i] as number;
        // As the table has it, with two decimals.
        const part = Math.round((10_000 * pages) / all) / 100;
        return { variant, child, pages, share: part, published: published[i] as number };
      });
    }),
  claims: [
    {
      statement: 'Without a cursor the shares are those of the published table.',
      recorded: 'holds',
      check: (rows) => asPublished(rows, (variant) => !variant.cursor),
    },
    {
      statement: 'With a cursor every child has the published tenth.',
      recorded: 'holds',
      check: (rows) => asPublished(rows, (variant) => variant.cursor),
    },
    {
      statement: 'Every request is served in full: all variants write what was asked for.',
      recorded: 'holds',
      check: (rows) => {
        const short = Object.entries(VARIANTS).filter(([variant, { mebibytes }]) => {
          const own = rows.filter((row) => row['variant'] === variant);
          return own.reduce((sum, row) => sum + cell(row, 'pages'), 0) !== CALLS * mebibytes * 256;
        });
        return {
          holds: short.length === 0,
          says: `${short.length} of ${Object.keys(VARIANTS).length} variants wrote another amount.`,
        };
      },
    },
  ],
  charts: [{ title: 'Share of each child', kind: 'bar', x: 'child', y: ['share'], by: 'variant' }],
};

/** Whether the shares of the chosen variants are the published ones, to the last decimal. */
function asPublished(rows: readonly Row[], chosen: (variant: Variant) => boolean) {
  const own = rows.filter((row) => chosen(VARIANTS[row['variant'] as string] as Variant));
  const other = own.filter((row) => row['share'] !== row['published']);
  return {
    holds: other.length === 0,
    says: `${own.length - other.length} of ${own.length} shares agree.`,
  };
}

export default study;
