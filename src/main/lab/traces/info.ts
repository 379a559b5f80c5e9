/** Describes a trace in the terms in which memory is sized: footprint, working set, popularity, reuse. */
import { PAGE_MASK } from './codec.ts';
import type { TraceFile, TraceHeader } from './format.ts';
import { stackDistances } from './bounds/lruStack.ts';

export interface TraceDescription extends TraceHeader {
  footprintBytes: number;
  writePercent: number;
  /** Memory references for each access that was kept. */
  referencesPerAccess: number;
  /** Distinct pages in windows of so many accesses; Denning's working set. */
  workingSet: { window: number; averagePages: number; mostPages: number }[];
  /** Share of all accesses that go to the most used pages. */
  popularity: { pagesPercent: number; accessesPercent: number }[];
  reuse: {
    /** Accesses to a page that had been touched before. */
    accesses: number;
    percent: number;
    /** Accesses from one access of a page to its next: median and 90th percentile. */
    intervalP50: number;
    intervalP90: number;
    /** What perfect LRU would miss with so much memory, besides the first touches. */
    lru: { memoryPercent: number; pages: number; misses: number; percent: number }[];
  };
}

const POPULARITY = [1, 5, 10, 20, 50];
const MEMORY = [10, 25, 50, 75, 90];

/** Steps in each power of two of the interval histogram: figures are within 3 %. */
const STEPS = 32;

export function describeTrace({ header, accesses, pages }: TraceFile): TraceDescription {
  const total = accesses.length;
  const windows = windowSizes(total);
  const { workingSet, uses, intervalAt } = walk(accesses, pages, windows);
  const { counts, first } = stackDistances(accesses, pages);
  const reused = total - first;
  return {
    ...header,
    footprintBytes: pages * header.pageBytes,
    writePercent: (100 * header.writes) / total,
    referencesPerAccess: header.references / total,
    workingSet,
    popularity: popularity(uses, total),
    reuse: {
      accesses: reused,
      percent: (100 * reused) / total,
      intervalP50: intervalAt(0.5),
      intervalP90: intervalAt(0.9),
      lru: MEMORY.map((memoryPercent) => {
        const held = Math.max(1, Math.round((pages * memoryPercent) / 100));
        let misses = 0;
        for (let distance = held; distance < pages; distance++) {
          misses += counts[distance] as number;
        }
        return { memoryPercent, pages: held, misses, percent: (100 * misses) / total };
      }),
    },
  };
}

/** 1000, 10,000 and so on below the length of the trace, and the whole of it. */
function windowSizes(total: number): number[] {
  const sizes: number[] = [];
  for (let size = 1000; size < total; size *= 10) sizes.push(size);
  return [...sizes, total];
}

function walk(accesses: Uint32Array, pages: number, windows: number[]) {
  const total = accesses.length;
  const last = new Int32Array(pages).fill(-1);
  const uses = new Uint32Array(pages);
  const intervals = new Float64Array(32 * STEPS);
  let intervalCount = 0;
  const sums = new Float64Array(windows.length);
  const starts = new Float64Array(windows.length);
  const distinct = new Float64Array(windows.length);
  const most = new Float64Array(windows.length);

  for (let i = 0; i < total; i++) {
    const page = (accesses[i] as number) & PAGE_MASK;
    const before = last[page] as number;
    last[page] = i;
    uses[page] = (uses[page] as number) + 1;
    const interval = i - before;
    if (before >= 0) {
      intervalCount++;
      const bucket = bucketOf(interval);
      intervals[bucket] = (intervals[bucket] as number) + 1;
    }
    for (let w = 0; w < windows.length; w++) {
      const size = windows[w] as number;
      // A page counts in every window that ends between its access and the next one.
      if (before >= 0) sums[w] = (sums[w] as number) + Math.min(interval, size);
      if (i - (starts[w] as number) >= size) {
        most[w] = Math.max(most[w] as number, distinct[w] as number);
        starts[w] = i;
        distinct[w] = 0;
      }
      if (before < (starts[w] as number)) distinct[w] = (distinct[w] as number) + 1;
    }
  }
  for (let page = 0; page < pages; page++) {
    const at = last[page] as number;
    if (at < 0) continue;
    for (let w = 0; w < windows.length; w++) {
      sums[w] = (sums[w] as number) + Math.min(total - at, windows[w] as number);
    }
  }
  const workingSet = windows.map((window, w) => ({
    window,
    averagePages: (sums[w] as number) / total,
    mostPages: Math.max(most[w] as number, distinct[w] as number),
  }));
  const intervalAt = (share: number) => {
    let count = 0;
    for (let bucket = 0; bucket < intervals.length; bucket++) {
      count += intervals[bucket] as number;
      if (count >= share * intervalCount && count > 0) return valueOf(bucket);
    }
    return 0;
  };
  return { workingSet, uses, intervalAt };
}

/** Buckets of one value each up to `STEPS`, then `STEPS` for every power of two. */
function bucketOf(value: number): number {
  if (value < STEPS) return value;
  const power = 31 - Math.clz32(value);
  return (power - 4) * STEPS + Math.floor((value / 2 ** power - 1) * STEPS);
}

function valueOf(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const power = Math.floor(bucket / STEPS) + 4;
  return Math.floor(2 ** power * (1 + (bucket % STEPS) / STEPS));
}

function popularity(uses: Uint32Array, total: number): TraceDescription['popularity'] {
  const descending = uses.slice().sort().reverse();
  return POPULARITY.map((pagesPercent) => {
    const most = Math.max(1, Math.round((uses.length * pagesPercent) / 100));
    let accesses = 0;
    for (let i = 0; i < most; i++) accesses += descending[i] as number;
    return { pagesPercent, accessesPercent: (100 * accesses) / total };
  });
}
