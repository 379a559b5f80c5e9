/**
 * A write to the tier mask of a cgroup while its pages are on tiers that the new mask forbids. The
 * tier patches leave them there (facts 7.1); `lazy` and `now` are the two other answers of the
 * discussion: a page leaves when it is next mapped or written, or all are brought to RAM at a rate.
 */
import type { Kernel } from '../kernel.ts';
import { KILLED } from '../memory/charge.ts';
import { memcgAt, type Memcg } from '../memory/memcg.ts';
import { NOWHERE } from '../memory/pages.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { bringBack } from '../swap/bringBack.ts';
import { isForbidden } from '../swap/tierMask.ts';
import { allowedDevices } from '../swap/tierRanges.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

const ANSWERS = {
  stay: 'Pages elsewhere stay there.',
  lazy: 'Pages elsewhere leave when they are next mapped or written.',
  now: 'Pages elsewhere are brought to RAM.',
} as const;

export class SetTiers implements Action {
  private readonly memcg: Memcg;
  private readonly nsPerPage: number;
  private readonly moves: boolean;
  private readonly startedAt: number;
  /** The next page to look at, and pages brought to RAM so far. */
  private page = 0;
  private moved = 0;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'set-tiers' }>) {
    const { move, rate } = action;
    this.memcg = memcgAt(k.memcgs, action.cgroup);
    this.nsPerPage = (k.settings.pageBytes * 1e9) / rate;
    this.moves = move === 'now';
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
    if (!this.moves) return DONE;
    const { pages } = k;
    while (k.now < until) {
      const { page } = this;
      if (page === pages.count) return this.end(k, '');
      if (!this.mustMove(k, page)) {
        this.page++;
        continue;
      }
      const due = this.startedAt + this.moved * this.nsPerPage;
      if (due > k.now) return due;
      const wait = bringBack(k, page);
      if (wait === KILLED) return this.end(k, ' There was no memory for more; the rest stays.');
      if (wait > 0) return wait;
      this.moved++;
      this.page++;
    }
    return UNFINISHED;
  }

  private mustMove(k: Kernel, page: number): boolean {
    const { pages } = k;
    if (pages.where(page) === NOWHERE) return false;
    const memcg = k.memcgOf(page);
    return isForbidden(k, memcg, pages.slot(page)) && this.memcg.subtree.includes(memcg);
  }

  private end(k: Kernel, why: string): typeof DONE {
    const { path } = this.memcg;
    const seconds = ((k.now - this.startedAt) / 1e9).toFixed(3);
    k.note(
      'limit_change',
      `cgroup:${path}`,
      `${this.moved} pages of ${path} left their tiers in ${seconds} s.${why}`,
    );
    return DONE;
  }
}
