/** The columns of runs as lines: rates and levels, smoothed, along simulated time or along accesses. */
import type { ColumnName, RunOverview } from '../../main/lab/contract.ts';
import type { Line, Range } from '../charts/chart.ts';
import type { Cursor } from '../charts/cursor.svelte.ts';
import {
  extremes,
  lastOfEach,
  ratesOf,
  runningSum,
  smoothed,
  visible,
} from '../charts/decimate.ts';
import { residencyColumns } from '../charts/residency.ts';
import { nearest } from '../charts/series.ts';
import { edges, type Band } from './bands.ts';
import { defined } from './difference.ts';
import { keep } from './kept.ts';
import type { Align } from './view.svelte.ts';

type Numbers = Float64Array;
/** The part of the axis that is shown; null for everything. */
type Shown = Pick<Cursor, 'settled'>;

type Look = Pick<Line, 'label' | 'tone' | 'dashed' | 'dotted'>;

export const ACCESSES: ColumnName = { scope: 'machine', metric: 'accesses' };

/** Buckets across a chart: each gives two points, and a chart is seldom wider than a thousand pixels. */
const BUCKETS = 320;
const RESIDENCY_BUCKETS = 150;
const BAND_BUCKETS = 200;
/** For what is shown while it moves: strips of three times the width are drawn between two frames. */
const MOVING_BUCKETS = 140;
const MOVING_RESIDENCY_BUCKETS = 75;
const MOVING_BAND_BUCKETS = 75;

/** The x axis of a run; null while its columns are not there yet. */
export function axisOf(
  align: Align,
  timeNs: Numbers | null,
  accesses: Numbers | null,
): Numbers | null {
  if (align === 'time') return timeNs;
  return accesses && keep(accesses, 'sum', () => runningSum(accesses));
}

/** A metric as it is drawn: levels as they are, counts per simulated second. */
export function drawnColumn(
  values: Numbers,
  timeNs: Numbers,
  isLevel: boolean,
  smoothing: number,
): Numbers {
  const plain = isLevel ? values : keep(values, 'rates', () => ratesOf(values, timeNs));
  if (smoothing <= 1) return plain;
  return keep(values, `mean ${smoothing}`, () => smoothed(plain, smoothing));
}

/** Samples that are drawn: those that lie in what is shown and have a value. */
function drawnPart(x: Numbers, y: Numbers, range: Range | null): [number, number] {
  const [begin, finish] = defined(y);
  const [from, to] = visible(x, range);
  return [Math.max(begin, from), Math.min(finish, to)];
}

export function lineOf(look: Look, x: Numbers, y: Numbers, { settled }: Shown): Line {
  const points = (range: Range | null, most: number) =>
    extremes(x, y, ...drawnPart(x, y, range), most);
  const read = (at: number) => (at > (x[x.length - 1] as number) ? undefined : y[nearest(x, at)]);
  const part = (range: Range, views: number) => points(range, views * MOVING_BUCKETS);
  return { ...look, ...points(settled, BUCKETS), read, part };
}

/** The edges of a band, the lower one first. */
export function bandLines(look: Look, x: Numbers, band: Band, { settled }: Shown): Line[] {
  const both = (range: Range | null, most: number) =>
    edges(x, band, drawnPart(x, band.mean, range), most);
  const { low, high } = both(settled, BAND_BUCKETS);
  const { label, tone } = look;
  const part = (edge: 'low' | 'high') => (range: Range, views: number) =>
    both(range, views * MOVING_BAND_BUCKETS)[edge];
  return [
    { label, tone, ...low, edge: 'lower', part: part('low') },
    { label, tone, ...high, edge: 'upper', part: part('high') },
  ];
}

/** Where the pages of a run are, in layers on one another; what never held a page is left out. */
export function residencyOf(
  run: RunOverview,
  x: ArrayLike<number>,
  columnOf: (name: ColumnName) => Numbers | null,
  { settled }: Shown,
): Line[] {
  const indicesOf = (range: Range | null, most: number) => lastOfEach(...visible(x, range), most);
  const pointsOf = (indices: readonly number[], values: Numbers) => ({
    x: indices.map((index) => x[index] as number),
    y: indices.map((index) => values[index] as number),
  });
  const indices = indicesOf(settled, RESIDENCY_BUCKETS);
  return residencyColumns(run.result?.series.columns ?? [], run.scenario).flatMap((name) => {
    const values = columnOf(name);
    if (!values || keep(values, 'most', () => mostOf(values))[0] === 0) return [];
    const { label, tone } = name;
    const read = (at: number) => values[nearest(x, at)];
    const part = (range: Range, views: number) =>
      pointsOf(indicesOf(range, views * MOVING_RESIDENCY_BUCKETS), values);
    return [{ label, tone, ...pointsOf(indices, values), read, part }];
  });
}

const mostOf = (values: Numbers) =>
  Float64Array.of(values.reduce((most, value) => Math.max(most, value), 0));
