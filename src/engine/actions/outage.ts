/**
 * A device does not answer for a while, as a remote one whose network or server is down. Requests
 * wait, as those of an nbd device do while it may reconnect, or end with an error, as they do once the
 * driver has given up.
 */
import type { Kernel } from '../kernel.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { BlockTier } from '../tiers/block.ts';
import { DONE, type Action } from './action.ts';

export class Outage implements Action {
  private readonly action: Extract<ScenarioAction, { do: 'outage' }>;

  constructor(action: Extract<ScenarioAction, { do: 'outage' }>) {
    this.action = action;
  }

  run(k: Kernel): typeof DONE {
    const { tier, duration, reads, writes } = this.action;
    const { backend } = k.devices.named(tier);
    if (!(backend instanceof BlockTier)) throw new Error(`The tier ${tier} is no block device`);
    backend.goDown(k.now + duration, reads === 'fail', writes === 'fail');
    k.note(
      'note',
      `tier:${tier}`,
      `${tier} does not answer for ${duration / 1e9} s; its reads ${reads}, its writes ${writes}.`,
    );
    return DONE;
  }
}
