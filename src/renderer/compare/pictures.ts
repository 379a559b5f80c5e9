/** The charts of a comparison as data, for the screen and for what is exported alike. */
import { formatTime } from '../../engine/scenario/index.ts';
import type { ColumnName, HistogramData, Metric, RunOverview } from '../../main/lab/contract.ts';
import type { Line } from '../charts/chart.ts';
import { LADDER_LOOK, ladderLines } from '../charts/ladder.ts';
import { residencyColumns } from '../charts/residency.ts';
import { nearest } from '../charts/series.ts';
import type { SvgChart } from '../charts/svg.ts';
import { formatMetric, formatShort } from '../format/numbers.ts';
import { eventMarks } from '../runs/seriesCharts.ts';
import {
  isDotted,
  runLetter,
  runTone,
  tellingNames,
  type CompareData,
} from './compareData.svelte.ts';
import { cumulative } from './distribution.ts';
import { ACCESSES, axisOf, drawnColumn, lineOf, residencyOf } from './plots.ts';
import type { CompareView } from './view.svelte.ts';

export interface Subject {
  data: CompareData;
  view: CompareView;
  /** Place of the baseline among the runs. */
  baseline: number;
  metrics: readonly Metric[];
  /** Metrics that are states rather than events. */
  levels: ReadonlySet<string>;
}

type Result = NonNullable<RunOverview['result']>;

/** A run that has a result, and how it looks everywhere. */
export interface ShownRun {
  run: RunOverview;
  result: Result;
  look: Pick<Line, 'label' | 'tone' | 'dashed' | 'dotted'>;
}

export const lookOf = (index: number, baseline: number) => ({
  tone: runTone(index),
  dashed: index === baseline,
  dotted: isDotted(index),
});

export function shownRuns({ data, baseline }: Subject): ShownRun[] {
  const names = tellingNames(data.overviews.map(({ name }) => name));
  return data.overviews.flatMap((run, index) =>
    run.result
      ? [
          {
            run,
            result: run.result,
            look: { label: `${runLetter(index)} ${names[index]}`, ...lookOf(index, baseline) },
          },
        ]
      : [],
  );
}

export const formatXOf = ({ align }: CompareView) => (align === 'time' ? formatTime : formatShort);

/** Where the axis of the charts over time ends. */
export const endOf = (subject: Subject): number =>
  Math.max(
    0,
    ...shownRuns(subject).map(({ result }) =>
      subject.view.align === 'time' ? result.simulatedNs : result.accesses,
    ),
  );

const axis = ({ data, view }: Subject, run: RunOverview) =>
  axisOf(view.align, data.times(run.id), data.column(run.id, ACCESSES));

/** The columns of a run that its charts draw. */
export const drawnColumns = ({ charts }: CompareView, { result, scenario }: RunOverview) => [
  ...charts,
  ...residencyColumns(result?.series.columns ?? [], scenario),
  ACCESSES,
];

export function wordsOf({ view, metrics, levels }: Subject, { metric }: ColumnName) {
  const found = metrics.find(({ name }) => name === metric);
  const isRate = !levels.has(metric);
  const plain = !found || found.unit === 'pages' || found.unit === 'count';
  const what = isRate
    ? `${found?.unit === 'ns' ? 'time' : (found?.unit ?? 'count')} per simulated second`
    : (found?.unit ?? '');
  const smooth = view.smoothing > 1 ? `, mean of ${view.smoothing} samples` : '';
  return {
    metric: found,
    note: what + smooth,
    format: (value: number) =>
      (plain ? formatShort(value) : formatMetric(value, found.unit)) + (isRate ? '/s' : ''),
  };
}

export function linesOf(subject: Subject, name: ColumnName): Line[] {
  const { data, view, levels } = subject;
  return shownRuns(subject).flatMap(({ run, look }) => {
    const values = data.column(run.id, name);
    const times = data.times(run.id);
    const x = axis(subject, run);
    if (!values || !times || !x) return [];
    const isLevel = levels.has(name.metric);
    const y = drawnColumn(values, times, isLevel, view.smoothing);
    return [lineOf(look, x, y, view.cursor)];
  });
}

export function layersOf(subject: Subject, run: RunOverview): Line[] {
  const { data, view } = subject;
  const x = axis(subject, run);
  if (!x) return [];
  return residencyOf(run, x, (name) => data.column(run.id, name), view.cursor);
}

/** Events lie in time; along accesses they stand at the sample that is nearest. */
export function marksOf(subject: Subject, { run, result }: ShownRun) {
  const x = axis(subject, run);
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
    note: `pages, ${alongX(subject)}`,
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
  note: 'share that took at most so long, log scale',
  lines: distributionLines(subject),
  look: DISTRIBUTION_LOOK,
  range: null,
});
