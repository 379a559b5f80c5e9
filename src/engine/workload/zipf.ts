/**
 * Zipf-distributed ranks in constant time: Walker's alias method with a table built by Vose's rule,
 * swept from the popular end because the weights fall (Hübschle-Schneider and Sanders, 2022).
 *
 * 8 bytes a page, 16 while the table is built. The weights are rounded to 24 bits first, so that
 * the distribution is within 1e-7 of the ideal one, relatively.
 */
import { pow } from '../numeric.ts';
import type { Random } from './random.ts';

export class ZipfTable {
  /** By column: the column itself is taken below the first number, the second is taken otherwise. */
  private readonly table: Uint32Array;
  private readonly columns: number;

  /**
   * `n` outcomes, the one of rank i with a weight of 1 / (i + 1)^exponent. Rank i is the outcome i,
   * or `order[i]` when an order is given.
   */
  constructor(n: number, exponent: number, order?: Uint32Array) {
    this.columns = n;
    this.table = new Uint32Array(2 * n);
    const weights = new Float32Array(n);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      weights[i] = pow(i + 1, -exponent);
      sum += weights[i] as number;
    }
    const scale = n / sum;
    let light = 0;
    while (light < n && (weights[light] as number) * scale > 1) light++;
    if (light === 0) {
      // All weights are alike: every column is its own.
      for (let i = 0; i < n; i++) this.put(i, 1, i, order);
      return;
    }
    const firstLight = light;
    let heavy = 0;
    let left = (weights[0] as number) * scale;
    for (; light < n; light++) {
      const own = (weights[light] as number) * scale;
      this.put(light, own, heavy, order);
      left -= 1 - own;
      while (left < 1 && heavy + 1 < firstLight) {
        // The heavy column has given away so much that the next one must fill it up.
        this.put(heavy, left, heavy + 1, order);
        heavy++;
        left = (weights[heavy] as number) * scale - (1 - left);
      }
    }
    for (; heavy < firstLight; heavy++) this.put(heavy, 1, heavy, order);
  }

  /** One outcome; draws twice. */
  draw(random: Random): number {
    const column = random.below(this.columns);
    const entry = 2 * column;
    return random.next() < (this.table[entry] as number)
      ? column
      : (this.table[entry + 1] as number);
  }

  private put(rank: number, share: number, alias: number, order: Uint32Array | undefined): void {
    const column = order ? (order[rank] as number) : rank;
    this.table[2 * column] = Math.min(Math.round(share * 4294967296), 4294967295);
    this.table[2 * column + 1] = order ? (order[alias] as number) : alias;
  }
}
