/**
 * How sure a difference between two sets of replicates is: Student's paired t where both ran the same
 * seeds, because a seed gives both the same accesses, and Welch's t otherwise.
 */
import jStat from 'jstat';
import type { DifferenceInterval } from './contract.ts';

export const CONFIDENCE = 0.95;

/** One figure of one replicate. */
export interface Sample {
  seed: number;
  value: number;
}

/** The interval of `mean(b) - mean(a)`; null where a spread cannot be told, with fewer than two of each. */
export function differenceInterval(
  a: readonly Sample[],
  b: readonly Sample[],
): DifferenceInterval | null {
  if (a.length < 2 || b.length < 2) return null;
  return pairs(a, b) ?? welch(a.map(valueOf), b.map(valueOf));
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a sample, so with n - 1; null for a single value. */
export function deviation(values: readonly number[]): number | null {
  return values.length < 2 ? null : Math.sqrt(variance(values));
}

const valueOf = ({ value }: Sample) => value;

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Undefined unless both have the same seeds, each once. */
function pairs(a: readonly Sample[], b: readonly Sample[]): DifferenceInterval | undefined {
  const bySeed = new Map(a.map(({ seed, value }) => [seed, value]));
  const seeds = new Set(b.map(({ seed }) => seed));
  if (bySeed.size !== a.length || seeds.size !== b.length || a.length !== b.length)
    return undefined;
  const differences: number[] = [];
  for (const { seed, value } of b) {
    const other = bySeed.get(seed);
    if (other === undefined) return undefined;
    differences.push(value - other);
  }
  const error = Math.sqrt(variance(differences) / differences.length);
  return around(mean(differences), error, differences.length - 1, 'paired');
}

function welch(a: readonly number[], b: readonly number[]): DifferenceInterval {
  const fromA = variance(a) / a.length;
  const fromB = variance(b) / b.length;
  const error = Math.sqrt(fromA + fromB);
  // Welch and Satterthwaite's degrees of freedom.
  const degrees =
    (fromA + fromB) ** 2 / (fromA ** 2 / (a.length - 1) + fromB ** 2 / (b.length - 1));
  return around(mean(b) - mean(a), error, degrees, 'welch');
}

function around(
  centre: number,
  error: number,
  degrees: number,
  method: DifferenceInterval['method'],
): DifferenceInterval {
  // Replicates that all agree leave nothing to doubt, and no degrees of freedom to ask about.
  const reach = error === 0 ? 0 : jStat.studentt.inv((1 + CONFIDENCE) / 2, degrees) * error;
  return { low: centre - reach, high: centre + reach, method };
}
