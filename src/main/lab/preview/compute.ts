/**
 * What a workload will do, without running it: its first accesses, drawn from the very streams that the
 * run will draw from, by time and page, and what LRU would miss of them. Time passes as if nothing
 * faulted: the cost of an access and the think time, with the daily load.
 */
import { lengthOf, streamsOf, type StreamPlan } from '../../../engine/setup/processes.ts';
import { dailyLoadOf } from '../../../engine/workload/dailyLoad.ts';
import type { AccessStream } from '../../../engine/workload/patterns.ts';
import type { WorkloadPreview } from '../contract.ts';
import { PAGE_MASK } from '../traces/codec.ts';
import { SampledStack } from '../traces/bounds/sampledStack.ts';

/** Accesses that are drawn at most: about a second of work. */
export const MOST_ACCESSES = 16_000_000;

/** Accesses whose stack distances are taken at most, by a sample of the pages. */
const MOST_SAMPLED = 1_000_000;
/** A sample of fewer pages says too little (see `traceBounds`). */
const LEAST_SAMPLED_PAGES = 8192;

const TIMES = 64;
const ROWS = 24;
const CURVE_POINTS = 64;

/** A step is short beside a column of the picture, and at most so many accesses of all threads. */
const STEPS_IN_COLUMN = 32;
const LONGEST_STEP = 2048;

export interface PreviewPlan extends StreamPlan {
  /** Of the run, from which the seeds of the streams are derived. */
  seed: number;
  /** Cost of an access without think time, ns. */
  accessNs: number;
  /** Time that it has at most, ns; Infinity where the run sets no end. */
  mostNs: number;
  /** Accesses that it makes at most, whatever its pattern says; Infinity where the run sets no bound. */
  bound: number;
  pageBytes: number;
}

export function previewOf(plan: PreviewPlan): WorkloadPreview {
  const { pages, workload } = plan;
  const streams = streamsOf(plan, plan.seed);
  const lengths = streams.map((_, thread) => lengthOf(plan, thread));
  const most = Math.ceil(Math.min(MOST_ACCESSES, plan.bound) / streams.length);
  const span = spanOf(plan, Math.min(Math.max(...lengths), most), streams.length);
  const mostEach = span.ended ? span.steps : Infinity;
  const made = lengths.reduce((sum, length) => sum + Math.min(length, mostEach), 0);
  const all = Math.min(made, plan.bound);

  const picture = new Picture(pages);
  const rate = samplingRate(Math.min(all, span.steps * streams.length), pages);
  const stack = new SampledStack(pages, rate, LONGEST_STEP);
  let writes = 0;
  for (const { from, count, time } of span.walk()) {
    const column = Math.min(TIMES - 1, Math.floor((time / span.ns) * TIMES));
    for (const [thread, stream] of streams.entries()) {
      const wanted = Math.min(count, (lengths[thread] as number) - from);
      if (wanted <= 0) continue;
      const buffer = draw(stream, wanted);
      for (const word of buffer) writes += word >>> 31;
      picture.add(buffer, column);
      stack.advance(buffer, 0, buffer.length);
    }
  }
  const sizes = curveSizes(picture.touched);
  const missed = stack.missesAt(sizes);
  const { accesses } = picture;
  return {
    accesses,
    of: all === Infinity ? null : Math.max(all, accesses),
    pages,
    pageBytes: plan.pageBytes,
    startNs: workload.start,
    spanNs: span.ns,
    heat: picture.heat,
    footprint: picture.footprint(),
    workingSet: picture.workingSet,
    writePercent: accesses === 0 ? 0 : (100 * writes) / accesses,
    lruCurve: sizes.map((size, i) => ({
      pages: size,
      missRatio: accesses === 0 ? 0 : (missed[i] as number) / accesses,
    })),
  };
}

function draw(stream: AccessStream, wanted: number): Uint32Array {
  const buffer = new Uint32Array(wanted);
  const got = stream.fill(buffer);
  return got === wanted ? buffer : buffer.subarray(0, got);
}

interface Span {
  /** How long the accesses take, ns; above 0. */
  ns: number;
  /** Accesses of each thread in it. */
  steps: number;
  /** Whether it ends because the run gives it no more time. */
  ended: boolean;
  /** Steps of so many accesses of each thread, with the time at which they begin. */
  walk(): Generator<{ from: number; count: number; time: number }>;
}

/** @param total accesses of a thread at most; the load of a step is that of its first access */
function spanOf(plan: PreviewPlan, total: number, threads: number): Span {
  const { workload, accessNs, mostNs } = plan;
  const daily = dailyLoadOf(workload, accessNs);
  const steady = Math.max(1, accessNs + workload.thinkTime);
  const wanted = Math.min(total, mostNs / steady) / (TIMES * STEPS_IN_COLUMN);
  const each = Math.max(1, Math.floor(Math.min(wanted, LONGEST_STEP / threads)));
  function* walk(): ReturnType<Span['walk']> {
    let time = 0;
    for (let from = 0; from < total && time < mostNs; from += each) {
      const pace = daily?.accessNs(workload.start + time) ?? steady;
      const count = Math.min(each, total - from, Math.ceil((mostNs - time) / pace));
      yield { from, count, time };
      time += count * pace;
    }
  }
  let ns = 0;
  let steps = 0;
  for (const { count, time } of walk()) {
    steps += count;
    ns = time + count * (daily?.accessNs(workload.start + time) ?? steady);
  }
  return { ns: Math.max(1, Math.min(ns, mostNs)), steps, ended: steps < total, walk };
}

/** Accesses by time and page, and the distinct pages of each moment. */
class Picture {
  accesses = 0;
  touched = 0;
  /** A row of pages from the lowest for each column of time. */
  readonly heat: number[][];
  readonly workingSet = new Array<number>(TIMES).fill(0);
  readonly #fresh = new Array<number>(TIMES).fill(0);
  readonly #last: Int16Array;
  readonly #rowOf: number;

  constructor(pages: number) {
    const rows = Math.max(1, Math.min(ROWS, pages));
    this.heat = Array.from({ length: TIMES }, () => new Array<number>(rows).fill(0));
    this.#rowOf = rows / Math.max(1, pages);
    this.#last = new Int16Array(pages).fill(-1);
  }

  add(buffer: Uint32Array, column: number): void {
    const row = this.heat[column] as number[];
    const last = this.#last;
    let distinct = 0;
    let fresh = 0;
    for (let i = 0; i < buffer.length; i++) {
      const page = (buffer[i] as number) & PAGE_MASK;
      row[Math.floor(page * this.#rowOf)]!++;
      const before = last[page] as number;
      if (before === column) continue;
      last[page] = column;
      distinct++;
      if (before < 0) fresh++;
    }
    this.accesses += buffer.length;
    this.touched += fresh;
    this.workingSet[column]! += distinct;
    this.#fresh[column]! += fresh;
  }

  /** Distinct pages from the start to the end of each column. */
  footprint(): number[] {
    let sum = 0;
    return this.#fresh.map((fresh) => (sum += fresh));
  }
}

function samplingRate(accesses: number, pages: number): number {
  let rate = 1;
  while (accesses * rate > MOST_SAMPLED && (pages * rate) / 2 >= LEAST_SAMPLED_PAGES) rate /= 2;
  return rate;
}

/** Sizes from one page to all that are touched, evenly spaced. */
function curveSizes(touched: number): number[] {
  const sizes = new Set<number>();
  for (let i = 1; i <= CURVE_POINTS; i++)
    sizes.add(Math.max(1, Math.round((touched * i) / CURVE_POINTS)));
  return [...sizes];
}
