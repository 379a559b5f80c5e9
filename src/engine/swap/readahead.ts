/**
 * Swap readahead: how many pages to bring in around a fault, and which.
 *
 * The window follows the hits since the last fault (facts section 2.5; mm/swap_state.c). By VMA it
 * lies around the faulting address, by cluster around the faulting slot of a rotating disk.
 */

/** Hits that a fresh state pretends to have seen, so that the first window is a full one. */
const FIRST_HITS = 4;
/** Hits and windows share a word with the address in the kernel: six bits each. */
const MOST_HITS = 63;

/** Pages to read for a fault at `offset`: 1 means no readahead. `maxPages` is a power of two. */
export function nextWindow(
  prevOffset: number,
  offset: number,
  hits: number,
  maxPages: number,
  prevWindow: number,
): number {
  let pages: number;
  if (hits === 0) {
    // Without hits to judge by, a neighbour of the last fault is reason enough to go on with two.
    pages = offset === prevOffset + 1 || offset === prevOffset - 1 ? 2 : 1;
  } else {
    pages = 4;
    while (pages < hits + 2) pages *= 2;
  }
  if (pages > maxPages) pages = maxPages;
  // The window shrinks to half at most, not to nothing at the first fault without a hit.
  return Math.max(pages, Math.floor(prevWindow / 2));
}

/** Readahead by address; the state is that of one VMA. */
export class VmaReadahead {
  /** The page that last faulted or was last found in the swap cache; at first no page's neighbour. */
  lastPage = -2;
  /** The last window, pages. */
  window = 0;
  /** Pages read ahead that were used since the last plan. */
  hits = FIRST_HITS;
  /** What `plan` decided: pages `start` up to, not including, `end`. */
  start = 0;
  end = 0;

  /** Pages that one page table of the last level maps: 512 with pages of 4 KiB. */
  private readonly pagesPerTable: number;

  constructor(pagesPerTable = 512) {
    this.pagesPerTable = pagesPerTable;
  }

  /**
   * Plans the read for a fault at `page` that goes to the backend. Of the pages from `start` to `end`
   * those that are swapped out are to be read. They lie in the VMA [low, high) and in the page table
   * that maps `page`. `maxPages` of 1 turns readahead off and leaves the state alone.
   */
  plan(page: number, maxPages: number, low: number, high: number): void {
    this.start = page;
    this.end = page + 1;
    if (maxPages <= 1) return;
    const last = this.lastPage;
    const window = nextWindow(last, page, this.hits, maxPages, this.window);
    this.lastPage = page;
    this.window = window;
    this.hits = 0;
    if (window === 1) return;
    let first = page - Math.floor((window - 1) / 2);
    if (page === last + 1) first = page;
    else if (page === last - 1) first = page - window + 1;
    const table = page - (page % this.pagesPerTable);
    this.start = Math.max(first, low, table);
    this.end = Math.min(first + window, high, table + this.pagesPerTable);
  }

  /**
   * Notes a fault that found its page in the swap cache; `readahead` when nobody had used the page
   * since it was read ahead. This moves `lastPage` on, which is how a scan stays a scan.
   */
  found(page: number, readahead: boolean): void {
    this.lastPage = page;
    if (readahead && this.hits < MOST_HITS) this.hits++;
  }
}

/** Readahead by slot; the state is shared by all faults of the machine. */
export class ClusterReadahead {
  /** The slot of the last fault that was planned without a hit since the one before it. */
  lastSlot = 0;
  window = 0;
  hits = FIRST_HITS;
  start = 0;
  end = 0;

  /**
   * Plans the read for a fault on `slot`: the aligned block of slots around it, from `start` up to,
   * not including, `end`, on a device of `slots` slots whose slot 0 is its header.
   */
  plan(slot: number, maxPages: number, slots: number): void {
    this.start = slot;
    this.end = slot + 1;
    if (maxPages <= 1) return;
    const { hits } = this;
    this.hits = 0;
    const window = nextWindow(this.lastSlot, slot, hits, maxPages, this.window);
    if (hits === 0) this.lastSlot = slot;
    this.window = window;
    const block = slot - (slot % window);
    this.start = Math.max(block, 1);
    this.end = Math.min(block + window, slots);
  }

  /** What a machine knows that has swapped for a while, instead of the full window after boot. */
  forget(): void {
    this.hits = 0;
    this.window = 1;
  }

  /** Notes a fault that found its page in the swap cache where readahead had put it. */
  found(readahead: boolean): void {
    if (readahead) this.hits++;
  }
}
