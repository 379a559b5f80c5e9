/**
 * The columns of all simulated pages. A page is one virtual page of one process; while it is in
 * RAM the same index also stands for its folio (private anonymous memory maps one to one).
 */

/** The page table maps the page. */
export const PRESENT = 1 << 0;
/** Accessed bit of the page-table entry. */
export const YOUNG = 1 << 1;
/** Dirty bit of the page-table entry: the process wrote since the last swap-out. */
export const WRITTEN = 1 << 2;
/** PG_referenced. */
export const REFERENCED = 1 << 3;
/** PG_active. */
export const ACTIVE = 1 << 4;
/** PG_workingset. */
export const WORKINGSET = 1 << 5;
/** The folio is in RAM and also has a swap entry. */
export const SWAPCACHE = 1 << 6;
/** PG_writeback: a write to a device is under way. */
export const WRITEBACK = 1 << 7;
/** PG_reclaim: rotate to the tail of the inactive list when the write completes. */
export const RECLAIM = 1 << 8;
/** PG_readahead: read ahead and not yet used. */
export const READAHEAD = 1 << 9;
/** A read from a device is under way. */
export const READING = 1 << 10;
/** Linked into a list of its lruvec. */
export const ON_LRU = 1 << 11;
/** The page was touched at least once and its process still lives. */
export const TOUCHED = 1 << 12;

/** PG_dirty: the kernel itself knows that no other copy is up to date. */
export const DIRTY = 1 << 13;
/** Its process is gone; the folio is freed when the I/O on it ends. */
export const ORPHAN = 1 << 14;

/** The folio came to RAM by readahead or zswap writeback, and no page table has mapped it yet. */
export const NEVER_MAPPED = 1 << 15;

/** Shift that makes a trace word's write bit (bit 31) the WRITTEN flag. */
export const WRITE_SHIFT = 29;
export const PAGE_MASK = 0x7fffffff;

/** Where the data of a page with a swap entry is, apart from RAM. */
export const NOWHERE = 0;
/** It has a swap entry, but only RAM holds its data. */
export const ONLY_RAM = 1;
/** Marked as all zeros. */
export const ZERO = 2;
export const ZSWAP = 3;
export const DEVICE = 4;

/** `shadowMemcg` of a page that left no shadow, or whose shadow was used. */
export const NO_SHADOW = 0xffff;
export const SHADOW_WORKINGSET = 0x8000;

/** State of the simulated pages: 29 bytes each. */
export class Pages {
  readonly flags: Uint16Array;
  /** NOWHERE when the page has no swap entry. */
  readonly where: Uint8Array;
  /** Slot on a swap device, or -1. */
  readonly slot: Int32Array;
  /** zspage in zswap's pool while `where` is ZSWAP. */
  readonly handle: Int32Array;
  /**
   * Neighbours in the LRU list of the lruvec while the page is in RAM, and in zswap's LRU while it
   * is there; a page is never in both, because a load takes it out of zswap.
   */
  readonly next: Int32Array;
  readonly prev: Int32Array;
  /** Content code, see workload/contents.ts. */
  readonly content: Uint16Array;
  /** Index of the owning process. */
  readonly process: Uint16Array;
  /** What the last eviction left: age of the lruvec, and its memcg with the workingset bit. */
  readonly shadowAge: Uint32Array;
  readonly shadowMemcg: Uint16Array;

  readonly count: number;

  constructor(count: number) {
    this.count = count;
    this.flags = new Uint16Array(count);
    this.where = new Uint8Array(count);
    this.slot = new Int32Array(count).fill(-1);
    this.handle = new Int32Array(count);
    this.next = new Int32Array(count);
    this.prev = new Int32Array(count);
    this.content = new Uint16Array(count);
    this.process = new Uint16Array(count);
    this.shadowAge = new Uint32Array(count);
    this.shadowMemcg = new Uint16Array(count).fill(NO_SHADOW);
  }
}
