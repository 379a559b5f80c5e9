/**
 * Pages that a device is reading, and those of them for which a fault waits. Every read from a
 * device passes here, so the figures lie in the page's own record and in columns, not in hash tables.
 */
import type { Pages } from './pages.ts';

const FIRST_CAPACITY = 64;

/** Completion times of reads. A page's `handle`, free while a device reads it, names its entry. */
export class ReadsInFlight {
  private times = new Float64Array(FIRST_CAPACITY);
  /** Page of each entry, or -1 - successor on the free list. */
  private pageOf = new Int32Array(FIRST_CAPACITY);
  private used = 0;
  private free = -1;

  private readonly pages: Pages;

  constructor(pages: Pages) {
    this.pages = pages;
  }

  /** The read of the page will be complete at `doneNs`. */
  set(page: number, doneNs: number): void {
    let entry = this.free;
    if (entry >= 0) this.free = -2 - this.pageOf[entry];
    else {
      if (this.used === this.times.length) this.grow();
      entry = this.used++;
    }
    this.times[entry] = doneNs;
    this.pageOf[entry] = page;
    this.pages.setHandle(page, entry);
  }

  has(page: number): boolean {
    const entry = this.pages.handle(page);
    return entry >= 0 && entry < this.used && this.pageOf[entry] === page;
  }

  /** When it will be there, ns; undefined when no device reads it. */
  get(page: number): number | undefined {
    return this.has(page) ? this.times[this.pages.handle(page)] : undefined;
  }

  delete(page: number): void {
    if (!this.has(page)) return;
    const entry = this.pages.handle(page);
    this.pageOf[entry] = -2 - this.free;
    this.free = entry;
  }

  private grow(): void {
    const { times, pageOf } = this;
    (this.times = new Float64Array(times.length * 2)).set(times);
    (this.pageOf = new Int32Array(pageOf.length * 2)).set(pageOf);
  }
}

/** Pages whose reads faults wait for: the references of the faults keep the folios in RAM. */
export class AwaitedPages {
  private readonly pages: Pages;

  constructor(pages: Pages) {
    this.pages = pages;
  }

  add(page: number): void {
    this.pages.setAwaited(page, 1);
  }

  delete(page: number): void {
    this.pages.setAwaited(page, 0);
  }

  has(page: number): boolean {
    return this.pages.awaited(page) !== 0;
  }
}
