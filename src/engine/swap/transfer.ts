/**
 * Pages that are out of RAM move to another tier, at the price that the design of the swap space asks
 * (facts 6.1, 6.3 and 6.6). No kernel does this between devices yet; the completions of the devices
 * drive the steps.
 */
import type { Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { TRANSFER } from './io.ts';
import { TransferBatch } from './transferBatch.ts';
import { refusal, type Target, type TransferRefusal } from './transferRules.ts';

/** Who wants to know how a transfer goes. */
export interface TransferWatcher {
  /** The next step is due at this time, ns. */
  stepAt?(ns: number): void;
  /** It has ended, with so many pages moved and so many left where they were. */
  ended?(moved: number, stayed: number): void;
}

interface Transfer {
  readonly batch: TransferBatch;
  readonly watcher: TransferWatcher;
}

export class Transfers {
  private readonly underWay = new Map<number, Transfer>();
  private nextId = 0;
  /** CPU time that transfers took since it was last asked for, ns; see `takeOwed`. */
  private owed = 0;
  private readonly k: Kernel;

  constructor(k: Kernel) {
    this.k = k;
  }

  /** Transfers begun and not ended. */
  get active(): number {
    return this.underWay.size;
  }

  /** Pages under way, for checks of invariants: their target slots, and whether these are written. */
  *inFlight(): Generator<{ page: number; target: number; source: number; writing: boolean }> {
    for (const { batch } of this.underWay.values())
      for (const { page, target, source } of batch.pages)
        yield { page, target, source, writing: batch.writing };
  }

  /**
   * CPU time (ns) that the steps after `begin` have taken. They run when devices are done; the task
   * on whose behalf pages move adds what this gives to its own time.
   */
  takeOwed(): number {
    const { owed } = this;
    this.owed = 0;
    return owed;
  }

  /** Why the page cannot begin to move to the tier, or null when it can. */
  refusal(page: number, to: Target): TransferRefusal | null {
    return refusal(this.k, page, to);
  }

  /**
   * Begins to move those of the pages that can move, all as one batch: their entries change together,
   * which is what makes a batch cheaper where page tables are walked. Charges the CPU time of the
   * reads to `kernel.now`. Returns how many pages have begun to move.
   */
  begin(pages: readonly number[], to: Target, watcher: TransferWatcher = {}): number {
    const { k } = this;
    const batch = new TransferBatch(k, to);
    for (const page of pages) if (refusal(k, page, to) === null) batch.add(page);
    const begun = batch.pages.length;
    if (begun === 0) return 0;
    const id = this.nextId++;
    this.underWay.set(id, { batch, watcher });
    this.scheduleStep(id, watcher, Math.max(batch.read(), k.now));
    return begun;
  }

  private scheduleStep(id: number, watcher: TransferWatcher, at: number): void {
    this.k.io.push(at, TRANSFER, id);
    watcher.stepAt?.(at);
  }

  /** A device is done: the next step of a transfer. */
  step(id: number): void {
    const t = this.underWay.get(id);
    if (!t) return;
    if (t.batch.writing) t.batch.commit();
    else if (this.write(t, id)) return;
    this.underWay.delete(id);
    t.watcher.ended?.(t.batch.moved, t.batch.stayed);
  }

  /** Whether there is a write to wait for. */
  private write({ batch, watcher }: Transfer, id: number): boolean {
    const { k } = this;
    const started = k.now;
    const last = batch.write();
    const spent = k.now - started;
    // The work is done by whoever moves pages, not by the task that happens to run.
    k.now = started;
    this.owed += spent;
    if (last < 0) return false;
    const price = batch.moveCost();
    this.owed += price;
    for (const { page } of batch.pages) {
      const { counters } = k.memcgOf(page);
      counters[C.cpu_metadata] += price / batch.pages.length;
      counters[C.cpu_move] += price / batch.pages.length;
    }
    this.scheduleStep(id, watcher, Math.max(last, started + spent) + price);
    return true;
  }
}
