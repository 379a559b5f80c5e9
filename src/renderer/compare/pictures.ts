/** The charts of a comparison as data, for the screen and for what is exported alike. */
import { formatTime } from '../../engine/scenario/index.ts';
import type { ColumnName, HistogramData, RunOverview } from '../../main/lab/contract.ts';
import type { Line } from '../charts/chart.ts';
import { LADDER_LOOK, ladderLines } from '../charts/ladder.ts';
import { nearest } from '../charts/series.ts';
import type { SvgChart } from '../charts/svg.ts';
import { formatShort } from '../format/numbers.ts';
import { eventMarks } from '../runs/seriesCharts.ts';
import { runLetter } from './compareData.svelte.ts';
import { cumulative } from './distribution.ts';
import { linesOf, wordsOf } from './overTime.ts';
import { residencyOf } from './plots.ts';
import { endOf, formatXOf, lookOf, xOf, type ShownRun, type Subject } from './subject.ts';

export function layersOf(subject: Subject, run: RunOverview): Line[] {
  const { data, view } = subject;
  const x = xOf(subject, run.id);
  if (!x) return [];
  return residencyOf(run, x, (name) => data.column(run.id, name), view.cursor);
}

/** Of a run that has replicates it says which of them it is. */
export const residencyNote = ({ data }: Subject, { index, run }: ShownRun): string =>
  (data.comparison?.replicates[index]?.length ?? 1) > 1 ? `pages, seed ${run.seed}` : 'pages';

/** Events lie in time; along accesses they stand at the sample that is nearest. */
export function marksOf(subject: Subject, { run, result }: ShownRun) {
  const x = xOf(subject, run.id);
  const times = subject.data.times(run.id);
  return eventMarks(result.events).map(({ at, label }) => ({
    at: subject.view.align === 'time' || !x || !times ? at : (x[nearest(times, at)] ?? 0),
    label,
  }));
}

export function histogramsOf(
  subject: Subject,
): (ShownRun['look'] & { histogram: HistogramData })[] {
  const { scope, metric } = subject.view.latency;
  return subject.data.overviews.flatMap(({ result }, index) => {
    const histogram = result?.histograms.find(
      (each) => each.scope === scope && each.metric === metric && each.count > 0,
    );
    const look = { label: runLetter(index), ...lookOf(index, subject.baseline) };
    return histogram ? [{ ...look, histogram }] : [];
  });
}

export const distributionLines = (subject: Subject): Line[] =>
  histogramsOf(subject).map(({ histogram, ...look }) => ({ ...look, ...cumulative(histogram) }));

export const DISTRIBUTION_LOOK = {
  stacked: false,
  logarithmic: false,
  logarithmicX: true,
  points: false,
  formatX: formatTime,
  formatY: (value: number) => `${value} %`,
  range: null,
};

const rangeOf = (subject: Subject) => subject.view.cursor.range ?? ([0, endOf(subject)] as const);
const alongX = ({ view }: Subject) =>
  view.align === 'time' ? 'over simulated time' : 'over accesses';
const titleOf = ({ scope, metric }: ColumnName) =>
  scope === 'machine' ? metric : `${metric}, ${scope}`;

export function timePicture(subject: Subject, name: ColumnName): SvgChart {
  const { note, format } = wordsOf(subject, name);
  return {
    title: titleOf(name),
    note: `${note}, ${alongX(subject)}`,
    lines: linesOf(subject, name),
    look: { stacked: false, logarithmic: false, points: false, ...formats(subject, format) },
    range: rangeOf(subject),
  };
}

export function residencyPicture(subject: Subject, shown: ShownRun): SvgChart {
  return {
    title: `Where the pages are: ${shown.look.label}`,
    note: `${residencyNote(subject, shown)}, ${alongX(subject)}`,
    lines: layersOf(subject, shown.run),
    look: { stacked: true, logarithmic: false, points: false, ...formats(subject, formatShort) },
    range: rangeOf(subject),
    marks: marksOf(subject, shown),
  };
}

const formats = ({ view }: Subject, formatY: (value: number) => string) => ({
  formatX: formatXOf(view),
  formatY,
});

export const ladderPicture = (subject: Subject): SvgChart => ({
  title: `Percentiles of ${titleOf(subject.view.latency)}`,
  note: 'log scale',
  lines: ladderLines(histogramsOf(subject)),
  look: LADDER_LOOK,
  range: null,
});

export const distributionPicture = (subject: Subject): SvgChart => ({
  title: `Distribution of ${titleOf(subject.view.latency)}`,
  note: 'cumulative share, log scale',
  lines: distributionLines(subject),
  look: DISTRIBUTION_LOOK,
  range: null,
});
