/**
 * A virtual swap space beside plain swapfiles (thread 000; facts 6.4). A page gets a descriptor when the
 * virtual space has somewhere to put it, else a slot of a plain device, as the swap-table edition tries
 * its virtual device first and falls back to a physical one. The author of the series would rather keep
 * the two apart than let both be turned on by priority, since a slot could then stand behind an entry of
 * either kind; here no slot does: the devices of one space are never handed out by the other.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { ZSWAP_ENTRY_BYTES } from '../scenario/presets.ts';
import type { SwapDevice } from './devices.ts';
import { ReservedSwapSpace } from './reserved.ts';
import type { SwapSpace, SwapSpaceMetadata } from './space.ts';
import type { Sweep } from './sweeps.ts';
import type { VirtualSwapSpace } from './virtual.ts';

export class MixedSwapSpace implements SwapSpace {
  readonly name = 'virtual';
  readonly needsNoDevice = true;
  readonly movesPages = true;
  readonly virtual: VirtualSwapSpace;
  private readonly plain: ReservedSwapSpace;
  private readonly k: Kernel;

  constructor(k: Kernel, virtual: VirtualSwapSpace) {
    this.k = k;
    this.virtual = virtual;
    this.plain = new ReservedSwapSpace(k, true);
  }

  isPlain(page: number): boolean {
    const { pages, devices } = this.k;
    const slot = pages.slot(page);
    return slot >= 0 && devices.of(slot).plain;
  }

  private spaceOf(page: number): SwapSpace {
    return this.isPlain(page) ? this.plain : this.virtual;
  }

  mayMove(page: number, to: SwapDevice): boolean {
    return !to.plain && !this.isPlain(page);
  }

  leadsBack(slot: number): boolean {
    return this.k.devices.of(slot).plain || this.virtual.leadsBack();
  }

  lookUp(page: number, memcg: Memcg, times: number): void {
    this.spaceOf(page).lookUp(page, memcg, times);
  }

  allocate(page: number, memcg: Memcg): boolean {
    const { virtual, plain } = this;
    return (
      (virtual.hasPlace(memcg) && virtual.allocate(page, memcg)) || plain.allocate(page, memcg)
    );
  }

  slotForWrite(page: number, memcg: Memcg): number {
    return this.spaceOf(page).slotForWrite(page, memcg);
  }

  leftDevice(page: number): void {
    this.spaceOf(page).leftDevice(page);
  }

  release(page: number): void {
    this.spaceOf(page).release(page);
  }

  mayHoldSlot(page: number): boolean {
    return this.spaceOf(page).mayHoldSlot(page);
  }

  reserveTarget(page: number): void {
    this.virtual.reserveTarget(page);
  }

  unreserveTarget(page: number, source: number): void {
    this.virtual.unreserveTarget(page, source);
  }

  moveCost(pages: readonly number[]): number {
    return this.virtual.moveCost(pages);
  }

  move(page: number, slot: number): void {
    this.virtual.move(page, slot);
  }

  sweepOf(device: SwapDevice): Sweep {
    return (device.plain ? this.plain : this.virtual).sweepOf(device);
  }

  hasRoom(memcg: Memcg): boolean {
    return this.virtual.hasRoom(memcg) || this.plain.hasRoom(memcg);
  }

  swapFull(memcg: Memcg): boolean {
    return this.virtual.swapFull(memcg);
  }

  metadata(): SwapSpaceMetadata {
    const virtual = this.virtual.metadata();
    const plain = this.plain.metadata();
    return {
      staticBytes: virtual.staticBytes + plain.staticBytes,
      dynamicBytes: virtual.dynamicBytes + plain.dynamicBytes,
    };
  }

  metadataBytes(): number {
    const { staticBytes, dynamicBytes } = this.metadata();
    return staticBytes + dynamicBytes + ZSWAP_ENTRY_BYTES * (this.k.zswap?.stored ?? 0);
  }
}
