/**
 * Latency histograms in the way of HdrHistogram: every power of two is cut into 16 steps, so that a
 * value is known to within 6.25 % whatever its size, and recording touches one counter.
 */
import type { HistogramData, Scope } from '../result.ts';

const STEPS = 16;
const STEP_BITS = 4;
const HIGHEST = 2 ** 53;
/** Values below 16 have a bucket each; every power of two from 16 to 2^53 has 16. */
const BUCKETS = STEPS + (54 - STEP_BITS) * STEPS;

/** Width of the buckets in the power of two 2^(i + 4). */
const WIDTHS = Float64Array.from({ length: 54 - STEP_BITS }, (_, i) => 2 ** i);

export class Histogram {
  count = 0;
  /** Sum of all values, ns. */
  sum = 0;
  /** Largest value, ns; 0 when there is none. */
  max = 0;
  private lowest = Infinity;
  private readonly counts = new Float64Array(BUCKETS);

  /** Smallest value, ns; 0 when there is none. */
  get min(): number {
    return this.count === 0 ? 0 : this.lowest;
  }

  /** Records one value in ns: 0 to 2^53, fractions cut off. */
  record(ns: number): void {
    // Nearly all values are below two seconds, where integer arithmetic will do.
    if (ns < 2147483648) {
      const value = ns > 0 ? ns | 0 : 0;
      this.note(value, smallBucketOf(value));
    } else {
      const value = Math.floor(Math.min(ns, HIGHEST));
      this.note(value, largeBucketOf(value));
    }
  }

  private note(value: number, bucket: number): void {
    this.count++;
    this.sum += value;
    if (value > this.max) this.max = value;
    if (value < this.lowest) this.lowest = value;
    this.counts[bucket]! += 1;
  }

  /**
   * The value that `p` percent of the values do not exceed: the highest one of the bucket in which
   * the p-th percentile lies, so never too low, at most 6.25 % too high, and never above the maximum.
   */
  percentile(p: number): number {
    if (this.count === 0) return 0;
    // A shade less, lest 99.9 % of 1000 come out as one more than 999.
    const wanted = Math.max(1, Math.ceil(((p * this.count) / 100) * (1 - Number.EPSILON)));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket] as number;
      if (seen >= wanted) return Math.min(lowestOf(bucket + 1) - 1, this.max);
    }
    return this.max;
  }

  data(scope: Scope, metric: string): HistogramData {
    const buckets: [number, number][] = [];
    this.counts.forEach((count, bucket) => {
      if (count > 0) buckets.push([lowestOf(bucket), count]);
    });
    return {
      scope,
      metric,
      count: this.count,
      sumNs: this.sum,
      minNs: this.min,
      maxNs: this.max,
      percentilesNs: {
        p50: this.percentile(50),
        p90: this.percentile(90),
        p99: this.percentile(99),
        p999: this.percentile(99.9),
        p9999: this.percentile(99.99),
      },
      buckets,
    };
  }
}

/** Bucket of an integer below 2^31. */
function smallBucketOf(value: number): number {
  if (value < STEPS) return value;
  const shift = 31 - STEP_BITS - Math.clz32(value);
  return shift * STEPS + (value >>> shift);
}

/** Bucket of an integer from 2^31 on. */
function largeBucketOf(value: number): number {
  const power = value < 4294967296 ? 31 : 63 - Math.clz32(Math.floor(value / 4294967296));
  const shift = power - STEP_BITS;
  return shift * STEPS + Math.floor(value / (WIDTHS[shift] as number));
}

/** Lowest value of a bucket. */
function lowestOf(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const shift = Math.floor(bucket / STEPS) - 1;
  return (bucket - shift * STEPS) * 2 ** shift;
}
