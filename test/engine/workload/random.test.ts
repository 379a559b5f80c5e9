import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveSeed, mix32, permutation, Random } from '../../../src/engine/workload/random.ts';

describe('mix32', () => {
  it('gives the published values', () => {
    expect([0, 1, 0xdeadbeef, 0xffffffff].map(mix32)).toEqual([
      0, 1364076727, 233162409, 2180083513,
    ]);
  });
});

// Golden numbers: printed by the reference generator of the measured cases.
describe('Random', () => {
  it('is the generator of the measured workloads', () => {
    const random = new Random(7);
    expect(Array.from({ length: 8 }, () => random.next())).toEqual([
      1004282400, 2200021487, 1928073449, 741806228, 2429532727, 2033801169, 2204226377, 1532573114,
    ]);
    expect(Array.from({ length: 6 }, () => random.below(1000))).toEqual([
      844, 224, 565, 325, 334, 383,
    ]);
    expect(Array.from({ length: 3 }, () => random.unit())).toEqual([
      0.2540835604025905, 0.6164794901070142, 0.21522047127829225,
    ]);
  });

  it('takes seeds modulo 2^32', () => {
    expect(new Random(0xffffffff).next()).toBe(835879718);
    expect(new Random(2 ** 32 + 7).next()).toBe(new Random(7).next());
  });

  it('stays below the bound, also for the largest', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 31 }), (seed, n) => {
        const random = new Random(seed);
        for (let i = 0; i < 20; i++) {
          const drawn = random.below(n);
          expect(Number.isInteger(drawn) && drawn >= 0 && drawn < n).toBe(true);
          const unit = random.unit();
          expect(unit >= 0 && unit < 1).toBe(true);
        }
      }),
    );
  });

  it('is even: chi-square over 64 cells', () => {
    const random = new Random(1);
    const cells = new Float64Array(64);
    const draws = 640_000;
    for (let i = 0; i < draws; i++) cells[random.below(64)]! += 1;
    const chi = cells.reduce((sum, n) => sum + (n - draws / 64) ** 2 / (draws / 64), 0);
    // 63 degrees of freedom: 103.4 is exceeded once in a thousand; 30.0 undercut as rarely.
    expect(chi).toBeLessThan(103.4);
    expect(chi).toBeGreaterThan(30);
  });
});

describe('permutation', () => {
  it('is the one of the measured workloads', () => {
    expect([...permutation(10, 1007)]).toEqual([0, 8, 1, 4, 5, 2, 7, 6, 3, 9]);
  });

  it('holds every number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (n, seed) => {
        expect([...permutation(n, seed)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: n }, (_, i) => i),
        );
      }),
    );
  });
});

describe('deriveSeed', () => {
  it('gives another stream for other labels, and always the same for the same', () => {
    const seeds = [
      deriveSeed(1),
      deriveSeed(2),
      deriveSeed(1, 1),
      deriveSeed(1, '1'),
      deriveSeed(1, 1, 0),
      deriveSeed(1, 0, 1),
      deriveSeed(1, 2 ** 32 + 1),
      deriveSeed(1, 'ab', 'c'),
      deriveSeed(1, 'a', 'bc'),
      deriveSeed(1, 'abc'),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(deriveSeed(1, 'contents', 3)).toBe(deriveSeed(1, 'contents', 3));
    for (const seed of seeds) expect(seed >>> 0).toBe(seed);
  });

  it('seldom collides', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 20_000; i++) seen.add(deriveSeed(5, 'task', i));
    // 20,000 of 2^32: 0.05 collisions are expected.
    expect(seen.size).toBeGreaterThan(19_997);
  });
});
