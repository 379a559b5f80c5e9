/**
 * One side of a lruvec, anonymous or file: its inactive and active list, what reclaiming it has cost,
 * and the counters that only this side moves (facts 1.2).
 */
import { C } from '../metrics/counters.ts';
import { LruList } from './lruList.ts';
import type { GenerationSide } from './mglru/generations.ts';

/** What the kernel's memcg statistics last said of a side, the groups below included. */
export interface FlushedSide {
  inactive: number;
  active: number;
  /** WORKINGSET_ACTIVATE. */
  activated: number;
}

interface SideCounters {
  readonly scan: number;
  readonly steal: number;
  readonly refault: number;
  readonly activate: number;
  readonly restore: number;
}

const ANON: SideCounters = {
  scan: C.pgscan_anon,
  steal: C.pgsteal_anon,
  refault: C.workingset_refault_anon,
  activate: C.workingset_activate_anon,
  restore: C.workingset_restore_anon,
};

const FILE: SideCounters = {
  scan: C.pgscan_file,
  steal: C.pgsteal_file,
  refault: C.workingset_refault_file,
  activate: C.workingset_activate_file,
  restore: C.workingset_restore_file,
};

export class LruSide {
  readonly inactive = new LruList();
  readonly active = new LruList();
  /** Folios in RAM that are not counted as part of their lists yet, see lru.ts. */
  gatheredInactive = 0;
  gatheredActive = 0;
  /** Decaying sum of I/O and rotations that reclaim of this side has caused. */
  cost = 0;
  /** WORKINGSET_ACTIVATE at the end of the last reclaim that had this memcg as its target. */
  refaultsSnapshot = 0;
  /** The generations that take the place of the two lists; null without MGLRU. */
  generations: GenerationSide | null = null;
  readonly flushed: FlushedSide = { inactive: 0, active: 0, activated: 0 };
  readonly isFile: boolean;
  readonly counters: SideCounters;

  constructor(isFile: boolean) {
    this.isFile = isFile;
    this.counters = isFile ? FILE : ANON;
  }

  /** Pages of the lists as reclaim counts them. */
  get inactiveSize(): number {
    return this.generations === null
      ? Math.max(0, this.inactive.size - this.gatheredInactive)
      : this.generations.inactiveSize;
  }

  get activeSize(): number {
    return this.generations === null
      ? Math.max(0, this.active.size - this.gatheredActive)
      : this.generations.activeSize;
  }
}
