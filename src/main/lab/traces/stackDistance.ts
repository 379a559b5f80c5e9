/**
 * LRU stack distances of a trace: how many other pages were touched since a page's last access. A
 * memory of C pages under perfect LRU keeps exactly the accesses with a distance below C (Mattson
 * and others, 1970). Counted with a binary indexed tree over the order of last accesses.
 */
import { PAGE_MASK } from './codec.ts';

export interface StackDistances {
  /** Repeated accesses by distance; a distance is below the number of pages. */
  counts: Float64Array;
  /** Accesses to pages that had not been touched before. */
  first: number;
}

export function stackDistances(accesses: Uint32Array, pages: number): StackDistances {
  const counts = new Float64Array(pages);
  /** Slot of a page's last access, 1 and up; 0 before the first. Later slots are more recent. */
  const slots = new Int32Array(pages);
  const size = 2 ** Math.ceil(Math.log2(Math.max(2 * pages, 1024)));
  const owners = new Int32Array(size + 1).fill(-1);
  let tree = new Int32Array(size + 1);
  let next = 1;
  let seen = 0;

  /** Closes the gaps that moved pages left, keeping their order. */
  const compact = () => {
    next = 1;
    tree = new Int32Array(size + 1);
    for (let slot = 1; slot <= size; slot++) {
      const page = owners[slot] as number;
      if (page < 0) continue;
      owners[slot] = -1;
      owners[next] = page;
      slots[page] = next;
      tree[next] = 1;
      next++;
    }
    for (let slot = 1; slot <= size; slot++) {
      const parent = slot + (slot & -slot);
      if (parent <= size) tree[parent] = (tree[parent] as number) + (tree[slot] as number);
    }
  };

  for (let i = 0; i < accesses.length; i++) {
    const page = (accesses[i] as number) & PAGE_MASK;
    const slot = slots[page] as number;
    if (slot === next - 1 && slot > 0) {
      counts[0] = (counts[0] as number) + 1;
      continue;
    }
    if (slot > 0) {
      let older = 0;
      for (let at = slot; at > 0; at &= at - 1) older += tree[at] as number;
      const distance = seen - older;
      counts[distance] = (counts[distance] as number) + 1;
      for (let at = slot; at <= size; at += at & -at) tree[at] = (tree[at] as number) - 1;
      owners[slot] = -1;
    } else seen++;
    if (next > size) compact();
    for (let at = next; at <= size; at += at & -at) tree[at] = (tree[at] as number) + 1;
    owners[next] = page;
    slots[page] = next++;
  }
  return { counts, first: seen };
}
