/**
 * swapoff: a device gives all its pages back to RAM (try_to_unuse() of mm/swapfile.c). The page
 * tables of every process are walked in order of address; each page that the device holds is read
 * like a fault would read it, with readahead whatever the device, but the walk does not tell
 * readahead about pages that it finds in the swap cache.
 */
import type { Kernel } from '../kernel.ts';
import { KILLED } from '../memory/charge.ts';
import { FILE, NOWHERE } from '../memory/pages.ts';
import { bringBack } from './bringBack.ts';
import type { SwapDevice } from './devices.ts';

/** A swapoff under way. */
export class Swapoff {
  done = false;
  /** There was no memory for a page; the device stays in use. */
  failed = false;
  /** The next page to look at. */
  private page = 0;
  private readonly k: Kernel;
  private readonly device: SwapDevice;

  constructor(k: Kernel, device: SwapDevice) {
    this.k = k;
    this.device = device;
    k.devices.close(device);
  }

  /** Goes on until `until` (ns); returns a time to wait for, or 0. */
  run(until: number): number {
    const { k } = this;
    const { pages } = k;
    while (k.now < until) {
      if (this.page === pages.count) {
        this.done = true;
        return 0;
      }
      const { page } = this;
      const where = pages.where(page);
      if (where === NOWHERE || where === FILE || k.devices.of(pages.slot(page)) !== this.device) {
        this.page++;
        continue;
      }
      const wait = bringBack(k, page, true);
      if (wait === KILLED) {
        this.failed = true;
        this.done = true;
        k.devices.reopen(this.device);
        return 0;
      }
      if (wait > 0) return wait;
      this.page++;
    }
    return 0;
  }
}
