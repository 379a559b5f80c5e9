/** Where a page that is out of RAM may move, and why it may not. */
import type { Kernel } from '../kernel.ts';
import { inHost } from '../memory/folio.ts';
import { DEVICE, NOWHERE, TOUCHED, ZERO, ZSWAP } from '../memory/pages.ts';
import { FIRST_DEVICE, POOL } from '../metrics/flows.ts';
import { writebackAllowed } from '../tiers/zswap.ts';
import type { SwapDevice } from './devices.ts';

/** A device, or zswap's pool. */
export type Target = SwapDevice | 'zswap';

/** Why a page does not move. */
export type TransferRefusal =
  /** The design fixes the slot of a page at swap-out. */
  | 'design'
  /** It is in RAM, was never touched, or is on its way already. */
  | 'not in swap'
  /** A page of zeros is only a mark: no tier holds it. */
  | 'zero'
  /** frontswap holds it: its device has nothing to read. */
  | 'in the host'
  | 'same tier'
  /** Its memcg may not use the target, or may not let go of its pages in zswap. */
  | 'forbidden'
  /** The target is full or being swapped off. */
  | 'no slot'
  /** memory.swap.max forbids another slot. */
  | 'swap limit'
  /** No frame is free through which it could go. */
  | 'no memory'
  /** Batch after batch stayed: the tiers do not answer, or faults want every page. */
  | 'in vain';

/** The same in words, to go after "because". */
export const REASONS: Readonly<Record<TransferRefusal, string>> = {
  design: 'the swap space keeps a page in the slot that it got at swap-out',
  'not in swap': 'they came back to RAM meanwhile',
  zero: 'a page of zeros is only a mark, which no tier holds',
  'in the host': 'the pool of the host holds them',
  'same tier': 'they are there already',
  forbidden: 'their cgroup may not use the target, or not let go of what it has in zswap',
  'no slot': 'the target is full or being swapped off',
  'swap limit': 'memory.swap.max allows no further slot',
  'no memory': 'no frame is free through which they could go',
  'in vain':
    'batch after batch did not get there: a tier does not answer, or faults want every page',
};

/** The place of a target in the flow matrix. */
export function placeOfTarget(to: Target): number {
  return to === 'zswap' ? POOL : FIRST_DEVICE + to.index;
}

/** The tier with this name, which must exist. */
export function targetNamed(k: Kernel, name: string): Target {
  return name === 'zswap' ? name : k.devices.named(name);
}

/** The page is in zswap and holds a slot on the device already: its entry stays as it is. */
export function movesInPlace(k: Kernel, page: number, to: Target): boolean {
  const slot = k.pages.slot(page);
  return to !== 'zswap' && k.pages.where(page) === ZSWAP && slot >= 0 && k.devices.of(slot) === to;
}

/** Why the page cannot begin to move to the tier, or null when it can. */
export function refusal(k: Kernel, page: number, to: Target): TransferRefusal | null {
  const where = k.pages.where(page);
  if (k.pages.flags[page] !== TOUCHED || where === NOWHERE) return 'not in swap';
  if (where === ZERO) return 'zero';
  if (inHost(k, page)) return 'in the host';
  if (to === 'zswap') {
    if (where === ZSWAP) return 'same tier';
    if (!k.zswap?.enabled) return 'no slot';
    return k.freeFrames() > 0 ? null : 'no memory';
  }
  if (where === DEVICE && k.devices.of(k.pages.slot(page)) === to) return 'same tier';
  const inPlace = movesInPlace(k, page, to);
  if (!inPlace && !k.space.mayMove(page, to)) return 'design';
  const memcg = k.memcgOf(page);
  if (where === ZSWAP && !writebackAllowed(k, memcg)) return 'forbidden';
  if (!memcg.allowed[to.index] && (!inPlace || memcg.leavesForbidden)) return 'forbidden';
  if (to.closed) return 'no slot';
  if (!inPlace && to.slots.free === 0) return 'no slot';
  if (!inPlace && !k.space.mayHoldSlot(page)) return 'swap limit';
  return k.freeFrames() > 0 ? null : 'no memory';
}
