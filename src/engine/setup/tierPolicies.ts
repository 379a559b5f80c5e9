/** The policies of a scenario as tasks, and the order of age that they and commands need. */
import type { Kernel } from '../kernel.ts';
import { memcgAt } from '../memory/memcg.ts';
import { demoteByAge } from '../policy/demoteByAge.ts';
import { demoteByPressure } from '../policy/demoteByPressure.ts';
import { promoteByAge } from '../policy/promoteByAge.ts';
import { promoteIntoRoom } from '../policy/promoteIntoRoom.ts';
import { TierMover } from '../policy/tierMover.ts';
import type { TierPolicy } from '../policy/tierPolicy.ts';
import type { Scenario, ScenarioTierPolicy } from '../scenario/schema.ts';
import { SwapAges } from '../swap/swapAges.ts';
import { placeOfTarget, targetNamed } from '../swap/transferRules.ts';
import type { StartedTask } from '../userspace/create.ts';

function policyOf(settings: ScenarioTierPolicy): TierPolicy {
  switch (settings.kind) {
    case 'demote-by-age':
      return demoteByAge(settings);
    case 'demote-by-pressure':
      return demoteByPressure(settings);
    case 'promote-by-age':
      return promoteByAge(settings);
    case 'promote-into-room':
      return promoteIntoRoom(settings);
  }
}

export function createTierMovers(
  k: Kernel,
  policies: readonly ScenarioTierPolicy[],
): StartedTask[] {
  return policies.map((settings) => {
    const { kind, cgroup, from, to, interval } = settings;
    const task = new TierMover(
      `${kind} from ${from} to ${to}`,
      policyOf(settings),
      memcgAt(k.memcgs, cgroup),
      targetNamed(k, from),
      targetNamed(k, to),
      interval,
      settings,
    );
    return { task, at: interval };
  });
}

/** Null where nobody asks for the age of pages out of RAM. */
export function createSwapAges(k: Kernel, scenario: Scenario): SwapAges | null {
  const { kernel, tierPolicies, actions } = scenario;
  const oldest = new Set<number>();
  const newest = new Set<number>();
  const need = (from: string, order: 'oldest' | 'newest') =>
    (order === 'oldest' ? oldest : newest).add(placeOfTarget(targetNamed(k, from)));
  for (const { kind, from } of tierPolicies)
    need(from, kind.startsWith('promote') ? 'newest' : 'oldest');
  for (const action of actions) if (action.do === 'move-pages') need(action.from, action.order);
  const global = kernel.swapLru === 'global';
  if (!global && oldest.size === 0 && newest.size === 0) return null;
  return new SwapAges(k, {
    global,
    entryBytes: kernel.swapLruBytes,
    oldest: [...oldest],
    newest: [...newest],
  });
}
