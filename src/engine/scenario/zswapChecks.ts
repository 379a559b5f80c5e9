/** What the allocator's own LRU of zswap excludes: kernels that had it lacked what came later (facts 0.2). */
import type { Report } from './crossChecks.ts';
import type { Scenario } from './schema.ts';
import { eachCgroup } from './walk.ts';

const WHILE = 'while kernel.zswap.lru is "zspages"';

export function checkZspageOrder(scenario: Scenario, report: Report): void {
  const { kernel, actions, cgroups, controllers } = scenario;
  if (!kernel.zswap.enabled || kernel.zswap.lru !== 'zspages') return;
  if (kernel.zswap.shrinker !== 'none')
    report(
      ['kernel', 'zswap', 'shrinker'],
      `"none" ${WHILE}: a shrinker needs a list of its memcg`,
    );
  actions.forEach((action, i) => {
    if (action.do === 'memory-reclaim' && action.source === 'zswap')
      report(['actions', i, 'source'], `"any" ${WHILE}`);
  });
  controllers.forEach((controller, i) => {
    if (controller.kind === 'adaptive-writeback')
      report(['controllers', i, 'kind'], `another kind ${WHILE}`);
    if (controller.kind === 'twice-cold' && controller.twiceColdAfter < Infinity)
      report(['controllers', i, 'twiceColdAfter'], `"never" ${WHILE}`);
  });
  eachCgroup(cgroups, ({ memory }, path) => {
    if (!memory.zswap.writeback) report([...path, 'memory', 'zswap', 'writeback'], `true ${WHILE}`);
  });
}
