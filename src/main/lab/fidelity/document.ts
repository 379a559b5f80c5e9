/** The comparison with a real kernel as a Markdown page. */
import type { CaseComparison, CounterComparison } from './compare.ts';
import { notesFor } from './notes.ts';
import { targetRows } from './targets.ts';
import { HEADLINE, type ErrorSummary, type Summary } from './summary.ts';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const percent = (value: number) => `${value.toFixed(2)} %`;

/** The error of a counter with its sign: in percent, or absolute where the median is under 100. */
export function errorText(c: CounterComparison): string {
  const sign = (value: number) => (value > 0 ? '+' : '');
  if (c.errorPercent !== null) return `${sign(c.errorPercent)}${percent(c.errorPercent)}`;
  return `${sign(c.errorAbsolute)}${WHOLE.format(c.errorAbsolute)}`;
}

const rowText = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;

function markdownTable(header: readonly string[], rows: readonly string[][]): string {
  return rowText(header) + rowText(header.map(() => '---')) + rows.map(rowText).join('');
}

function errorTable(rows: readonly ErrorSummary[], group: string): string {
  return markdownTable(
    [group, 'Counter', 'Cases', 'Median', 'p90', 'Worst', 'Within spread', 'Worst case'],
    rows.map((r) => [
      r.group,
      `\`${r.counter}\``,
      String(r.cases),
      percent(r.medianPercent),
      percent(r.p90Percent),
      percent(r.worstPercent),
      String(r.withinSpread),
      r.worstCase,
    ]),
  );
}

/** An error that asks for an explanation, in percent. */
const LARGE = 10;

/** Counters that matter for a case: the traces, or its last phase when it has none. */
function headline(c: CaseComparison): CounterComparison[] {
  const traced = c.counters.filter((each) =>
    (HEADLINE as readonly string[]).includes(each.counter),
  );
  return traced.length > 0 ? traced : c.counters;
}

function caseRow(c: CaseComparison): string[] {
  const error = (name: string) => {
    const found = c.counters.find((each) => each.counter === name);
    return found ? errorText(found) : '';
  };
  return [
    c.id,
    c.device,
    ...['swapin', 'swapout', 'majflt', 'pgscan_anon', 'pgactivate', 'pgdeactivate'].map(error),
    c.jaccard === null ? '' : c.jaccard.toFixed(4),
  ];
}

function largeErrors(cases: readonly CaseComparison[]): string[][] {
  return cases.flatMap((c) => {
    const large = headline(c).filter(
      (each) => Math.abs(each.errorPercent ?? 0) > LARGE && !each.withinSpread,
    );
    if (large.length === 0) return [];
    const errors = large.map((each) => `\`${each.counter}\` ${errorText(each)}`).join(', ');
    return [[c.id, errors, notesFor(c, large)]];
  });
}

function targetTable(cases: readonly CaseComparison[]): string {
  return markdownTable(
    ['What', 'Cases', 'Median', 'p90', 'Worst', 'Worst case'],
    targetRows(cases).map(({ what, figures, bounds, worstCase, cases: count }) => [
      what,
      String(count),
      ...figures.map((figure, i) => {
        const bound = bounds[i] ?? Infinity;
        const text = bound === Infinity ? percent(figure) : `${percent(figure)} (${bound} %)`;
        return figure > bound ? `**${text}**` : text;
      }),
      worstCase,
    ]),
  );
}

