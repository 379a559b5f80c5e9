import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/workload/random.ts';
import { powerSum, ZipfRanks } from '../../../src/engine/workload/zipf.ts';

const slowSum = (from: number, to: number, exponent: number) => {
  let sum = 0;
  for (let i = to - 1; i >= from; i--) sum += i ** -exponent;
  return sum;
};

describe('powerSum', () => {
  it.each([0, 0.5, 0.999999, 1, 1.000001, 2, 3])('with exponent %d is the sum', (exponent) => {
    for (const [from, to] of [
      [1, 2],
      [1, 50],
      [64, 70],
      [129, 131],
      [1000, 1015],
      [100_000, 101_562],
      [64, 10_000],
    ] as const) {
      expect(powerSum(from, to, exponent) / slowSum(from, to, exponent)).toBeCloseTo(1, 9);
    }
  });
});

/**
 * Chi-square of draws against the weights, with ranks pooled into cells that hold at least one in
 * 400 of them, so that no cell is too thin for the test.
 */
function chiSquare(n: number, exponent: number, draws: number): { chi: number; cells: number } {
  const ranks = new ZipfRanks(n, exponent);
  const random = new Random(11);
  const counts = new Float64Array(n);
  for (let i = 0; i < draws; i++) counts[ranks.draw(random)]! += 1;
  const sum = slowSum(1, n + 1, exponent);
  let [chi, cells, expected, seen] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    expected += ((i + 1) ** -exponent / sum) * draws;
    seen += counts[i]!;
    if (expected < draws / 400 && i < n - 1) continue;
    chi += (seen - expected) ** 2 / expected;
    cells++;
    expected = 0;
    seen = 0;
  }
  return { chi, cells };
}

describe('ZipfRanks', () => {
  it.each([
    [1, 1],
    [2, 0.9],
    [40, 0],
    [40, 1],
    [40, 3],
    [3000, 0],
    [3000, 0.6],
    [3000, 1],
    [3000, 2],
    [200_000, 0.9],
    [200_000, 1.2],
  ])('of %d ranks with exponent %d draws by the weights', (n, exponent) => {
    const { chi, cells } = chiSquare(n, exponent, 400_000);
    // Wilson and Hilferty: this bound is exceeded once in a thousand (z = 3.09).
    const freedom = Math.max(1, cells - 1);
    const bound = freedom * (1 - 2 / (9 * freedom) + 3.09 * Math.sqrt(2 / (9 * freedom))) ** 3;
    expect(chi).toBeLessThan(bound);
  });

  it('draws within the ranks', () => {
    const exponents = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 26 }), exponents, fc.nat(), (n, s, seed) => {
        const ranks = new ZipfRanks(n, s);
        const random = new Random(seed);
        for (let i = 0; i < 50; i++) {
          const rank = ranks.draw(random);
          expect(Number.isInteger(rank) && rank >= 0 && rank < n).toBe(true);
        }
      }),
    );
  });

  it('gives these draws on every platform', () => {
    const ranks = new ZipfRanks(1_000_000, 0.9);
    const random = new Random(7);
    expect(Array.from({ length: 8 }, () => ranks.draw(random))).toEqual([
      222, 3, 4365, 201, 618, 162, 7, 106709,
    ]);
  });
});
