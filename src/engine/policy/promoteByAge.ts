/**
 * Promotion by age: pages that came to a slow tier lately move up while the other has room, the last to come
 * first. A page out of RAM is not touched where it lies, so how lately it left RAM is all that a kernel
 * can know of how soon it will be wanted.
 */
import { below, type TierPolicy } from './tierPolicy.ts';

/** `within`: ns. */
export function promoteByAge({ within }: { readonly within: number }): TierPolicy {
  return ({ to }) => {
    const pages = below(to, 100);
    return pages === 0 ? null : { pages, order: 'newest', olderThan: 0, youngerThan: within };
  };
}
