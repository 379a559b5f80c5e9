/**
 * Moves pages of a memcg, and of all below it, from tier to tier, in batches and not faster than a rate.
 * It is what stands behind policies and commands; transfers pay what the design of the swap space asks.
 */
import { MAX_RECLAIM_RETRIES, type Kernel } from '../kernel.ts';
import { DONE } from '../actions/action.ts';
import type { Memcg } from '../memory/memcg.ts';
import { POOL } from '../metrics/flows.ts';
import type { MoveRequest } from '../policy/tierPolicy.ts';
import { PacedTransfers, READY } from './paced.ts';
import type { SwapAges } from './swapAges.ts';
import { movesInPlace, placeOfTarget, type Target, type TransferRefusal } from './transferRules.ts';

/** Pages in a row that cannot move after which a request ends. */
const MOST_REFUSED = 1024;

export interface MoverSettings {
  /** Pages that move together. */
  readonly batch: number;
  /** Bytes per second; Infinity is no limit. */
  readonly rate: number;
}

export class PageMover {
  /** Why the request in hand ended before it had all that it asked for; null when it did not. */
  refusal: TransferRefusal | null = null;
  private request: MoveRequest | null = null;
  private left = 0;
  private refusedInRow = 0;
  /** Batches in a row of which no page moved, -1 before the first; pages moved before the last. */
  private vain = -1;
  private movedBefore = 0;
  private readonly refused: number[] = [];
  /** Memcgs whose pages may move, as far as the request in hand knows. */
  private memcgs: readonly Memcg[] = [];
  private readonly transfers: PacedTransfers;

  private readonly memcg: Memcg;
  private readonly place: number;
  private readonly to: Target;
  private readonly settings: MoverSettings;

  constructor(memcg: Memcg, from: Target, to: Target, settings: MoverSettings) {
    this.memcg = memcg;
    this.place = placeOfTarget(from);
    this.to = to;
    this.settings = settings;
    this.transfers = new PacedTransfers(settings.rate);
  }

  /** Pages that all requests so far have moved. */
  get moved(): number {
    return this.transfers.moved;
  }

  start(request: MoveRequest): void {
    this.request = request;
    this.left = request.pages;
    this.refusal = null;
    this.memcgs = this.memcg.subtree;
    this.refusedInRow = 0;
    this.vain = -1;
  }

  /** Goes on until `until` (ns). Returns DONE, UNFINISHED, or a time (ns) until which it waits. */
  run(k: Kernel, until: number): number {
    const { request } = this;
    const ages = k.swapAges;
    if (request === null || ages === null) return DONE;
    for (;;) {
      const wait = this.transfers.wait(k, until);
      if (wait !== READY) return wait;
      this.vain = this.moved > this.movedBefore ? 0 : this.vain + 1;
      this.movedBefore = this.moved;
      if (this.vain > MAX_RECLAIM_RETRIES) {
        this.refusal = 'in vain';
        return this.end(ages, request);
      }
      const pages = this.left > 0 ? this.collect(k, ages, request) : [];
      if (pages.length === 0) return this.end(ages, request);
      const begun = this.transfers.begin(k, pages, this.to);
      // Those that began have left the order; what did not is still in its place.
      if (begun < pages.length) this.refused.push(...pages);
    }
  }

  /** The next pages of the order that can move; what cannot is put back at the end. */
  private collect(
    k: Kernel,
    ages: SwapAges,
    { order, olderThan, youngerThan }: MoveRequest,
  ): number[] {
    const { place, to } = this;
    if (place !== POOL && to !== 'zswap' && !k.space.movesPages) {
      this.refusal = 'design';
      return [];
    }
    const pages: number[] = [];
    let slots = 0;
    while (pages.length < Math.min(this.settings.batch, this.left)) {
      const page = ages.first(this.memcgs, place, order);
      if (page < 0) break;
      const age = k.now - ages.sinceOf(page);
      if (age < olderThan || age > youngerThan) break;
      k.now += k.costs.scanPage;
      ages.take(page, order);
      const needsSlot = to !== 'zswap' && !movesInPlace(k, page, to);
      const full = needsSlot && slots >= to.slots.free;
      const refusal = full ? 'no slot' : k.transfers.refusal(page, to);
      if (refusal !== null) {
        this.refused.push(page);
        this.refusal = refusal;
        if (this.goesOn(k, page, refusal)) continue;
        this.left = pages.length;
        break;
      }
      pages.push(page);
      if (needsSlot) slots++;
      this.refusedInRow = 0;
    }
    this.left -= pages.length;
    return pages;
  }

  /** Whether other pages may still move where this one was refused. */
  private goesOn(k: Kernel, page: number, refusal: TransferRefusal): boolean {
    if (refusal === 'no slot' || refusal === 'no memory') return false;
    if (refusal === 'forbidden' || refusal === 'swap limit') {
      const memcg = k.memcgOf(page);
      this.memcgs = this.memcgs.filter((m) => m !== memcg);
      return true;
    }
    return ++this.refusedInRow < MOST_REFUSED;
  }

  private end(ages: SwapAges, { order }: MoveRequest): typeof DONE {
    for (const page of this.refused) ages.putBack(page, order);
    this.refused.length = 0;
    this.request = null;
    return DONE;
  }
}
