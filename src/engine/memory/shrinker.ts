/**
 * do_shrink_slab(): how hard reclaim leans on a cache that can give memory back (mm/shrinker.c of
 * 6.18; facts 1.2). A pass asks for a share of what the cache counts as freeable that doubles with
 * each priority, in batches of 128; what it does not get to is deferred to the next pass.
 */

/** What a scan returns when nothing more is to be had from it in this pass. */
export const SHRINK_STOP = -1;

/** Objects that one scan looks at (SHRINK_BATCH). */
const BATCH = 128;
/** I/O that it costs to bring an object back (DEFAULT_SEEKS). */
const SEEKS = 2;

/** One cache of one memcg. */
export interface Shrinkable {
  /** Objects that earlier passes did not get to. */
  deferred: number;
  /** Objects that could be freed. */
  count(): number;
  /** Looks at so many objects; returns how many it freed, or SHRINK_STOP. */
  scan(objects: number): number;
}

/** One pass at a priority of reclaim, from 12 down to 0; returns the objects freed. */
export function shrinkSlab(cache: Shrinkable, priority: number): number {
  const freeable = cache.count();
  if (freeable === 0) return 0;
  const { deferred } = cache;
  const delta = Math.floor((Math.floor(freeable / 2 ** priority) * 4) / SEEKS);
  let total = Math.min(Math.floor(deferred / 2 ** priority) + delta, 2 * freeable);
  let freed = 0;
  let scanned = 0;
  while (total >= BATCH || total >= freeable) {
    const objects = Math.min(BATCH, total);
    const got = cache.scan(objects);
    if (got === SHRINK_STOP) break;
    freed += got;
    scanned += objects;
    total -= objects;
  }
  cache.deferred = Math.min(Math.max(deferred + delta - scanned, 0), 2 * freeable);
  return freed;
}
