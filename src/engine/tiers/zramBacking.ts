/**
 * The backing device of a zram (CONFIG_ZRAM_WRITEBACK, facts 5): blocks of a page each, the lowest free
 * one first, block 0 never; a budget of writes; and what bd_stat counts. Written from memory of
 * drivers/block/zram/zram_drv.c of 6.18.
 */
import type { Kernel } from '../kernel.ts';
import type { BlockDevice } from './blockDevice.ts';

export class ZramBacking {
  /** bd_stat: blocks in use, pages read and written. */
  count = 0;
  reads = 0;
  writes = 0;
  /** writeback_limit: bytes that may still be written; Infinity when it is not enabled. */
  budget = Infinity;
  private readonly inUse: Uint8Array;
  /** No block below it is free. */
  private lowest = 1;

  private readonly k: Kernel;
  private readonly device: BlockDevice;

  constructor(k: Kernel, device: BlockDevice, blocks: number) {
    this.k = k;
    this.device = device;
    this.inUse = new Uint8Array(blocks);
  }

  /** A free block, or -1. */
  allocate(): number {
    const { inUse } = this;
    let block = this.lowest;
    while (block < inUse.length && inUse[block] !== 0) block++;
    this.lowest = block;
    if (block >= inUse.length) return -1;
    inUse[block] = 1;
    this.count++;
    return block;
  }

  free(block: number): void {
    this.inUse[block] = 0;
    this.lowest = Math.min(this.lowest, block);
    this.count--;
  }

  /** Returns when the page will be on the device, ns. */
  write(block: number): number {
    return this.device.submit(this.k.now, true, block, 1);
  }

  /** A page was written for good; it counts against the budget. */
  noteWritten(): void {
    this.writes++;
    this.budget = Math.max(0, this.budget - this.k.settings.pageBytes);
  }

  /** Returns when the page will be in RAM, ns. */
  read(block: number): number {
    this.reads++;
    return this.device.submit(this.k.now, false, block, 1);
  }
}
