/**
 * MGLRU over the whole machine (mm/vmscan.c, kernel 6.18; facts 1.5): where a reclaim begins, and the
 * working set that min_ttl_ms keeps.
 */
import type { Kernel } from '../../kernel.ts';
import { computeProtection, type Memcg } from '../memcg.ts';
import { DEF_PRIORITY, type ScanControl } from '../scanControl.ts';
import { evictableMinSeq, evictablePages } from './aging.ts';
import { genSwappiness } from './eviction.ts';
import { genOf, MIN_LRU_BATCH } from './generations.ts';

/** Bits of a whole number. */
const bits = (n: number) => 32 - Math.clz32(n);

/**
 * The priority at which a reclaim of the machine begins: as if the share of inactive pages were what can
 * be reclaimed, and at least half way down.
 */
export function initialPriority(k: Kernel, sc: ScanControl): number {
  if (sc.forCgroup || sc.priority !== DEF_PRIORITY || sc.toReclaim < MIN_LRU_BATCH)
    return sc.priority;
  let reclaimable = 0;
  for (const memcg of k.memcgs) {
    reclaimable += memcg.file.inactiveSize;
    if (k.space.hasRoom(k.root)) reclaimable += memcg.anon.inactiveSize;
  }
  const priority = bits(reclaimable) - 1 - bits(sc.toReclaim - 1);
  return Math.max(DEF_PRIORITY / 2, Math.min(DEF_PRIORITY, priority));
}

/**
 * Whether any memcg has pages that kswapd may take without breaking into the working set of the last
 * `minTtlNs`; when none has, the OOM killer is to make room.
 */
export function anyOldEnough(k: Kernel, sc: ScanControl): boolean {
  const ttl = k.mglru?.minTtlNs ?? 0;
  return ttl === 0 || k.memcgs.some((memcg) => isOldEnough(k, sc, memcg, ttl));
}

function isOldEnough(k: Kernel, sc: ScanControl, memcg: Memcg, ttl: number): boolean {
  const { generations } = memcg;
  if (generations === null) return false;
  const { pageBytes } = k.settings;
  computeProtection(k.root, memcg, pageBytes);
  if (memcg.effectiveMin > 0 && memcg.usage(pageBytes) <= memcg.effectiveMin) return false;
  const swappiness = genSwappiness(k, sc, memcg);
  if (Math.floor(evictablePages(generations, swappiness) / 2 ** sc.priority) === 0) return false;
  const born = generations.births[genOf(evictableMinSeq(generations, swappiness))];
  return k.now - born > ttl;
}
