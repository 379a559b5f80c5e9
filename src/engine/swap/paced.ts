/**
 * Batches of pages that move one after the other on behalf of one task: not faster than a rate, and with
 * the CPU time of the moves spent by that task.
 */
import type { Kernel } from '../kernel.ts';
import { UNFINISHED } from '../actions/action.ts';
import { completeIo } from './io.ts';
import type { Target } from './transferRules.ts';

/** What `PacedTransfers.wait` returns when the next batch can begin. */
export const READY = 0;

export class PacedTransfers {
  /** Pages that have moved. */
  moved = 0;
  /** A batch is under way, and when its next step is due, ns. */
  private underWay = false;
  private stepAt = 0;
  /** When the rate allows the next batch, ns. */
  private dueAt = 0;
  /** CPU time of transfers that is still to be spent, ns. */
  private debt = 0;
  private readonly watcher = {
    stepAt: (ns: number): void => void (this.stepAt = ns),
    ended: (moved: number): void => {
      this.underWay = false;
      this.moved += moved;
    },
  };
  private readonly rate: number;

  /** `rate`: bytes per second; Infinity is no limit. */
  constructor(rate: number) {
    this.rate = rate;
  }

  /** READY, UNFINISHED when the time until `until` (ns) is used up, or a time (ns) to wait for. */
  wait(k: Kernel, until: number): number {
    completeIo(k);
    this.debt += k.transfers.takeOwed();
    const spent = Math.min(this.debt, Math.max(0, until - k.now));
    k.now += spent;
    this.debt -= spent;
    if (this.debt > 0) return UNFINISHED;
    if (this.underWay) return Math.max(this.stepAt, k.now + 1);
    if (k.now >= until) return UNFINISHED;
    return this.dueAt > k.now ? this.dueAt : READY;
  }

  /** Begins to move a batch; returns how many of its pages could begin. */
  begin(k: Kernel, pages: readonly number[], to: Target): number {
    this.underWay = true;
    const begun = k.transfers.begin(pages, to, this.watcher);
    if (begun === 0) this.underWay = false;
    this.spend(k, begun);
    return begun;
  }

  /** So many pages count against the rate. */
  spend(k: Kernel, pages: number): void {
    const ns = (pages * k.settings.pageBytes * 1e9) / this.rate;
    // Somewhat late makes no difference in the long run; after a pause it starts afresh.
    const from = k.now - this.dueAt > ns ? k.now : this.dueAt;
    this.dueAt = from + ns;
  }
}
