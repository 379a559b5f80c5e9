/**
 * The host changes the RAM that it gives to its guests (facts 9.2). Persistent pages are kept until
 * the guest gives them up, so a pool above its new size only refuses further pages.
 */
import type { Kernel } from '../kernel.ts';
import { DONE, type Action } from './action.ts';

export class SetHostPool implements Action {
  constructor(k: Kernel, bytes: number) {
    const { frontswap } = k.devices;
    if (frontswap === null) throw new Error('The kernel has no frontswap');
    frontswap.poolPages = Math.floor(bytes / k.settings.pageBytes);
    k.note('limit_change', 'machine', `The host's pool is ${bytes} bytes now.`);
  }

  run(): number {
    return DONE;
  }
}
