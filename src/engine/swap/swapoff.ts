/**
 * swapoff: a device gives all its pages back to RAM (try_to_unuse() of mm/swapfile.c). The page
 * tables of every process are walked in order of address; each page that the device holds is read
 * like a fault would read it, with readahead whatever the device, but the walk does not tell
 * readahead about pages that it finds in the swap cache.
 */
import type { Kernel } from '../kernel.ts';
import { KILLED, tryCharge } from '../memory/charge.ts';
import { areaOf } from '../memory/fault.ts';
import { freeSwapEntry, takeFrames } from '../memory/folio.ts';
import {
  NOWHERE,
  PRESENT,
  READAHEAD,
  READING,
  SWAPCACHE,
  TOUCHED,
  WRITEBACK,
} from '../memory/pages.ts';
import { completeIo } from './io.ts';
import type { SwapDevice } from './devices.ts';
import { swapIn } from './swapIn.ts';

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
      if (pages.where(page) === NOWHERE || k.devices.of(pages.slot(page)) !== this.device) {
        this.page++;
        continue;
      }
      const wait = this.bringBack(page);
      if (wait === KILLED) {
        this.failed = true;
        this.done = true;
        k.devices.reopen(this.device);
        return 0;
      }
      if (wait > 0) return wait;
    }
    return 0;
  }

  private bringBack(page: number): number {
    const { k } = this;
    const { pages } = k;
    const process = k.processes[pages.process(page)];
    const { memcg } = process;
    const flags = pages.flags[page];
    if ((flags & TOUCHED) === 0) {
      this.page++;
      return 0;
    }
    if ((flags & (SWAPCACHE | PRESENT)) === 0) {
      const wait = tryCharge(k, memcg, 1, true);
      if (wait !== 0) return wait;
      if ((pages.flags[page] & (SWAPCACHE | PRESENT)) !== 0) takeFrames(k, memcg, -1);
      else swapIn(k, page, memcg, areaOf(process, page), true);
    }
    completeIo(k);
    if ((pages.flags[page] & READING) !== 0) return k.readsInFlight.get(page) ?? k.now + 1;
    if ((pages.flags[page] & WRITEBACK) !== 0) return Math.max(k.io.nextTime, k.now + 1);
    pages.flags[page] = (pages.flags[page] & ~READAHEAD) | PRESENT;
    freeSwapEntry(k, page, memcg);
    k.now += k.costs.swapCacheFault;
    this.page++;
    return 0;
  }
}
