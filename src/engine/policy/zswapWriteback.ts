/**
 * The worker that shrinks a full zswap pool to its accept threshold: one entry of one memcg after
 * the other, in turn over all of them (facts 3.5).
 */
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel } from '../kernel.ts';
import { TaskState } from '../metrics/psi.ts';
import { completeIo } from '../swap/io.ts';

/**
 * Failures, second chances included, after which it gives up until it is asked again. It is asked by
 * every page that a full pool refuses. A reclaim that refuses many takes long enough for it to run
 * for each on another CPU; here those runs follow when the reclaim has ended.
 */
const MAX_FAILURES = 16;

export class ZswapWriteback implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  waiting = 0;
  /** Memcg that was looked at last; the next round goes on behind it. */
  private cursor = -1;
  private failures = 0;
  private attempts = 0;
  /** An entry was written or has lost its second chance since the worker was asked. */
  private useful = false;

  run(k: Kernel, until: number): Stop {
    const { zswap } = k;
    if (zswap === null) return Stop.Done;
    k.blockedUntil = 0;
    while (k.now < until) {
      if (!zswap.aboveThreshold || this.failures >= MAX_FAILURES) {
        this.failures = 0;
        this.attempts = 0;
        // Where a run changed nothing, the next ones would change nothing either.
        const again = zswap.aboveThreshold && this.useful;
        this.useful = false;
        k.writebackRequests = again ? k.writebackRequests - 1 : 0;
        if (k.writebackRequests > 0) continue;
        this.wakeAt = Infinity;
        this.waiting = 0;
        return Stop.Blocked;
      }
      this.cursor++;
      if (this.cursor >= k.memcgs.length) {
        this.cursor = -1;
        if (this.attempts === 0) this.failures++;
        this.attempts = 0;
        k.now += k.costs.scanPage;
        continue;
      }
      const step = zswap.shrink(k.memcgs[this.cursor]);
      if (step === 'none') continue;
      k.now += k.costs.scanPage;
      this.attempts++;
      if (step !== 'written') this.failures++;
      if (step !== 'failed') this.useful = true;
      completeIo(k);
      if (k.blockedUntil > k.now) {
        this.wakeAt = k.blockedUntil;
        this.waiting = TaskState.IoWait;
        return Stop.Blocked;
      }
    }
    return Stop.Quantum;
  }
}
