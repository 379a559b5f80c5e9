/** Checks of named swap tiers, and of what refers to devices and tiers by name. */
import { tierOf } from '../swap/tierRanges.ts';
import type { Report } from './crossChecks.ts';
import { DEVICES } from './presets.ts';
import type { Scenario, ScenarioAction } from './schema.ts';
import { cgroupPath, eachCgroup } from './walk.ts';

/** MAX_SWAPTIER can be configured up to this; its default is 4 (facts 7.1). */
const MOST_SWAP_TIERS = 31;

/** What a name may be, when it must be one of these. */
export function oneOf(names: readonly string[], none: string): string {
  return names.length === 0 ? none : `one of ${names.map((n) => `"${n}"`).join(', ')}`;
}

/** Every priority must belong to exactly one tier. */
export function checkSwapTiers(scenario: Scenario, report: Report): void {
  const here = ['kernel', 'swapTiers'];
  const ranges = Object.entries(scenario.kernel.swapTiers);
  if (ranges.length === 0) return;
  if (ranges.length > MOST_SWAP_TIERS) report(here, `at most ${MOST_SWAP_TIERS} tiers`);
  if (!ranges.some(([, start]) => start === -1)) report(here, 'one tier that starts at -1');
  const seen = new Set<number>();
  for (const [name, start] of ranges) {
    if (seen.has(start)) report([...here, name], 'a start that no other tier has');
    seen.add(start);
  }
}

/** The tiers that a cgroup, or an action on one, names. */
export function checkTierChoice(
  scenario: Scenario,
  choice: {
    tiers?: readonly string[] | undefined;
    tiersMax: Readonly<Record<string, unknown>>;
  },
  path: readonly PropertyKey[],
  report: Report,
): void {
  const devices = Object.keys(scenario.tiers);
  choice.tiers?.forEach((tier, i) => {
    if (!devices.includes(tier))
      report([...path, 'tiers', i], oneOf(devices, 'nothing: the scenario has no tiers'));
  });
  const names = Object.keys(scenario.kernel.swapTiers);
  for (const name of Object.keys(choice.tiersMax)) {
    if (!names.includes(name))
      report([...path, 'tiersMax', name], oneOf(names, 'nothing: kernel.swapTiers has no tiers'));
  }
}

/** A tier that an active device uses cannot change, so the device must stay in its tier. */
export function checkPriority(
  scenario: Scenario,
  action: Extract<ScenarioAction, { do: 'set-priority' }>,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const device = scenario.tiers[action.tier];
  const range = device && tierOf(scenario.kernel.swapTiers, device.priority ?? -1);
  if (!range || (action.priority >= range.first && action.priority <= range.last)) return;
  report(
    [...path, 'priority'],
    `a priority from ${range.first} to ${range.last}, those of its tier "${range.name}"`,
  );
}

/** Links that exist and pass data; a device behind one has a queue. */
export function checkLinks({ tiers, links }: Scenario, report: Report): void {
  for (const [name, { bandwidth, latencyP50, latencyP99 }] of Object.entries(links)) {
    if (bandwidth === 0) report(['links', name, 'bandwidth'], 'a size above 0');
    if (latencyP99 < latencyP50)
      report(['links', name, 'latencyP99'], 'a time not below latencyP50');
  }
  for (const [name, tier] of Object.entries(tiers)) {
    if (tier.kind !== 'block' || tier.link === undefined) continue;
    const here = ['tiers', name, 'link'];
    if (!Object.hasOwn(links, tier.link))
      report(here, oneOf(Object.keys(links), 'nothing: the scenario has no links'));
    if (tier.synchronous ?? DEVICES[tier.device].synchronous)
      report(here, 'nothing: the device is synchronous');
  }
}

/** A device that is served inside the caller has no queue in which requests could wait. */
export function checkOutage(
  scenario: Scenario,
  action: Extract<ScenarioAction, { do: 'outage' }>,
  path: readonly PropertyKey[],
  report: Report,
): void {
  const tier = scenario.tiers[action.tier];
  if (!tier) return;
  const queued = tier.kind === 'block' && !(tier.synchronous ?? DEVICES[tier.device].synchronous);
  if (!queued) report([...path, 'tier'], 'a block device that is not synchronous');
}

/** Paths of the cgroups of a scenario. */
export function cgroupPaths(scenario: Scenario): Set<string> {
  const paths = new Set<string>();
  eachCgroup(scenario.cgroups, (_, path) => paths.add(cgroupPath(path)));
  return paths;
}

/** Two tiers between which pages move. */
export function checkMove(
  scenario: Scenario,
  move: { from: string; to: string; rate: number },
  path: readonly PropertyKey[],
  report: Report,
): void {
  const names = Object.keys(scenario.tiers);
  if (scenario.kernel.zswap.enabled) names.push('zswap');
  for (const end of ['from', 'to'] as const)
    if (!names.includes(move[end]))
      report([...path, end], oneOf(names, 'nothing: the scenario has no tiers'));
  if (move.from === move.to) report([...path, 'to'], 'another tier than "from"');
  if (move.rate === 0) report([...path, 'rate'], 'a size above 0');
}

export function checkTierPolicies(scenario: Scenario, report: Report): void {
  const groups = cgroupPaths(scenario).add('/');
  scenario.tierPolicies.forEach((policy, i) => {
    const here = ['tierPolicies', i];
    checkMove(scenario, policy, here, report);
    if (!groups.has(policy.cgroup))
      report([...here, 'cgroup'], oneOf([...groups].sort(), 'nothing: there are no cgroups'));
    if (policy.interval === 0) report([...here, 'interval'], 'a time above 0');
    if ('high' in policy && policy.low > policy.high)
      report([...here, 'low'], 'a percentage not above "high"');
  });
}
