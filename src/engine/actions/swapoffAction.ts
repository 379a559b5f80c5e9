/** swapoff of a tier, with what it brought and how long it took as events of the run. */
import type { Kernel } from '../kernel.ts';
import type { SwapDevice } from '../swap/devices.ts';
import { Swapoff } from '../swap/swapoff.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

export class SwapoffAction implements Action {
  private readonly device: SwapDevice;
  private readonly swapoff: Swapoff;
  private readonly startedAt: number;

  constructor(k: Kernel, tier: string) {
    const device = k.devices.named(tier);
    this.device = device;
    this.startedAt = k.now;
    k.note('swapoff', `tier:${tier}`, `swapoff of ${tier} began: ${device.slots.used} slots used.`);
    this.swapoff = new Swapoff(k, device);
  }

  run(k: Kernel, until: number): number {
    const { swapoff, device } = this;
    const wait = swapoff.run(until);
    if (wait > 0) return wait;
    if (!swapoff.done) return UNFINISHED;
    const seconds = ((k.now - this.startedAt) / 1e9).toFixed(3);
    k.note(
      'swapoff',
      `tier:${device.name}`,
      swapoff.failed
        ? `swapoff of ${device.name} failed after ${seconds} s: there was no memory for a page. The tier stays in use.`
        : `swapoff of ${device.name} ended after ${seconds} s.`,
    );
    return DONE;
  }
}
