/**
 * The access patterns one by one: which page comes next. They are those of the measured workloads,
 * draw for draw; only zipf draws its ranks in another way, from the same distribution.
 */
import type { Random } from './random.ts';
import type { ZipfRanks } from './zipf.ts';

/** Bit 31 of an access. */
export const WRITE = 0x80000000;

/** A 32-bit draw below this comes up in `percent` of the cases. */
const below = (percent: number) => Math.floor((percent * 4294967296) / 100);

/** Each kind has a class of its own, so that the loop over a buffer knows what it calls. */
export interface Generator {
  generate(buffer: Uint32Array, from: number, to: number): void;
}

/** The draws that all patterns share: the page comes first, then always one for the write flag. */
export class Draws {
  readonly random: Random;
  private readonly writeBelow: number;

  constructor(random: Random, writePercent: number) {
    this.random = random;
    this.writeBelow = below(writePercent);
  }

  access(page: number): number {
    // No branch: the flag is random, and half the guesses of the CPU would be wrong.
    return page | (Number(this.random.next() < this.writeBelow) << 31);
  }
}

/**
 * Puts `order[rank]` in the place of every rank. A loop of its own, so that the cache misses of the
 * look-ups overlap instead of waiting for the draws between them.
 */
function scatter(buffer: Uint32Array, from: number, to: number, order: Uint32Array): void {
  for (let at = from; at < to; at++) {
    const access = buffer[at] as number;
    buffer[at] = (order[access & ~WRITE] as number) | (access & WRITE);
  }
}

export class Sequential implements Generator {
  private page = 0;
  private readonly draws: Draws;
  private readonly pages: number;

  constructor(draws: Draws, pages: number) {
    this.draws = draws;
    this.pages = pages;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, pages } = this;
    let page = this.page;
    for (let at = from; at < to; at++) {
      buffer[at] = draws.access(page);
      if (++page === pages) page = 0;
    }
    this.page = page;
  }
}

/** Column after column of a table with `stride` columns; an incomplete last row is left out. */
export class Stride implements Generator {
  private row = 0;
  private column = 0;
  private readonly draws: Draws;
  private readonly rows: number;
  private readonly stride: number;

  constructor(draws: Draws, pages: number, stride: number) {
    this.draws = draws;
    this.rows = Math.floor(pages / stride);
    this.stride = stride;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, rows, stride } = this;
    for (let at = from; at < to; at++) {
      buffer[at] = draws.access(this.row * stride + this.column);
      if (++this.row < rows) continue;
      this.row = 0;
      if (++this.column === stride) this.column = 0;
    }
  }
}

export class Uniform implements Generator {
  private readonly draws: Draws;
  private readonly pages: number;

  constructor(draws: Draws, pages: number) {
    this.draws = draws;
    this.pages = pages;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, pages } = this;
    const { random } = draws;
    for (let at = from; at < to; at++) buffer[at] = draws.access(random.below(pages));
  }
}

export class Zipf implements Generator {
  private readonly draws: Draws;
  private readonly ranks: ZipfRanks;
  private readonly order: Uint32Array | undefined;

  constructor(draws: Draws, ranks: ZipfRanks, order: Uint32Array | undefined) {
    this.draws = draws;
    this.ranks = ranks;
    this.order = order;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, ranks, order } = this;
    const { random } = draws;
    for (let at = from; at < to; at++) buffer[at] = draws.access(ranks.draw(random));
    if (order) scatter(buffer, from, to, order);
  }
}

export class HotCold implements Generator {
  private readonly draws: Draws;
  private readonly hot: number;
  private readonly cold: number;
  private readonly coldFrom: number;
  private readonly hotBelow: number;
  private readonly order: Uint32Array | undefined;

  constructor(
    draws: Draws,
    pages: number,
    hot: number,
    hotPercent: number,
    order: Uint32Array | undefined,
  ) {
    this.draws = draws;
    this.hot = hot;
    // With every page hot, the cold accesses need one, too.
    this.cold = Math.max(1, pages - hot);
    this.coldFrom = pages - this.cold;
    this.hotBelow = below(hotPercent);
    this.order = order;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, hot, cold, coldFrom, hotBelow, order } = this;
    const { random } = draws;
    for (let at = from; at < to; at++) {
      const isHot = random.next() < hotBelow;
      const rank = (isHot ? 0 : coldFrom) + random.below(isHot ? hot : cold);
      buffer[at] = draws.access(rank);
    }
    if (order) scatter(buffer, from, to, order);
  }
}

export class Phases implements Generator {
  private base = 0;
  private until: number;
  private readonly draws: Draws;
  private readonly pages: number;
  private readonly workingSet: number;
  private readonly every: number;
  private readonly shift: number;

  constructor(draws: Draws, pages: number, workingSet: number, every: number, shift: number) {
    this.draws = draws;
    this.pages = pages;
    this.workingSet = workingSet;
    this.every = every;
    this.shift = shift;
    this.until = every;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, pages, workingSet } = this;
    const { random } = draws;
    for (let at = from; at < to; at++) {
      if (this.until === 0) {
        this.base = (this.base + this.shift) % pages;
        this.until = this.every;
      }
      this.until--;
      const page = this.base + random.below(workingSet);
      buffer[at] = draws.access(page < pages ? page : page - pages);
    }
  }
}

export class ScanHot implements Generator {
  private scan = 0;
  private readonly draws: Draws;
  private readonly hot: number;
  private readonly cold: number;
  private readonly coldFrom: number;
  private readonly scanBelow: number;
  private readonly ranks: ZipfRanks | undefined;

  constructor(
    draws: Draws,
    pages: number,
    hot: number,
    scanPercent: number,
    ranks: ZipfRanks | undefined,
  ) {
    this.draws = draws;
    this.hot = hot;
    this.cold = Math.max(1, pages - hot);
    this.coldFrom = pages - this.cold;
    this.scanBelow = below(scanPercent);
    this.ranks = ranks;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, hot, cold, coldFrom, scanBelow, ranks } = this;
    const { random } = draws;
    for (let at = from; at < to; at++) {
      let page: number;
      if (random.next() < scanBelow) {
        page = coldFrom + this.scan;
        if (++this.scan === cold) this.scan = 0;
      } else {
        page = ranks === undefined ? random.below(hot) : ranks.draw(random);
      }
      buffer[at] = draws.access(page);
    }
  }
}

export class Cycle implements Generator {
  private position = 0;
  private readonly draws: Draws;
  private readonly order: Uint32Array;

  constructor(draws: Draws, order: Uint32Array) {
    this.draws = draws;
    this.order = order;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, order } = this;
    for (let at = from; at < to; at++) {
      buffer[at] = draws.access(order[this.position] as number);
      if (++this.position === order.length) this.position = 0;
    }
  }
}
