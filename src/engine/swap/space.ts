/**
 * What a swap space must do, whichever way it is built: give pages that leave RAM an entry, find
 * them a slot on a device when they are written there, take both back, and say what that costs.
 */
import type { Memcg } from '../memory/memcg.ts';
import type { SwapDevice } from './devices.ts';
import type { Sweep } from './sweeps.ts';

export interface SwapSpaceMetadata {
  /** Bytes that depend on the size of the devices. */
  staticBytes: number;
  /** Bytes that depend on the pages swapped out. */
  dynamicBytes: number;
}

export type SwapSpaceName = 'pinned' | 'reserved' | 'walk' | 'virtual';

export interface SwapSpace {
  readonly name: SwapSpaceName;
  /** Pages in zswap and marks for zeros need no slot on a device behind them; of some pages, or all. */
  readonly needsNoDevice: boolean;
  /** Pages out of RAM may go to other devices; which of them `mayMove` says. */
  readonly movesPages: boolean;
  /** The page's entry is a slot, not a descriptor. */
  isPlain(page: number): boolean;
  mayMove(page: number, to: SwapDevice): boolean;
  /** A slot leads back to its page: readahead by slot can find neighbours. */
  leadsBack(slot: number): boolean;
  /** Charges the CPU time of `times` look-ups of the page's entry. */
  lookUp(page: number, memcg: Memcg, times: number): void;
  /** Gives the page an entry and sets `where`; false when there is no room or a limit forbids it. */
  allocate(page: number, memcg: Memcg): boolean;
  /** The slot that the page is to be written to; -1 when there is none. */
  slotForWrite(page: number, memcg: Memcg): number;
  /** The page's data is now in zswap or marked as zeros, not on a device. */
  leftDevice(page: number): void;
  /** Frees the page's entry and everything behind it. */
  release(page: number): void;
  /** Whether limits allow the page a slot on another device in place of what it has. */
  mayHoldSlot(page: number): boolean;
  /** A page that is to move has taken a slot on its target, or has given it back. */
  reserveTarget(page: number): void;
  unreserveTarget(page: number, source: number): void;
  /** CPU time of making the entries of these pages refer to other slots in one go, ns. */
  moveCost(pages: readonly number[]): number;
  /** The entry of the page refers to this slot from now on; the old slot is free. */
  move(page: number, slot: number): void;
  /** How swapoff finds the pages of a device. */
  sweepOf(device: SwapDevice): Sweep;
  /** Whether a page of the memcg could be swapped out at all. */
  hasRoom(memcg: Memcg): boolean;
  /** More than half of the swap that the memcg may use is in use: entries are not kept after swap-in. */
  swapFull(memcg: Memcg): boolean;
  metadata(): SwapSpaceMetadata;
  /** Both kinds together, and zswap's own entries. */
  metadataBytes(): number;
}

/** mem_cgroup_swap_full(): half of memory.swap.max is used here or in an ancestor. */
export function memcgSwapFull(memcg: Memcg): boolean {
  for (let m: Memcg | null = memcg; m; m = m.parent)
    if (m.swap * 2 >= m.limits.swapMax) return true;
  return false;
}
