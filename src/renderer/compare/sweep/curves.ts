/** A metric over a sweep as curves: one line for each value of the second setting, along the first. */
import type { RunGroup, SweepFigures, SweepMetric } from '../../../main/lab/contract.ts';
import type { Line } from '../../charts/chart.ts';
import { showValue } from '../../runs/groups.ts';
import { isDotted, runTone } from '../compareData.svelte.ts';

type Axes = RunGroup['axes'];

/** Values stand evenly along the axis, in the order in which they were given. */
export function curvesOf(axes: Axes, { points }: SweepFigures, { values }: SweepMetric): Line[] {
  const [along, across] = axes;
  if (!along) return [];
  return (across?.values ?? [null]).map((value, row) => {
    const own = points.flatMap(({ at }, index) =>
      (at[1] ?? 0) === row ? [{ x: at[0] ?? 0, y: values[index] ?? NaN }] : [],
    );
    return {
      label: across ? `${across.path} ${showValue(value)}` : along.path,
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
