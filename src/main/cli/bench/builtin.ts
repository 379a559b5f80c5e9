/** The built-in benchmark: streams of known shape at several limits, each beside a bare LRU cache. */
import type { Trace } from '../../../engine/run.ts';
import { Lru } from '../../lab/traces/bounds/lru.ts';
import { measure } from './measure.ts';
import { cyclic, uniform, zipf } from './patterns.ts';

export interface BenchCase {
  name: string;
  pages: number;
  limitPages: number;
  accesses: number;
  majorFaults: number;
  perSecond: number;
  /** Rate of a bare LRU cache on the same accesses with the same number of pages. */
  calibrationPerSecond: number;
  /** `perSecond` by `calibrationPerSecond`. */
  ratio: number;
}

interface Plan {
  stream: string;
  make(pages: number, accesses: number): Uint32Array;
  /** Limits as a share of the pages. */
  limits: number[];
  /** Accesses by those of the other streams. */
  longer?: number;
}

const PLANS: Plan[] = [
  ...[0.8, 0.9, 1].map((exponent) => ({
    stream: `zipf ${exponent.toFixed(1)}`,
    make: (pages: number, accesses: number) => zipf(pages, accesses, exponent),
    limits: [0.01, 0.1, 0.5],
  })),
  { stream: 'uniform', make: uniform, limits: [0.1, 0.5] },
  { stream: 'cyclic', make: cyclic, limits: [0.5] },
  // Room for every page and for the kernel's own bookkeeping: nothing is ever reclaimed.
  // Long enough for the first touch of each page to fade.
  {
    stream: 'zipf 0.9',
    make: (pages, accesses) => zipf(pages, accesses, 0.9),
    limits: [1.25],
    longer: 5,
  },
];

export interface BuiltinOptions {
  /** Fewer pages and accesses, to see that it works. */
  quick: boolean;
  rounds: number;
  onCase(name: string, done: number, total: number): void;
}

/** Rates are the medians of the rounds; engine and yardstick take turns, so that noise hits both. */
export function benchBuiltin({ quick, rounds, onCase }: BuiltinOptions): BenchCase[] {
  const pages = quick ? 50_000 : 1_000_000;
  const accesses = quick ? 500_000 : 4_000_000;
  const total = PLANS.reduce((sum, { limits }) => sum + limits.length, 0);
  const cases: BenchCase[] = [];
  for (const { stream, make, limits, longer = 1 } of PLANS) {
    const column = make(pages, accesses * longer);
    const trace: Trace = { accesses: column, pages, regions: [{ start: 0, pages }] };
    for (const share of limits) {
      const name = share > 1 ? `${stream}, fits` : `${stream}, limit ${share * 100} %`;
      onCase(name, cases.length, total);
      cases.push(runCase(name, trace, Math.round(pages * share), rounds));
    }
  }
  return cases;
}

function runCase(name: string, trace: Trace, limitPages: number, rounds: number): BenchCase {
  const rates: number[] = [];
  const yardsticks: number[] = [];
  let majorFaults = 0;
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    new Lru(trace.pages, limitPages).advance(trace.accesses, 0, trace.accesses.length);
    yardsticks.push((trace.accesses.length / (performance.now() - begin)) * 1000);
    const measured = measure(trace, limitPages);
    rates.push(measured.perSecond);
    majorFaults = measured.majorFaults;
  }
  const perSecond = median(rates);
  const calibrationPerSecond = median(yardsticks);
  return {
    name,
    pages: trace.pages,
    limitPages,
    accesses: trace.accesses.length,
    majorFaults,
    perSecond,
    calibrationPerSecond,
    ratio: perSecond / calibrationPerSecond,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
