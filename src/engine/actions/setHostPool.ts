/**
 * The host changes the RAM that it gives to its guests (facts 9.2). Pages leave a pool above its new
 * size only as further ones are put: ephemeral ones, or to the disk of the host.
 */
import type { Kernel } from '../kernel.ts';
import { DONE, type Action } from './action.ts';

export class SetHostPool implements Action {
  constructor(k: Kernel, bytes: number) {
    const { frontswap } = k.devices;
    if (frontswap === null) throw new Error('The kernel has no frontswap');
    frontswap.pool.poolBytes = bytes;
    k.note('limit_change', 'machine', `The host's pool is ${bytes} bytes now.`);
  }

  run(): number {
    return DONE;
  }
}
