/**
 * A write to the tier mask of a cgroup while its pages are on tiers that the new mask forbids. The
 * tier patches leave them there (facts 7.1); `lazy` and `now` are the two other answers of the
 * discussion: a page leaves when it is next mapped or written, or all leave at a rate: straight to a
 * tier that is allowed where the design of the swap space moves pages, by way of RAM where it does not.
 */
import type { Kernel } from '../kernel.ts';
import { KILLED } from '../memory/charge.ts';
import { memcgAt, type Memcg } from '../memory/memcg.ts';
import { DEVICE, NOWHERE } from '../memory/pages.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { bringBack } from '../swap/bringBack.ts';
import type { SwapDevice } from '../swap/devices.ts';
import { PacedTransfers, READY } from '../swap/paced.ts';
import { isForbidden } from '../swap/tierMask.ts';
import { allowedDevices } from '../swap/tierRanges.ts';
import { DONE, type Action } from './action.ts';

/** Pages that move together. */
const BATCH = 32;

const ANSWERS = {
  stay: 'Pages elsewhere stay there.',
  lazy: 'Pages elsewhere leave when they are next mapped or written.',
  now: 'Pages elsewhere leave now.',
} as const;

export class SetTiers implements Action {
  private readonly memcg: Memcg;
  private readonly moves: boolean;
  private readonly startedAt: number;
  /** The next page to look at, and pages brought to RAM so far. */
  private page = 0;
  private brought = 0;
  /** The page in hand goes by way of RAM. */
  private inHand = false;
  private readonly transfers: PacedTransfers;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'set-tiers' }>) {
    const { move, rate } = action;
    this.memcg = memcgAt(k.memcgs, action.cgroup);
    this.transfers = new PacedTransfers(rate);
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
    for (;;) {
      const turn = this.transfers.wait(k, until);
      if (turn !== READY) return turn;
      if (!this.inHand && this.moveBatch(k)) continue;
      if (this.page === k.pages.count) return this.end(k, '');
      this.inHand = true;
      const wait = bringBack(k, this.page);
      if (wait === KILLED)
        return this.end(
          k,
          ' There was no memory for more, or a page could not be read; the rest stays.',
        );
      if (wait > 0) return wait;
      this.inHand = false;
      this.brought++;
      this.page++;
      this.transfers.spend(k, 1);
    }
  }

  /** Goes on to the next page that must go by way of RAM; true when it found some that move before. */
  private moveBatch(k: Kernel): boolean {
    const { pages, devices } = k;
    const batch: number[] = [];
    let to: SwapDevice | null = null;
    for (; this.page < pages.count && batch.length < BATCH; this.page++) {
      const { page } = this;
      if (!this.mustMove(k, page)) continue;
      const target = devices.firstWithRoom(k.memcgOf(page).allowed);
      // What zswap holds would leave it.
      const moves =
        target !== null &&
        pages.where(page) === DEVICE &&
        k.transfers.refusal(page, target) === null;
      if (!moves || (to !== null && to !== target)) break;
      to = target;
      batch.push(page);
    }
    if (to === null) return false;
    this.transfers.begin(k, batch, to);
    return true;
  }

  private mustMove(k: Kernel, page: number): boolean {
    const { pages } = k;
    if (pages.where(page) === NOWHERE) return false;
    const memcg = k.memcgOf(page);
    return isForbidden(k, memcg, pages.slot(page)) && this.memcg.subtree.includes(memcg);
  }

  private end(k: Kernel, why: string): typeof DONE {
    const { path } = this.memcg;
    const left = this.brought + this.transfers.moved;
    const seconds = ((k.now - this.startedAt) / 1e9).toFixed(3);
    k.note(
      'limit_change',
      `cgroup:${path}`,
      `${left} pages of ${path} left their tiers in ${seconds} s.${why}`,
    );
    return DONE;
  }
}
