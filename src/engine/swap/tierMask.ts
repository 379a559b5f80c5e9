/**
 * What becomes of slots on tiers that a memcg may no longer use, or that others have overtaken. With the
 * tier patches (facts 7.1) they are kept until they are freed anyway; here an administrator can ask that
 * they are given up when a page is mapped or written, an answer that the discussion of the patches wants
 * and no patch has.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { DEVICE, ONLY_RAM } from '../memory/pages.ts';
import { C } from '../metrics/counters.ts';
import type { SwapDevice } from './devices.ts';

/** Whether the slot is on a tier that its memcg may not use. */
export function isForbidden(k: Kernel, memcg: Memcg, slot: number): boolean {
  return slot >= 0 && !memcg.allowed[k.devices.of(slot).index];
}

/** The device with room to which a page on this slot follows a change of priorities; null without one. */
export function betterDevice(k: Kernel, memcg: Memcg, slot: number): SwapDevice | null {
  const { overtaken } = k.devices;
  if (!overtaken.any || slot < 0) return null;
  return overtaken.betterThan(k.devices.of(slot), memcg.allowed);
}

/** Whether the page's slot must not be kept or written again. */
export function mustLeave(k: Kernel, memcg: Memcg, slot: number): boolean {
  if (memcg.leavesForbidden && isForbidden(k, memcg, slot)) return true;
  return betterDevice(k, memcg, slot) !== null;
}

/**
 * Exchanges the slot of a page, whose data is in RAM or in zswap, for one on a tier where it should be.
 * Returns the new slot, or -1 when there is none and the old one stays.
 */
export function exchangeSlot(k: Kernel, page: number, memcg: Memcg): number {
  const { pages, costs, devices } = k;
  const old = pages.slot(page);
  const better = betterDevice(k, memcg, old);
  const slot =
    better === null
      ? devices.allocate(page, k.cpu, memcg.allowed, devices.of(old).plain)
      : devices.allocateOn(better, page);
  if (slot < 0) return -1;
  devices.release(old);
  pages.setSlot(page, slot);
  if (pages.where(page) === DEVICE) pages.setWhere(page, ONLY_RAM);
  const ns = costs.slotAllocate + costs.slotFree;
  k.now += ns;
  memcg.counters[C.cpu_metadata] += ns;
  return slot;
}
