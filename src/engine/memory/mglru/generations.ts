/**
 * The generations of a lruvec (lrugen of mm/vmscan.c, kernel 6.18; facts 1.5): for each side a window of
 * sequence numbers from its oldest generation to the youngest, which both sides share, and what became
 * of the pages of each tier.
 */
import { LruList } from '../lruList.ts';

export const MIN_NR_GENS = 2;
export const MAX_NR_GENS = 4;
export const MAX_NR_TIERS = 4;
/** Pages isolated at a time, and page-table entries around an accessed one that are looked at. */
export const MIN_LRU_BATCH = 64;
/** Pages scanned at a time. */
export const MAX_LRU_BATCH = 64 * MIN_LRU_BATCH;

/** Index of a generation in lists and sizes. */
export const genOf = (seq: number): number => seq & (MAX_NR_GENS - 1);

/** One side, anonymous or file. */
export class GenerationSide {
  minSeq = 0;
  /** Where pages are linked; those that aging found used are linked where they were before. */
  readonly lists: readonly LruList[] = Array.from({ length: MAX_NR_GENS }, () => new LruList());
  /** Pages by generation. */
  readonly sizes = new Float64Array(MAX_NR_GENS);
  /** By tier, since the oldest generation became that: pages that refaulted, left, and were kept. */
  readonly refaulted = new Float64Array(MAX_NR_TIERS);
  readonly evicted = new Float64Array(MAX_NR_TIERS);
  readonly kept = new Float64Array(MAX_NR_TIERS);
  /** The same of earlier generations, each weighing half as much as the one after it. */
  readonly averageRefaulted = new Float64Array(MAX_NR_TIERS);
  readonly averageTotal = new Float64Array(MAX_NR_TIERS);
  readonly lruvec: Generations;

  constructor(lruvec: Generations) {
    this.lruvec = lruvec;
  }

  get generations(): number {
    return this.lruvec.maxSeq - this.minSeq + 1;
  }

  /** Pages of the two youngest generations, which statistics call active. */
  get activeSize(): number {
    const { maxSeq } = this.lruvec;
    return this.sizes[genOf(maxSeq)] + this.sizes[genOf(maxSeq - 1)];
  }

  get inactiveSize(): number {
    let all = 0;
    for (const size of this.sizes) all += size;
    return all - this.activeSize;
  }
}

export class Generations {
  maxSeq = MIN_NR_GENS + 1;
  /** When each generation became the youngest, ns. */
  readonly births = new Float64Array(MAX_NR_GENS);
  /** Whether the filter for walks of even and of odd sequence numbers exists. */
  readonly filters = [false, false];
  readonly anon = new GenerationSide(this);
  readonly file = new GenerationSide(this);
}

/** What the machine has of MGLRU, besides the generations of each memcg. */
export interface Mglru {
  /** The OOM killer keeps a working set of so many ns in memory; 0 for none (min_ttl_ms). */
  readonly minTtlNs: number;
  /**
   * By page table, numbered as all pages are: bits 0 and 1 say whether the walk of an even and of an odd
   * sequence number visits it. The kernel has a Bloom filter instead, with a few false positives.
   */
  readonly tables: Uint8Array;
}
