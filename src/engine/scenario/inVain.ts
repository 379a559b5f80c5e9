/**
 * What a scenario asks for in vain: it can be run, but the run ends before, or the design of the swap space
 * refuses it page by page. Each is a warning, so that one scenario can be run under several designs.
 */
import type { Report } from './crossChecks.ts';
import type { Scenario } from './schema.ts';
import { formatTime } from './units.ts';

export function checkInVain(scenario: Scenario, report: Report): void {
  const { duration } = scenario.run;
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
