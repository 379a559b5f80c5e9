/**
 * swapoff: a tier gives all its pages back to RAM (facts 6.1, 6.3 and 6.6). How they are found depends
 * on the design of the swap space, see sweeps.ts. It stops when there is no memory for a page; what was
 * brought back stays in RAM, and the tier is in use again.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { C } from '../metrics/counters.ts';
import { subtreeCounter } from '../metrics/sampler.ts';
import type { Zswap } from '../tiers/zswap.ts';
import { whyNotBack } from './bringBack.ts';
import type { SwapDevice } from './devices.ts';
import { PASS_OVER, PoolSweep, TIME_UP, type Sweep } from './sweeps.ts';

/** Until everything is looked at once more, when no I/O is awaited: a tick at 250 a second, ns. */
const TICK = 4e6;

/** What a swapoff empties. */
interface Tier {
  /** Pages that it still has. */
  left(): number;
  /** It takes no more pages, or takes them again. */
  close(): void;
  reopen(): void;
  /** It is empty. */
  retire(): void;
  /** Whether pages of the memcg could go there if it took them. */
  helps(memcg: Memcg): boolean;
  readonly sweep: Sweep;
}

function deviceTier(k: Kernel, device: SwapDevice): Tier {
  const { devices } = k;
  return {
    left: () => device.slots.used,
    close: () => devices.close(device),
    reopen: () => devices.reopen(device),
    retire: () => devices.retire(device),
    helps: (memcg) => memcg.parent === null || memcg.allowed[device.index],
    sweep: k.space.sweepOf(device),
  };
}

/** zswap as a tier of its own. No kernel has a swapoff of it; taking its pages out is what one would do. */
function poolTier(k: Kernel, zswap: Zswap): Tier {
  return {
    left: () => zswap.stored,
    close: () => (zswap.enabled = false),
    reopen: () => (zswap.enabled = true),
    retire: () => undefined,
    helps: () => true,
    sweep: new PoolSweep(k),
  };
}

/** A swapoff under way. */
export class Swapoff {
  done = false;
  /** Why it stopped, in words; null unless it did. The tier stays in use. */
  stoppedBy: string | null = null;
  /** Pages taken off the tier, what was looked at for that, and major faults meanwhile. */
  brought = 0;
  walked = 0;
  faults = 0;
  /** Until the end, ns. */
  duration = 0;
  readonly name: string;
  private readonly startedAt: number;
  private readonly faultsBefore: number;
  private readonly walkedBefore: number;
  private readonly tier: Tier;
  private readonly k: Kernel;

  constructor(k: Kernel, tier: SwapDevice | Zswap) {
    this.k = k;
    const device = 'backend' in tier;
    this.name = device ? tier.name : 'zswap';
    this.tier = device ? deviceTier(k, tier) : poolTier(k, tier);
    this.startedAt = k.now;
    this.faultsBefore = subtreeCounter(k.root, C.pgmajfault);
    this.walkedBefore = k.counters[C.swapoff_walked];
    this.tier.close();
    k.swapoffs.push(this);
  }

  get failed(): boolean {
    return this.stoppedBy !== null;
  }

  /** Pages that the tier still has. */
  get left(): number {
    return this.tier.left();
  }

  /** Whether pages of the memcg could go to the tier if this stopped. */
  helps(memcg: Memcg): boolean {
    return this.tier.helps(memcg);
  }

  /** Goes on until `until` (ns); returns a time to wait for, or 0. */
  run(until: number): number {
    const { k } = this;
    const { sweep } = this.tier;
    while (!this.done && k.now < until) {
      const page = sweep.find(until);
      if (page === TIME_UP) break;
      if (page === PASS_OVER) {
        if (this.left === 0) {
          this.tier.retire();
          this.end();
          break;
        }
        // I/O on pages of processes that have ended, or a transfer to the tier, still holds slots.
        sweep.restart();
        return k.io.nextTime < Infinity ? Math.max(k.io.nextTime, k.now + 1) : k.now + TICK;
      }
      const wait = sweep.take(page);
      if (wait < 0) this.stop(whyNotBack(wait));
      else if (wait > 0) return wait;
      else {
        this.brought++;
        sweep.skip();
      }
    }
    return 0;
  }

  /** Gives up, and leaves the rest where it is. */
  stop(why: string): void {
    this.stoppedBy = why;
    this.tier.reopen();
    this.k.counters[C.swapoff_fail]++;
    this.end();
  }

  private end(): void {
    const { k } = this;
    this.done = true;
    k.swapoffs.splice(k.swapoffs.indexOf(this), 1);
    this.duration = k.now - this.startedAt;
    this.walked = k.counters[C.swapoff_walked] - this.walkedBefore;
    this.faults = subtreeCounter(k.root, C.pgmajfault) - this.faultsBefore;
    k.counters[C.swapoff_time] += this.duration;
    k.counters[C.swapoff_pages] += this.brought;
    k.counters[C.swapoff_faults] += this.faults;
  }
}
