/** What a check of the simulated kernel's state goes by, and where it writes down what is wrong. */
import type { Kernel } from '../../../src/engine/kernel.ts';

/** What the pages of one memcg alone add up to. */
export interface Tally {
  resident: number;
  cached: number;
  dirty: number;
  swapcached: number;
  swapped: number;
  slots: number;
  stored: number;
  compressed: number;
  tables: number;
  inFlight: number;
}

export class Findings {
  /** A sentence each. */
  readonly problems: string[];
  protected readonly k: Kernel;

  constructor(k: Kernel, problems: string[] = []) {
    this.k = k;
    this.problems = problems;
  }

  protected equal(what: string, actual: number, expected: number): void {
    if (actual !== expected) this.problems.push(`${what} is ${actual}, not ${expected}`);
  }

  protected holds(truth: boolean, what: string): void {
    if (!truth) this.problems.push(what);
  }
}
