/**
 * Demotion by pressure: a tier that is fuller than its high mark gives its oldest pages away until it
 * is down to the low mark, as kswapd does with memory.
 */
import { above, type TierPolicy } from './tierPolicy.ts';

export interface Marks {
  /** Percent of the tier. */
  readonly high: number;
  readonly low: number;
}

export function demoteByPressure({ high, low }: Marks): TierPolicy {
  return ({ from }) =>
    above(from, high) === 0
      ? null
      : { pages: above(from, low), order: 'oldest', olderThan: 0, youngerThan: Infinity };
}
