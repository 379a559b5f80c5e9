/** A metric of the compared runs over time or accesses: as it is, or as what it is above or below the baseline. */
import type { ColumnName, RunOverview } from '../../main/lab/contract.ts';
import type { Line } from '../charts/chart.ts';
import { formatMetric, formatShort } from '../format/numbers.ts';
import { runLetter } from './compareData.svelte.ts';
import { lessBaseline } from './difference.ts';
import { drawnColumn, keep, lineOf } from './plots.ts';
import { endOf, shownRuns, xOf, type Subject } from './subject.ts';

export function wordsOf({ view, metrics, levels, baseline }: Subject, { metric }: ColumnName) {
  const found = metrics.find(({ name }) => name === metric);
  const isRate = !levels.has(metric);
  const isPlain = !found || found.unit === 'pages' || found.unit === 'count';
  const what = isRate
    ? `${found?.unit === 'ns' ? 'time' : (found?.unit ?? 'count')} per simulated second`
    : (found?.unit ?? '');
  const less = view.isDifference ? `, less ${runLetter(baseline)}` : '';
  const smooth = view.smoothing > 1 ? `, mean of ${view.smoothing} samples` : '';
  const format = (value: number) =>
    (isPlain ? formatShort(value) : formatMetric(value, found.unit)) + (isRate ? '/s' : '');
  return {
    metric: found,
    note: what + less + smooth,
    format: view.isDifference ? signed(format) : format,
  };
}

/** A true minus sign, and a plus where the run is above the baseline. */
const signed = (format: (value: number) => string) => (value: number) =>
  value === 0 ? format(0) : `${value > 0 ? '+' : '−'}${format(Math.abs(value))}`;

export function linesOf(subject: Subject, name: ColumnName): Line[] {
  const { view } = subject;
  if (view.isDifference) return differencesOf(subject, name);
  return shownRuns(subject).flatMap(({ run, look }) => {
    const curve = curveOf(subject, run, name);
    return curve ? [lineOf(look, curve.x, curve.y, view.cursor)] : [];
  });
}

/** The baseline is the zero line, as long as the axis. */
function differencesOf(subject: Subject, name: ColumnName): Line[] {
  const { view, baseline, data } = subject;
  const base = data.overviews[baseline];
  const zero = base && curveOf(subject, base, name);
  if (!zero) return [];
  return shownRuns(subject).flatMap(({ index, run, look }) => {
    if (index === baseline) return [{ ...look, x: [0, endOf(subject)], y: [0, 0] }];
    const curve = curveOf(subject, run, name);
    if (!curve) return [];
    const y = keep(curve.y, `less ${base.id} ${view.align}`, () => lessBaseline(curve, zero));
    return [lineOf(look, curve.x, y, view.cursor)];
  });
}

interface Drawn {
  x: Float64Array;
  y: Float64Array;
}

/** A column as it is drawn; null until it is here, and where the run has none. */
function curveOf(subject: Subject, run: RunOverview, name: ColumnName): Drawn | null {
  const { data, view, levels } = subject;
  const values = data.column(run.id, name);
  const times = data.times(run.id);
  const x = xOf(subject, run);
  if (!values || !times || !x) return null;
  return { x, y: drawnColumn(values, times, levels.has(name.metric), view.smoothing) };
}
