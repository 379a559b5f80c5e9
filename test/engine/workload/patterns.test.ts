import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pattern } from '../../../src/engine/scenario/schema.ts';
import {
  type AccessStream,
  createPatternStream,
  PatternSource,
  TraceStream,
} from '../../../src/engine/workload/patterns.ts';
import { permutation } from '../../../src/engine/workload/random.ts';

const WRITE = 2 ** 31;

function take(stream: AccessStream, count: number, bufferSize = 97): number[] {
  const out: number[] = [];
  const buffer = new Uint32Array(bufferSize);
  while (out.length < count) {
    const got = stream.fill(buffer);
    out.push(...buffer.subarray(0, got));
    if (got < bufferSize) break;
  }
  return out.slice(0, count);
}

/** Pages, those written as -page - 1. */
const marked = (accesses: number[]) => accesses.map((a) => (a >= WRITE ? WRITE - a - 1 : a));

const pages = (accesses: number[]) => accesses.map((a) => a % WRITE);

// Printed by the reference generator of the measured cases (seed 7, 30 % writes, 12 accesses), its
// page counts put as percentages here; a negative number is a write to the page -n - 1.
const REFERENCE: [string, Pattern, number, number[]][] = [
  ['sequential', { kind: 'sequential' }, 5, [-1, 1, 2, -4, 4, 0, 1, 2, 3, -5, 0, 1]],
  ['stride', { kind: 'stride', stride: 4 }, 10, [-1, 4, 1, -6, 2, 6, 3, 7, 0, -5, 1, 5]],
  [
    'uniform',
    { kind: 'uniform' },
    1000,
    [233, -449, 565, 513, -845, 565, 334, -255, 616, 215, 129, 989],
  ],
  [
    'hotcold, shuffled',
    { kind: 'hotcold', hot: 20, hotAccesses: 80, shuffle: true },
    1000,
    [921, 446, 5, 446, -647, 819, -683, 257, 323, -26, 608, 315],
  ],
  [
    'hotcold',
    { kind: 'hotcold', hot: 20, hotAccesses: 80, shuffle: false },
    1000,
    [102, 113, 71, 113, -77, 123, -135, 197, 2, -159, 69, 81],
  ],
  [
    'phases',
    { kind: 'phases', workingSet: 10, every: 4, shift: 5 },
    1000,
    [23, -45, 56, 51, -135, 106, 83, -76, 161, 121, 112, 198],
  ],
  [
    'scanhot',
    { kind: 'scanhot', hot: 10, scan: 30, exponent: 0 },
    1000,
    [100, 17, 51, 22, 33, -102, -53, 12, -60, 102, -80, 103],
  ],
  [
    'cycle',
    { kind: 'cycle' },
    1000,
    [-631, 995, 323, -502, 308, 288, 155, 971, 269, -736, 437, 284],
  ],
];

const KINDS: Pattern[] = [
  ...REFERENCE.map(([, pattern]) => pattern),
  { kind: 'zipf', exponent: 0.9, shuffle: true },
  { kind: 'scanhot', hot: 30, scan: 20, exponent: 1.1 },
  { kind: 'apps', apps: 7, session: 20, launch: 50, exponent: 0.9 },
  { kind: 'leak', workingSet: 20, every: 3 },
];

describe('patterns', () => {
  it.each(REFERENCE)('%s is that of the measured workloads', (_name, pattern, n, wanted) => {
    const stream = createPatternStream({ pattern, pages: n, seed: 7, writePercent: 30 });
    expect(marked(take(stream, 12))).toEqual(wanted);
  });

  it('does not depend on the size of the buffer, ends on time, stays within the pages', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        (pattern, n, accesses, bufferSize, fill) => {
          const options = { pattern, pages: n, seed: 5, writePercent: 50, accesses, fill };
          const total = accesses + (fill ? n : 0);
          const stream = createPatternStream(options);
          const got = take(stream, Infinity, bufferSize);
          expect(got).toEqual(take(createPatternStream(options), Infinity, 1000));
          expect(got.length).toBe(total);
          expect(pages(got).every((page) => page < n)).toBe(true);
          expect(stream.fill(new Uint32Array(4))).toBe(0);
        },
      ),
    );
  });

  it('takes any share of the pages, none and all of them included', () => {
    const percent = fc.constantFrom(0, 0.01, 50, 100);
    fc.assert(
      fc.property(percent, percent, fc.integer({ min: 1, max: 50 }), (a, b, n) => {
        const patterns: Pattern[] = [
          { kind: 'hotcold', hot: a, hotAccesses: b, shuffle: true },
          { kind: 'phases', workingSet: a, every: 3, shift: b },
          { kind: 'scanhot', hot: a, scan: b, exponent: 0 },
          { kind: 'scanhot', hot: a, scan: b, exponent: 1 },
          { kind: 'stride', stride: 1000 },
          { kind: 'apps', apps: 10, session: 5, launch: a, exponent: 0 },
          { kind: 'leak', workingSet: a, every: 2 },
        ];
        for (const pattern of patterns) {
          const stream = createPatternStream({ pattern, pages: n, seed: 5, writePercent: 0 });
          expect(pages(take(stream, 200)).every((page) => page < n)).toBe(true);
        }
      }),
    );
  });

  it('fills in order, writing, before it starts', () => {
    const pattern: Pattern = { kind: 'sequential' };
    const options = { pattern, pages: 3, seed: 1, writePercent: 0, accesses: 2, fill: true };
    expect(take(createPatternStream(options), 100, 2)).toEqual([WRITE, WRITE + 1, WRITE + 2, 0, 1]);
  });

  it('writes as often as it is told', () => {
    const writes = (writePercent: number) => {
      const pattern: Pattern = { kind: 'uniform' };
      const stream = createPatternStream({ pattern, pages: 10, seed: 3, writePercent });
      return take(stream, 100_000).filter((a) => a >= WRITE).length / 100_000;
    };
    expect(writes(0)).toBe(0);
    expect(writes(100)).toBe(1);
    // Three standard errors of 12.5 % in 100,000 draws are 0.0031.
    expect(Math.abs(writes(12.5) - 0.125)).toBeLessThan(0.0031);
  });

  it('gives threads of one source the same hot pages in another order', () => {
    const source = new PatternSource({ kind: 'zipf', exponent: 1.2, shuffle: true }, 1000, 99);
    const hottest = permutation(1000, 99)[0];
    const draws = [1, 2].map((seed) => take(source.stream({ seed, writePercent: 0 }), 5000));
    expect(draws[0]).not.toEqual(draws[1]);
    for (const each of draws) {
      const counts = new Map<number, number>();
      for (const page of each) counts.set(page, (counts.get(page) ?? 0) + 1);
      expect([...counts].sort((a, b) => b[1] - a[1])[0]![0]).toBe(hottest);
    }
  });
});

describe('TraceStream', () => {
  it('repeats a trace across buffers', () => {
    const accesses = Uint32Array.of(5, WRITE + 6, 7);
    expect(take(new TraceStream({ accesses }, 3), 100, 2)).toEqual([
      5,
      WRITE + 6,
      7,
      5,
      WRITE + 6,
      7,
      5,
      WRITE + 6,
      7,
    ]);
    expect(take(new TraceStream({ accesses }), 100, 64)).toEqual([5, WRITE + 6, 7]);
  });

  it('is over at once when it is empty', () => {
    const stream = new TraceStream({ accesses: new Uint32Array(0) }, 1_000_000);
    expect(stream.fill(new Uint32Array(8))).toBe(0);
  });
});
