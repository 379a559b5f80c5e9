/** What a trace would miss under LRU, FIFO, CLOCK and OPT, and under LRU at every size. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { invalid } from '../../errors.ts';
import { PAGE_MASK } from '../codec.ts';
import { Belady } from './belady.ts';
import { Clock } from './clock.ts';
import { Fifo } from './fifo.ts';
import { Lru } from './lru.ts';
import { NextUse } from './nextUse.ts';
import type { Policy } from './policy.ts';
import { SampledStack } from './sampledStack.ts';

/** Accesses up to which stack distances are taken of every page. */
const EXACT_ACCESSES = 50_000_000;

/** A sample of fewer pages says too little: SHARDS errs by less than 0.01 from 8192 on. */
const LEAST_SAMPLED_PAGES = 8192;

/** Points of the curve: every size up to so many pages, evenly spaced ones beyond. */
export const MOST_POINTS = 65_536;

/** Accesses between two chances to report progress and to be cancelled. */
const SLICE = 1 << 20;

/** Misses, first touches included, with a number of frames. */
export interface FrameBounds {
  frames: number;
  lru: number;
  fifo: number;
  clock: number;
  opt: number;
}

export interface TraceBounds {
  accesses: number;
  /** Pages that the trace touches. */
  pages: number;
  /** In ascending order of frames. */
  frames: FrameBounds[];
  /** Share of all accesses that miss, first touches included, from one frame to all pages. */
  lruCurve: { frames: number; missRatio: number }[];
  /** The share of pages that the curve was made from; null when a trace is counted exactly. */
  sampling: { rate: number } | null;
}

export interface BoundsOptions {
  frames: readonly number[];
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number, doing: string) => void) | undefined;
  /** Instead of `EXACT_ACCESSES`. */
  exactAccesses?: number;
}

/** Accesses in order, of pages 0 to `pages` - 1. */
export interface Accesses {
  accesses: Uint32Array;
  pages: number;
}

/**
 * Bytes that `traceBounds` takes at most, besides the trace: next uses and OPT's positions for each
 * access; for each page the largest of what the walks hold, which run one after another.
 */
export const boundsBytes = ({ accesses, pages }: Accesses) =>
  accesses.length * (4 + 0.13) + pages * 32;

export async function traceBounds(trace: Accesses, options: BoundsOptions): Promise<TraceBounds> {
  const { accesses, pages } = trace;
  checkMemory(trace);
  const sizes = [...new Set(options.frames)].sort((a, b) => a - b);
  const rate = samplingRate(accesses.length, pages, options.exactAccesses ?? EXACT_ACCESSES);
  const walks = 1 + (sizes.length > 0 ? 1 + 3 * sizes.length : 0) + (rate < 1 ? sizes.length : 0);
  let walked = 0;
  const walk = async (doing: string, advance: (from: number, to: number) => void) => {
    for (let from = 0; from < accesses.length; from += SLICE) {
      const to = Math.min(from + SLICE, accesses.length);
      advance(from, to);
      const done = walked + to / accesses.length;
      options.onProgress?.(done / walks, doing);
      await nextTurn();
      options.signal?.throwIfAborted();
    }
    walked++;
  };
  const replay = async (doing: string, policy: Policy) => {
    await walk(doing, (from, to) => policy.advance(accesses, from, to));
    return policy.misses;
  };

  const touched = distinctPages(trace);
  const stack = new SampledStack(pages, rate, SLICE);
  await walk('LRU at all sizes', (from, to) => stack.advance(accesses, from, to));
  const curve = curveSizes(touched, sizes);
  const curveMisses = stack.missesAt(curve);
  const bySize = new Map(curve.map((size, i) => [size, curveMisses[i] as number]));

  const frames: FrameBounds[] = [];
  if (sizes.length > 0) {
    const { next, advance } = nextUses(trace);
    await walk('next uses', advance);
    for (const size of sizes) {
      const at = `with ${size} frames`;
      const lru =
        rate < 1
          ? await replay(`LRU ${at}`, new Lru(pages, size))
          : (bySize.get(Math.min(size, touched)) as number);
      const fifo = await replay(`FIFO ${at}`, new Fifo(pages, size));
      const clock = await replay(`CLOCK ${at}`, new Clock(pages, size));
      const opt = await replay(`OPT ${at}`, new Belady(next, size));
      frames.push({ frames: size, lru, fifo, clock, opt });
    }
  }
  return {
    accesses: accesses.length,
    pages: touched,
    frames,
    lruCurve: curve.map((size, i) => ({
      frames: size,
      missRatio: (curveMisses[i] as number) / accesses.length,
    })),
    sampling: accesses.length > (options.exactAccesses ?? EXACT_ACCESSES) ? { rate } : null,
  };
}

/** Refuses what would not fit, instead of being killed in the middle of it. */
function checkMemory(trace: Accesses): void {
  const needed = boundsBytes(trace);
  const available = process.availableMemory();
  if (needed <= available) return;
  const MiB = (bytes: number) => Math.ceil(bytes / 2 ** 20);
  throw invalid(
    `The bounds of ${trace.accesses.length} accesses to ${trace.pages} pages take ${MiB(needed)} MiB of memory besides the trace; accepted: what fits into the ${MiB(available)} MiB that are available.`,
  );
}

/** 1, or the largest half, quarter and so on that leaves at most `exact` accesses to look at. */
function samplingRate(accesses: number, pages: number, exact: number): number {
  let rate = 1;
  while (accesses * rate > exact && (pages * rate) / 2 >= LEAST_SAMPLED_PAGES) rate /= 2;
  return rate;
}

/** The walk of `NextUse` runs backwards; this lets it be driven like the others. */
function nextUses({ accesses, pages }: Accesses) {
  const uses = new NextUse(accesses.length, pages);
  const { length } = accesses;
  const advance = (from: number, to: number) => uses.advance(accesses, length - to, length - from);
  return { next: uses.next, advance };
}

function distinctPages({ accesses, pages }: Accesses): number {
  const touched = new Uint8Array(pages);
  for (let i = 0; i < accesses.length; i++) touched[(accesses[i] as number) & PAGE_MASK] = 1;
  let distinct = 0;
  for (let page = 0; page < pages; page++) distinct += touched[page] as number;
  return distinct;
}

/** Sizes from 1 to all pages, evenly spaced where they are many, with those that were asked for. */
function curveSizes(pages: number, asked: readonly number[]): number[] {
  const step = Math.ceil(pages / MOST_POINTS);
  const sizes = new Set(asked.filter((size) => size < pages));
  for (let size = 1; size < pages; size += step) sizes.add(size);
  sizes.add(pages);
  return [...sizes].sort((a, b) => a - b);
}
