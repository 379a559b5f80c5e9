/**
 * The engine's random numbers: xoshiro128** (Blackman and Vigna) seeded by four splitmix draws, the
 * same generator as the one that made the measured workloads, so that a seed means the same there.
 */

/** A bijection of 32-bit numbers that scatters neighbours (the finaliser of MurmurHash3). */
export function mix32(z: number): number {
  z ^= z >>> 16;
  z = Math.imul(z, 0x85ebca6b);
  z ^= z >>> 13;
  z = Math.imul(z, 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

const GOLDEN = 0x9e3779b9;

export class Random {
  /** A typed array, not four fields: its elements are never boxed, whatever their top bit. */
  private readonly state = new Int32Array(4);

  /** `seed` counts modulo 2^32. */
  constructor(seed: number) {
    let s = seed | 0;
    for (let i = 0; i < 4; i++) {
      s = (s + GOLDEN) | 0;
      this.state[i] = mix32(s);
    }
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    const state = this.state;
    const s0 = state[0] as number;
    const s1 = state[1] as number;
    const s2 = (state[2] as number) ^ s0;
    const s3 = (state[3] as number) ^ s1;
    const times5 = Math.imul(s1, 5);
    state[0] = s0 ^ s3;
    state[1] = s1 ^ s2;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
  }

  /** A whole number from 0 to n - 1 for n up to 2^32; exactly floor(next() n / 2^32) below 2^21. */
  below(n: number): number {
    // Cutting to 32 bits is floor here, and half as long as Math.floor.
    return ((this.next() * n) / 4294967296) >>> 0;
  }

  /** A number from 0 up to but not including 1, with 53 random bits. */
  unit(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }
}

/** The numbers 0 to n - 1 in an order that depends on the seed only. */
export function permutation(n: number, seed: number): Uint32Array {
  const random = new Random(seed);
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i >= 1; i--) {
    const j = random.below(i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/** A seed for a stream of its own, named by labels: `deriveSeed(seed, 'contents', 3)`. */
export function deriveSeed(seed: number, ...labels: (number | string)[]): number {
  let hash = mix32((seed ^ GOLDEN) | 0);
  const absorb = (word: number) => {
    hash = mix32((Math.imul(hash, 5) + GOLDEN + word) | 0);
  };
  for (const label of labels) {
    // The length and the kind go in too, so that ('ab', 'c'), ('a', 'bc') and 1, '1' all differ.
    if (typeof label === 'number') {
      absorb(1);
      absorb(label | 0);
      absorb(Math.floor(label / 4294967296) | 0);
    } else {
      absorb(2);
      absorb(label.length);
      for (let i = 0; i < label.length; i++) absorb(label.charCodeAt(i));
    }
  }
  return hash;
}
