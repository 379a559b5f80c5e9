/**
 * Runs that differ in the seed alone as one line with a band: their mean, and from the smallest to the largest.
 * With the few seeds that one has, that is what was seen; an interval would rest on what they cannot show.
 */
import { bucketSize, type Points } from '../charts/decimate.ts';
import { resampled, type Curve } from './difference.ts';

type Numbers = ArrayLike<number>;

export interface Band {
  mean: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/** At the places `x`, which ascend; no number where one of the curves has none, so that all of it is of all seeds. */
export function bandOf(x: Numbers, curves: readonly Curve[]): Band {
  const sum = new Float64Array(x.length);
  const low = new Float64Array(x.length).fill(Infinity);
  const high = new Float64Array(x.length).fill(-Infinity);
  for (const curve of curves) {
    resampled(curve.x, curve.y, x).forEach((value, i) => {
      sum[i] = (sum[i] as number) + value;
      // Math.min and Math.max hand on what is no number.
      low[i] = Math.min(low[i] as number, value);
      high[i] = Math.max(high[i] as number, value);
    });
  }
  return { mean: sum.map((each) => each / curves.length), low, high };
}

/** Both edges in at most `most` steps, each as low or as high as its bucket, so that no mean lies outside them. */
export function edges(
  x: Numbers,
  { low, high }: Pick<Band, 'low' | 'high'>,
  [first, end]: readonly [number, number],
  most: number,
): { low: Points; high: Points } {
  const size = bucketSize(end - first, most);
  const result = { low: { x: [], y: [] } as Points, high: { x: [], y: [] } as Points };
  for (let from = first - (first % size); from < end; from += size) {
    const start = Math.max(from, first);
    const stop = Math.min(from + size, end);
    let [least, greatest] = [Infinity, -Infinity];
    for (let i = start; i < stop; i++) {
      if ((low[i] as number) < least) least = low[i] as number;
      if ((high[i] as number) > greatest) greatest = high[i] as number;
    }
    if (least > greatest) continue;
    for (const index of size === 1 ? [start] : [start, stop - 1]) {
      const place = x[index] as number;
      result.low.x.push(place);
      result.low.y.push(least);
      result.high.x.push(place);
      result.high.y.push(greatest);
    }
  }
  return result;
}
