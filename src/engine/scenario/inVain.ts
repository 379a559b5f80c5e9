/**
 * What a scenario asks for in vain: it can be run, but the run ends before, the design of the swap space
 * refuses it page by page, or the kernel asked for knows no such file. Each is a warning, so that one scenario
 * can be run under several designs.
 */
import type { Report } from './crossChecks.ts';
import type { Scenario } from './schema.ts';
import { formatTime } from './units.ts';
import { eachCgroup } from './walk.ts';

export function checkInVain(scenario: Scenario, report: Report): void {
  const { duration } = scenario.run;
  checkZswapOff(scenario, report);
  if (scenario.kernel.cgroup === 'v1') checkV1(scenario, report);
  checkSenpai(scenario, report);
  scenario.actions.forEach((action, i) => {
    const here = ['actions', i];
    if (duration !== undefined && action.at >= duration)
      report(
        [...here, 'at'],
        `a time before the end of the run, ${formatTime(duration)}; nothing is begun later`,
      );
    if (action.do === 'move-pages') checkDesign(scenario, action, here, report);
    if ('move' in action && action.move === 'lazy') checkLazy(scenario, [...here, 'move'], report);
  });
  scenario.tierPolicies.forEach((policy, i) => {
    checkDesign(scenario, policy, ['tierPolicies', i], report);
    if (duration !== undefined && policy.interval >= duration)
      report(
        ['tierPolicies', i, 'interval'],
        `a time below that of the run, ${formatTime(duration)}; the policy first looks after one`,
      );
  });
}

function checkZswapOff({ kernel: { zswap } }: Scenario, report: Report): void {
  if (!zswap.enabled && zswap.shrinker !== 'none')
    report(['kernel', 'zswap', 'shrinker'], '"none" while kernel.zswap.enabled is false');
}

/** Files that only cgroup v2 has; the values are those that ask for nothing. */
function checkV1(scenario: Scenario, report: Report): void {
  const nothing = (value: number | boolean) =>
    `${value === Infinity ? '"max"' : value === 0 ? '"0B"' : String(value)} while kernel.cgroup is "v1", which has no such file`;
  if (scenario.kernel.zswap.enabled && scenario.kernel.zswap.shrinker !== 'none')
    report(
      ['kernel', 'zswap', 'shrinker'],
      '"none" while kernel.cgroup is "v1": what zswap holds of a cgroup is not counted there, so the shrinker finds nothing',
    );
  eachCgroup(scenario.cgroups, ({ memory }, path) => {
    const here = [...path, 'memory'];
    if (memory.min !== 0) report([...here, 'min'], nothing(0));
    if (memory.low !== 0) report([...here, 'low'], nothing(0));
    if (memory.high !== Infinity) report([...here, 'high'], nothing(Infinity));
    if (memory.zswap.max !== Infinity) report([...here, 'zswap', 'max'], nothing(Infinity));
    if (!memory.zswap.writeback) report([...here, 'zswap', 'writeback'], nothing(true));
  });
  scenario.controllers.forEach(({ kind }, i) => {
    if (kind === 'senpai-limit')
      report(
        ['controllers', i, 'kind'],
        'another kind while kernel.cgroup is "v1", which has no memory.high',
      );
  });
}

/** Both forms look at the same pressure, and each takes what the other causes for the workload's. */
function checkSenpai({ controllers }: Scenario, report: Report): void {
  controllers.forEach(({ kind, cgroup }, i) => {
    if (kind !== 'senpai' && kind !== 'senpai-limit') return;
    const other = controllers
      .slice(0, i)
      .find((c) => (c.kind === 'senpai' || c.kind === 'senpai-limit') && c.cgroup === cgroup);
    if (other)
      report(
        ['controllers', i, 'cgroup'],
        `a cgroup that no other senpai steers (a controller of kind "${other.kind}" has ${cgroup}): each would take the pressure that the other causes for that of the workload`,
      );
  });
}

/** Between devices pages move only where their entry can change; see `mayMove` of the swap spaces. */
function checkDesign(
  { kernel, tiers }: Scenario,
  { from, to }: { from: string; to: string },
  path: readonly PropertyKey[],
  report: Report,
): void {
  const { swapSpace } = kernel;
  // What zswap holds may go to the slot behind it, and back, in every design.
  if (from === 'zswap' || to === 'zswap') return;
  if (swapSpace === 'pinned' || swapSpace === 'reserved') {
    const zswap = kernel.zswap.enabled ? '"zswap"' : 'nothing';
    report(
      [...path, 'to'],
      `${zswap} while kernel.swapSpace is "${swapSpace}": no page moves between devices`,
    );
  } else if (tiers[from]?.plain || tiers[to]?.plain) {
    const end = tiers[from]?.plain ? 'from' : 'to';
    report([...path, end], 'a tier that is not plain: page tables name the slots of a plain one');
  }
}

/** The slot behind a page in zswap is exchanged only where its entry can change. */
function checkLazy(
  { kernel, tiers }: Scenario,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (!kernel.zswap.enabled) return;
  const plain = Object.keys(tiers).filter((name) => tiers[name]?.plain);
  if (kernel.swapSpace !== 'reserved' && plain.length === 0) return;
  const where =
    kernel.swapSpace === 'reserved'
      ? 'while kernel.swapSpace is "reserved"'
      : `for what is on plain tiers (${plain.join(', ')})`;
  report(
    path,
    `"stay" or "now" ${where}: a page in zswap keeps the slot behind it, and is written back there`,
  );
}
