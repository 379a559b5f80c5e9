/** What one reclaim is after and how it goes (struct scan_control, facts 1.2). */
import type { Memcg } from './memcg.ts';

/** Pages isolated and reclaimed at a time, and the least that one reclaim asks for. */
export const SWAP_CLUSTER_MAX = 32;
/** First pass over a list looks at its size divided by 2 to this power. */
export const DEF_PRIORITY = 12;

/** Largest vm.swappiness. */
export const MAX_SWAPPINESS = 200;

/** Swappiness of a reclaim that leaves the page cache alone (SWAPPINESS_ANON_ONLY, "max"). */
export const ANON_ONLY = 201;

/** User space asks for a reclaim; it may bring its own swappiness. */
export interface Proactive {
  readonly swappiness: number | null;
}

export class ScanControl {
  target!: Memcg;
  toReclaim = SWAP_CLUSTER_MAX;
  priority = DEF_PRIORITY;
  byKswapd = false;
  /** memory.max or memory.high of a cgroup asks, not the machine. */
  forCgroup = false;
  proactive: Proactive | null = null;
  mayDeactivateAnon = false;
  mayDeactivateFile = false;
  forceDeactivate = false;
  skippedDeactivate = false;
  lowReclaim = false;
  lowSkipped = false;
  /** The page cache is so small that only anonymous pages are worth scanning. */
  fileIsTiny = false;
  /** There is so much inactive page cache that only it is worth scanning. */
  cacheTrimMode = false;
  /** A pass in that mode freed nothing; after a whole round of such, kswapd tries without it. */
  cacheTrimFailed = false;
  noCacheTrim = false;
  /** Costs of the target's sides when the pass began. */
  anonCost = 0;
  fileCost = 0;
  fullWalk = false;
  reclaimed = 0;
  scanned = 0;
  /** With MGLRU: what was reclaimed before this pass of kswapd, and dirty page cache that it came upon. */
  reclaimedBefore = 0;
  unqueuedDirty = 0;
  fileTaken = 0;

  start(target: Memcg, toReclaim: number, byKswapd: boolean, forCgroup: boolean): void {
    this.target = target;
    this.toReclaim = toReclaim;
    this.priority = DEF_PRIORITY;
    this.byKswapd = byKswapd;
    this.forCgroup = forCgroup;
    this.proactive = null;
    this.mayDeactivateAnon = false;
    this.mayDeactivateFile = false;
    this.forceDeactivate = false;
    this.skippedDeactivate = false;
    this.lowReclaim = false;
    this.lowSkipped = false;
    this.fileIsTiny = false;
    this.cacheTrimMode = false;
    this.cacheTrimFailed = false;
    this.noCacheTrim = false;
    this.fullWalk = byKswapd;
    this.reclaimed = 0;
    this.scanned = 0;
  }
}
