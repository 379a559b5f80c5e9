/**
 * kswapd: reclaims in the background from the low watermark up to the high one, a pass at a time,
 * with rising effort while passes bring too little (facts 1.2).
 */
import { Stop, type Task } from '../clock/task.ts';
import { MAX_KSWAPD_FAILURES, type Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { TaskState } from '../metrics/psi.ts';
import { anyOldEnough } from './mglru/node.ts';
import { killForMemory } from './oom.ts';
import { shrinkNode, snapshotRefaults } from './reclaim.ts';
import { DEF_PRIORITY, ScanControl, SWAP_CLUSTER_MAX } from './scanControl.ts';

export class Kswapd implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  waiting = 0;
  private readonly sc = new ScanControl();
  private active = false;

  run(k: Kernel, until: number): Stop {
    const { sc } = this;
    const started = k.now;
    while (k.now < until) {
      if (k.freeFrames() >= k.settings.highWatermark) return this.sleep(k, started);
      if (!this.active) {
        sc.start(k.root, 0, true, false);
        this.active = true;
      }
      sc.toReclaim = Math.max(k.settings.highWatermark, SWAP_CLUSTER_MAX);
      const reclaimedBefore = sc.reclaimed;
      sc.scanned = 0;
      k.blockedUntil = 0;
      if (!anyOldEnough(k, sc) && killForMemory(k, k.root)) continue;
      const before = k.now;
      shrinkNode(k, sc);
      // Looking around costs something even when there is nothing to scan.
      if (k.now === before) k.now += k.costs.scanPage;
      if (k.blockedUntil > k.now) {
        this.account(k, started);
        this.wakeAt = k.blockedUntil;
        this.waiting = TaskState.IoWait | TaskState.MemStall;
        return Stop.Blocked;
      }
      if (sc.scanned < sc.toReclaim || sc.reclaimed === reclaimedBefore) sc.priority--;
      if (sc.priority < 1) {
        snapshotRefaults(k, k.root);
        if (sc.reclaimed === 0 && sc.cacheTrimFailed && !sc.noCacheTrim) {
          // A whole round found only page cache that does not go: once more without favouring it.
          sc.noCacheTrim = true;
          sc.priority = DEF_PRIORITY;
          continue;
        }
        this.active = false;
        k.kswapdFailures = sc.reclaimed === 0 ? k.kswapdFailures + 1 : 0;
        sc.priority = DEF_PRIORITY;
        // The work is left to direct reclaim, until that frees something.
        if (k.kswapdFailures >= MAX_KSWAPD_FAILURES) return this.sleep(k, started);
      }
    }
    this.account(k, started);
    return Stop.Quantum;
  }

  private sleep(k: Kernel, started: number): Stop {
    if (this.active) snapshotRefaults(k, k.root);
    this.active = false;
    this.account(k, started);
    k.kswapdWanted = false;
    this.wakeAt = Infinity;
    this.waiting = 0;
    return Stop.Blocked;
  }

  private account(k: Kernel, started: number): void {
    k.counters[C.cpu_reclaim] += k.now - started;
    k.stalledSince(started);
  }
}
