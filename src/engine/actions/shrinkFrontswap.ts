/**
 * frontswap_shrink(): a guest takes pages back from its host until it has put no more than a target, as
 * self-shrinking does (facts 9.1). It is a partial swapoff: the page tables of the guest are walked in
 * order of address, and each page that the host was given is read and gives up its entry.
 */
import type { Kernel } from '../kernel.ts';
import { memcgAt, type Memcg } from '../memory/memcg.ts';
import { DEVICE } from '../memory/pages.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { bringBack, whyNotBack } from '../swap/bringBack.ts';
import type { Frontswap } from '../tiers/frontswap.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

export class ShrinkFrontswap implements Action {
  private readonly frontswap: Frontswap;
  private readonly guest: Memcg;
  /** Pages still to be taken back, as worked out at the beginning. */
  private left: number;
  private brought = 0;
  /** The next page to look at. */
  private page = 0;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'shrink-frontswap' }>) {
    const { frontswap } = k.devices;
    if (frontswap === null) throw new Error('The kernel has no frontswap');
    this.frontswap = frontswap;
    this.guest = memcgAt(k.memcgs, action.cgroup);
    const target = Math.floor(action.size / k.settings.pageBytes);
    this.left = Math.max(0, frontswap.pagesOf[frontswap.guestOf[this.guest.id]] - target);
  }

  run(k: Kernel, until: number): number {
    const { pages } = k;
    while (k.now < until) {
      const { page } = this;
      if (this.left === 0 || page === pages.count) return this.end(k, '');
      if (!this.isThere(k, page)) {
        this.page++;
        continue;
      }
      const wait = bringBack(k, page);
      if (wait > 0) return wait;
      if (wait < 0) return this.end(k, ` ${whyNotBack(wait)}.`);
      this.left--;
      this.brought++;
      this.page++;
    }
    return UNFINISHED;
  }

  private isThere(k: Kernel, page: number): boolean {
    const { pages } = k;
    if (!this.guest.subtree.includes(k.memcgOf(page))) return false;
    k.now += k.costs.walkPte;
    return pages.where(page) === DEVICE && this.frontswap.has(pages.slot(page));
  }

  private end(k: Kernel, why: string): typeof DONE {
    const { path } = this.guest;
    k.note(
      'limit_change',
      `cgroup:${path}`,
      `${path} took ${this.brought} pages back from its host.${why}`,
    );
    return DONE;
  }
}
