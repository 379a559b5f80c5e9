/**
 * LRU stack distances of a trace: how many other pages were touched since a page's last access. A
 * memory of C pages under perfect LRU keeps exactly the accesses with a distance below C (Mattson
 * and others, 1970), so that one walk over the trace gives the misses at every size.
 *
 * The order of last accesses is a row of slots, newest last, with a bit for each slot in use. A
 * distance is the number of bits above a slot: a binary indexed tree over blocks of 256 slots counts
 * whole blocks and population counts the rest, which stays in the cache where a tree over single
 * slots would not.
 */
import { PAGE_MASK } from '../codec.ts';

export interface StackDistances {
  /** Repeated accesses by distance; a distance is below the number of pages. */
  counts: Float64Array;
  /** Accesses to pages that had not been touched before. */
  first: number;
}

const WORDS_SHIFT = 3;
const SLOTS_SHIFT = WORDS_SHIFT + 5;

function bitsOf(word: number): number {
  word -= (word >>> 1) & 0x5555_5555;
  word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

export class LruStack implements StackDistances {
  readonly counts: Float64Array;
  first = 0;
  /** Slot of a page's last access; 0 before the first. Slot 0 is never given out. */
  readonly #slots: Int32Array;
  readonly #owners: Int32Array;
  readonly #used: Int32Array;
  /** Slots in use by block, as a binary indexed tree from 1. */
  readonly #tree: Int32Array;
  #next = 1;

  /**
   * @param pages are numbered 0 to `pages` - 1
   * @param distinct the most of them that will be accessed
   */
  constructor(pages: number, distinct = pages) {
    this.counts = new Float64Array(distinct);
    this.#slots = new Int32Array(pages);
    const size = 2 ** Math.ceil(Math.log2(Math.max(2 * distinct, 1024)));
    this.#owners = new Int32Array(size);
    this.#used = new Int32Array(size / 32);
    this.#tree = new Int32Array(size / 2 ** SLOTS_SHIFT + 1);
  }

  advance(accesses: Uint32Array, from: number, to: number): void {
    const { counts } = this;
    const slots = this.#slots;
    const owners = this.#owners;
    const used = this.#used;
    const tree = this.#tree;
    for (let i = from; i < to; i++) {
      const page = (accesses[i] as number) & PAGE_MASK;
      const slot = slots[page] as number;
      if (slot === this.#next - 1 && slot > 0) {
        counts[0] = (counts[0] as number) + 1;
        continue;
      }
      if (slot > 0) {
        const word = slot >>> 5;
        const block = slot >>> SLOTS_SHIFT;
        // Slots in use up to and with this one.
        let upTo = bitsOf((used[word] as number) << (31 - (slot & 31)));
        for (let at = block << WORDS_SHIFT; at < word; at++) upTo += bitsOf(used[at] as number);
        for (let at = block; at > 0; at &= at - 1) upTo += tree[at] as number;
        const distance = this.first - upTo;
        counts[distance] = (counts[distance] as number) + 1;
        used[word] = (used[word] as number) & ~(1 << (slot & 31));
        this.#count(block, -1);
      } else this.first++;
      if (this.#next === owners.length) this.#compact();
      const place = this.#next++;
      owners[place] = page;
      slots[page] = place;
      used[place >>> 5] = (used[place >>> 5] as number) | (1 << (place & 31));
      this.#count(place >>> SLOTS_SHIFT, 1);
    }
  }

  #count(block: number, change: number): void {
    const tree = this.#tree;
    for (let at = block + 1; at < tree.length; at += at & -at) {
      tree[at] = (tree[at] as number) + change;
    }
  }

  /** Closes the gaps that moved pages left, keeping their order. */
  #compact(): void {
    const owners = this.#owners;
    const used = this.#used;
    let next = 1;
    for (let slot = 1; slot < owners.length; slot++) {
      if ((((used[slot >>> 5] as number) >>> (slot & 31)) & 1) === 0) continue;
      const page = owners[slot] as number;
      owners[next] = page;
      this.#slots[page] = next++;
    }
    used.fill(0);
    this.#tree.fill(0);
    for (let slot = 1; slot < next; slot++) {
      used[slot >>> 5] = (used[slot >>> 5] as number) | (1 << (slot & 31));
    }
    for (let start = 0; start < next; start += 1 << SLOTS_SHIFT) {
      const inBlock = Math.min(next - start, 1 << SLOTS_SHIFT) - (start === 0 ? 1 : 0);
      this.#count(start >>> SLOTS_SHIFT, inBlock);
    }
    this.#next = next;
  }
}

export function stackDistances(accesses: Uint32Array, pages: number): StackDistances {
  const stack = new LruStack(pages);
  stack.advance(accesses, 0, accesses.length);
  return stack;
}