function times(cases: readonly CaseComparison[]): string {
  const groups = new Map<string, { kernel: number[]; engine: number[] }>();
  for (const c of cases) {
    for (const { what, kernelNs, engineNs } of c.latencies) {
      const key = `${what}, ${c.device}`;
      const group = groups.get(key) ?? { kernel: [], engine: [] };
      group.kernel.push(kernelNs);
      group.engine.push(engineNs);
      groups.set(key, group);
    }
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const us = (ns: number) => (ns / 1000).toFixed(1);
  return markdownTable(
    ['What', 'Cases', 'Kernel, us', 'Engine, us', 'Ratio'],
    [...groups].map(([what, { kernel, engine }]) => {
      const [k, e] = [middle(kernel), middle(engine)];
      return [what, String(kernel.length), us(k), us(e), (e / k).toFixed(2)];
    }),
  );
}

export function fidelityDocument(cases: readonly CaseComparison[], summary: Summary): string {
  const traced = summary.byCounter.filter((r) => !r.counter.includes('/'));
  const other = summary.byCounter.filter((r) => r.counter.includes('/'));
  const failed = summary.failed.map((f) => `- ${f.id}: ${f.reason}\n`).join('');
  return `# Fidelity

\`npm run fidelity\` replays the measured cases of the ground truth on the engine, compares every
counter with what Linux 6.18 counted, and writes this page. Errors are in percent of the kernel's
median over its repeats, without their sign in the summaries; figures under 100 are compared in the
cases only. "Within spread" counts the cases in which the engine lies between the smallest and the
largest of the kernel's own repeats. No rule of the engine is fitted to a case; times come from the
measured machine's unit costs and disk, which decides something only where a disk writes
asynchronously. [model.md](model.md) has the rules and their sources.

${summary.cases} cases were compared, ${summary.failed.length} could not be replayed.

## Targets

Totals of the traces; a figure in bold misses its bound, which stands behind it. Where zswap's worker
wrote pages back, swap-ins and major faults alone are targets, as the ground truth says: when the
worker ends is timing, and the kernel's own split varies by tens of percent.

${targetTable(cases)}
### Not reached

- Compressed bytes are not equal to the byte: off by 0.01 % in zram, and the pages that hold them, in
  zram and in zswap's pool, by 0.05 % at the median. The size of each page is drawn from the measured
  sizes of its content class; the page itself is not compressed. Stored pages, slots in use, huge and
  same-filled pages are exact or within the spread.
- Pages that writeback has not finished when they are looked at (\`swapcached_pages\`, slots in use on a
  disk, and the scans of an operation that shrinks a cgroup to a disk) follow from the service times of
  the measured disk, of which the medians are known and not each request. Tried: the measured medians by
  size of the request, plugging and merging as the block layer does, a context switch for each wait.
- Swap-outs of a disk cgroup that also writes are off by up to 10 % where the kernel's own repeats
  spread by 9 %, for the same reason.
- Times are right in order only, see below.

## By kind of swap device, traces

${errorTable(summary.byDevice, 'Device')}
## Which accesses faulted

Jaccard index of the accesses that were major faults, engine against the kernel's first repeat.

${markdownTable(
  ['Device', 'Cases', 'Median', 'Worst', 'Worst case'],
  summary.jaccard.map((j) => [
    j.group,
    String(j.cases),
    j.median.toFixed(4),
    j.worst.toFixed(4),
    j.worstCase,
  ]),
)}
## By counter, traces

${errorTable(traced, 'Cases')}
## By family, traces

${errorTable(summary.byFamily, 'Family')}
## Case by case

${markdownTable(
  [
    'Case',
    'Device',
    'Swap-ins',
    'Swap-outs',
    'Major',
    'Scanned',
    'Activated',
    'Deactivated',
    'Jaccard',
  ],
  cases.filter((c) => c.counters.some((each) => each.counter === 'swapin')).map(caseRow),
)}
## Off by more than 10 %

Headline counters outside the kernel's own spread, with what is known about the reason.

${markdownTable(['Case', 'Errors', 'Reason'], largeErrors(cases))}
## Phases other than traces

${errorTable(other, 'Cases')}
## Times

Medians over the cases. The kernel's times come from two shared processors and vary by 10 % and more
between repeats; the engine's follow from the unit costs of the preset \`groundtruth-xeon\`. They are
right in order, and no target.

${times(cases)}
## Not replayed

${failed === '' ? 'None.\n' : failed}`;
}
