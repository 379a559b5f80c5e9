/**
 * The first poison of thread 000: the slot that a page gets at swap-out is where it stays, so no
 * compressed cache can stand in front of a device; a compressed tier is a device itself (zram).
 */
import { ReservedSwapSpace } from './reserved.ts';

export class PinnedSwapSpace extends ReservedSwapSpace {
  override readonly name = 'pinned';
}
