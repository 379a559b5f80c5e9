/** Access streams of the built-in benchmark, the same on every machine. */

/** Mulberry32: small, fast, and good enough to benchmark with. Values from 0 up to 1. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(pages: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: pages }, (_, i) => i);
  for (let i = pages - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/** Popularity falls with the rank to the power of `exponent`; ranks are scattered over the pages. */
export function zipf(pages: number, accesses: number, exponent: number): Uint32Array {
  const random = randomOf(1);
  const place = shuffled(pages, random);
  const cumulated = new Float64Array(pages);
  let sum = 0;
  for (let rank = 0; rank < pages; rank++) cumulated[rank] = sum += (rank + 1) ** -exponent;
  return Uint32Array.from({ length: accesses }, () => {
    const wanted = random() * sum;
    let low = 0;
    let high = pages - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulated[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return place[low] as number;
  });
}

export function uniform(pages: number, accesses: number): Uint32Array {
  const random = randomOf(2);
  return Uint32Array.from({ length: accesses }, () => Math.floor(random() * pages));
}

/** Every page in turn, again and again. */
export const cyclic = (pages: number, accesses: number): Uint32Array =>
  Uint32Array.from({ length: accesses }, (_, i) => i % pages);
