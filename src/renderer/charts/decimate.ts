/**
 * Few enough points to draw, of columns that may have millions: the lowest and the highest of each
 * bucket, so that no spike is lost. Buckets lie on a fixed grid of samples, so that a line that is
 * panned does not flicker.
 */

type Numbers = ArrayLike<number>;

export interface Points {
  x: number[];
  y: number[];
}

/** Samples that lie between two places on the axis, with one more on each side: [first, end). */
export function visible(x: Numbers, range: readonly [number, number] | null): [number, number] {
  if (!range) return [0, x.length];
  return [
    Math.max(0, firstAtLeast(x, range[0]) - 1),
    Math.min(x.length, firstAtLeast(x, range[1]) + 1),
  ];
}

/** Index of the first sample that is not before `at`; `x` ascends. */
function firstAtLeast(x: Numbers, at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Samples in a bucket: a power of two, so that zooming halves them. */
export function bucketSize(samples: number, most: number): number {
  let size = 1;
  while (samples / size > most) size *= 2;
  return size;
}

/** The lowest and the highest of at most `most` buckets, in the order in which they come. */
export function extremes(x: Numbers, y: Numbers, first: number, end: number, most: number): Points {
  const size = bucketSize(end - first, most);
  const points: Points = { x: [], y: [] };
  const add = (index: number) => {
    points.x.push(x[index] as number);
    points.y.push(y[index] as number);
  };
  if (size === 1) {
    for (let i = first; i < end; i++) add(i);
    return points;
  }
  for (let from = first - (first % size); from < end; from += size) {
    const start = Math.max(from, first);
    const stop = Math.min(from + size, end);
    let low = -1;
    let high = -1;
    for (let i = start; i < stop; i++) {
      const value = y[i] as number;
      if (Number.isNaN(value)) continue;
      if (low < 0 || value < (y[low] as number)) low = i;
      if (high < 0 || value > (y[high] as number)) high = i;
    }
    if (low < 0) add(start);
    else {
      add(Math.min(low, high));
      if (low !== high) add(Math.max(low, high));
    }
  }
  return points;
}

/** The last of each bucket, the same ones for all columns, so that they can be stacked. */
export function lastOfEach(first: number, end: number, most: number): number[] {
  const size = bucketSize(end - first, most);
  const indices: number[] = [];
  for (let from = first - (first % size); from < end; from += size) {
    indices.push(Math.min(from + size, end) - 1);
  }
  return indices;
}

/** The mean over `samples` around each sample; at the ends over what is there. What is no number stays out. */
export function smoothed(y: Numbers, samples: number): Float64Array {
  const length = y.length;
  const before = Math.floor((samples - 1) / 2);
  const after = samples - 1 - before;
  const result = new Float64Array(length);
  let sum = 0;
  let count = 0;
  const put = (index: number, sign: 1 | -1) => {
    const value = y[index];
    if (value === undefined || Number.isNaN(value)) return;
    sum += sign * value;
    count += sign;
  };
  for (let i = 0; i < Math.min(after, length); i++) put(i, 1);
  for (let i = 0; i < length; i++) {
    put(i + after, 1);
    if (i - before - 1 >= 0) put(i - before - 1, -1);
    result[i] = count > 0 ? sum / count : NaN;
  }
  return result;
}

/** Counts of intervals as counts per simulated second. */
export function ratesOf(values: Numbers, timeNs: Numbers): Float64Array {
  const [one = 0, two = 2 * one] = [timeNs[0], timeNs[1]];
  // Samples may begin in the middle of a run: then the first interval was as long as the second.
  let last = Math.max(0, 2 * one - two);
  const rates = new Float64Array(timeNs.length);
  for (let i = 0; i < rates.length; i++) {
    const interval = (timeNs[i] as number) - last;
    last = timeNs[i] as number;
    rates[i] = interval > 0 ? ((values[i] as number) * 1e9) / interval : NaN;
  }
  return rates;
}

export function runningSum(values: Numbers): Float64Array {
  const sums = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < sums.length; i++) sums[i] = sum += values[i] as number;
  return sums;
}
