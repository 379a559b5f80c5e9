/** Every metric of a result: its unit, what it means, where it is counted, and which way is better. */

import { EVENTS } from './rows/events.ts';
import { STATES } from './rows/states.ts';
import { TIMES } from './rows/times.ts';

export type MetricUnit = 'count' | 'pages' | 'bytes' | 'ns' | 'percent' | 'per second';

export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  /** Whether a larger figure is better for whoever runs the workload. */
  readonly better: 'higher' | 'lower' | 'neither';
  readonly meaning: string;
  /** How a run's total comes about: events add up, states are the mean or the largest of the samples. */
  readonly total: 'sum' | 'mean' | 'peak';
  /** The kernel file or code that counts the same thing, or "simulator" where the kernel has none. */
  readonly counted: string;
}

export const METRICS: readonly Metric[] = [...EVENTS, ...STATES, ...TIMES].map(
  ([name, unit, better, meaning, counted, total = 'sum']) => ({
    name,
    unit,
    better,
    meaning,
    total,
    counted,
  }),
);
