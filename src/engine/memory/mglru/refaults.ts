/**
 * What an eviction leaves behind with MGLRU, and what a refault teaches the tiers (mm/workingset.c,
 * kernel 6.18; facts 1.3, 1.5).
 */
import type { Kernel } from '../../kernel.ts';
import { C } from '../../metrics/counters.ts';
import type { Memcg } from '../memcg.ts';
import { NO_SHADOW, SHADOW_WORKINGSET, WORKINGSET } from '../pages.ts';
import { refsOf, tierOf } from './folioGen.ts';
import { MAX_NR_GENS, type GenerationSide } from './generations.ts';

/** Bits of a shadow's age that say how often the page was accessed by calls, less one. */
const REFS_BITS = 2;

export function leaveGenShadow(k: Kernel, page: number, owner: Memcg, side: GenerationSide): void {
  const { pages } = k;
  const refs = refsOf(pages, page);
  const workingset = (pages.flags[page] & WORKINGSET) !== 0;
  const tier = tierOf(refs, workingset);
  pages.setShadowAge(page, (side.minSeq << REFS_BITS) | Math.max(refs - 1, 0));
  pages.setShadowMemcg(page, owner.id | (workingset ? SHADOW_WORKINGSET : 0));
  side.evicted[tier] = side.evicted[tier] + 1;
}

/**
 * A page comes back. When it left less than four generations before the youngest, its tier has a refault,
 * and it belongs to the working set as it did then. `inFault`: through a page table, so that it is active.
 */
export function genRefault(
  k: Kernel,
  page: number,
  owner: Memcg,
  isFile: boolean,
  inFault: boolean,
) {
  const { pages } = k;
  const shadow = pages.shadowMemcg(page);
  const generations = owner.generations;
  if (shadow === NO_SHADOW || generations === null) return;
  pages.setShadowMemcg(page, NO_SHADOW);
  const { counters } = owner;
  counters[isFile ? C.workingset_refault_file : C.workingset_refault_anon]++;
  const age = pages.shadowAge(page);
  if (generations.maxSeq - (age >>> REFS_BITS) >= MAX_NR_GENS) return;
  const workingset = (shadow & SHADOW_WORKINGSET) !== 0;
  const tier = tierOf((age & ((1 << REFS_BITS) - 1)) + 1, workingset);
  const side = isFile ? generations.file : generations.anon;
  side.refaulted[tier] = side.refaulted[tier] + 1;
  if (inFault) counters[isFile ? C.workingset_activate_file : C.workingset_activate_anon]++;
  if (!workingset) return;
  pages.flags[page] |= WORKINGSET;
  counters[isFile ? C.workingset_restore_file : C.workingset_restore_anon]++;
}
