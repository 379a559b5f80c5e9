/**
 * What a run is above or below the baseline at the same place on the axis. Samples of two runs seldom lie at
 * the same places, so the baseline is read between its samples, on the straight line from one to the next.
 */

type Numbers = ArrayLike<number>;

/**
 * A column at other places; no number before its first sample, after its last, and beside one that is none.
 * `x` and `at` ascend; where `x` stands still, as accesses do while nothing runs, the last sample counts.
 */
export function resampled(x: Numbers, y: Numbers, at: Numbers): Float64Array {
  const last = x.length - 1;
  let index = 0;
  return Float64Array.from(at, (place) => {
    while (index < last && (x[index + 1] as number) <= place) index++;
    const left = x[index] as number;
    const value = y[index] as number;
    if (left === place) return value;
    if (!(left < place) || index === last) return NaN;
    const share = (place - left) / ((x[index + 1] as number) - left);
    return value + share * ((y[index + 1] as number) - value);
  });
}

export interface Curve {
  x: Numbers;
  y: Numbers;
}

/** The difference at the places of the first, as far as both go. */
export function lessBaseline({ x, y }: Curve, baseline: Curve): Float64Array {
  const base = resampled(baseline.x, baseline.y, x);
  return base.map((value, i) => (y[i] as number) - value);
}

/** The samples between the first and the last that are numbers: [first, end). */
export function defined(y: Numbers): [number, number] {
  let first = 0;
  let end = y.length;
  while (first < end && Number.isNaN(y[first])) first++;
  while (end > first && Number.isNaN(y[end - 1])) end--;
  return [first, end];
}
