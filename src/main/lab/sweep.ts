/** A sweep's figures by point: means over seeds, and which point is the best of each metric. */
import type { RunGroup, SweepFigures, SweepMetric } from './contract.ts';
import { byCatalogue, entryOf, figuresOf, samplesOf, type RunFigures } from './figures.ts';
import { deviation, differenceInterval, mean, type Sample } from './intervals.ts';

/** @param figures those of the group's runs that are done, by id */
export function sweepFigures(
  { axes, runs }: Pick<RunGroup, 'axes' | 'runs'>,
  figures: ReadonlyMap<number, RunFigures>,
): SweepFigures {
  const points = combinations(axes.map(({ values }) => values.length)).map((at) => ({
    at,
    runs: runs
      .filter(({ id, group }) => figures.has(id) && group?.at.join() === at.join())
      .map(({ id }) => id),
  }));
  const columns = points.map((point) =>
    point.runs.flatMap((id) => {
      const own = figures.get(id);
      return own ? [{ seed: own.seed, scopes: figuresOf(own) }] : [];
    }),
  );
  const all = columns.flat();
  const scopes = new Set(all.flatMap((each) => [...each.scopes.keys()]));
  const metrics = [...scopes].flatMap((scope) => {
    const names = new Set(all.flatMap((each) => [...(each.scopes.get(scope)?.keys() ?? [])]));
    return [...names].sort(byCatalogue).map((metric) => ({
      scope,
      metric,
      ...compare(
        columns.map((column) => samplesOf(column, scope, metric)),
        entryOf(metric)?.better ?? 'neither',
      ),
    }));
  });
  return { points, metrics };
}

/** Indices into each axis; the last one changes fastest. */
function combinations(lengths: readonly number[]): number[][] {
  return lengths.reduce<number[][]>(
    (before, length) =>
      before.flatMap((at) => Array.from({ length }, (_, index) => [...at, index])),
    [[]],
  );
}

function compare(
  samples: readonly Sample[][],
  better: 'higher' | 'lower' | 'neither',
): Omit<SweepMetric, 'scope' | 'metric'> {
  const each = samples.map((point) => point.map(({ value }) => value));
  const values = each.map((point) => (point.length === 0 ? null : mean(point)));
  const best = bestOf(values, better);
  return {
    values,
    deviations: each.map(deviation),
    best,
    unclear: samples.flatMap((point, index) => {
      if (best === null || index === best) return [];
      const interval = differenceInterval(samples[best] ?? [], point);
      return interval && interval.low <= 0 && interval.high >= 0 ? [index] : [];
    }),
  };
}

/** Null where neither way is better, and where all points have the same. */
function bestOf(
  values: readonly (number | null)[],
  better: 'higher' | 'lower' | 'neither',
): number | null {
  const known = values.filter((value) => value !== null);
  if (better === 'neither' || new Set(known).size < 2) return null;
  return values.indexOf(better === 'higher' ? Math.max(...known) : Math.min(...known));
}
