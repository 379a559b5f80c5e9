/** Demotion by age: pages that nobody has touched for long enough leave the tier, the oldest first. */
import type { TierPolicy } from './tierPolicy.ts';

/** `after`: ns. */
export function demoteByAge({ after }: { readonly after: number }): TierPolicy {
  return () => ({ pages: Infinity, order: 'oldest', olderThan: after, youngerThan: Infinity });
}
