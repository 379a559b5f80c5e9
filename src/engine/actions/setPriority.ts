/**
 * Another priority for a device in use. The kernel can do that only by swapoff and swapon, which
 * empties the device; here what it holds stays, so that the order of filling can be tried on its own.
 */
import type { Kernel } from '../kernel.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { DONE, type Action } from './action.ts';

export class SetPriority implements Action {
  private readonly action: Extract<ScenarioAction, { do: 'set-priority' }>;

  constructor(action: Extract<ScenarioAction, { do: 'set-priority' }>) {
    this.action = action;
  }

  run(k: Kernel): typeof DONE {
    const { tier, priority } = this.action;
    k.devices.setPriority(k.devices.named(tier), priority);
    k.note('limit_change', `tier:${tier}`, `The priority of ${tier} is ${priority} now.`);
    return DONE;
  }
}
