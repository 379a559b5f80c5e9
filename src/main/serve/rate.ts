/** How often something may be asked: a bucket that holds a burst and refills at a steady rate. */

export class Bucket {
  readonly #size: number;
  readonly #perMs: number;
  readonly #clock: () => number;
  #left: number;
  #at: number;

  /** @param clock milliseconds that only grow */
  constructor(size: number, perSecond: number, clock: () => number = () => performance.now()) {
    this.#size = size;
    this.#perMs = perSecond / 1000;
    this.#clock = clock;
    this.#left = size;
    this.#at = clock();
  }

  /** Takes one out and returns 0, or returns in how many milliseconds there will be one. */
  take(): number {
    const now = this.#clock();
    this.#left = Math.min(this.#size, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#left < 1) return (1 - this.#left) / this.#perMs;
    this.#left -= 1;
    return 0;
  }
}
