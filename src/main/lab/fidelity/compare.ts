/** One case on both sides: the kernel's median and spread, the engine's figure, the error. */
import { NotReplayable } from '../../../engine/replay/case.ts';
import { ContentError } from '../../../engine/replay/contents.ts';
import { replay, type Replay } from '../../../engine/replay/machine.ts';
import { SegmentError } from '../../../engine/replay/traces.ts';
import { readBitmap, readCase, readResult, type CaseFile } from './format.ts';
import { latenciesOf, type Latency } from './latency.ts';
import { enginePhases, kernelPhases } from './observed.ts';

export type DeviceKind = 'zram' | 'zswap' | 'disk' | 'mixed' | 'none';

export interface CounterComparison {
  /** The kernel's name; figures of a phase other than the traces have it in front: `fill/pswpout`. */
  counter: string;
  kernelMedian: number;
  kernelMin: number;
  kernelMax: number;
  engine: number;
  /** Percent of the kernel's median; null where that is under 100, see `errorAbsolute`. */
  errorPercent: number | null;
  errorAbsolute: number;
  withinSpread: boolean;
  /** How well the kernel repeats itself here, as `targets.json` grades it. */
  grade?: string;
}

export interface CaseComparison {
  id: string;
  family: string;
  device: DeviceKind;
  counters: CounterComparison[];
  /** Agreement on which accesses were major faults; null where the kernel's were not kept. */
  jaccard: number | null;
  latencies: Latency[];
}

export interface FailedCase {
  id: string;
  family: string;
  reason: string;
}

/** Below this median an error in percent says nothing. */
const PERCENT_FROM = 100;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

export function deviceOf(c: CaseFile): DeviceKind {
  if (c.swap.length === 0) return 'none';
  const zrams = c.swap.filter((s) => s.type === 'zram').length;
  if (zrams === c.swap.length) return 'zram';
  if (zrams > 0) return 'mixed';
  return c.zswap?.enabled && c.zswap.max_pool_percent !== 0 ? 'zswap' : 'disk';
}

/** Replays a case of a folder and lays it beside what the kernel did. */
export function compareCase(
  folder: string,
  id: string,
  grades: ReadonlyMap<string, string>,
): CaseComparison | FailedCase {
  const file = readCase(folder, id);
  const { repeats } = readResult(folder, id);
  let engine: Replay;
  try {
    engine = replay(file);
  } catch (error) {
    const known = [NotReplayable, SegmentError, ContentError].some((kind) => error instanceof kind);
    if (!known) throw error;
    return { id, family: file.family, reason: (error as Error).message };
  }
  const measured = repeats.map(kernelPhases);
  const replayed = enginePhases(engine.operations);
  const counters: CounterComparison[] = [];
  const phases = new Set([...replayed.keys(), ...measured.flatMap((m) => [...m.keys()])]);
  for (const phase of phases) {
    const figures = replayed.get(phase);
    const names = new Set([
      ...(figures?.keys() ?? []),
      ...measured.flatMap((m) => [...(m.get(phase)?.keys() ?? [])]),
    ]);
    for (const name of names) {
      const counter = phase === 'trace' ? name : `${phase}/${name}`;
      const kernel = measured.map((m) => m.get(phase)?.get(name) ?? 0);
      const grade = grades.get(`${id} ${phase} ${name}`);
      counters.push({
        ...compareFigure(counter, kernel, figures?.get(name) ?? 0),
        ...(grade === undefined ? {} : { grade }),
      });
    }
  }
  return {
    id,
    family: file.family,
    device: deviceOf(file),
    counters,
    jaccard: jaccard(engine, (process) => readBitmap(folder, id, process)),
    latencies: latenciesOf(engine, repeats),
  };
}

export function compareFigure(
  counter: string,
  kernel: readonly number[],
  engine: number,
): CounterComparison {
  const kernelMedian = median(kernel);
  const kernelMin = Math.min(...kernel);
  const kernelMax = Math.max(...kernel);
  const errorAbsolute = engine - kernelMedian;
  return {
    counter,
    kernelMedian,
    kernelMin,
    kernelMax,
    engine,
    errorPercent: kernelMedian >= PERCENT_FROM ? (100 * errorAbsolute) / kernelMedian : null,
    errorAbsolute,
    withinSpread: engine >= kernelMin && engine <= kernelMax,
  };
}

/** Accesses that were major faults on both sides, by those that were on either. */
function jaccard(
  { majors }: Replay,
  measured: (process: number) => Uint8Array | null,
): number | null {
  let both = 0;
  let either = 0;
  majors.forEach((engine, process) => {
    const kernel = measured(process);
    if (kernel === null) return;
    for (let i = 0; i < kernel.length; i++) {
      both += ones(kernel[i] & engine[i]);
      either += ones(kernel[i] | engine[i]);
    }
  });
  return either === 0 ? null : both / either;
}

function ones(byte: number): number {
  let count = 0;
  for (let left = byte; left !== 0; left &= left - 1) count++;
  return count;
}
