/**
 * One list of a lruvec, from its head (most recent) to its tail (reclaimed next). The kernel links
 * folios; here they stand in a ring, because reclaim then reads its next victims in a row instead of
 * finding each through the one before, a wait for memory at every page. A page that leaves
 * from the middle leaves a hole. While a page is listed, its `position` says where.
 */
import type { Pages } from './pages.ts';

const HOLE = -1;
const FIRST_CAPACITY = 64;

export class LruList {
  /** Pages on the list. */
  size = 0;
  /** Power of two long; a position is taken modulo that. Positions wrap at 32 bits. */
  private ring = new Int32Array(FIRST_CAPACITY);
  /** Position of the oldest entry, and the one after the most recent. */
  private tail = 0;
  private head = 0;

  addHead(pages: Pages, page: number): void {
    this.makeRoom(pages);
    this.ring[this.head & (this.ring.length - 1)] = page;
    pages.setPosition(page, this.head);
    this.head = (this.head + 1) | 0;
    this.size++;
  }

  addTail(pages: Pages, page: number): void {
    this.makeRoom(pages);
    this.tail = (this.tail - 1) | 0;
    this.ring[this.tail & (this.ring.length - 1)] = page;
    pages.setPosition(page, this.tail);
    this.size++;
  }

  remove(pages: Pages, page: number): void {
    this.ring[pages.position(page) & (this.ring.length - 1)] = HOLE;
    this.size--;
  }

  /** Takes up to `limit` pages from the tail into `out`, oldest first; returns how many. */
  take(limit: number, out: Int32Array): number {
    const { ring, head } = this;
    const mask = ring.length - 1;
    let taken = 0;
    let at = this.tail;
    while (taken < limit && at !== head) {
      const page = ring[at & mask];
      at = (at + 1) | 0;
      if (page !== HOLE) out[taken++] = page;
    }
    this.tail = at;
    this.size -= taken;
    return taken;
  }

  /** The page that is taken next, or -1. */
  oldest(): number {
    const mask = this.ring.length - 1;
    for (let at = this.tail; at !== this.head; at = (at + 1) | 0)
      if (this.ring[at & mask] !== HOLE) return this.ring[at & mask];
    return -1;
  }

  /** The pages from head to tail, for whoever checks the list. */
  *pages(): Generator<number> {
    const mask = this.ring.length - 1;
    for (let at = this.head; at !== this.tail;) {
      at = (at - 1) | 0;
      const page = this.ring[at & mask];
      if (page !== HOLE) yield page;
    }
  }

  /** When the ring is full, closes the holes, into a larger ring if these are less than half of it. */
  private makeRoom(pages: Pages): void {
    const { ring } = this;
    if (((this.head - this.tail) | 0) < ring.length) return;
    const target = new Int32Array(this.size * 2 > ring.length ? ring.length * 2 : ring.length);
    const mask = ring.length - 1;
    let count = 0;
    for (let at = this.tail; at !== this.head; at = (at + 1) | 0) {
      const page = ring[at & mask];
      if (page === HOLE) continue;
      pages.setPosition(page, count);
      target[count++] = page;
    }
    this.ring = target;
    this.tail = 0;
    this.head = count;
  }
}
