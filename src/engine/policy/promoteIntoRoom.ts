/**
 * Promotion into room: a tier that is emptier than its low mark is filled up to the high mark with the
 * pages that came to the other tier last, because a page that was in use lately is the likeliest to be
 * wanted again.
 */
import type { Marks } from './demoteByPressure.ts';
import { below, type TierPolicy } from './tierPolicy.ts';

export function promoteIntoRoom({ high, low }: Marks): TierPolicy {
  return ({ to }) =>
    below(to, low) === 0
      ? null
      : { pages: below(to, high), order: 'newest', olderThan: 0, youngerThan: Infinity };
}
