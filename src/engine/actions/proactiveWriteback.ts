/**
 * Proactive writeback of zswap, asked for by user space: so many bytes, of the oldest entries, of a
 * cgroup and all below it (the series by Hao Jia, May to July 2026, facts 8.2). The walk goes from
 * cgroup to cgroup, up to a batch of entries in each, with or without a cursor that outlives the call.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { C } from '../metrics/counters.ts';
import { completeIo } from '../swap/io.ts';
import { writebackAllowed } from '../tiers/zswap.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

/** How the kernel at hand serves such calls; the versions of the series differ in it. */
export interface ProactiveWritebackSettings {
  /** Each cgroup remembers which of its descendants had the last turn (v1 to v3). */
  readonly cursor: boolean;
  /** Most entries of a cgroup in one turn. */
  readonly batch: number;
  /** What is counted towards the amount: whole pages (v1 to v3) or their compressed size (v4, v5). */
  readonly unit: 'uncompressed' | 'compressed';
  /** An entry that was stored since the last look is passed over once; off only in the author's test. */
  readonly secondChance: boolean;
}

/** Turns without a page written after which it gives up. */
const MAX_FAILURES = 16;

export class ProactiveWriteback implements Action {
  /** Bytes written so far, in the unit of the settings. */
  written = 0;
  /** It gave up before all was written. */
  short = false;
  private failures = 0;
  /** Cgroup of this turn, as an index into the subtree of the target. */
  private turn: number;
  private left = 0;
  private wroteInTurn = false;
  private foundInRound = false;

  private readonly target: Memcg;
  private readonly bytes: number;
  private readonly ageNs: number;

  /** Up to `bytes` (Infinity: no limit), of entries stored at least `ageNs` ago. */
  constructor(k: Kernel, target: Memcg, bytes: number, ageNs: number) {
    this.target = target;
    this.bytes = bytes;
    this.ageNs = ageNs;
    this.turn = k.zswap?.proactive.cursor ? target.writebackCursor : -1;
    if (bytes < Infinity) target.counters[C.writeback_requested] += bytes;
  }

  run(k: Kernel, until: number): number {
    const { zswap } = k;
    if (zswap === null || !writebackAllowed(k, this.target)) {
      this.short = true;
      return DONE;
    }
    while (this.written < this.bytes) {
      if (k.now >= until) return UNFINISHED;
      if (this.left === 0 && !this.nextTurn(k)) {
        // Without a limit (max of v1) there is nothing to fall short of but everything.
        this.short = this.bytes < Infinity || this.written === 0;
        return DONE;
      }
      this.step(k);
      completeIo(k);
      if (k.blockedUntil > k.now) return k.blockedUntil;
    }
    return DONE;
  }

  /** Goes on to the next cgroup; false when there have been too many turns in vain. */
  private nextTurn(k: Kernel): boolean {
    const { target } = this;
    k.now += k.costs.scanPage;
    this.turn++;
    if (this.turn >= target.subtree.length) {
      this.turn = 0;
      if (!this.foundInRound) this.failures++;
      this.foundInRound = false;
    }
    if (this.failures >= MAX_FAILURES) return false;
    const { proactive } = k.zswap!;
    if (proactive.cursor) target.writebackCursor = this.turn;
    this.left = Math.min(proactive.batch, target.subtree[this.turn].zswapStored);
    this.wroteInTurn = false;
    return true;
  }

  /** Looks at the oldest entry of the cgroup whose turn it is. */
  private step(k: Kernel): void {
    const { left } = this;
    if (left === 0) return;
    const zswap = k.zswap!;
    const memcg = this.target.subtree[this.turn];
    const page = memcg.zswapLru.oldest();
    k.now += k.costs.scanPage;
    this.left--;
    // The list is in the order of storing, so those behind a young entry are no older, but for
    // entries that had their second chance: these wait until the young ones are of age.
    if (page >= 0 && zswap.ageOf(page, memcg) >= this.ageNs) {
      this.foundInRound = true;
      const compressed = zswap.codec.size(page);
      if (zswap.shrink(memcg, zswap.proactive.secondChance) === 'written') {
        this.wroteInTurn = true;
        this.account(k, memcg, compressed);
      }
    } else this.left = 0;
    if (this.left === 0 && !this.wroteInTurn) this.failures++;
  }

  private account(k: Kernel, memcg: Memcg, compressed: number): void {
    const { pageBytes } = k.settings;
    const bytes = k.zswap!.proactive.unit === 'compressed' ? compressed : pageBytes;
    this.written += bytes;
    this.target.counters[C.writeback_got] += bytes;
    memcg.counters[C.zswpwb_proactive]++;
    memcg.counters[C.zswpwb_proactive_b] += compressed;
  }
}
