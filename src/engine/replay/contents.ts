/**
 * The page contents of the measured workloads: which class each page is of, and what that class
 * compresses to with each codec. Pages of class rK hold K random bytes in each 128.
 */
import { MEASURED, SAME, ZERO } from '../workload/contents.ts';
import { mix32 } from '../workload/random.ts';

const GOLDEN = 0x9e3779b9;

interface ContentShare {
  readonly kind: 'z' | 's' | 'r' | 'u';
  /** Random bytes in 128, a multiple of 4, for kind r. */
  readonly random: number;
  /** Percent, this class and all before it. */
  readonly upTo: number;
}

/** A mix that cannot be read, with what would be accepted. */
export class ContentError extends Error {}

/** Reads a mix such as `z:50,r60:50`. */
export function parseContent(text: string): ContentShare[] {
  let upTo = 0;
  const shares = text.split(',').map((part): ContentShare => {
    const match = /^(?:([zsu])|r(\d+)):(\d+)$/.exec(part);
    const random = Number(match?.[2] ?? 0);
    if (!match || random > 128 || random % 4 !== 0) {
      throw new ContentError(
        `content "${part}"; accepted: z, s, u or rK with K a multiple of 4 up to 128, then ":percent"`,
      );
    }
    upTo += Number(match[3]);
    return { kind: (match[1] ?? 'r') as ContentShare['kind'], random, upTo };
  });
  if (upTo !== 100)
    throw new ContentError(`content "${text}" adds up to ${upTo} %; accepted: 100 %`);
  return shares;
}

/** The content code of one page of a process. */
export function contentOf(shares: readonly ContentShare[], seed: number, page: number): number {
  const h1 = mix32((Math.imul(seed, GOLDEN) + Math.imul(page, 0x85ebca77) + 1) | 0);
  const h2 = mix32((h1 + GOLDEN) | 0);
  const percent = Math.floor((h1 * 100) / 4294967296);
  let i = 0;
  while (i < shares.length - 1 && shares[i].upTo <= percent) i++;
  const { kind, random } = shares[i];
  if (kind === 'z') return ZERO;
  if (kind === 's') return SAME;
  const bytes = kind === 'u' ? 4 * (1 + (h2 % 32)) : random;
  return MEASURED + bytes / 4;
}

/** The content codes of pages 0 to count - 1. */
export function contentCodes(text: string, seed: number, count: number): Uint16Array {
  const shares = parseContent(text);
  return Uint16Array.from({ length: count }, (_, page) => contentOf(shares, seed, page));
}
