/** How long faults took on both sides. The kernel's times vary by 10 % and more between repeats. */
import type { Replay } from '../../../engine/replay/machine.ts';
import type { Histogram } from '../../../engine/metrics/histogram.ts';
import type { Repeat } from './format.ts';

export interface Latency {
  what: string;
  /** Medians, ns. */
  kernelNs: number;
  engineNs: number;
}

/** Lower bound in ns of a bucket of the harness: eight to the octave. */
const bucketNs = (bucket: number) =>
  bucket < 8 ? bucket : 2 ** (Math.floor(bucket / 8) + 2) * (1 + (bucket % 8) / 8);

function medianNs(repeats: readonly Repeat[], ops: readonly string[], kind: string): number {
  const counts = new Map<number, number>();
  let total = 0;
  for (const repeat of repeats) {
    for (const op of repeat.ops.filter((each) => ops.includes(each.op))) {
      for (const { hist } of op.procs) {
        for (const [bucket, count] of Object.entries(hist?.[kind]?.b ?? {})) {
          counts.set(Number(bucket), (counts.get(Number(bucket)) ?? 0) + count);
          total += count;
        }
      }
    }
  }
  let seen = 0;
  for (const [bucket, count] of [...counts].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen * 2 >= total) return bucketNs(bucket);
  }
  return 0;
}

const p50 = (histogram: Histogram) => histogram.data('machine', 'fault_latency').percentilesNs.p50;

export function latenciesOf({ kernel, operations }: Replay, repeats: readonly Repeat[]): Latency[] {
  const { latency } = kernel;
  const served = [latency.zero, latency.zswap, latency.file, ...latency.device].sort(
    (a, b) => b.count - a.count,
  );
  const found: Latency[] = [];
  const add = (what: string, kernelNs: number, engineNs: number) => {
    if (kernelNs > 0 && engineNs > 0) found.push({ what, kernelNs, engineNs });
  };
  add('first touch', medianNs(repeats, ['fill'], 'minor'), p50(latency.minor));
  const major = medianNs(repeats, ['trace', 'readall'], 'major');
  if (served[0] !== undefined && served[0].count > 0) add('major fault', major, p50(served[0]));
  operations.forEach((operation, i) => {
    const seconds = repeats.map((r) => r.ops[i]?.swapoff_s ?? 0).sort((a, b) => a - b);
    if (operation.op === 'swapoff')
      add('swapoff', (seconds[seconds.length >> 1] ?? 0) * 1e9, operation.durationNs);
  });
  return found;
}
