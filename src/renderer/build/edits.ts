/** Changes to a scenario that touch more than one setting: adding, removing and renaming parts. */
import { withSetting, type ScenarioInput } from '../../engine/scenario/index.ts';
import { isRecord, keysAt, schemaAt, valueAt, type Path } from './formSchema.ts';

/** A name of the form `base`, `base2`, `base3` ... that is not taken. */
export function freeName(taken: Iterable<string>, base: string): string {
  const used = new Set(taken);
  if (!used.has(base)) return base;
  for (let n = 2; ; n++) if (!used.has(`${base}${n}`)) return `${base}${n}`;
}

const listAt = (scenario: ScenarioInput, path: Path): unknown[] => {
  const value = valueAt(scenario, path);
  return Array.isArray(value) ? value : [];
};

export interface Edit {
  scenario: ScenarioInput;
  /** Where what was added stands. */
  path: Path;
}

export function addTier(scenario: ScenarioInput, kind: 'block' | 'zram'): Edit {
  const name = freeName(keysAt(scenario, ['tiers']), kind === 'zram' ? 'zram' : 'ssd');
  const path = ['tiers', name];
  const tier =
    kind === 'zram' ? { kind, size: '512MiB' } : { kind, device: 'sata-ssd', size: '2GiB' };
  return { scenario: withSetting(scenario, path, tier), path };
}

/** Adds a group below `parent`, which is the path of a group or empty for the root. */
export function addCgroup(scenario: ScenarioInput, parent: Path): Edit {
  const into = parent.length === 0 ? ['cgroups'] : [...parent, 'children'];
  const path = [...into, freeName(keysAt(scenario, into), 'group')];
  return { scenario: withSetting(scenario, path, {}), path };
}

export function addWorkload(scenario: ScenarioInput, cgroup: Path): Edit {
  const into = [...cgroup, 'workloads'];
  const list = listAt(scenario, into);
  const names = list.filter(isRecord).map((each) => String(each['name']));
  const path = [...into, list.length];
  const workload = {
    name: freeName(names, 'work'),
    pattern: { kind: 'zipf' },
    pages: '256MiB',
    accesses: 1_000_000,
  };
  return { scenario: withSetting(scenario, path, workload), path };
}

/** Takes a part out; a tier is also taken out of the lists of the groups that may use it. */
export function remove(scenario: ScenarioInput, path: Path): ScenarioInput {
  const without = withSetting(scenario, path, undefined);
  if (path.length !== 2 || path[0] !== 'tiers') return without;
  return withTierNames(without, (names) => names.filter((name) => name !== path[1]));
}

/** Gives a tier or a cgroup another name, in its place; references follow. */
export function rename(scenario: ScenarioInput, path: Path, name: string): ScenarioInput {
  const parent = valueAt(scenario, path.slice(0, -1));
  if (!isRecord(parent)) return scenario;
  const old = path.at(-1);
  const entries = Object.entries(parent).map(([key, value]) => [key === old ? name : key, value]);
  const renamed = withSetting(scenario, path.slice(0, -1), Object.fromEntries(entries));
  if (path.length !== 2 || path[0] !== 'tiers') return renamed;
  return withTierNames(renamed, (names) => names.map((each) => (each === old ? name : each)));
}

/** Moves an entry of a map one place up or down among its siblings. */
export function move(scenario: ScenarioInput, path: Path, by: -1 | 1): ScenarioInput {
  const parent = valueAt(scenario, path.slice(0, -1));
  if (!isRecord(parent)) return scenario;
  const entries = Object.entries(parent);
  const from = entries.findIndex(([key]) => key === path.at(-1));
  const to = from + by;
  const [entry] = entries.splice(from, 1);
  if (!entry || to < 0 || to > entries.length) return scenario;
  entries.splice(to, 0, entry);
  return withSetting(scenario, path.slice(0, -1), Object.fromEntries(entries));
}

/** Changes the list of allowed tiers of every cgroup that has one. */
function withTierNames(
  scenario: ScenarioInput,
  change: (names: string[]) => string[],
): ScenarioInput {
  let result = scenario;
  for (const { path } of cgroupPaths(scenario)) {
    const at = [...path, 'memory', 'swap', 'tiers'];
    const names = valueAt(result, at);
    if (Array.isArray(names)) result = withSetting(result, at, change(names as string[]));
  }
  return result;
}

export interface CgroupPlace {
  path: Path;
  name: string;
  depth: number;
}

/** Every cgroup in the order of the file, parents first, whatever else may be wrong with them. */
export function cgroupPaths(
  scenario: ScenarioInput,
  into: Path = ['cgroups'],
  depth = 0,
): CgroupPlace[] {
  return keysAt(scenario, into).flatMap((name) => {
    const path = [...into, name];
    return [{ path, name, depth }, ...cgroupPaths(scenario, [...path, 'children'], depth + 1)];
  });
}

/** `/web/api` for the path of a group in the scenario. */
export const cgroupLabel = (path: Path): string =>
  `/${path.filter((key, i) => i % 2 === 1 && typeof key === 'string').join('/')}`;

/** Takes a setting out, and with it every group that says nothing any more and may be left out. */
export function unset(scenario: ScenarioInput, path: Path): ScenarioInput {
  let result = withSetting(scenario, path, undefined);
  for (let at = path.slice(0, -1); at.length > 0; at = at.slice(0, -1)) {
    const value = valueAt(result, at);
    const optional = isRecord(schemaAt(at, result)?.default);
    if (!optional || !isRecord(value) || Object.keys(value).length > 0) break;
    result = withSetting(result, at, undefined);
  }
  return result;
}
