/**
 * Pages leave the device that they are on because an administrator said so: in the order of page tables,
 * as swapoff walks them, and not faster than a rate; straight to another device where the design of the
 * swap space moves pages, by way of RAM where it does not.
 */
import { DONE } from '../actions/action.ts';
import type { Kernel } from '../kernel.ts';
import { DEVICE, NOWHERE } from '../memory/pages.ts';
import { bringBack, whyNotBack } from './bringBack.ts';
import type { SwapDevice } from './devices.ts';
import { PacedTransfers, READY } from './paced.ts';

/** Pages that move together. */
const BATCH = 32;

/** Which pages leave, and where they go; pages are those with a swap entry. */
export interface Departure {
  leaves(page: number): boolean;
  /** Where a page on a device goes straight; null when it has to go by way of RAM. */
  target(page: number): SwapDevice | null;
}

export class PagesLeaving {
  /** Why pages stayed that should have left, to be added to a sentence; empty when none did. */
  why = '';
  /** The next page to look at, and pages brought to RAM so far. */
  private page = 0;
  private brought = 0;
  /** The page in hand goes by way of RAM. */
  private inHand = false;
  private readonly transfers: PacedTransfers;
  private readonly departure: Departure;

  /** `rate`: bytes per second; Infinity is no limit. */
  constructor(departure: Departure, rate: number) {
    this.departure = departure;
    this.transfers = new PacedTransfers(rate);
  }

  /** Pages that have left. */
  get left(): number {
    return this.brought + this.transfers.moved;
  }

  /** Goes on until `until` (ns). Returns DONE, UNFINISHED, or a time (ns) until which it waits. */
  run(k: Kernel, until: number): number {
    for (;;) {
      const turn = this.transfers.wait(k, until);
      if (turn !== READY) return turn;
      if (!this.inHand && this.moveBatch(k)) continue;
      if (this.page === k.pages.count) return DONE;
      this.inHand = true;
      const wait = bringBack(k, this.page);
      if (wait > 0) return wait;
      if (wait < 0) {
        this.why = ` ${whyNotBack(wait)}; the rest stays.`;
        return DONE;
      }
      this.inHand = false;
      this.brought++;
      this.page++;
      this.transfers.spend(k, 1);
    }
  }

  /** Goes on to the next page that must go by way of RAM; true when it found some that move before. */
  private moveBatch(k: Kernel): boolean {
    const { pages } = k;
    const batch: number[] = [];
    let to: SwapDevice | null = null;
    for (; this.page < pages.count && batch.length < BATCH; this.page++) {
      const { page } = this;
      if (pages.where(page) === NOWHERE || !this.departure.leaves(page)) continue;
      const target = this.departure.target(page);
      // What zswap holds would leave it.
      const moves =
        target !== null &&
        pages.where(page) === DEVICE &&
        k.transfers.refusal(page, target) === null;
      if (!moves || (to !== null && to !== target)) break;
      to = target;
      batch.push(page);
    }
    if (to === null) return false;
    this.transfers.begin(k, batch, to);
    return true;
  }
}
