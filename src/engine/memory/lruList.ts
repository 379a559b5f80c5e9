/**
 * One list of a lruvec, from its head (most recent) to its tail (reclaimed next). The kernel links
 * folios; here they stand in a ring, because reclaim then reads its next victims in a row instead of
 * finding each through the one before, a wait for memory at every page. A page that leaves
 * from the middle leaves a hole. While a page is listed, its `position` says where. A list can keep a
 * stamp beside each page, on the cache line that is touched anyway.
 */
import type { Pages } from './pages.ts';

const HOLE = -1;
const FIRST_CAPACITY = 64;

export class LruList {
  /** Pages on the list. */
  size = 0;
  /** A power of two of entries; a position is taken modulo that. Positions wrap at 32 bits. */
  private ring: Int32Array;
  /** Position of the oldest entry, and the one after the most recent. */
  private tail = 0;
  private head = 0;
  /** An entry takes two to the power of this words: the page, and where there are stamps, its stamp. */
  private readonly shift: number;

  constructor(stamped = false) {
    this.shift = stamped ? 1 : 0;
    this.ring = new Int32Array(FIRST_CAPACITY << this.shift);
  }

  /** `stamp`: 32 bits without a sign, kept where the list has stamps. */
  addHead(pages: Pages, page: number, stamp = 0): void {
    this.makeRoom(pages);
    const at = this.indexOf(this.head);
    this.ring[at] = page;
    if (this.shift !== 0) this.ring[at + 1] = stamp;
    pages.setPosition(page, this.head);
    this.head = (this.head + 1) | 0;
    this.size++;
  }

  addTail(pages: Pages, page: number): void {
    this.makeRoom(pages);
    this.tail = (this.tail - 1) | 0;
    this.ring[this.indexOf(this.tail)] = page;
    pages.setPosition(page, this.tail);
    this.size++;
  }

  remove(pages: Pages, page: number): void {
    this.ring[this.indexOf(pages.position(page))] = HOLE;
    this.size--;
  }

  /** Stamp of a page on a list with stamps; still there after `take`, until the next page is added. */
  stamp(pages: Pages, page: number): number {
    return this.ring[this.indexOf(pages.position(page)) + 1] >>> 0;
  }

  /** Takes up to `limit` pages from the tail into `out`, oldest first; returns how many. */
  take(limit: number, out: Int32Array): number {
    const { ring, head, shift } = this;
    const mask = ring.length - 1;
    let taken = 0;
    let at = this.tail;
    while (taken < limit && at !== head) {
      const page = ring[(at << shift) & mask];
      at = (at + 1) | 0;
      if (page !== HOLE) out[taken++] = page;
    }
    this.tail = at;
    this.size -= taken;
    return taken;
  }

  /** The page that is taken next, or -1. */
  oldest(): number {
    for (let at = this.tail; at !== this.head; at = (at + 1) | 0) {
      const page = this.ring[this.indexOf(at)];
      if (page !== HOLE) return page;
    }
    return -1;
  }

  /** The pages from head to tail, for whoever checks the list. */
  *pages(): Generator<number> {
    for (let at = this.head; at !== this.tail;) {
      at = (at - 1) | 0;
      const page = this.ring[this.indexOf(at)];
      if (page !== HOLE) yield page;
    }
  }

  private indexOf(position: number): number {
    return (position << this.shift) & (this.ring.length - 1);
  }

  /** When the ring is full, closes the holes, into a larger ring if these are less than half of it. */
  private makeRoom(pages: Pages): void {
    const { ring, shift } = this;
    const entries = ring.length >> shift;
    if (((this.head - this.tail) | 0) < entries) return;
    const target = new Int32Array(this.size * 2 > entries ? ring.length * 2 : ring.length);
    const mask = ring.length - 1;
    let count = 0;
    for (let at = this.tail; at !== this.head; at = (at + 1) | 0) {
      const from = (at << shift) & mask;
      const page = ring[from];
      if (page === HOLE) continue;
      pages.setPosition(page, count);
      target[count << shift] = page;
      if (shift !== 0) target[(count << shift) + 1] = ring[from + 1];
      count++;
    }
    this.ring = target;
    this.tail = 0;
    this.head = count;
  }
}
