/**
 * Another priority for a device in use. The kernel can do that only by swapoff and swapon, which empties
 * the device; here what it holds stays, follows the new order when it is next mapped or written, or
 * follows it now and at a rate: the three answers that thread 000 gives for a tier mask.
 */
import type { Kernel } from '../kernel.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { PagesLeaving, type Departure } from '../swap/leaving.ts';
import { betterDevice } from '../swap/tierMask.ts';
import { DONE, type Action } from './action.ts';

const ANSWERS = {
  stay: 'Pages stay where they are.',
  lazy: 'Pages follow the new order when they are next mapped or written.',
  now: 'Pages follow the new order now.',
} as const;

/** Pages on devices that others with room have overtaken. */
function fromOvertaken(k: Kernel): Departure {
  const better = (page: number) => betterDevice(k, k.memcgOf(page), k.pages.slot(page));
  return { leaves: (page) => better(page) !== null, target: better };
}

export class SetPriority implements Action {
  private readonly tier: string;
  private readonly startedAt: number;
  /** Null when pages do not leave now. */
  private readonly leaving: PagesLeaving | null;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'set-priority' }>) {
    const { tier, priority, move, rate } = action;
    this.tier = tier;
    this.startedAt = k.now;
    this.leaving = move === 'now' ? new PagesLeaving(fromOvertaken(k), rate) : null;
    k.devices.setPriority(k.devices.named(tier), priority, move !== 'stay');
    k.note(
      'limit_change',
      `tier:${tier}`,
      `The priority of ${tier} is ${priority} now. ${ANSWERS[move]}`,
    );
  }

  run(k: Kernel, until: number): number {
    const { leaving } = this;
    if (leaving === null) return DONE;
    const wait = leaving.run(k, until);
    if (wait !== DONE) return wait;
    const seconds = ((k.now - this.startedAt) / 1e9).toFixed(3);
    k.note(
      'limit_change',
      `tier:${this.tier}`,
      `${leaving.left} pages followed the new priority of ${this.tier} in ${seconds} s.${leaving.why}`,
    );
    return DONE;
  }
}
