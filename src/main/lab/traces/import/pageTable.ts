/**
 * Gives every page of a recorded program a small number in the order in which pages are first
 * seen, and later its place in ascending order of addresses. Typed arrays with open addressing: a
 * `Map` cannot hold more than 16 million keys.
 */
import { invalid } from '../../errors.ts';
import { TRACE_LIMITS } from '../header.ts';

const EMPTY = -1;

export class PageTable {
  /** Page numbers, up to 2^53, by slot of the hash table. */
  #keys = new Float64Array(1 << 12).fill(EMPTY);
  #ids = new Int32Array(1 << 12);
  #mask = (1 << 12) - 1;
  /** 1 where a page was loaded from or stored to, by id. */
  #data = new Uint8Array(1 << 11);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  #slotOf(page: number): number {
    const high = Math.floor(page / 2 ** 32);
    let hash = Math.imul(page | 0, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    while (this.#keys[slot] !== page && this.#keys[slot] !== EMPTY) slot = (slot + 1) & this.#mask;
    return slot;
  }

  /** The number of a page; pages are numbered from 0 in the order in which they first come. */
  idOf(page: number): number {
    const slot = this.#slotOf(page);
    if (this.#keys[slot] === page) return this.#ids[slot] as number;
    return this.#insert(page, slot);
  }

  #insert(page: number, slot: number): number {
    if (this.#size === TRACE_LIMITS.pages) {
      throw invalid(
        `The trace touches more than ${TRACE_LIMITS.pages} pages, the most there can be.`,
      );
    }
    const id = this.#size++;
    this.#keys[slot] = page;
    this.#ids[slot] = id;
    if (this.#size * 2 > this.#mask) this.#grow();
    return id;
  }

  #grow(): void {
    const keys = this.#keys;
    const ids = this.#ids;
    this.#keys = new Float64Array(keys.length * 2).fill(EMPTY);
    this.#ids = new Int32Array(ids.length * 2);
    this.#mask = keys.length * 2 - 1;
    for (let i = 0; i < keys.length; i++) {
      const page = keys[i] as number;
      if (page === EMPTY) continue;
      const slot = this.#slotOf(page);
      this.#keys[slot] = page;
      this.#ids[slot] = ids[i] as number;
    }
    const data = new Uint8Array(keys.length);
    data.set(this.#data);
    this.#data = data;
  }

  markData(id: number): void {
    this.#data[id] = 1;
  }

  /** All pages in ascending order, with what is known of each. */
  sorted(): { pages: Float64Array; ids: Uint32Array; isData(id: number): boolean } {
    const pages = this.#keys.filter((page) => page !== EMPTY).sort();
    const ids = new Uint32Array(pages.length);
    for (let i = 0; i < pages.length; i++) ids[i] = this.idOf(pages[i] as number);
    return { pages, ids, isData: (id) => this.#data[id] === 1 };
  }
}
