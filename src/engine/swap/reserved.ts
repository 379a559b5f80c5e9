/**
 * The swap space of today's kernel: a page-table entry names a slot, and a page kept compressed or
 * marked as zeros holds its slot on the device behind it. Overhead as the virtual swap series'
 * own table counts it for the kernel before it (facts 6.1).
 */
import type { Kernel } from '../kernel.ts';
import { chargeSwap, swapHasRoom, type Memcg } from '../memory/memcg.ts';
import { NOWHERE, ONLY_RAM, ZSWAP } from '../memory/pages.ts';
import { C } from '../metrics/counters.ts';
import { RESERVED_SWAP, ZSWAP_ENTRY_BYTES } from '../scenario/presets.ts';
import type { SwapDevice } from './devices.ts';
import {
  memcgSwapFull,
  type SwapSpace,
  type SwapSpaceMetadata,
  type SwapSpaceName,
} from './space.ts';
import { PageTableSweep, type Sweep } from './sweeps.ts';
import { exchangeSlot, mustLeave } from './tierMask.ts';

export class ReservedSwapSpace implements SwapSpace {
  readonly name: SwapSpaceName = 'reserved';
  readonly needsNoDevice = false;
  readonly movesPages: boolean = false;
  protected readonly k: Kernel;
  /** Beside a virtual swap space, which has the other devices. */
  private readonly plain: boolean;

  constructor(k: Kernel, plain = false) {
    this.k = k;
    this.plain = plain;
  }

  isPlain(): boolean {
    return true;
  }

  mayMove(): boolean {
    return this.movesPages;
  }

  leadsBack(): boolean {
    return true;
  }

  lookUp(): void {
    // The entry is the slot.
  }

  allocate(page: number, memcg: Memcg): boolean {
    const { k } = this;
    if (!swapHasRoom(memcg)) return false;
    const slot = k.devices.allocate(page, k.cpu, memcg.allowed, this.plain);
    if (slot < 0) return false;
    k.now += k.costs.slotAllocate;
    memcg.counters[C.cpu_metadata] += k.costs.slotAllocate;
    chargeSwap(memcg, 1);
    k.pages.setSlot(page, slot);
    k.pages.setWhere(page, ONLY_RAM);
    return true;
  }

  slotForWrite(page: number, memcg: Memcg): number {
    const { k } = this;
    const slot = k.pages.slot(page);
    if (!mustLeave(k, memcg, slot)) return slot;
    if (k.pages.where(page) !== ZSWAP) return exchangeSlot(k, page, memcg);
    // Page-table entries name the slot of a page in zswap: another one is as dear as any other move.
    if (!this.movesPages) return slot;
    const price = this.moveCost([page]);
    k.now += price;
    memcg.counters[C.cpu_move] += price;
    return exchangeSlot(k, page, memcg);
  }

  leftDevice(): void {
    // The slot stays behind the page.
  }

  release(page: number): void {
    const { k } = this;
    const memcg = k.memcgOf(page);
    k.devices.release(k.pages.slot(page));
    k.now += k.costs.slotFree;
    memcg.counters[C.cpu_metadata] += k.costs.slotFree;
    chargeSwap(memcg, -1);
    k.pages.setSlot(page, -1);
    k.pages.setWhere(page, NOWHERE);
  }

  mayHoldSlot(): boolean {
    // One slot goes for the other; what is charged stays the same.
    return true;
  }

  reserveTarget(): void {
    // The page is charged for its own slot, and moves with its charge.
  }

  unreserveTarget(): void {
    // See above.
  }

  moveCost(_pages: readonly number[]): number {
    throw new Error(`A page keeps its slot in a ${this.name} swap space`);
  }

  move(page: number, slot: number): void {
    const { k } = this;
    k.devices.release(k.pages.slot(page));
    k.pages.setSlot(page, slot);
  }

  sweepOf(device: SwapDevice): Sweep {
    return new PageTableSweep(this.k, device);
  }

  hasRoom(memcg: Memcg): boolean {
    return this.k.devices.counts(this.plain).free > 0 && swapHasRoom(memcg);
  }

  swapFull(memcg: Memcg): boolean {
    return this.k.devices.halfUsed || memcgSwapFull(memcg);
  }

  metadata(): SwapSpaceMetadata {
    const { devices, zswap } = this.k;
    const { provisioned, used } = devices.counts(this.plain);
    const stored = this.plain ? zswap?.storedOnPlain : zswap?.stored;
    return {
      staticBytes: RESERVED_SWAP.perSlotBytes * provisioned,
      dynamicBytes:
        RESERVED_SWAP.perUsedSlotBytes * used + RESERVED_SWAP.perZswapPageBytes * (stored ?? 0),
    };
  }

  metadataBytes(): number {
    const { staticBytes, dynamicBytes } = this.metadata();
    return staticBytes + dynamicBytes + ZSWAP_ENTRY_BYTES * (this.k.zswap?.stored ?? 0);
  }
}
