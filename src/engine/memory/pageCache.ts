/** What all page cache of the machine shares: its disk, and the limits on dirty pages. */
import type { Kernel } from '../kernel.ts';
import type { BlockTier } from '../tiers/block.ts';

export interface FlusherSettings {
  /** The flusher looks for old dirty files so often, ns; 0 never (vm.dirty_writeback_centisecs). */
  readonly intervalNs: number;
  /** Age at which a dirty file is written, ns (vm.dirty_expire_centisecs). */
  readonly expireNs: number;
  /** Dirty share of free memory and page cache above which it writes at once (percent). */
  readonly backgroundPercent: number;
}

export class PageCache {
  readonly device: BlockTier;
  /** The disk is served inside the caller. */
  readonly synchronous: boolean;
  readonly flusher: FlusherSettings;
  /** The flusher is to look for old files, to write everything, or to get below the background limit. */
  lookForOld = false;
  writeAll = false;
  writeBackground = false;

  constructor(device: BlockTier, synchronous: boolean, flusher: FlusherSettings) {
    this.device = device;
    this.synchronous = synchronous;
    this.flusher = flusher;
  }

  get flusherWanted(): boolean {
    return this.lookForOld || this.writeAll || this.writeBackground;
  }

  /** Reclaim met nothing but dirty pages. */
  wakeFlusher(k: Kernel): void {
    if (!this.flusherWanted) k.yieldWanted = true;
    this.writeAll = true;
  }

  /** A page has become dirty. */
  wrote(k: Kernel): void {
    if (this.writeBackground || !this.overBackground(k)) return;
    this.writeBackground = true;
    k.yieldWanted = true;
  }

  /** Whether dirty pages exceed their share of the memory that page cache could have. */
  overBackground(k: Kernel): boolean {
    let dirty = 0;
    let cached = 0;
    for (const memcg of k.memcgs) {
      dirty += memcg.dirty;
      cached += memcg.cached;
    }
    const available = Math.max(0, k.freeFrames()) + cached;
    return dirty > Math.floor((available * this.flusher.backgroundPercent) / 100);
  }
}
