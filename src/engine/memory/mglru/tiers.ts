/**
 * Which tiers of pages are kept, and which side is reclaimed, from the refaults that each has had
 * (the controller of mm/vmscan.c, kernel 6.18; facts 1.5).
 */
import { MAX_SWAPPINESS } from '../scanControl.ts';
import {
  MAX_NR_TIERS,
  MIN_LRU_BATCH,
  type GenerationSide,
  type Generations,
} from './generations.ts';

interface Position {
  refaulted: number;
  total: number;
}

/** Refaults and evictions of the tiers `from` up to, not including, `to`. */
function position(side: GenerationSide, from: number, to: number): Position {
  const at: Position = { refaulted: 0, total: 0 };
  for (let t = from; t < to; t++) {
    at.refaulted += side.averageRefaulted[t] + side.refaulted[t];
    at.total += side.averageTotal[t] + side.kept[t] + side.evicted[t];
  }
  return at;
}

/** Whether `pv` refaults too little to matter, or at a rate that is lower than that of `sp` by their gains. */
function refaultsLess(sp: Position, spGain: number, pv: Position, pvGain: number): boolean {
  return (
    pv.refaulted < MIN_LRU_BATCH ||
    pv.refaulted * (sp.total + MIN_LRU_BATCH) * spGain <= (sp.refaulted + 1) * pv.total * pvGain
  );
}

/**
 * The highest tier whose pages may be evicted: those above refault more often than tier 0, by the margin
 * of two to three.
 */
export function evictableTier(side: GenerationSide): number {
  const first = position(side, 0, 1);
  let tier = 1;
  while (tier < MAX_NR_TIERS && refaultsLess(first, 2, position(side, tier, tier + 1), 3)) tier++;
  return tier - 1;
}

/** Whether to reclaim page cache first, by the refaults of both sides and swappiness (0 to 201). */
export function fileFirst({ anon, file }: Generations, swappiness: number): boolean {
  if (swappiness <= 1) return true;
  if (swappiness >= MAX_SWAPPINESS) return false;
  return refaultsLess(
    position(anon, 0, MAX_NR_TIERS),
    swappiness,
    position(file, 0, MAX_NR_TIERS),
    MAX_SWAPPINESS - swappiness,
  );
}

/** The oldest generation is gone: its figures join the average, which halves (reset_ctrl_pos()). */
export function startOver(side: GenerationSide): void {
  for (let t = 0; t < MAX_NR_TIERS; t++) {
    const { refaulted, total } = position(side, t, t + 1);
    side.averageRefaulted[t] = Math.floor(refaulted / 2);
    side.averageTotal[t] = Math.floor(total / 2);
    side.refaulted[t] = 0;
    side.evicted[t] = 0;
    side.kept[t] = 0;
  }
}
