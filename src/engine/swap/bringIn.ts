/**
 * A page's data comes to RAM and leaves its tier, but its entry stays: how swapoff empties a tier behind
 * descriptors. The descriptor then points at the folio, and a later fault maps it (facts 6.3).
 */
import type { Kernel } from '../kernel.ts';
import { tryCharge } from '../memory/charge.ts';
import { freeSwapEntry, putAway, takeFrames } from '../memory/folio.ts';
import {
  DIRTY,
  NOWHERE,
  ONLY_RAM,
  PRESENT,
  READING,
  SWAPCACHE,
  WRITEBACK,
} from '../memory/pages.ts';
import { hasReadError, UNREADABLE } from '../memory/readError.ts';
import { completeIo } from './io.ts';
import { swapInTogether } from './swapIn.ts';

/**
 * Goes on with a page that zswap or a device has. Returns 0 when it no longer is there, a time (ns) to
 * wait for before the next call, KILLED when there is no memory for it, or UNREADABLE. `others` are read with
 * it as far as there are frames for them.
 */
export function bringIn(k: Kernel, page: number, others: readonly number[]): number {
  const { pages } = k;
  const memcg = k.memcgOf(page);
  if (!isInRam(k, page)) {
    const where = pages.where(page);
    const wait = tryCharge(k, memcg, 1, false);
    if (wait !== 0) return wait;
    if (isInRam(k, page) || pages.where(page) !== where) {
      // Reclaim for the charge has moved it.
      takeFrames(k, memcg, -1);
      return k.now + 1;
    }
    swapInTogether(k, page, others);
  }
  completeIo(k);
  const flags = pages.flags[page];
  if (pages.where(page) === NOWHERE) return 0;
  if (!isInRam(k, page)) return k.now + 1;
  if ((flags & READING) !== 0) return k.readsInFlight.get(page) ?? k.now + 1;
  if ((flags & WRITEBACK) !== 0) return Math.max(k.io.nextTime, k.now + 1);
  if (hasReadError(k, page)) {
    // Its page is on the device as before.
    putAway(k, page);
    return UNREADABLE;
  }
  // No page-table entry refers to the descriptor of a page that is mapped by all who share it.
  if ((flags & PRESENT) !== 0 && freeSwapEntry(k, page, memcg)) return 0;
  k.space.leftDevice(page);
  pages.setWhere(page, ONLY_RAM);
  pages.flags[page] |= DIRTY;
  return 0;
}

function isInRam(k: Kernel, page: number): boolean {
  return (k.pages.flags[page] & (SWAPCACHE | PRESENT)) !== 0;
}
