/**
 * A page comes back to RAM although nobody faulted on it, and gives up its swap entry
 * (unuse_pte_range() of mm/swapfile.c): how swapoff empties a device, and how pages leave a tier that
 * their memcg may no longer use.
 */
import type { Kernel } from '../kernel.ts';
import { areaOf } from '../memory/area.ts';
import { tryCharge } from '../memory/charge.ts';
import { freeSwapEntry, putAway, takeFrames } from '../memory/folio.ts';
import {
  NEVER_MAPPED,
  NOWHERE,
  PRESENT,
  READAHEAD,
  READING,
  SWAPCACHE,
  WRITEBACK,
} from '../memory/pages.ts';
import { hasReadError, UNREADABLE } from '../memory/readError.ts';
import { completeIo } from './io.ts';
import { swapIn } from './swapIn.ts';

/**
 * Goes on with a page that has a swap entry. Returns 0 when it is mapped and has none any more, a time
 * (ns) to wait for before the next call, KILLED when there is no memory for it, or UNREADABLE; no process
 * is killed for either.
 */
export function bringBack(k: Kernel, page: number): number {
  const { pages } = k;
  const process = k.processes[pages.process(page)];
  const { memcg } = process;
  // Its process ended while this waited for memory.
  if (pages.where(page) === NOWHERE) return 0;
  if ((pages.flags[page] & (SWAPCACHE | PRESENT)) === 0) {
    const wait = tryCharge(k, memcg, 1, false);
    if (wait !== 0) return wait;
    if ((pages.flags[page] & (SWAPCACHE | PRESENT)) !== 0) takeFrames(k, memcg, -1);
    else swapIn(k, page, memcg, areaOf(process, page), true);
  }
  completeIo(k);
  // Its process has ended, and so has the I/O that kept it.
  if (pages.where(page) === NOWHERE) return 0;
  // A transfer that was under way has ended, and put the page away again.
  if ((pages.flags[page] & (SWAPCACHE | PRESENT)) === 0) return k.now + 1;
  if ((pages.flags[page] & READING) !== 0) return k.readsInFlight.get(page) ?? k.now + 1;
  if ((pages.flags[page] & WRITEBACK) !== 0) return Math.max(k.io.nextTime, k.now + 1);
  if (hasReadError(k, page)) {
    // Its page is on the device as before.
    putAway(k, page);
    return UNREADABLE;
  }
  pages.flags[page] = (pages.flags[page] & ~(READAHEAD | NEVER_MAPPED)) | PRESENT;
  k.awaited.delete(page);
  // Every process that shares the page maps it.
  process.sharing?.mapForAll(page);
  freeSwapEntry(k, page, memcg);
  k.now += process.sharers * k.costs.swapCacheFault;
  return 0;
}

/** Why a page could not come back, in words; `code` is KILLED or UNREADABLE. */
export function whyNotBack(code: number): string {
  return code === UNREADABLE ? 'A page could not be read' : 'There was no memory for more';
}
