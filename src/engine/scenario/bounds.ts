/**
 * Bounds on a value before it is looked at as a scenario: whatever comes from a file, a command line
 * or a client may be anything, and checking something without bounds takes time and stack without bounds.
 */
import { LIMITS } from './limits.ts';

export const BOUNDS_ACCEPTED = `a scenario nested at most ${LIMITS.depth} deep, with at most ${LIMITS.values} values, ${LIMITS.width} of them in one place, and keys of at most ${LIMITS.keyLength} characters`;

/** Does not recurse, so that depth cannot hurt it; the holes of a list count as values. */
export function isBounded(value: unknown): boolean {
  let level: unknown[] = [value];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > LIMITS.depth) return false;
    const next: unknown[] = [];
    for (const each of level) {
      if (each === null || typeof each !== 'object') continue;
      const keys = Array.isArray(each) ? [] : Object.keys(each);
      const width = Array.isArray(each) ? each.length : keys.length;
      count += width;
      if (width > LIMITS.width || count > LIMITS.values) return false;
      if (keys.some((key) => key.length > LIMITS.keyLength)) return false;
      for (const child of Object.values(each)) next.push(child);
    }
    level = next;
  }
  return true;
}
