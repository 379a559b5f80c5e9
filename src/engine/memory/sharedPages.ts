/**
 * The pages that processes share since a fork: who maps each of them, and how many still refer to it in swap
 * (its swap count, as swap_duplicate() and swap_free() of mm/swapfile.c keep it). Reclaim unmaps a page
 * from everybody and leaves each an entry; each maps it again with a fault of its own, and the entry of the
 * page is free when nobody has one. Who writes to a page that others refer to gets a copy of its own.
 */

/** A word has a bit for each process. */
export const MOST_SHARERS = 32;

/** Set bits of a word. */
function bits(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

export class SharedPages {
  /** The process that faults, and so maps a page that the fault brings. */
  current = 0;
  /** The processes have parted: from now on a write copies. */
  forked: boolean;
  /** Entries of processes that have copies instead, over all pages. */
  copied = 0;
  private readonly all: number;
  private readonly base: number;
  /** A bit for each process that maps a page, and for each that has a copy of its own instead. */
  private readonly mapped: Uint32Array;
  private readonly left: Uint32Array;

  /** `base`: global index of the first of `count` pages. */
  constructor(sharers: number, base: number, count: number, forked: boolean) {
    this.all = 2 ** sharers - 1;
    this.base = base;
    this.forked = forked;
    this.mapped = new Uint32Array(count);
    this.left = new Uint32Array(count);
  }

  isMappedBy(page: number, sharer: number): boolean {
    return ((this.mapped[page - this.base] >>> sharer) & 1) !== 0;
  }

  /** Processes that refer to the page, mapped or in swap. */
  sharersOf(page: number): number {
    return bits((this.all & ~this.left[page - this.base]) >>> 0);
  }

  mappersOf(page: number): number {
    return bits(this.mapped[page - this.base]);
  }

  /** Page-table entries that refer to the page in swap, when it has an entry there. */
  swapCount(page: number): number {
    return this.sharersOf(page) - this.mappersOf(page);
  }

  /** The process that faults maps the page. */
  map(page: number): void {
    this.mapped[page - this.base] |= 1 << this.current;
  }

  mapForAll(page: number): void {
    this.mapped[page - this.base] = this.all & ~this.left[page - this.base];
  }

  /** Reclaim unmaps the page; returns from how many processes. */
  unmap(page: number): number {
    const mappers = this.mappersOf(page);
    this.mapped[page - this.base] = 0;
    return mappers;
  }

  /** The process has a copy instead; returns whether anybody maps the page still. */
  leave(page: number, sharer: number): boolean {
    const at = page - this.base;
    this.mapped[at] &= ~(1 << sharer);
    this.left[at] |= 1 << sharer;
    this.copied++;
    return this.mapped[at] !== 0;
  }

  /** The processes have ended. */
  clear(): void {
    this.mapped.fill(0);
    this.left.fill(0);
    this.copied = 0;
  }
}
