/** What is compared and how it is looked at: the runs that have a result, their looks, and the axis they share. */
import { formatTime } from '../../engine/scenario/index.ts';
import type { Metric, RunOverview } from '../../main/lab/contract.ts';
import type { Line } from '../charts/chart.ts';
import { residencyColumns } from '../charts/residency.ts';
import { formatShort } from '../format/numbers.ts';
import { isDotted, runLetter, runTone, type CompareData } from './compareData.svelte.ts';
import { ACCESSES, axisOf } from './plots.ts';
import { tellingNames } from './tellingNames.ts';
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
  /** Its place among the compared runs. */
  index: number;
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
            index,
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

/** The places of a run's samples on the axis; null until they are here. */
export const xOf = ({ data, view }: Subject, id: number) =>
  axisOf(view.align, data.times(id), data.column(id, ACCESSES));

/** The columns of a run that its charts draw. */
export const drawnColumns = ({ charts }: CompareView, { result, scenario }: RunOverview) => [
  ...charts,
  ...residencyColumns(result?.series.columns ?? [], scenario),
  ACCESSES,
];
