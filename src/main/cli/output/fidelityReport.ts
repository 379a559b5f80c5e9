/** The comparison with a real kernel as text. */
import type { CaseComparison, CounterComparison } from '../../lab/fidelity/compare.ts';
import { errorText } from '../../lab/fidelity/document.ts';
import type { ErrorSummary, Summary } from '../../lab/fidelity/summary.ts';
import { time, whole } from './figures.ts';
import { plain, table } from './table.ts';

const right = 'right' as const;

const row = (c: CounterComparison) => [
  plain(c.counter),
  whole(c.kernelMedian),
  whole(c.kernelMin),
  whole(c.kernelMax),
  whole(c.engine),
  errorText(c),
  c.withinSpread ? 'yes' : 'no',
];

/** One case; counters that are 0 on both sides are left out. */
export function caseReport(c: CaseComparison): string {
  const shown = c.counters.filter((each) => each.kernelMax !== 0 || each.engine !== 0);
  const header = ['Counter', 'Kernel', 'Min', 'Max', 'Engine', 'Error', 'Within'];
  const jaccard =
    c.jaccard === null ? '' : `, major faults agree ${c.jaccard.toFixed(4)} (Jaccard)`;
  const times = c.latencies
    .map(
      (l) => `${l.what} ${time(Math.round(l.engineNs))}, kernel ${time(Math.round(l.kernelNs))}\n`,
    )
    .join('');
  const title = `${plain(c.id)} (family ${plain(c.family)}, ${c.device})${jaccard}\n`;
  return title + table(header, shown.map(row), ['left', right, right, right, right, right]) + times;
}

const percent = (value: number) => `${value.toFixed(2)} %`;

function errors(rows: readonly ErrorSummary[], group: string): string {
  const header = [group, 'Counter', 'Cases', 'Median', 'p90', 'Worst', 'Within', 'Worst case'];
  const align = ['left', 'left', right, right, right, right, right] as const;
  return table(
    header,
    rows.map((r) => [
      r.group,
      r.counter,
      whole(r.cases),
      percent(r.medianPercent),
      percent(r.p90Percent),
      percent(r.worstPercent),
      `${r.withinSpread}`,
      r.worstCase,
    ]),
    [...align],
  );
}

export function summaryReport(summary: Summary): string {
  const parts = [
    errors(summary.byCounter, 'Cases'),
    errors(summary.byFamily, 'Family'),
    errors(summary.byDevice, 'Device'),
    table(
      ['Device', 'Cases', 'Jaccard, median', 'Worst', 'Worst case'],
      summary.jaccard.map((j) => [
        j.group,
        whole(j.cases),
        j.median.toFixed(4),
        j.worst.toFixed(4),
        j.worstCase,
      ]),
      ['left', right, right, right],
    ),
    `${whole(summary.cases)} cases compared, ${whole(summary.failed.length)} failed\n` +
      summary.failed.map((f) => `  ${plain(f.id)}: ${plain(f.reason)}\n`).join(''),
  ];
  return parts.join('\n');
}
