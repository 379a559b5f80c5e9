/**
 * Time series as charts want them: columns that may be missing, counts per interval as rates, and
 * few enough points to draw.
 */
import type { Metric, Scope } from '../../main/lab/contract.ts';

export interface SeriesSet {
  /** Start of the first interval, simulated ns. */
  fromNs: number;
  /** End of each interval, simulated ns, ascending. */
  timeNs: readonly number[];
  columns: readonly Column[];
}

export interface Column {
  scope: Scope;
  metric: string;
  /** How much there is at the time of each sample; otherwise what happened since the one before. */
  isLevel: boolean;
  values: readonly number[];
}

export const NO_SERIES: SeriesSet = { fromNs: 0, timeNs: [], columns: [] };

/** The metrics whose samples say how much there is at a time; all others count events. */
export const levelsOf = (metrics: readonly Metric[]): ReadonlySet<string> =>
  new Set(metrics.filter(({ total }) => total !== 'sum').map(({ name }) => name));

/** Samples as the lab sends them, with each column marked as levels or as counts. */
export const asSeries = (
  { timeNs, columns }: { timeNs: readonly number[]; columns: readonly Omit<Column, 'isLevel'>[] },
  levels: ReadonlySet<string>,
): SeriesSet => ({
  fromNs: firstInterval(timeNs),
  timeNs,
  columns: columns.map((each) => ({ ...each, isLevel: levels.has(each.metric) })),
});

/** Samples may begin in the middle of a run: then the first interval was as long as the second. */
const firstInterval = ([first = 0, second]: readonly number[]): number =>
  second === undefined ? 0 : Math.max(0, 2 * first - second);

const find = (set: SeriesSet, scope: Scope, metric: string): Column | undefined =>
  set.columns.find((each) => each.scope === scope && each.metric === metric);

export const column = (
  set: SeriesSet,
  scope: Scope,
  metric: string,
): readonly number[] | undefined => find(set, scope, metric)?.values;

/**
 * At most `most` points: neighbours are put together, counts added up and levels taken at the end,
 * so that no event is lost and a rate over the longer interval stays right.
 */
export function thin(set: SeriesSet, most: number): SeriesSet {
  if (set.timeNs.length <= most) return set;
  const ends = endsOfBuckets(set, most);
  return {
    fromNs: set.fromNs,
    timeNs: ends.map((end) => set.timeNs[end - 1] as number),
    columns: set.columns.map(({ scope, metric, isLevel, values }) => ({
      scope,
      metric,
      isLevel,
      values: isLevel
        ? ends.map((end) => values[end - 1] ?? NaN)
        : ends.map((end, i) => sum(values, i === 0 ? 0 : (ends[i - 1] as number), end)),
    })),
  };
}

/**
 * Buckets are as long as each other in time and not in samples: of a live run the older part was thinned
 * before, and beside it the newest part would look rougher than it is. Their length is the newest
 * interval times a power of two, so that samples fill them evenly however often they were thinned.
 */
function endsOfBuckets({ fromNs, timeNs }: SeriesSet, most: number): number[] {
  const count = timeNs.length;
  const last = timeNs[count - 1] as number;
  let length = Math.max(1, last - (timeNs[count - 2] ?? fromNs));
  while ((last - fromNs) / length > most) length *= 2;
  const ends: number[] = [];
  let until = fromNs + length;
  timeNs.forEach((time, i) => {
    if (time < until && i < count - 1) return;
    ends.push(i + 1);
    until = fromNs + (Math.floor((time - fromNs) / length) + 1) * length;
  });
  return ends;
}

function sum(values: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i] ?? 0;
  return total;
}

/** One set after another; a column that either lacks is not a number there. */
export function append(before: SeriesSet, more: SeriesSet): SeriesSet {
  const length = before.timeNs.length;
  const known = new Map(before.columns.map((each) => [`${each.scope} ${each.metric}`, each]));
  const columns = more.columns.map(({ scope, metric, isLevel, values }) => {
    const key = `${scope} ${metric}`;
    const old = known.get(key)?.values ?? new Array<number>(length).fill(NaN);
    known.delete(key);
    return { scope, metric, isLevel, values: [...old, ...values] };
  });
  for (const { scope, metric, isLevel, values } of known.values()) {
    const none = new Array<number>(more.timeNs.length).fill(NaN);
    columns.push({ scope, metric, isLevel, values: [...values, ...none] });
  }
  const { fromNs } = length === 0 ? more : before;
  return { fromNs, timeNs: [...before.timeNs, ...more.timeNs], columns };
}

/** The intervals that lie between two times, with one more on each side so that lines reach the edge. */
export function between(set: SeriesSet, range: readonly [number, number] | null): SeriesSet {
  if (!range) return set;
  const [from, to] = range;
  const after = set.timeNs.findIndex((time) => time >= from);
  const first = Math.max(0, (after < 0 ? set.timeNs.length : after) - 1);
  const beyond = set.timeNs.findIndex((time) => time > to);
  const end = beyond < 0 ? set.timeNs.length : beyond + 1;
  return {
    fromNs: first === 0 ? set.fromNs : (set.timeNs[first - 1] as number),
    timeNs: set.timeNs.slice(first, end),
    columns: set.columns.map((each) => ({ ...each, values: each.values.slice(first, end) })),
  };
}

/** Counts of intervals as counts per simulated second. */
function perSecond(values: readonly number[], { fromNs, timeNs }: SeriesSet): number[] {
  return values.map((value, i) => {
    const interval = (timeNs[i] as number) - (i === 0 ? fromNs : (timeNs[i - 1] as number));
    return interval > 0 ? (value * 1e9) / interval : NaN;
  });
}

/** A metric as it is drawn: levels as they are, counts per second. */
export function drawn(set: SeriesSet, scope: Scope, metric: string): number[] | undefined {
  const found = find(set, scope, metric);
  if (!found) return undefined;
  return found.isLevel ? [...found.values] : perSecond(found.values, set);
}

/** Index of the point nearest to `x`; -1 when there is none. */
export function nearest(xs: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = xs.length - 1;
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] as number) < x) low = middle;
    else high = middle;
  }
  return x - (xs[low] as number) <= (xs[high] as number) - x ? low : high;
}
