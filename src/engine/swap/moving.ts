/** One page on its way to another tier, and what becomes of it when somebody touches it meanwhile. */
import type { Kernel } from '../kernel.ts';
import { lruAdd, lruRemove } from '../memory/lru.ts';
import {
  DEVICE,
  DIRTY,
  ON_LRU,
  ORPHAN,
  PRESENT,
  READING,
  SWAPCACHE,
  TOUCHED,
  WRITEBACK,
  WRITTEN,
} from '../memory/pages.ts';
import { refault } from '../memory/workingset.ts';
import { RAM } from '../metrics/flows.ts';

export interface Moving {
  readonly page: number;
  /** Slot on the target; -1 in zswap's pool, which has none. */
  readonly target: number;
  /** Slot, or -1, and place of the flow matrix before the transfer. */
  readonly source: number;
  readonly place: number;
}

/** The folio is in the swap cache as the read left it, and nobody waits for it. */
export function isUntouched({ pages, awaited }: Kernel, { page, source }: Moving): boolean {
  const flags = pages.flags[page];
  const state = flags & (SWAPCACHE | PRESENT | READING | WRITEBACK | ORPHAN | TOUCHED);
  if (state !== (SWAPCACHE | TOUCHED) || awaited.has(page)) return false;
  if (pages.slot(page) !== source) return false;
  return pages.where(page) !== DEVICE || (flags & (DIRTY | WRITTEN)) === 0;
}

/** A fault took the folio: it counts as the refault that it would have been without the transfer. */
export function cameBack(k: Kernel, { page, place }: Moving): void {
  const memcg = k.memcgOf(page);
  k.moved(page, place, RAM);
  const listed = (k.pages.flags[page] & ON_LRU) !== 0;
  if (listed) lruRemove(k.pages, memcg.anon, page);
  refault(k, page, memcg, memcg.anon, true);
  if (listed) lruAdd(k.pages, memcg.anon, page);
}
