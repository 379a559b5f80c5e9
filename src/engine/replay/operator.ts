/**
 * What the harness of the measured cases does from outside: it lowers and lifts a limit, pushes
 * memory out by a limit, switches zswap and swaps a device off.
 */
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { tryToFree } from '../memory/reclaim.ts';
import { Swapoff } from '../swap/swapoff.ts';
import { NotReplayable, type CaseOp } from './case.ts';

/** Times that the harness writes a limit which the kernel refuses as busy, and the pause between. */
const LIMIT_TRIES = 100;
const LIMIT_PAUSE = 10e6;

const MIB_PAGES = 256;

export class Operator implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  private limit: { memcg: Memcg; pages: number; lift: boolean } | null = null;
  private tries = 0;
  private swapoff: Swapoff | null = null;
  private sleepUntil = -1;
  /** The last swapoff brought everything back. */
  swapoffSucceeded = false;

  get busy(): boolean {
    return this.limit !== null || this.swapoff !== null || this.sleepUntil >= 0;
  }

  begin(k: Kernel, op: CaseOp, memcg: Memcg): void {
    switch (op.op) {
      case 'set_limit':
      case 'shrink': {
        const pages = op.op === 'set_limit' && op.mib <= 0 ? Infinity : op.mib * MIB_PAGES;
        this.limit = { memcg, pages, lift: op.op === 'shrink' };
        this.tries = LIMIT_TRIES;
        break;
      }
      case 'swapoff': {
        const device = k.devices.list[op.dev ?? 0];
        if (device === undefined) throw new NotReplayable(`there is no device ${op.dev ?? 0}`);
        this.swapoff = new Swapoff(k, device);
        break;
      }
      case 'sleep':
        this.sleepUntil = k.now + op.s * 1e9;
        break;
      case 'zswap':
        k.zswap?.configure(op.set);
        break;
      default:
        throw new NotReplayable(`"${op.op}" is not an operation of the harness`);
    }
  }

  run(k: Kernel, until: number): Stop {
    if (this.sleepUntil > k.now) {
      this.wakeAt = this.sleepUntil;
      return Stop.Blocked;
    }
    this.sleepUntil = -1;
    if (this.limit !== null) return this.lower(k, until);
    if (this.swapoff !== null) {
      const wait = this.swapoff.run(until);
      if (wait > 0) {
        this.wakeAt = wait;
        return Stop.Blocked;
      }
      if (!this.swapoff.done) return Stop.Quantum;
      this.swapoffSucceeded = !this.swapoff.failed;
      this.swapoff = null;
    }
    this.wakeAt = Infinity;
    return Stop.Blocked;
  }

  /** Reclaims until the memcg fits, gives up for a while when nothing can be reclaimed. */
  private lower(k: Kernel, until: number): Stop {
    const { memcg, pages, lift } = this.limit as NonNullable<typeof this.limit>;
    while (memcg.pages > pages) {
      if (k.now >= until) return Stop.Quantum;
      k.blockedUntil = 0;
      const freed = tryToFree(k, memcg, 1, true);
      if (k.blockedUntil > k.now) {
        this.wakeAt = k.blockedUntil;
        return Stop.Blocked;
      }
      if (freed > 0) continue;
      if (--this.tries <= 0) break;
      this.wakeAt = k.now + LIMIT_PAUSE;
      return Stop.Blocked;
    }
    if (memcg.pages <= pages && !lift) memcg.limits.max = pages;
    if (lift) memcg.limits.max = Infinity;
    this.limit = null;
    this.wakeAt = Infinity;
    return Stop.Blocked;
  }
}
