/** A metric over a sweep as curves: along one of its settings, a line for each value of the other. */
import type { RunGroup, SweepFigures, SweepMetric } from '../../../main/lab/contract.ts';
import type { Line } from '../../charts/chart.ts';
import { showValue } from '../../runs/groups.ts';
import { isDotted, runTone } from '../compareData.svelte.ts';

type Axes = RunGroup['axes'];

/** The setting with more values makes the better x axis: few lines with many points; the first where both have as many. */
export const longestAxis = ([first, second]: Axes): number =>
  (second?.values.length ?? 0) > (first?.values.length ?? 0) ? 1 : 0;

/**
 * Values stand evenly along the axis, in the order in which they were given.
 * @param along index of the setting that is the x axis
 */
export function curvesOf(
  axes: Axes,
  { points }: SweepFigures,
  { metric, values }: SweepMetric,
  along: number,
): Line[] {
  const x = axes[along];
  const across = 1 - along;
  const lines = axes[across];
  if (!x) return [];
  return (lines?.values ?? [null]).map((value, row) => {
    const own = points.flatMap(({ at }, index) =>
      (at[across] ?? 0) === row ? [{ x: at[along] ?? 0, y: values[index] ?? NaN }] : [],
    );
    return {
      label: lines ? showValue(value) : metric,
      tone: runTone(row),
      dotted: isDotted(row),
      x: own.map(({ x }) => x),
      y: own.map(({ y }) => y),
    };
  });
}

/** `swappiness 60, zswap 20`: a point in words. */
export const pointName = (axes: Axes, at: readonly number[]): string =>
  axes.map(({ path, values }, i) => `${path} ${showValue(values[at[i] ?? 0])}`).join(', ');

/** 0 at the worst or lowest value, 1 at the best or highest; null where all are the same. */
export function shareOf(metric: SweepMetric, index: number): number | null {
  const known = metric.values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const value = metric.values[index];
  if (value === null || value === undefined || low === high) return null;
  const share = (value - low) / (high - low);
  return metric.best !== null && metric.values[metric.best] === low ? 1 - share : share;
}
