/**
 * A metric of the compared runs over time or accesses: as it is, or as what it is above or below the baseline;
 * of the run itself, or over all runs that differ from it in the seed alone.
 */
import type { ColumnName } from '../../main/lab/contract.ts';
import type { Line } from '../charts/chart.ts';
import { formatMetric, formatShort } from '../format/numbers.ts';
import { runLetter } from './compareData.svelte.ts';
import { bandLines, lineOf } from './plots.ts';
import { curvesOf, hasReplicates, isOnItsWay, lessOverSeeds, overSeeds, seedsOf } from './seeds.ts';
import { endOf, shownRuns, type Subject } from './subject.ts';

export function wordsOf(subject: Subject, name: ColumnName) {
  const { view, metrics, levels, baseline } = subject;
  const found = metrics.find((each) => each.name === name.metric);
  const isRate = !levels.has(name.metric);
  const isPlain = !found || found.unit === 'pages' || found.unit === 'count';
  const what = isRate
    ? `${found?.unit === 'ns' ? 'time' : (found?.unit ?? 'count')} per simulated second`
    : (found?.unit ?? '');
  const format = (value: number) =>
    (isPlain ? formatShort(value) : formatMetric(value, found.unit)) + (isRate ? '/s' : '');
  return {
    metric: found,
    note: [
      what,
      ...(view.isDifference ? [`minus ${runLetter(baseline)}`] : []),
      ...(view.smoothing > 1 ? [`mean of ${view.smoothing} samples`] : []),
      ...seedWords(subject, name),
    ].join(', '),
    format: view.isDifference ? signed(format) : format,
  };
}

/** A true minus sign, and a plus where the run is above the baseline. */
const signed = (format: (value: number) => string) => (value: number) =>
  value === 0 ? format(0) : `${value > 0 ? '+' : '−'}${format(Math.abs(value))}`;

/** What stands for the seeds of a run: all of them, or the one that was chosen. */
function seedWords(subject: Subject, name: ColumnName): string[] {
  if (!hasReplicates(subject.data)) return [];
  if (!subject.view.hasBands) return ['one seed of each run'];
  const runs = shownRuns(subject);
  const counts = runs.map((run) => seedsOf(subject, run).length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (runs.some((run) => isOnItsWay(subject, run, name))) return ['fetching the other seeds …'];
  const few = least === most ? `mean of ${most} seeds` : `means of ${least} to ${most} seeds`;
  return [`${few}, band: smallest to largest`];
}

export function linesOf(subject: Subject, name: ColumnName): Line[] {
  const { view, baseline } = subject;
  const runs = shownRuns(subject);
  const base = view.isDifference ? runs.find(({ index }) => index === baseline) : undefined;
  const zero = base && curvesOf(subject, base, name);
  if (view.isDifference && !zero) return [];
  const lines: Line[] = [];
  const bands: Line[] = [];
  for (const run of runs) {
    const curves = curvesOf(subject, run, name);
    if (!curves) continue;
    if (run === base) {
      // The baseline is the zero line, as long as the axis.
      lines.push({ ...run.look, x: [0, endOf(subject)], y: [0, 0] });
      continue;
    }
    const { x, y, band } = zero ? lessOverSeeds(curves, zero, subject) : overSeeds(curves, subject);
    lines.push({ ...lineOf(run.look, x, y, view.cursor), hasBand: band !== undefined });
    if (band) bands.push(...bandLines(run.look, x, band, view.cursor));
  }
  return [...lines, ...bands];
}
