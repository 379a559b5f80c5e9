/**
 * Devices that others have overtaken in priority while they held pages. The kernel knows no such thing, as
 * it changes a priority only by swapoff; the rule is ours: a page follows the new order when a device that
 * has overtaken its own one has room for it.
 */
import type { SwapDevice } from './devices.ts';

export class OvertakenDevices {
  /** Whether pages of any device follow a new order. */
  any = false;
  /** By index of a device: those that have overtaken it, the highest priority first. */
  private readonly by: SwapDevice[][] = [];

  /**
   * The priority of one of the devices was `before`; `follow` says whether pages follow the change, or
   * stay even where they followed an earlier one.
   */
  changed(list: readonly SwapDevice[], device: SwapDevice, before: number, follow: boolean): void {
    for (const other of list) {
      if (other === device || other.plain !== device.plain) continue;
      this.compare(device, other, before <= other.priority, follow);
      this.compare(other, device, other.priority <= before, follow);
    }
    this.any = this.by.some((faster) => faster.length > 0);
  }

  private compare(fast: SwapDevice, slow: SwapDevice, wasNotAhead: boolean, follow: boolean): void {
    const by = (this.by[slow.index] ??= []);
    const known = by.indexOf(fast);
    const stands = follow && fast.priority > slow.priority && (known >= 0 || wasNotAhead);
    if (known >= 0) by.splice(known, 1);
    if (stands) by.push(fast);
    by.sort((a, b) => b.priority - a.priority);
  }

  /** The first device with room that has overtaken this one and that `allowed` names; null without one. */
  betterThan(device: SwapDevice, allowed: readonly boolean[]): SwapDevice | null {
    if (!this.any) return null;
    const better = this.by[device.index]?.find(
      ({ index, closed, slots }) => allowed[index] && !closed && slots.free > 0,
    );
    return better ?? null;
  }
}
