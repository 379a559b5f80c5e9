/**
 * Zipf-distributed ranks in constant time and a few kilobytes, however many pages there are.
 *
 * Ranks are grouped into blocks, each 1/64 as wide as its first rank, whose weights add up in closed
 * form. A draw picks a block by the alias method (Walker; table by Vose) and a rank in it by
 * rejection, which nearly always accepts without looking at the weight. A table by rank would be
 * exact, too, but costs a cache miss a draw and 8 bytes a page.
 */
import { exp, ln, pow } from '../numeric.ts';
import type { Random } from './random.ts';

const BLOCKS_PER_RANK = 64;
const RANGE = 4294967296;

export class ZipfRanks {
  private readonly exponent: number;
  /** By block: its first rank, counted from 1, and how many ranks it has. */
  private readonly first: Int32Array;
  private readonly width: Int32Array;
  /** Draws below this are within the weight of every rank of the block. */
  private readonly sure: Float64Array;
  /** Alias table: a height below `own`, of 1, means the block itself, others the block `alias`. */
  private readonly own: Float64Array;
  private readonly alias: Int32Array;

  /** Ranks 0 to n - 1, the one of rank i with a weight of 1 / (i + 1)^exponent. */
  constructor(n: number, exponent: number) {
    this.exponent = exponent;
    const first: number[] = [];
    const width: number[] = [];
    for (let rank = 1; rank <= n; rank += width.at(-1) as number) {
      first.push(rank);
      width.push(Math.min(Math.max(1, Math.floor(rank / BLOCKS_PER_RANK)), n + 1 - rank));
    }
    this.first = Int32Array.from(first);
    this.width = Int32Array.from(width);
    this.sure = Float64Array.from(first, (rank, block) => {
      const last = rank + (width[block] as number) - 1;
      return RANGE * pow(last / rank, -exponent);
    });
    const weights = Float64Array.from(first, (rank, block) =>
      powerSum(rank, rank + (width[block] as number), exponent),
    );
    this.own = new Float64Array(first.length).fill(1);
    this.alias = Int32Array.from(first, (_, block) => block);
    this.balance(weights);
  }

  /** A rank, 0 the most popular. */
  draw(random: Random): number {
    // One draw for both the column and the height in it, which keeps 20 bits or more.
    const place = (random.next() * this.own.length) / RANGE;
    const column = place | 0;
    // No branch: which of the two comes up is random, and half the guesses of the CPU were wrong.
    const other = Number(place - column >= (this.own[column] as number));
    const block = (column + other * ((this.alias[column] as number) - column)) | 0;
    const first = this.first[block] as number;
    const width = this.width[block] as number;
    for (;;) {
      const rank = first + random.below(width);
      const height = random.next();
      if (height < (this.sure[block] as number)) return rank - 1;
      if (height < RANGE * pow(rank / first, -this.exponent)) return rank - 1;
    }
  }

  /** Vose's rule: columns below the mean are filled up by those above it. */
  private balance(weights: Float64Array): void {
    let sum = 0;
    for (const weight of weights) sum += weight;
    const left = weights.map((weight) => (weight / sum) * weights.length);
    const light: number[] = [];
    const heavy: number[] = [];
    left.forEach((each, block) => (each < 1 ? light : heavy).push(block));
    for (;;) {
      const below = light.pop();
      const above = heavy.at(-1);
      // What is over on one side only is a rounding error away from the mean: its own column.
      if (below === undefined || above === undefined) return;
      const own = left[below] as number;
      this.own[below] = own;
      this.alias[below] = above;
      left[above]! -= 1 - own;
      if ((left[above] as number) < 1) light.push(heavy.pop() as number);
    }
  }
}

/**
 * The sum of i^-exponent for i from `from` up to, not including, `to`. From 64 on by the
 * Euler-Maclaurin formula, whose error there is below 1e-10 of the sum.
 */
export function powerSum(from: number, to: number, exponent: number): number {
  if (to - from <= 2 || from < 64) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += pow(i, -exponent);
    return sum;
  }
  const atFrom = pow(from, -exponent);
  const atTo = pow(to, -exponent);
  const third = exponent * (exponent + 1) * (exponent + 2);
  return (
    integral(from, to, exponent, atFrom) +
    (atFrom - atTo) / 2 +
    (exponent * (atFrom / from - atTo / to)) / 12 -
    (third * (atFrom / from ** 3 - atTo / to ** 3)) / 720
  );
}

/** The integral of x^-exponent from `from` to `to`; also close to exponent 1, where it is ln. */
function integral(from: number, to: number, exponent: number, atFrom: number): number {
  const log = ln(to / from);
  const x = (1 - exponent) * log;
  // (e^x - 1) / x, by its series where the difference would lose digits.
  const growth =
    Math.abs(x) < 0.1
      ? 1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + (x / 5) * (1 + (x / 6) * (1 + x / 7)))))
      : (exp(x) - 1) / x;
  return from * atFrom * log * growth;
}
