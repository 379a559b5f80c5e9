/**
 * The yardstick of the benchmark: a bare LRU cache of pages, two typed arrays and nothing else. How
 * fast it goes says how fast the machine is at this moment; the engine's rate divided by it is a
 * figure that can be compared between machines.
 */

/** Replays page accesses on a cache of `capacity` pages; returns the number of misses. */
export function bareLru(accesses: Uint32Array, pages: number, capacity: number): number {
  const newer = new Int32Array(pages + 1).fill(-1);
  const older = new Int32Array(pages + 1).fill(-1);
  // One more entry than pages stands for both ends of the list.
  const end = pages;
  newer[end] = end;
  older[end] = end;
  let cached = 0;
  let misses = 0;
  for (let i = 0; i < accesses.length; i++) {
    const page = (accesses[i] as number) & 0x7fff_ffff;
    if (newer[page] !== -1) {
      if (older[end] === page) continue;
      const up = newer[page] as number;
      const down = older[page] as number;
      older[up] = down;
      newer[down] = up;
    } else {
      misses++;
      if (cached === capacity) {
        const oldest = newer[end] as number;
        const next = newer[oldest] as number;
        newer[end] = next;
        older[next] = end;
        newer[oldest] = -1;
      } else cached++;
    }
    const newest = older[end] as number;
    older[page] = newest;
    newer[page] = end;
    newer[newest] = page;
    older[end] = page;
  }
  return misses;
}
