/** Checks of what an administrator does to a zram. */
import type { Report } from './crossChecks.ts';
import type { Scenario, ScenarioAction } from './schema.ts';

/** The action must name a zram that has what the action needs. */
export function checkZramAction(
  scenario: Scenario,
  action: ScenarioAction,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const { do: what } = action;
  if (what !== 'zram-idle' && what !== 'zram-writeback' && what !== 'zram-recompress') return;
  const tier = scenario.tiers[action.tier];
  if (!tier) return;
  const here = [...path, 'tier'];
  if (tier.kind !== 'zram') report(here, 'a tier of kind "zram"');
  else if (what === 'zram-writeback' && !tier.backing) report(here, 'a zram with "backing"');
  else if (what === 'zram-recompress' && tier.recompress === undefined)
    report(here, 'a zram with a second codec, "recompress"');
}
