/**
 * What a page holds, as one number, and how small a codec makes it.
 *
 * A mixture of zero-filled, same-filled and incompressible pages and of compressible ones whose
 * size is log-normal (facts section 10.1).
 */
import { exp, ln, normalQuantile } from '../numeric.ts';
import type { ContentClass } from '../scenario/schema.ts';

/** Content codes; every other code is the compressed size with lzo, in bytes per 4096 of page. */
export const ZERO = 0;
export const SAME = 1;
export const INCOMPRESSIBLE = 4096;
/** Plus K / 4: K random bytes in each 128, whose compressed size was measured by codec. */
export const MEASURED = 0x8000;

/** Sizes to which the log-normal is clipped (facts section 10.1). */
const SMALLEST = 64;
const LARGEST = 3900;

/** One run of a byte: 26 bytes with lz4 and within 32 with the other codecs. */
const FILLED_BYTES = 32;

const POINT_BITS = 12;
const POINTS = 1 << POINT_BITS;

export class ContentModel {
  /** Class i is drawn by numbers below `bounds[i]` that no earlier class takes. */
  private readonly bounds: Float64Array;
  /** POINTS equally likely codes for each class. */
  private readonly codes: Uint16Array;

  /** Shares count in proportion to their sum. */
  constructor(classes: readonly ContentClass[]) {
    const total = classes.reduce((sum, { share }) => sum + share, 0);
    let below = 0;
    this.bounds = Float64Array.from(classes, ({ share }) => {
      below += share;
      return (below / total) * 4294967296;
    });
    this.codes = new Uint16Array(classes.length * POINTS);
    classes.forEach((each, i) => {
      this.codes.subarray(i * POINTS, (i + 1) * POINTS).set(equallyLikely(each));
    });
  }

  /** A content code from two independent random 32-bit numbers: which class, and which of it. */
  draw(random32a: number, random32b: number): number {
    const { bounds } = this;
    let i = 0;
    while (i < bounds.length - 1 && random32a >= (bounds[i] as number)) i++;
    return this.codes[i * POINTS + (random32b >>> (32 - POINT_BITS))] as number;
  }
}

/** The codes of a class at the middle of each of POINTS equally likely intervals. */
function equallyLikely(each: ContentClass): Uint16Array {
  const out = new Uint16Array(POINTS);
  switch (each.class) {
    case 'zero':
      return out.fill(ZERO);
    case 'same':
      return out.fill(SAME);
    case 'incompressible':
      return out.fill(INCOMPRESSIBLE);
    case 'compressible': {
      const { ratio, sigma } = each;
      const mu = ln(4096 / ratio) - (sigma * sigma) / 2;
      return out.map((_, i) => {
        const size = exp(mu + sigma * normalQuantile((i + 0.5) / POINTS));
        return Math.round(Math.min(Math.max(size, SMALLEST), LARGEST));
      });
    }
  }
}

/**
 * Bytes of a page once compressed with a codec whose output is `relativeSize` times that of lzo;
 * `pageBytes` when compression would not make it smaller.
 */
export function compressedBytes(content: number, relativeSize: number, pageBytes: number): number {
  if (content === INCOMPRESSIBLE) return pageBytes;
  const scale = pageBytes / 4096;
  if (content === ZERO || content === SAME) return FILLED_BYTES * scale;
  return Math.min(Math.round(content * scale * relativeSize), pageBytes);
}
