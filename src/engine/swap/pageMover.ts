/**
 * Moves pages of a memcg, and of all below it, from tier to tier, in batches and not faster than a rate.
 * It is what stands behind policies and commands; transfers pay what the design of the swap space asks.
 */
import type { Kernel } from '../kernel.ts';
import { DONE, UNFINISHED } from '../actions/action.ts';
import type { Memcg } from '../memory/memcg.ts';
import { POOL } from '../metrics/flows.ts';
import type { MoveRequest } from '../policy/tierPolicy.ts';
import { completeIo } from './io.ts';
import type { SwapAges } from './swapAges.ts';
import { placeOfTarget, type Target, type TransferRefusal } from './transferRules.ts';

/** Pages in a row that cannot move after which a request ends. */
const MOST_REFUSED = 1024;

export interface MoverSettings {
  /** Pages that move together. */
  readonly batch: number;
  /** Bytes per second; Infinity is no limit. */
  readonly rate: number;
}

export class PageMover {
  /** Pages that the request in hand has moved. */
  moved = 0;
  /** Why the request in hand ended before it had all that it asked for; null when it did not. */
  refusal: TransferRefusal | null = null;
  private request: MoveRequest | null = null;
  private left = 0;
  private refusedInRow = 0;
  private readonly refused: number[] = [];
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

  private readonly memcg: Memcg;
  private readonly place: number;
  private readonly to: Target;
  private readonly settings: MoverSettings;

  constructor(memcg: Memcg, from: Target, to: Target, settings: MoverSettings) {
    this.memcg = memcg;
    this.place = placeOfTarget(from);
    this.to = to;
    this.settings = settings;
  }

  start(request: MoveRequest): void {
    this.request = request;
    this.left = request.pages;
    this.moved = 0;
    this.refusal = null;
    this.refusedInRow = 0;
  }

  /** Goes on until `until` (ns). Returns DONE, UNFINISHED, or a time (ns) until which it waits. */
  run(k: Kernel, until: number): number {
    const { request } = this;
    const ages = k.swapAges;
    if (request === null || ages === null) return DONE;
    for (;;) {
      if (!this.pay(k, until)) return UNFINISHED;
      completeIo(k);
      if (this.underWay) return Math.max(this.stepAt, k.now + 1);
      if (this.left <= 0) return this.end(ages, request);
      if (k.now >= until) return UNFINISHED;
      if (this.dueAt > k.now) return this.dueAt;
      const pages = this.collect(k, ages, request);
      if (pages.length === 0) return this.end(ages, request);
      this.underWay = true;
      const begun = k.transfers.begin(pages, this.to, this.watcher);
      if (begun === 0) this.underWay = false;
      // Those that began have left the order; what did not is still in its place.
      if (begun < pages.length) this.refused.push(...pages);
      const ns = (begun * k.settings.pageBytes * 1e9) / this.settings.rate;
      this.dueAt = Math.max(this.dueAt, k.now) + ns;
    }
  }

  /** Spends what transfers took; false when there is more to spend than time. */
  private pay(k: Kernel, until: number): boolean {
    this.debt += k.transfers.takeOwed();
    const spent = Math.min(this.debt, Math.max(0, until - k.now));
    k.now += spent;
    this.debt -= spent;
    return this.debt <= 0;
  }

  /** The next pages of the order that can move; what cannot is put back at the end. */
  private collect(k: Kernel, ages: SwapAges, { order, olderThan }: MoveRequest): number[] {
    const { place, to } = this;
    if (place !== POOL && to !== 'zswap' && !k.space.movesPages) {
      this.refusal = 'design';
      return [];
    }
    const pages: number[] = [];
    while (pages.length < Math.min(this.settings.batch, this.left)) {
      const page = ages.first(this.memcg.subtree, place, order);
      if (page < 0 || k.now - ages.sinceOf(page) < olderThan) break;
      k.now += k.costs.scanPage;
      ages.take(page, order);
      const refusal = k.transfers.refusal(page, to);
      if (refusal === null && this.hasRoom(pages.length)) {
        pages.push(page);
        this.refusedInRow = 0;
        continue;
      }
      this.refused.push(page);
      this.refusal = refusal ?? 'no slot';
      const elsewhere = this.refusal !== 'no slot' && this.refusal !== 'no memory';
      if (!elsewhere || ++this.refusedInRow >= MOST_REFUSED) {
        this.left = pages.length;
        break;
      }
    }
    this.left -= pages.length;
    return pages;
  }

  /** The target has slots for one page more than so many. */
  private hasRoom(pages: number): boolean {
    return this.to === 'zswap' || pages < this.to.slots.free;
  }

  private end(ages: SwapAges, { order }: MoveRequest): typeof DONE {
    for (const page of this.refused) ages.putBack(page, order);
    this.refused.length = 0;
    this.request = null;
    return DONE;
  }
}
