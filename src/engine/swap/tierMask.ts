/**
 * What becomes of slots on tiers that a memcg may no longer use. With the tier patches (facts 7.1)
 * they are kept until they are freed anyway; here a memcg can be told to give them up when a page is
 * mapped or written, an answer that the discussion of the patches asks for and no patch has.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { DEVICE, ONLY_RAM } from '../memory/pages.ts';
import { C } from '../metrics/counters.ts';

/** Whether the slot is on a tier that its memcg may not use. */
export function isForbidden(k: Kernel, memcg: Memcg, slot: number): boolean {
  return slot >= 0 && !memcg.allowed[k.devices.of(slot).index];
}

/** Whether the page's slot must not be kept or written again. */
export function mustLeave(k: Kernel, memcg: Memcg, slot: number): boolean {
  return memcg.leavesForbidden && isForbidden(k, memcg, slot);
}

/**
 * Exchanges the slot of a page, whose data is in RAM or in zswap, for one on an allowed tier. Returns
 * the new slot, or -1 when there is none and the old one stays.
 */
export function exchangeSlot(k: Kernel, page: number, memcg: Memcg): number {
  const { pages, costs } = k;
  const { plain } = k.devices.of(pages.slot(page));
  const slot = k.devices.allocate(page, k.cpu, memcg.allowed, plain);
  if (slot < 0) return -1;
  k.devices.release(pages.slot(page));
  pages.setSlot(page, slot);
  if (pages.where(page) === DEVICE) pages.setWhere(page, ONLY_RAM);
  const ns = costs.slotAllocate + costs.slotFree;
  k.now += ns;
  memcg.counters[C.cpu_metadata] += ns;
  return slot;
}
