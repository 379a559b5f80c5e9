/** A log-normal distribution through a median and a 99th percentile, as a table of equally likely values. */
import { exp, ln, normalQuantile } from '../numeric.ts';

/** The standard normal variable stays below this with a probability of 99 %. */
const Z99 = 2.3263478740408408;

const POINT_BITS = 12;
const POINTS = 1 << POINT_BITS;

export class LogNormal {
  /** Values as multiples of the median. */
  private readonly spread = new Float64Array(POINTS);

  constructor(p50: number, p99: number) {
    const sigma = p50 > 0 ? Math.max(0, ln(p99 / p50) / Z99) : 0;
    for (let i = 0; i < POINTS; i++) {
      this.spread[i] = exp(sigma * normalQuantile((i + 0.5) / POINTS));
    }
  }

  /** The value that a 32-bit draw picks, as a multiple of the median. */
  factor(random32: number): number {
    return this.spread[random32 >>> (32 - POINT_BITS)];
  }
}
