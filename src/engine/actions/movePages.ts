/** A command of user space that moves pages of a cgroup from tier to tier, once. */
import type { Kernel } from '../kernel.ts';
import { memcgAt } from '../memory/memcg.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { PageMover } from '../swap/pageMover.ts';
import { REASONS, targetNamed } from '../swap/transferRules.ts';
import { DONE, type Action } from './action.ts';

export class MovePages implements Action {
  private readonly action: Extract<ScenarioAction, { do: 'move-pages' }>;
  private readonly mover: PageMover;
  private readonly startedAt: number;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'move-pages' }>) {
    const { cgroup, from, to, amount, order, olderThan } = action;
    this.action = action;
    this.startedAt = k.now;
    const memcg = memcgAt(k.memcgs, cgroup);
    this.mover = new PageMover(memcg, targetNamed(k, from), targetNamed(k, to), action);
    this.mover.start({
      pages: Math.floor(amount / k.settings.pageBytes),
      order,
      olderThan,
      youngerThan: Infinity,
    });
  }

  run(k: Kernel, until: number): number {
    k.blockedUntil = 0;
    const wait = this.mover.run(k, until);
    if (wait !== DONE) return wait;
    const { cgroup, from, to } = this.action;
    const { moved, refusal } = this.mover;
    const seconds = ((k.now - this.startedAt) / 1e9).toFixed(3);
    const why = refusal === null ? '' : ` Others stayed, because ${REASONS[refusal]}.`;
    k.note(
      'note',
      `cgroup:${cgroup}`,
      `${moved} pages of ${cgroup} moved from ${from} to ${to} in ${seconds} s.${why}`,
    );
    return DONE;
  }
}
