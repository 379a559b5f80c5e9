/** Histograms of latencies as lines: what share of the faults took at most so long. */
import type { HistogramData } from '../../main/lab/contract.ts';

/** Cumulative share in percent over ns: flat where no bucket is, rising from a bucket's lowest to its highest value. */
export function cumulative({ buckets, count, maxNs }: HistogramData): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  let before = 0;
  for (const [lowest, inside] of buckets) {
    x.push(atLeastOne(lowest));
    y.push((100 * before) / count);
    before += inside;
    x.push(atLeastOne(Math.min(highestOf(lowest), Math.max(maxNs, lowest))));
    y.push((100 * before) / count);
  }
  return { x, y };
}

/** Of whole ns; every power of two has sixteen buckets. */
const highestOf = (lowest: number): number =>
  lowest + Math.max(1, 2 ** (Math.floor(Math.log2(atLeastOne(lowest))) - 4)) - 1;

/** Zero has no place on a logarithmic axis; 1 ns is its foot. */
const atLeastOne = (ns: number) => Math.max(1, ns);
