/** A measured case as its file states it: processes with their operations, swap devices, settings. */

export type CaseOp =
  | {
      op: 'fill' | 'pageout' | 'readall' | 'dontneed';
      a?: number | undefined;
      b?: number | undefined;
    }
  | { op: 'trace'; gen: string }
  | { op: 'set_limit' | 'shrink'; mib: number }
  | { op: 'swapoff'; dev?: number | undefined }
  | { op: 'zswap'; set: Record<string, string | number | boolean> }
  | { op: 'sleep'; s: number };

export interface CaseProcess {
  pages: number;
  /** memory.limit_in_bytes in MiB; null for none. */
  limit_mib: number | null;
  content: string;
  seed: number;
  ops: CaseOp[];
  /** Pages of a shared file mapping, numbered from `pages` on. */
  file_pages?: number | undefined;
  swappiness?: number | undefined;
}

export interface CaseSwap {
  type: 'file' | 'loop' | 'zram';
  size_mib: number;
  /** A file on a disk that does not rotate. */
  ssd?: boolean | undefined;
  algo?: string | undefined;
  prio?: number | undefined;
  mem_limit_mib?: number | undefined;
}

export interface CaseZswap {
  enabled: boolean;
  compressor?: string | undefined;
  max_pool_percent?: number | undefined;
  accept?: number | undefined;
  shrinker?: boolean | undefined;
}

export interface GroundTruthCase {
  id: string;
  family: string;
  procs: CaseProcess[];
  swap: CaseSwap[];
  zswap: CaseZswap | null;
  page_cluster: number;
  vma_ra: boolean;
  swappiness: number;
  /** The process reads memory.stat each time it has had so many faults; 0 never. */
  flush_every: number;
}

/** Why a case cannot be replayed, for a person. */
export class NotReplayable extends Error {}
