/**
 * A virtual swap space: a page-table entry names a descriptor, and the descriptor says where the
 * page is. A slot is taken only when the page is written to a device and given back when it leaves
 * it, so the capacities of zswap and of the devices add up and zswap needs nothing behind it.
 * Sizes come from the preset of the series that is modelled (facts 6.1 to 6.4).
 */
import type { Kernel } from '../kernel.ts';
import { chargeSwap, swapHasRoom, type Memcg } from '../memory/memcg.ts';
import { NOWHERE, ONLY_RAM } from '../memory/pages.ts';
import { C } from '../metrics/counters.ts';
import { ZSWAP_ENTRY_BYTES } from '../scenario/presets.ts';
import { writebackAllowed } from '../tiers/zswap.ts';
import type { SwapDevice } from './devices.ts';
import { memcgSwapFull, type SwapSpace, type SwapSpaceMetadata } from './space.ts';
import { DescriptorSweep, SlotSweep, type Sweep } from './sweeps.ts';
import { exchangeSlot, mustLeave } from './tierMask.ts';

export interface DescriptorSettings {
  descriptorBytes: number;
  /** 0 without a reverse map. */
  reverseMapBytes: number;
  perSlotBytes: number;
  /** CPU time beyond that of a slot, ns. */
  allocate: number;
  lookup: number;
  free: number;
  /** Descriptors set aside at boot, and whether more are allocated at swap-out. */
  reserve: number;
  grows: boolean;
}

export class VirtualSwapSpace implements SwapSpace {
  readonly name = 'virtual';
  readonly needsNoDevice = true;
  readonly movesPages = true;
  private descriptors = 0;
  private readonly k: Kernel;
  private readonly settings: DescriptorSettings;

  constructor(k: Kernel, settings: DescriptorSettings) {
    this.k = k;
    this.settings = settings;
  }

  /** Descriptors that pages have. */
  get used(): number {
    return this.descriptors;
  }

  isPlain(): boolean {
    return false;
  }

  mayMove(): boolean {
    return true;
  }

  leadsBack(): boolean {
    return this.settings.reverseMapBytes > 0;
  }

  /**
   * Whether there is somewhere to put a page now: the pool of zswap, or a slot. What does not compress
   * may find out later that there is not.
   */
  hasPlace(memcg: Memcg): boolean {
    const { zswap, devices } = this.k;
    if (zswap?.mayTake(memcg)) return true;
    return devices.counts(false).free > 0 && swapHasRoom(memcg) && writebackAllowed(this.k, memcg);
  }

  lookUp(_page: number, memcg: Memcg, times: number): void {
    this.charge(memcg, times * this.settings.lookup);
  }

  /** Whether there is a descriptor for one more page: a spare one of the reserve, or RAM for one. */
  private hasDescriptor(): boolean {
    const { reserve, grows } = this.settings;
    return this.descriptors < reserve || (grows && this.k.freeFrames() > 0);
  }

  allocate(page: number, memcg: Memcg): boolean {
    const { k } = this;
    if (!this.hasRoom(memcg)) return false;
    if (!this.hasDescriptor()) {
      memcg.counters[C.descriptor_fail]++;
      return false;
    }
    this.charge(memcg, k.costs.slotAllocate + this.settings.allocate);
    this.descriptors++;
    k.pages.setWhere(page, ONLY_RAM);
    return true;
  }

  slotForWrite(page: number, memcg: Memcg): number {
    const { k } = this;
    const held = k.pages.slot(page);
    if (held >= 0) return mustLeave(k, memcg, held) ? exchangeSlot(k, page, memcg) : held;
    if (!swapHasRoom(memcg)) return -1;
    const slot = k.devices.allocate(page, k.cpu, memcg.allowed);
    if (slot < 0) return -1;
    // At swap-out its time is part of that of the descriptor, which was measured with devices behind it.
    if (k.pages.where(page) !== ONLY_RAM) this.charge(memcg, k.costs.slotAllocate);
    chargeSwap(memcg, 1);
    k.pages.setSlot(page, slot);
    return slot;
  }

  leftDevice(page: number): void {
    const { k } = this;
    if (k.pages.slot(page) >= 0) this.charge(k.memcgOf(page), k.costs.slotFree);
    this.giveBackSlot(page);
  }

  private giveBackSlot(page: number): void {
    const { k } = this;
    const slot = k.pages.slot(page);
    if (slot < 0) return;
    k.devices.release(slot);
    chargeSwap(k.memcgOf(page), -1);
    k.pages.setSlot(page, -1);
  }

  release(page: number): void {
    const { k } = this;
    this.giveBackSlot(page);
    this.charge(k.memcgOf(page), k.costs.slotFree + this.settings.free);
    this.descriptors--;
    k.pages.setWhere(page, NOWHERE);
  }

  private charge(memcg: Memcg, ns: number): void {
    this.k.now += ns;
    memcg.counters[C.cpu_metadata] += ns;
  }

  mayHoldSlot(page: number): boolean {
    return this.k.pages.slot(page) >= 0 || swapHasRoom(this.k.memcgOf(page));
  }

  reserveTarget(page: number): void {
    if (this.k.pages.slot(page) < 0) chargeSwap(this.k.memcgOf(page), 1);
  }

  unreserveTarget(page: number, source: number): void {
    if (source < 0) chargeSwap(this.k.memcgOf(page), -1);
  }

  /** One word of each descriptor changes under the lock of its folio (facts 6.3). */
  moveCost(pages: readonly number[]): number {
    const { slotAllocate, slotFree } = this.k.costs;
    return pages.length * (this.settings.lookup + slotAllocate + slotFree);
  }

  move(page: number, slot: number): void {
    const { k } = this;
    if (k.pages.slot(page) >= 0) k.devices.release(k.pages.slot(page));
    k.pages.setSlot(page, slot);
  }

  sweepOf(device: SwapDevice): Sweep {
    const { k } = this;
    return this.leadsBack() ? new SlotSweep(k, device) : new DescriptorSweep(k, device);
  }

  /** With zswap in front there is always somewhere to try; the pool's limit decides later. */
  hasRoom(memcg: Memcg): boolean {
    return (
      this.k.zswap?.enabled === true ||
      (this.k.devices.counts(false).free > 0 && swapHasRoom(memcg))
    );
  }

  /** Only what stays on a device is worth keeping after swap-in, so only devices count. */
  swapFull(memcg: Memcg): boolean {
    return this.k.devices.halfUsed || memcgSwapFull(memcg);
  }

  metadata(): SwapSpaceMetadata {
    const { provisioned, used } = this.k.devices.counts(false);
    const { descriptorBytes, reverseMapBytes, perSlotBytes, reserve } = this.settings;
    return {
      staticBytes: perSlotBytes * provisioned + descriptorBytes * reserve,
      dynamicBytes:
        descriptorBytes * Math.max(0, this.descriptors - reserve) + reverseMapBytes * used,
    };
  }

  metadataBytes(): number {
    const { staticBytes, dynamicBytes } = this.metadata();
    return staticBytes + dynamicBytes + ZSWAP_ENTRY_BYTES * (this.k.zswap?.stored ?? 0);
  }
}
