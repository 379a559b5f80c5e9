/**
 * Aging: a new youngest generation when too few are left, and the end of an oldest one that is empty
 * (mm/vmscan.c, kernel 6.18; facts 1.5).
 */
import type { Kernel } from '../../kernel.ts';
import type { Memcg } from '../memcg.ts';
import { WORKINGSET } from '../pages.ts';
import { ANON_ONLY } from '../scanControl.ts';
import { link, nextGeneration, refsOf, SATURATED, tierOf } from './folioGen.ts';
import {
  genOf,
  MAX_NR_GENS,
  MIN_NR_GENS,
  type GenerationSide,
  type Generations,
} from './generations.ts';
import { startOver } from './tiers.ts';
import { walkPageTables } from './walk.ts';

/** Whether reclaim may take anonymous memory, and page cache, at this swappiness. */
export const anonEvictable = (swappiness: number) => swappiness > 0;
export const fileEvictable = (swappiness: number) => swappiness < ANON_ONLY;

/** The older of the oldest generations that reclaim may take from. */
export function evictableMinSeq({ anon, file }: Generations, swappiness: number): number {
  if (!anonEvictable(swappiness)) return file.minSeq;
  if (!fileEvictable(swappiness)) return anon.minSeq;
  return Math.min(anon.minSeq, file.minSeq);
}

/** Pages that reclaim may come to at this swappiness. */
export function evictablePages({ anon, file }: Generations, swappiness: number): number {
  let all = 0;
  if (anonEvictable(swappiness)) all += anon.inactiveSize + anon.activeSize;
  if (fileEvictable(swappiness)) all += file.inactiveSize + file.activeSize;
  return all;
}

/** Makes a new youngest generation, after a walk that moves what was used to the present one. */
export function age(k: Kernel, memcg: Memcg, lruvec: Generations, swappiness: number): void {
  walkPageTables(k, memcg, lruvec, anonEvictable(swappiness));
  if (lruvec.anon.generations === MAX_NR_GENS) endOldest(k, lruvec.anon, anonEvictable(swappiness));
  if (lruvec.file.generations === MAX_NR_GENS) endOldest(k, lruvec.file, fileEvictable(swappiness));
  lruvec.maxSeq++;
  lruvec.births[genOf(lruvec.maxSeq)] = k.now;
}

/**
 * There is no room for another generation: the oldest joins the next. One that reclaim cannot take from
 * is left behind, and its pages turn up in the youngest.
 */
function endOldest(k: Kernel, side: GenerationSide, evictable: boolean): void {
  const { pages } = k;
  const oldest = side.lists[genOf(side.minSeq)];
  const one = new Int32Array(1);
  while (evictable && oldest !== undefined && oldest.take(1, one) === 1) {
    const page = one[0];
    const refs = refsOf(pages, page);
    const workingset = (pages.flags[page] & WORKINGSET) !== 0;
    link(pages, side, page, nextGeneration(pages, side, page), true);
    k.now += k.costs.ageFolio;
    countKept(side, refs, workingset);
  }
  startOver(side);
  side.minSeq++;
}

/** A page of this tier was not evicted in its turn; that of a saturated one is no choice. */
export function countKept(side: GenerationSide, refs: number, workingset: boolean): void {
  if (refs + (workingset ? 1 : 0) === SATURATED) return;
  const tier = tierOf(refs, workingset);
  side.kept[tier] = side.kept[tier] + 1;
}

/** Ends oldest generations that are empty, as far as two are left; returns whether there were any. */
export function dropEmpty(lruvec: Generations, swappiness: number): boolean {
  const { anon, file } = lruvec;
  let anonSeq = anonEvictable(swappiness) ? firstInUse(anon) : anon.minSeq;
  let fileSeq = fileEvictable(swappiness) ? firstInUse(file) : file.minSeq;
  if (anonSeq === anon.minSeq && fileSeq === file.minSeq) return false;
  if (anonEvictable(swappiness) && fileEvictable(swappiness)) {
    // One side may not run ahead of the other so far that its pages pass for younger than they are.
    const most = lruvec.maxSeq - MIN_NR_GENS;
    if (anonSeq > most && fileSeq < most) anonSeq = most;
    else if (fileSeq > most && anonSeq < most) fileSeq = most;
  }
  const anonMoved = advance(anon, anonSeq);
  return advance(file, fileSeq) || anonMoved;
}

function firstInUse(side: GenerationSide): number {
  let seq = side.minSeq;
  while (seq + MIN_NR_GENS <= side.lruvec.maxSeq && side.lists[genOf(seq)]?.size === 0) seq++;
  return seq;
}

function advance(side: GenerationSide, seq: number): boolean {
  if (seq <= side.minSeq) return false;
  startOver(side);
  side.minSeq = seq;
  return true;
}
