/** swapoff of a tier, with what it brought and how long it took as events of the run. */
import type { Kernel } from '../kernel.ts';
import { Swapoff } from '../swap/swapoff.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

export class SwapoffAction implements Action {
  private readonly tier: string;
  /** Null when there is nothing to do. */
  private readonly swapoff: Swapoff | null;

  constructor(k: Kernel, tier: string) {
    this.tier = tier;
    const device = k.devices.list.find(({ name }) => name === tier);
    const target = device ?? k.zswap;
    const inUse = device ? !device.closed : k.zswap?.enabled === true;
    this.swapoff = inUse && target !== null ? new Swapoff(k, target) : null;
    const begins = this.swapoff
      ? `began: it has ${this.swapoff.left} pages`
      : 'is not possible: it is not in use';
    k.note('swapoff', `tier:${tier}`, `swapoff of ${tier} ${begins}.`);
  }

  run(k: Kernel, until: number): number {
    const { swapoff, tier } = this;
    if (swapoff === null) return DONE;
    const wait = swapoff.run(until);
    if (!swapoff.done) return wait > 0 ? wait : UNFINISHED;
    const { stoppedBy, brought, walked, faults, left } = swapoff;
    const seconds = (swapoff.duration / 1e9).toFixed(3);
    const end = stoppedBy === null ? 'ended' : 'stopped';
    const why =
      stoppedBy === null ? '' : ` ${stoppedBy}: ${left} pages are left, and the tier stays in use.`;
    k.note(
      'swapoff',
      `tier:${tier}`,
      `swapoff of ${tier} ${end} after ${seconds} s: ${brought} pages brought back, ${walked} entries looked at, ${faults} major faults meanwhile.${why}`,
    );
    return DONE;
  }
}
