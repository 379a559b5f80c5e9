/**
 * Access patterns and recorded traces as streams of page accesses, made a buffer at a time.
 *
 * An access is one number: the page, with bit 31 set for a write.
 */
import type { Pattern } from '../scenario/schema.ts';
import { Apps } from './apps.ts';
import {
  Cycle,
  Draws,
  type Generator,
  HotCold,
  Phases,
  ScanHot,
  Sequential,
  Stride,
  Uniform,
  WRITE,
  Zipf,
} from './generators.ts';
import { Leak } from './leak.ts';
import { permutation, Random } from './random.ts';
import { ZipfRanks } from './zipf.ts';

export interface AccessStream {
  /**
   * Writes the next accesses to the start of the buffer and says how many: fewer than fit only at
   * the end, 0 when it is over.
   */
  fill(buffer: Uint32Array): number;
}

export interface StreamOptions {
  seed: number;
  /** Share of accesses that write, percent. */
  writePercent: number;
  /** Accesses of the pattern before the stream ends; endless when not given. */
  accesses?: number | undefined;
  /** Write every page once, in order, before the pattern starts; these are not counted above. */
  fill?: boolean | undefined;
}

/**
 * One stream of a pattern over `pages` pages. Which pages are popular follows from the seed; where
 * several threads are to share them, make one `PatternSource` and a stream of it for each.
 */
export function createPatternStream(
  options: { pattern: Pattern; pages: number } & StreamOptions,
): AccessStream {
  // The measured workloads seed their permutation so, unless told otherwise.
  const layoutSeed = options.seed + 1000;
  return new PatternSource(options.pattern, options.pages, layoutSeed).stream(options);
}

/** A pattern with its tables, which all its streams share. */
export class PatternSource {
  private readonly pattern: Pattern;
  private readonly pages: number;
  private readonly order: Uint32Array | undefined;
  private readonly zipf: ZipfRanks | undefined;

  constructor(pattern: Pattern, pages: number, layoutSeed: number) {
    this.pattern = pattern;
    this.pages = pages;
    const shuffled = pattern.kind === 'cycle' || ('shuffle' in pattern && pattern.shuffle);
    this.order = shuffled ? permutation(pages, layoutSeed) : undefined;
    if (pattern.kind === 'zipf') {
      this.zipf = new ZipfRanks(pages, pattern.exponent);
    } else if (pattern.kind === 'scanhot' && pattern.exponent > 0) {
      this.zipf = new ZipfRanks(share(pages, pattern.hot), pattern.exponent);
    } else if (pattern.kind === 'apps') {
      this.zipf = new ZipfRanks(Math.min(pattern.apps, pages), pattern.exponent);
    }
  }

  stream(options: StreamOptions): AccessStream {
    const draws = new Draws(new Random(options.seed), options.writePercent);
    const prelude = options.fill ? this.pages : 0;
    return new PatternStream(this.generator(draws), prelude, options.accesses ?? Infinity);
  }

  private generator(draws: Draws): Generator {
    const { pattern, pages } = this;
    switch (pattern.kind) {
      case 'sequential':
        return new Sequential(draws, pages);
      case 'stride':
        return new Stride(draws, pages, Math.min(pattern.stride, pages));
      case 'uniform':
        return new Uniform(draws, pages);
      case 'zipf':
        return new Zipf(draws, this.zipf as ZipfRanks, this.order);
      case 'hotcold':
        return new HotCold(
          draws,
          pages,
          share(pages, pattern.hot),
          pattern.hotAccesses,
          this.order,
        );
      case 'phases': {
        const shift = pattern.shift === 0 ? 0 : share(pages, pattern.shift);
        return new Phases(draws, pages, share(pages, pattern.workingSet), pattern.every, shift);
      }
      case 'scanhot':
        return new ScanHot(draws, pages, share(pages, pattern.hot), pattern.scan, this.zipf);
      case 'apps': {
        const each = Math.floor(pages / Math.min(pattern.apps, pages));
        const launch = share(each, pattern.launch);
        return new Apps(draws, this.zipf as ZipfRanks, each, launch, pattern.session);
      }
      case 'leak':
        return new Leak(draws, pages, share(pages, pattern.workingSet), pattern.every);
      case 'cycle':
        return new Cycle(draws, this.order as Uint32Array);
    }
  }
}

/** A percentage of the pages, at least one page. */
const share = (pages: number, percent: number) => Math.max(1, Math.round((pages * percent) / 100));

class PatternStream implements AccessStream {
  private filled = 0;
  private readonly generator: Generator;
  private readonly prelude: number;
  private left: number;

  constructor(generator: Generator, prelude: number, accesses: number) {
    this.generator = generator;
    this.prelude = prelude;
    this.left = accesses;
  }

  fill(buffer: Uint32Array): number {
    let at = 0;
    while (at < buffer.length && this.filled < this.prelude) {
      buffer[at++] = this.filled++ | WRITE;
    }
    const count = Math.min(buffer.length - at, this.left);
    this.generator.generate(buffer, at, at + count);
    this.left -= count;
    return at + count;
  }
}

/** The accesses of a trace, in its own encoding, `repeat` times. */
export class TraceStream implements AccessStream {
  private position = 0;
  private readonly accesses: Uint32Array;
  private left: number;

  constructor(trace: { accesses: Uint32Array }, repeat = 1) {
    this.accesses = trace.accesses;
    this.left = trace.accesses.length === 0 ? 0 : repeat;
  }

  fill(buffer: Uint32Array): number {
    const { accesses } = this;
    let at = 0;
    while (at < buffer.length && this.left > 0) {
      const count = Math.min(buffer.length - at, accesses.length - this.position);
      for (let i = 0; i < count; i++) buffer[at + i] = accesses[this.position + i] as number;
      at += count;
      this.position += count;
      if (this.position === accesses.length) {
        this.position = 0;
        this.left--;
      }
    }
    return at;
  }
}
