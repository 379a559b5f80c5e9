/** A set of tiers: what it takes of a scenario, and what it puts in the place of another scenario's. */
import { withSetting, type ScenarioInput } from '../../../engine/scenario/index.ts';
import type { TierConfiguration } from '../../../main/lab/contract.ts';
import { cgroupLabel, cgroupPaths } from '../edits.ts';
import { keysAt, valueAt, type Path } from '../formSchema.ts';

/** Settings of the kernel that say where pages may go once they leave RAM. */
const KERNEL = [
  'zswap',
  'swapSpace',
  'virtualSwap',
  'swapTiers',
  'swapLru',
  'swapLruBytes',
] as const;

/** Limits of a cgroup that do. */
const RULES = ['swap', 'zswap'] as const;

function pick<T extends object, K extends keyof T>(from: T | undefined, keys: readonly K[]) {
  const given = keys.filter((key) => from?.[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, from?.[key]])) as Pick<T, K>;
}

/** The set of a scenario, every cgroup included: none of them has a rule is said as well. */
export function tierSetOf(scenario: ScenarioInput): TierConfiguration {
  const groups = cgroupPaths(scenario).map(({ path }) => [
    cgroupLabel(path),
    pick(valueAt(scenario, [...path, 'memory']) as Memory | undefined, RULES),
  ]);
  return {
    format: 2,
    tiers: scenario.tiers ?? {},
    links: scenario.links ?? {},
    tierPolicies: scenario.tierPolicies ?? [],
    kernel: pick(scenario.kernel, KERNEL),
    groups: Object.fromEntries(groups) as NonNullable<TierConfiguration['groups']>,
  };
}

/** Limits of a cgroup as they stand in a draft. */
type Memory = NonNullable<TierConfiguration['groups']>[string];

export interface Applied {
  scenario: ScenarioInput;
  /** Cgroups that the set has rules for and the scenario does not have. */
  absent: string[];
}

/** Puts a set in the place of a scenario's own. Cgroups that it does not name keep their rules, without tiers that are gone. */
export function applyTierSet(scenario: ScenarioInput, set: TierConfiguration): Applied {
  let result = withSetting(scenario, ['tiers'], set.tiers);
  const put = (path: Path, value: unknown) => {
    const isEmpty =
      value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
    if (isEmpty && valueAt(result, path) === undefined) return;
    result = withSetting(result, path, isEmpty ? undefined : value);
  };
  if (set.links) put(['links'], set.links);
  if (set.tierPolicies) put(['tierPolicies'], set.tierPolicies);
  if (set.kernel) for (const key of KERNEL) put(['kernel', key], set.kernel[key]);

  const here = cgroupPaths(result);
  for (const { path } of here) {
    const rules = set.groups?.[cgroupLabel(path)];
    if (rules) for (const key of RULES) put([...path, 'memory', key], rules[key]);
    else dropGone(path);
  }
  const labels = new Set(here.map(({ path }) => cgroupLabel(path)));
  return { scenario: result, absent: ruled(set).filter((label) => !labels.has(label)) };

  function dropGone(path: Path): void {
    const at = [...path, 'memory', 'swap', 'tiers'];
    const names = valueAt(result, at);
    if (!Array.isArray(names)) return;
    const left = (names as unknown[]).filter((name) => Object.hasOwn(set.tiers, String(name)));
    if (left.length < names.length) put(at, left);
  }
}

/** Cgroups that it has rules for. */
const ruled = ({ groups = {} }: TierConfiguration): string[] =>
  Object.entries(groups)
    .filter(([, rules]) => Object.keys(rules).length > 0)
    .map(([label]) => label);

const counted = (count: number, one: string, many = `${one}s`) =>
  `${count} ${count === 1 ? one : many}`;

/** `nvme, hdd · 1 link · 2 policies · zswap and swap space · rules of 2 groups`. */
export function describeTierSet(set: TierConfiguration): string {
  const { tiers, links = {}, tierPolicies = [], kernel } = set;
  const isOn = kernel && valueAt(kernel, ['zswap', 'enabled']) === true;
  const others = [
    Object.keys(links).length > 0 && counted(Object.keys(links).length, 'link'),
    tierPolicies.length > 0 && counted(tierPolicies.length, 'policy', 'policies'),
    kernel && `zswap ${isOn ? 'on' : 'off'}, ${kernel.swapSpace ?? 'reserved'} swap space`,
    ruled(set).length > 0 && `rules of ${counted(ruled(set).length, 'group')}`,
    !set.groups && 'tiers alone',
  ];
  return [keysAt(tiers, []).join(', ') || 'no tiers', ...others].filter(Boolean).join(' · ');
}

/** The cgroups of a set as they would stand in a scenario. */
export function treeOf(groups: Record<string, unknown>): Record<string, unknown> {
  let tree: ScenarioInput = {};
  for (const [label, memory] of Object.entries(groups)) {
    const path = label
      .split('/')
      .slice(1)
      .flatMap((name, depth) => [depth === 0 ? 'cgroups' : 'children', name]);
    tree = withSetting(tree, [...path, 'memory'], memory);
  }
  return (tree.cgroups ?? {}) as Record<string, unknown>;
}
