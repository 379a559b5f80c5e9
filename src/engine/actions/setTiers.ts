/**
 * A write to the tier mask of a cgroup while its pages are on tiers that the new mask forbids. The
 * tier patches leave them there (facts 7.1); `lazy` and `now` are the two other answers of the
 * discussion: a page leaves when it is next mapped or written, or all leave at a rate.
 */
import type { Kernel } from '../kernel.ts';
import { memcgAt, type Memcg } from '../memory/memcg.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { PagesLeaving, type Departure } from '../swap/leaving.ts';
import { isForbidden } from '../swap/tierMask.ts';
import { allowedDevices } from '../swap/tierRanges.ts';
import { DONE, type Action } from './action.ts';

const ANSWERS = {
  stay: 'Pages elsewhere stay there.',
  lazy: 'Pages elsewhere leave when they are next mapped or written.',
  now: 'Pages elsewhere leave now.',
} as const;

/** Pages of a memcg, and of all below it, on tiers that these may not use. */
function fromForbidden(k: Kernel, memcg: Memcg): Departure {
  const { pages, devices } = k;
  return {
    leaves: (page) => {
      const owner = k.memcgOf(page);
      return isForbidden(k, owner, pages.slot(page)) && memcg.subtree.includes(owner);
    },
    target: (page) => devices.firstWithRoom(k.memcgOf(page).allowed),
  };
}

export class SetTiers implements Action {
  private readonly memcg: Memcg;
  private readonly startedAt: number;
  /** Null when pages do not leave now. */
  private readonly leaving: PagesLeaving | null;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'set-tiers' }>) {
    const { move, rate } = action;
    this.memcg = memcgAt(k.memcgs, action.cgroup);
    this.leaving = move === 'now' ? new PagesLeaving(fromForbidden(k, this.memcg), rate) : null;
    this.startedAt = k.now;
    this.memcg.setTiers(allowedDevices(k.devices.list, action), move !== 'stay');
    const allowed = k.devices.list.filter(({ index }) => this.memcg.allowed[index]);
    const names = allowed.map(({ name }) => name).join(', ') || 'none';
    k.note(
      'limit_change',
      `cgroup:${this.memcg.path}`,
      `${this.memcg.path} may swap to ${names} now. ${ANSWERS[move]}`,
    );
  }

  run(k: Kernel, until: number): number {
    const { leaving } = this;
    if (leaving === null) return DONE;
    const wait = leaving.run(k, until);
    if (wait !== DONE) return wait;
    const { path } = this.memcg;
    const seconds = ((k.now - this.startedAt) / 1e9).toFixed(3);
    k.note(
      'limit_change',
      `cgroup:${path}`,
      `${leaving.left} pages of ${path} left their tiers in ${seconds} s.${leaving.why}`,
    );
    return DONE;
  }
}
