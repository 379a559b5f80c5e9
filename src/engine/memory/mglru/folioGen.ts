/**
 * The generation of a folio, and what is known of its accesses (mm_inline.h, swap.c and vmscan.c of
 * 6.18; facts 1.5). PG_referenced and PG_workingset mean the first and a further access through page
 * tables; accesses by calls count up to four with the help of two more bits.
 */
import {
  ACTIVE,
  DIRTY,
  ON_LRU,
  RECLAIM,
  REFERENCED,
  SWAPCACHE,
  WORKINGSET,
  WRITEBACK,
  type Pages,
} from '../pages.ts';
import { genOf, MAX_NR_GENS, MIN_NR_GENS, type GenerationSide } from './generations.ts';

// The byte of a folio: its generation, the list that links it, accesses by calls beyond the first.
const GEN = 0b11;
const LIST_SHIFT = 2;
const REFS_SHIFT = 4;
const REFS = 0b11 << REFS_SHIFT;
const ONE_REF = 1 << REFS_SHIFT;

/** Accesses and PG_workingset of a folio that is promoted whatever its tier. */
export const SATURATED = 5;

/** The column of bytes; there only where MGLRU is on. */
export function column(pages: Pages): Uint8Array {
  if (pages.generations === null) throw new Error('MGLRU is off');
  return pages.generations;
}

export const generation = (pages: Pages, page: number): number => column(pages)[page] & GEN;

/** Accesses by calls, 0 to 4. Through page tables, 1 when PG_referenced is set. */
export function refsOf(pages: Pages, page: number): number {
  if ((pages.flags[page] & REFERENCED) === 0) return 0;
  return ((column(pages)[page] & REFS) >> REFS_SHIFT) + 1;
}

/** The tier is the logarithm of the accesses, and the highest one that of the working set. */
export function tierOf(refs: number, workingset: boolean): number {
  if (workingset) return 3;
  return refs <= 1 ? 0 : refs === 2 ? 1 : 2;
}

/** Forgets accesses, except that the folio belongs to the working set. */
export function clearRefs(pages: Pages, page: number): void {
  pages.flags[page] &= ~REFERENCED;
}

/** A call used the folio (lru_gen_inc_refs()). */
export function countAccess(pages: Pages, page: number): void {
  const { flags } = pages;
  if ((flags[page] & ON_LRU) === 0) return;
  const bytes = column(pages);
  const byte = bytes[page];
  if ((flags[page] & REFERENCED) === 0) {
    flags[page] |= REFERENCED;
    bytes[page] = byte & ~REFS;
  } else if ((byte & REFS) === REFS) flags[page] |= WORKINGSET;
  else bytes[page] = byte + ONE_REF;
}

/**
 * Its accessed bit was set: noted the first time; from then on it belongs to the working set, and true
 * says that it is to become young (lru_gen_set_refs()).
 */
export function noteUse(pages: Pages, page: number): boolean {
  const { flags } = pages;
  if ((flags[page] & (REFERENCED | WORKINGSET)) === 0) {
    flags[page] |= REFERENCED;
    const bytes = column(pages);
    bytes[page] = bytes[page] & ~REFS;
    return false;
  }
  flags[page] = (flags[page] & ~REFERENCED) | WORKINGSET;
  return true;
}

/**
 * The generation that a folio is added to: what is in use to the two youngest, new anonymous memory and
 * what is being written to the second, the rest to the two oldest (lru_gen_folio_seq()).
 */
export function seqFor(pages: Pages, side: GenerationSide, page: number, rotated: boolean): number {
  const flags = pages.flags[page];
  const workingset = (flags & WORKINGSET) !== 0 ? 1 : 0;
  let back: number;
  if ((flags & ACTIVE) !== 0) back = MIN_NR_GENS - workingset;
  else if (rotated) back = MAX_NR_GENS;
  else if (isNewAnon(side, flags) || isBeingWritten(flags)) back = MIN_NR_GENS;
  else back = MAX_NR_GENS - workingset;
  return Math.max(side.lruvec.maxSeq - back + 1, side.minSeq);
}

const isNewAnon = (side: GenerationSide, flags: number) =>
  side === side.lruvec.anon && (flags & SWAPCACHE) === 0;

const isBeingWritten = (flags: number) =>
  (flags & RECLAIM) !== 0 && (flags & (DIRTY | WRITEBACK)) !== 0;

/** Puts a folio on the lists; `rotated` at the end that reclaim takes from. */
export function addFolio(pages: Pages, side: GenerationSide, page: number, rotated: boolean): void {
  const gen = genOf(seqFor(pages, side, page, rotated));
  pages.flags[page] = (pages.flags[page] & ~ACTIVE) | ON_LRU;
  const bytes = column(pages);
  bytes[page] = (bytes[page] & REFS) | gen;
  side.sizes[gen] = side.sizes[gen] + 1;
  link(pages, side, page, gen, rotated);
}

/** Links a folio that is on no list. */
export function link(
  pages: Pages,
  side: GenerationSide,
  page: number,
  gen: number,
  atTail: boolean,
): void {
  const bytes = column(pages);
  bytes[page] = (bytes[page] & (REFS | GEN)) | (gen << LIST_SHIFT);
  const list = side.lists[gen];
  if (list === undefined) return;
  if (atTail) list.addTail(pages, page);
  else list.addHead(pages, page);
}

/** Takes a folio off the lists. PG_active says from now on whether its generation was a young one. */
export function removeFolio(pages: Pages, side: GenerationSide, page: number): void {
  const byte = column(pages)[page];
  side.lists[(byte >> LIST_SHIFT) & GEN]?.remove(pages, page);
  const gen = byte & GEN;
  leave(side, gen);
  const { maxSeq } = side.lruvec;
  const active = gen === genOf(maxSeq) || gen === genOf(maxSeq - 1);
  pages.flags[page] = (pages.flags[page] & ~ON_LRU) | (active ? ACTIVE : 0);
}

/** A folio that was unlinked from the oldest generation is isolated for reclaim. */
export function isolateFolio(pages: Pages, side: GenerationSide, page: number): void {
  leave(side, generation(pages, page));
  pages.flags[page] &= ~(ON_LRU | RECLAIM);
}

function leave(side: GenerationSide, gen: number): void {
  side.sizes[gen] = side.sizes[gen] - 1;
}

/** Gives a folio another generation; where it is linked does not change (folio_update_gen()). */
export function setGeneration(pages: Pages, side: GenerationSide, page: number, gen: number): void {
  const bytes = column(pages);
  const byte = bytes[page];
  leave(side, byte & GEN);
  bytes[page] = (byte & ~GEN) | gen;
  side.sizes[gen] = side.sizes[gen] + 1;
}

/**
 * The next younger generation than the oldest, for a folio that stays; one that aging has found used
 * keeps its own. Returns the generation (folio_inc_gen()).
 */
export function nextGeneration(pages: Pages, side: GenerationSide, page: number): number {
  const own = generation(pages, page);
  if (own !== genOf(side.minSeq)) return own;
  const gen = genOf(side.minSeq + 1);
  setGeneration(pages, side, page, gen);
  clearRefs(pages, page);
  return gen;
}
