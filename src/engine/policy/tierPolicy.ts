/**
 * What a policy that moves pages between two tiers sees, and what it asks for. A policy is a function
 * that is called at each interval; the kernel thread that calls it moves the pages (policy/tierMover.ts).
 * Promotion and demotion between tiers are deferred by the tier patches (facts 7.2): these are ours.
 */
import type { SwapOrder } from '../swap/swapAges.ts';

/** Pages in use and at most: slots of a device; of zswap, its pages and those that the pool would hold. */
export interface TierFill {
  readonly used: number;
  readonly size: number;
}

export interface TierView {
  readonly from: TierFill;
  readonly to: TierFill;
}

export interface MoveRequest {
  /** Most pages to move. */
  readonly pages: number;
  /** The end of the order that they are taken from. */
  readonly order: SwapOrder;
  /** Only pages that have been in the order for so long, ns. */
  readonly olderThan: number;
  /** Only pages that have been in the order for no longer than that, ns. */
  readonly youngerThan: number;
}

/** Null when nothing is to be moved now. */
export type TierPolicy = (view: TierView) => MoveRequest | null;

/** Pages that bring a tier from `used` down to a percentage of its size. */
export function above({ used, size }: TierFill, percent: number): number {
  return Math.max(0, used - Math.floor((size * percent) / 100));
}

/** Pages that bring a tier up to a percentage of its size. */
export function below({ used, size }: TierFill, percent: number): number {
  return Math.max(0, Math.floor((size * percent) / 100) - used);
}
