/**
 * The disk of a host that never refuses a page (thread 003, facts 9.3): it writes the oldest pages
 * of its pool out in batches, and their RAM is free when the batch is on the disk. A put that finds
 * no RAM, and a get of a page on the disk, hold the guest's CPU until the disk is done.
 */
import type { Kernel } from '../kernel.ts';
import type { BlockDevice } from './blockDevice.ts';

/** Pages that the host writes at a time; estimate, as many as reclaim takes (SWAP_CLUSTER_MAX). */
export const HOST_BATCH = 32;

export class HostDisk {
  /** Keys that are being written; their data is in RAM until `writtenAt`. */
  readonly batch: number[] = [];
  private writtenAt = 0;

  private readonly k: Kernel;
  private readonly device: BlockDevice;

  constructor(k: Kernel, device: BlockDevice) {
    this.k = k;
    this.device = device;
  }

  /** Adds a page to the batch; it is written to the place of its key. */
  write(key: number): void {
    this.batch.push(key);
    this.writtenAt = Math.max(this.writtenAt, this.device.submit(this.k.now, true, key, 1));
  }

  /** The batch is on the disk. */
  get written(): boolean {
    return this.writtenAt <= this.k.now;
  }

  waitForBatch(): void {
    this.k.now = Math.max(this.k.now, this.writtenAt);
  }

  read(key: number): void {
    const { k } = this;
    k.now = this.device.submit(k.now, false, key, 1);
  }
}
