/**
 * The worker that shrinks a full zswap pool to its accept threshold: one entry of one memcg after
 * the other, in turn over all of them (shrink_worker() of mm/zswap.c, 6.18; facts 3.5). A page that
 * comes back from the pool to be written is charged like any other, so the worker itself reclaims
 * in a memcg that is at its limit.
 */
import { Stop, type Task } from '../clock/task.ts';
import { MAX_RECLAIM_RETRIES, type Kernel } from '../kernel.ts';
import { tryCharge } from '../memory/charge.ts';
import { takeFrames } from '../memory/folio.ts';
import type { Memcg } from '../memory/memcg.ts';
import { TaskState } from '../metrics/psi.ts';
import { completeIo } from '../swap/io.ts';
import type { Zswap } from '../tiers/zswap.ts';

export class ZswapWriteback implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  waiting = 0;
  /** Memcg that is looked at next. */
  private cursor = 0;
  /** Failures of this run, second chances included; it ends at 16. */
  private failures = 0;
  private attempts = 0;
  /** An entry was written or has lost its second chance since the worker was asked. */
  private useful = false;

  run(k: Kernel, until: number): Stop {
    const { zswap, zswapWork: work } = k;
    if (zswap === null) return Stop.Done;
    while (k.now < until) {
      if (!zswap.aboveThreshold || this.failures >= MAX_RECLAIM_RETRIES) {
        this.failures = 0;
        this.attempts = 0;
        // Where a run changed nothing, the next ones would change nothing either.
        const again = zswap.aboveThreshold && this.useful;
        this.useful = false;
        work.runs = again ? work.runs - 1 : 0;
        if (work.runs > 0) continue;
        this.wakeAt = Infinity;
        this.waiting = 0;
        return Stop.Blocked;
      }
      if (this.cursor === k.memcgs.length) {
        this.cursor = 0;
        if (this.attempts === 0) this.failures++;
        this.attempts = 0;
        k.now += k.costs.visitCgroup * (1 + k.foreignMemcgs);
        continue;
      }
      k.blockedUntil = 0;
      const wait = this.shrink(k, zswap, zswap.nextVictim(k.memcgs[this.cursor]));
      completeIo(k);
      if (wait > 0) {
        this.wakeAt = wait;
        this.waiting = TaskState.IoWait;
        return Stop.Blocked;
      }
    }
    return Stop.Quantum;
  }

  /** Tries one entry of a memcg; returns the time (ns) until which the worker must wait, or 0. */
  private shrink(k: Kernel, zswap: Zswap, memcg: Memcg): number {
    const charged = zswap.oldestIsCold(memcg);
    if (charged) {
      const wait = tryCharge(k, memcg, 1, false);
      if (wait > 0) return wait;
      if (wait < 0) {
        this.next(k, true);
        return 0;
      }
    }
    k.blockedUntil = 0;
    // Reclaim may have written back that very entry.
    const cold = charged && zswap.oldestIsCold(memcg);
    if (charged) takeFrames(k, memcg, -1);
    if (charged && !cold) {
      this.next(k, true);
      return 0;
    }
    const step = zswap.shrink(memcg);
    if (step !== 'none') {
      this.attempts++;
      if (step !== 'failed') this.useful = true;
    }
    this.next(k, step === 'second_chance' || step === 'failed');
    return k.blockedUntil > k.now ? k.blockedUntil : 0;
  }

  private next(k: Kernel, failed: boolean): void {
    k.now += k.costs.visitCgroup;
    this.cursor++;
    if (failed) this.failures++;
  }
}
