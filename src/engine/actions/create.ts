/** From an action of the scenario to what carries it out. */
import type { Kernel } from '../kernel.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import type { Action } from './action.ts';
import { MovePages } from './movePages.ts';
import { ReclaimAction } from './reclaimAction.ts';
import { SetHostPool } from './setHostPool.ts';
import { Outage } from './outage.ts';
import { SetLimits } from './setLimits.ts';
import { SetPriority } from './setPriority.ts';
import { SetTiers } from './setTiers.ts';
import { ShrinkFrontswap } from './shrinkFrontswap.ts';
import { SwapoffAction } from './swapoffAction.ts';
import { MarkZramIdle, RecompressZram, WriteZramBack } from './zramActions.ts';

/** Begins the action now. The scenario was checked, so what it names exists. */
export function createAction(k: Kernel, action: ScenarioAction): Action {
  switch (action.do) {
    case 'swapoff':
      return new SwapoffAction(k, action.tier);
    case 'set-limits':
      return new SetLimits(k, action);
    case 'set-priority':
      return new SetPriority(k, action);
    case 'memory-reclaim':
      return new ReclaimAction(k, action);
    case 'outage':
      return new Outage(action);
    case 'set-tiers':
      return new SetTiers(k, action);
    case 'move-pages':
      return new MovePages(k, action);
    case 'set-host-pool':
      return new SetHostPool(k, action.size);
    case 'shrink-frontswap':
      return new ShrinkFrontswap(k, action);
    case 'zram-idle':
      return new MarkZramIdle(k, action);
    case 'zram-writeback':
      return new WriteZramBack(k, action);
    case 'zram-recompress':
      return new RecompressZram(k, action);
  }
}
