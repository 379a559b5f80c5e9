/**
 * How long each page has been out of RAM, and the order in which policies and commands take pages
 * from a tier. Either each tier keeps its own order, by the time since a page came to it, or one order
 * goes over all tiers, by the time since a page left RAM: the swap layer with an LRU of its own that
 * the thread of November 2022 asks for. No kernel has either for devices.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { POOL } from '../metrics/flows.ts';
import { AgeHeap } from './ageHeap.ts';

export type SwapOrder = 'oldest' | 'newest';

/** Bytes of a time beside an entry of zswap, which has its own list (facts 8.2, v1). */
const STORE_TIME_BYTES = 8;

export interface SwapAgesSettings {
  /** One order over all tiers instead of one for each. */
  readonly global: boolean;
  /** Bytes for each page in an order that is not zswap's own. */
  readonly entryBytes: number;
  /** Places of the flow matrix from which pages are taken, by the end that they are taken from. */
  readonly oldest: readonly number[];
  readonly newest: readonly number[];
}

export class SwapAges {
  /** Since when each page is in its order, ns. */
  private readonly since: Float64Array;
  /** Place of the flow matrix where each page is, or was last. */
  private readonly place: Uint8Array;
  private readonly held: Uint8Array;
  /** Pages at each place. */
  private readonly count: Float64Array;
  /** By memcg and place; only where pages are taken from that end. */
  private readonly heaps: Record<SwapOrder, (AgeHeap | undefined)[]>;
  private readonly places: number;

  private readonly k: Kernel;
  private readonly settings: SwapAgesSettings;

  constructor(k: Kernel, settings: SwapAgesSettings) {
    this.k = k;
    this.settings = settings;
    this.places = k.held.length;
    this.since = new Float64Array(k.pages.count);
    this.place = new Uint8Array(k.pages.count);
    this.held = new Uint8Array(k.pages.count);
    this.count = new Float64Array(this.places);
    const heaps = (places: readonly number[], sign: number) => {
      const all = new Array<AgeHeap | undefined>(k.memcgs.length * this.places);
      for (const place of places)
        for (const { id } of k.memcgs)
          all[id * this.places + place] = new AgeHeap((page, key) =>
            this.is(page, place, sign * key),
          );
      return all;
    };
    this.heaps = { oldest: heaps(settings.oldest, 1), newest: heaps(settings.newest, -1) };
  }

  private is(page: number, place: number, since: number): boolean {
    return this.held[page] === 1 && this.place[page] === place && this.since[page] === since;
  }

  /** The page is out of RAM at this place; `untouched`: nobody has used it since it was last out. */
  arrived(page: number, place: number, untouched: boolean): void {
    const keepsAge = untouched && (this.settings.global || this.place[page] === place);
    if (!keepsAge) this.since[page] = this.k.now;
    this.place[page] = place;
    this.held[page] = 1;
    this.count[place]++;
    this.enter(page);
  }

  left(page: number): void {
    if (this.held[page] === 0) return;
    this.held[page] = 0;
    this.count[this.place[page]]--;
  }

  private listOf(page: number): number {
    return this.k.memcgOf(page).id * this.places + this.place[page];
  }

  private enter(page: number): void {
    const at = this.listOf(page);
    this.heaps.oldest[at]?.push(page, this.since[page]);
    this.heaps.newest[at]?.push(page, -this.since[page]);
  }

  /** The first page of these memcgs at a place, in this order; -1 when there is none. */
  first(memcgs: readonly Memcg[], place: number, order: SwapOrder): number {
    let best = -1;
    for (const { id } of memcgs) {
      const page = this.heaps[order][id * this.places + place]?.first() ?? -1;
      if (page < 0) continue;
      if (best < 0 || this.precedes(page, best, order)) best = page;
    }
    return best;
  }

  private precedes(a: number, b: number, order: SwapOrder): boolean {
    if (this.since[a] === this.since[b]) return a < b;
    return this.since[a] < this.since[b] === (order === 'oldest');
  }

  /** Takes the page that `first` gave out of its order, until it moves or is put back. */
  take(page: number, order: SwapOrder): void {
    this.heaps[order][this.listOf(page)]?.take();
  }

  putBack(page: number, order: SwapOrder): void {
    if (this.held[page] === 0) return;
    const key = order === 'oldest' ? this.since[page] : -this.since[page];
    this.heaps[order][this.listOf(page)]?.push(page, key);
  }

  /** Since when the page has been in its order, ns. */
  sinceOf(page: number): number {
    return this.since[page];
  }

  /** Pages in the order of a place. */
  at(place: number): number {
    return this.count[place];
  }

  /** RAM that the orders take, bytes. */
  metadataBytes(): number {
    const { global, entryBytes, oldest, newest } = this.settings;
    let bytes = 0;
    for (let place = POOL; place < this.places; place++) {
      if (!global && !oldest.includes(place) && !newest.includes(place)) continue;
      bytes += this.count[place] * (global || place !== POOL ? entryBytes : STORE_TIME_BYTES);
    }
    return bytes;
  }
}
