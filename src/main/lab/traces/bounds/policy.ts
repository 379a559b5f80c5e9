/** What every replacement policy here can do: take accesses in order and count its misses. */
export interface Policy {
  /** Replays `accesses[from]` up to but not including `accesses[to]`; calls follow one another. */
  advance(accesses: Uint32Array, from: number, to: number): void;
  /** Misses so far, first touches included. */
  readonly misses: number;
}
