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
/** The folio is in RAM and also has a swap entry; of a file, that it is in the page cache. */
export const SWAPCACHE = 1 << 6;
export const PAGECACHE = SWAPCACHE;
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
/** It belongs to a file, for good: its data is in the page cache (SWAPCACHE), or in the file alone. */
export const FILE = 5;

/** `shadowMemcg` of a page that left no shadow, or whose shadow was used. */
export const NO_SHADOW = 0xffff;
export const SHADOW_WORKINGSET = 0x8000;

/** PG_young: a scan of accessed bits cleared the one of this page, and reclaim has not seen it yet. */
export const HELD_YOUNG = 1;
/** Reclaim cleared the accessed bit of this page since the last scan (PG_idle is off). */
export const ACCESSED_SINCE_SCAN = 2;

/** Words of 4, halves of 2 and bytes of 1 in a record. */
const WORDS = 6;
const HALVES = 2 * WORDS;
const BYTES = 4 * WORDS;

/**
 * State of the simulated pages: 26 bytes each. The flags stand alone, because an access to a
 * resident page needs nothing else; the rest is one record a page, so that a fault and an eviction
 * touch one or two cache lines of it instead of nine.
 */
export class Pages {
  readonly count: number;
  readonly flags: Uint16Array;
  /** HELD_YOUNG and ACCESSED_SINCE_SCAN by page, where somebody scans for idle pages. */
  idleMarks: Uint8Array | null = null;
  /** Generation and accesses by page, see mglru/folioGen.ts; null with the classic lists. */
  generations: Uint8Array | null = null;
  /** What `fetch` read, so that its reads are not optimised away. */
  fetched = 0;
  private readonly words: Int32Array;
  private readonly halves: Uint16Array;
  private readonly bytes: Uint8Array;

  constructor(count: number) {
    this.count = count;
    this.flags = new Uint16Array(count);
    const records = new ArrayBuffer(count * BYTES);
    this.words = new Int32Array(records);
    this.halves = new Uint16Array(records);
    this.bytes = new Uint8Array(records);
  }

  /**
   * Position in the list that holds the page: one of the lruvec while it is in RAM, zswap's while it
   * is there. It is never on both, because a load takes it out of zswap first.
   */
  position(page: number): number {
    return this.words[page * WORDS];
  }
  setPosition(page: number, to: number): void {
    this.words[page * WORDS] = to;
  }
  /**
   * Reads a word of each of these pages' records. Waiting for them here, all at once, is shorter than
   * waiting for each when its turn comes.
   */
  fetch(batch: Int32Array, count: number): void {
    const { words } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum ^= words[batch[i] * WORDS];
    this.fetched = sum;
  }
  /** Slot on a swap device, or -1. */
  slot(page: number): number {
    return this.words[page * WORDS + 1] - 1;
  }
  setSlot(page: number, slot: number): void {
    this.words[page * WORDS + 1] = slot + 1;
  }
  /** Handle in zswap's pool while `where` is ZSWAP; while a device reads it, see inFlight.ts. */
  handle(page: number): number {
    return this.words[page * WORDS + 2];
  }
  setHandle(page: number, handle: number): void {
    this.words[page * WORDS + 2] = handle;
  }
  /** What the last eviction left: age of the lruvec, and its memcg with the workingset bit. */
  shadowAge(page: number): number {
    return this.words[page * WORDS + 3] >>> 0;
  }
  setShadowAge(page: number, age: number): void {
    this.words[page * WORDS + 3] = age;
  }
  shadowMemcg(page: number): number {
    return this.halves[page * HALVES + 8] ^ NO_SHADOW;
  }
  setShadowMemcg(page: number, memcg: number): void {
    this.halves[page * HALVES + 8] = memcg ^ NO_SHADOW;
  }
  /** Content code, see workload/contents.ts. */
  content(page: number): number {
    return this.halves[page * HALVES + 9];
  }
  setContent(page: number, content: number): void {
    this.halves[page * HALVES + 9] = content;
  }
  /** Index of the owning process. */
  process(page: number): number {
    return this.halves[page * HALVES + 10];
  }
  setProcess(page: number, process: number): void {
    this.halves[page * HALVES + 10] = process;
  }
  /** NOWHERE when the page has no swap entry. */
  where(page: number): number {
    return this.bytes[page * BYTES + 22];
  }
  setWhere(page: number, where: number): void {
    this.bytes[page * BYTES + 22] = where;
  }
  /** 1 while a fault waits for the read of the page. */
  awaited(page: number): number {
    return this.bytes[page * BYTES + 23];
  }
  setAwaited(page: number, awaited: number): void {
    this.bytes[page * BYTES + 23] = awaited;
  }
}
