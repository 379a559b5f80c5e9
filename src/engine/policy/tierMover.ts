/** A kernel thread that asks a policy at its interval what to move between two tiers, and moves it. */
import { DONE, UNFINISHED } from '../actions/action.ts';
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { TaskState } from '../metrics/psi.ts';
import { PageMover, type MoverSettings } from '../swap/pageMover.ts';
import { REASONS, type Target } from '../swap/transferRules.ts';
import type { TierFill, TierPolicy } from './tierPolicy.ts';

export class TierMover implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  waiting = 0;
  private moving = false;
  private next: number;
  /** Why pages did not move was said already. */
  private told = false;
  /** Looks in a row that moved pages are one event: when they began, ns, or -1, and pages before. */
  private startedAt = -1;
  private movedBefore = 0;
  /** Pages moved before the look in hand. */
  private lookedAt = 0;
  private readonly mover: PageMover;

  private readonly name: string;
  private readonly policy: TierPolicy;
  private readonly from: Target;
  private readonly to: Target;
  private readonly interval: number;

  /** Asks the policy every `interval` ns. */
  constructor(
    name: string,
    policy: TierPolicy,
    memcg: Memcg,
    from: Target,
    to: Target,
    interval: number,
    settings: MoverSettings,
  ) {
    this.name = name;
    this.policy = policy;
    this.from = from;
    this.to = to;
    this.interval = interval;
    this.next = interval;
    this.mover = new PageMover(memcg, from, to, settings);
  }

  run(k: Kernel, until: number): Stop {
    if (!this.moving) {
      const request = this.policy({ from: fillOf(k, this.from), to: fillOf(k, this.to) });
      if (request === null) {
        this.noteMoves(k, this.mover.moved);
        return this.sleep(k);
      }
      this.moving = true;
      if (this.startedAt < 0) this.startedAt = k.now;
      this.lookedAt = this.mover.moved;
      this.mover.start(request);
    }
    k.blockedUntil = 0;
    const wait = this.mover.run(k, until);
    if (wait === UNFINISHED) return Stop.Quantum;
    if (wait !== DONE) {
      this.wakeAt = wait;
      this.waiting = TaskState.IoWait;
      return Stop.Blocked;
    }
    this.moving = false;
    this.tell(k);
    if (this.mover.moved === this.lookedAt) this.noteMoves(k, this.lookedAt);
    return this.sleep(k);
  }

  /** What moved since the looks in a row began, if anything did. */
  private noteMoves(k: Kernel, moved: number): void {
    const pages = moved - this.movedBefore;
    if (this.startedAt >= 0 && pages > 0) {
      const seconds = ((k.now - this.startedAt) / 1e9).toFixed(3);
      k.note(
        'note',
        `tier:${nameOf(this.from)}`,
        `${this.name} moved ${pages} pages in ${seconds} s.`,
      );
    }
    this.startedAt = -1;
    this.movedBefore = moved;
  }

  /** The first request of a policy that is refused is an event of the run. */
  private tell(k: Kernel): void {
    const { refusal } = this.mover;
    if (this.told || refusal === null) return;
    this.told = true;
    k.note(
      'note',
      `tier:${nameOf(this.from)}`,
      `${this.name} left pages where they are, because ${REASONS[refusal]}.`,
    );
  }

  private sleep(k: Kernel): Stop {
    this.next = Math.max(this.next + this.interval, k.now);
    this.wakeAt = this.next;
    this.waiting = 0;
    return Stop.Blocked;
  }
}

function nameOf(tier: Target): string {
  return tier === 'zswap' ? tier : tier.name;
}

/** zswap's pool in pages as they are stored: what it would hold at the ratio that it has now. */
function fillOf({ zswap }: Kernel, tier: Target): TierFill {
  if (tier !== 'zswap') return { used: tier.slots.used, size: tier.slots.slots - 1 };
  if (zswap === null) return { used: 0, size: 0 };
  const { stored, maxPages, pool } = zswap;
  const perPoolPage = pool.poolPages > 0 ? stored / pool.poolPages : 1;
  return { used: stored, size: Math.floor(maxPages * perPoolPage) };
}
