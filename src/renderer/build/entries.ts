/** Entries of the lists and maps of a scenario: a new one that is nearly right, and any in one line. */
import { withSetting, type ScenarioInput } from '../../engine/scenario/index.ts';
import { cgroupLabel, cgroupPaths, freeName } from './edits.ts';
import {
  discriminator,
  isRecord,
  keysAt,
  kindOf,
  schemaAt,
  valueAt,
  variantOf,
  type Path,
} from './formSchema.ts';

/** What a field that names a part of the scenario may say, by the field's own name. */
export function namesFor(path: Path, scenario: ScenarioInput): string[] {
  switch (path.at(-1)) {
    case 'tier':
    case 'from':
    case 'to':
      return [...keysAt(scenario, ['tiers']), ...(zswapIsOn(scenario) ? ['zswap'] : [])];
    case 'cgroup':
      return cgroupPaths(scenario).map(({ path: at }) => cgroupLabel(at));
    case 'link':
      return keysAt(scenario, ['links']);
    default:
      return [];
  }
}

const zswapIsOn = (scenario: ScenarioInput) =>
  valueAt(scenario, ['kernel', 'zswap', 'enabled']) === true;

/** Adds an entry at the end; what it must say of other parts is the first that fits. */
export function addEntry(scenario: ScenarioInput, path: Path): ScenarioInput {
  const schema = schemaAt(path, scenario) ?? {};
  if (kindOf(schema) === 'map') {
    const name = freeName(keysAt(scenario, path), String(path.at(-1)).replace(/s$/, ''));
    return withSetting(scenario, [...path, name], newMapEntry(scenario, path));
  }
  const list = valueAt(scenario, path);
  const length = Array.isArray(list) ? list.length : 0;
  return withSetting(scenario, [...path, length], newListEntry(scenario, path));
}

function newMapEntry(scenario: ScenarioInput, path: Path): unknown {
  const values = schemaAt([...path, 'x'], scenario) ?? {};
  if (values.properties) return {};
  // The range of swap tiers must begin at -1; later ones begin higher.
  const taken = Object.values((valueAt(scenario, path) as Record<string, unknown>) ?? {});
  if (kindOf(values) === 'number') return taken.length === 0 ? -1 : 100 * taken.length;
  return 'max';
}

function newListEntry(scenario: ScenarioInput, path: Path): unknown {
  const item = schemaAt([...path, 0], scenario) ?? {};
  const key = discriminator(item);
  const first = item.oneOf?.[0];
  if (key === undefined || !first) return {};
  const entry: Record<string, unknown> = { [key]: first.properties?.[key]?.const };
  if (first.properties?.['at']) entry['at'] = '1s';
  const names = namesFor(['tier'], scenario);
  if (first.properties?.['from']) [entry['from'], entry['to']] = [names.at(-1), names[0]];
  if (first.properties?.['tier']) entry['tier'] = names[0] ?? '';
  const cgroup = first.properties?.['cgroup'];
  if (cgroup && cgroup.default === undefined)
    entry['cgroup'] = namesFor(['cgroup'], scenario)[0] ?? '';
  return entry;
}

/** `Demotion by age · nvme → disk · after 30s`. */
export function describeEntry(path: Path, scenario: ScenarioInput): string {
  const value = valueAt(scenario, path);
  if (!isRecord(value)) return String(value ?? '');
  const schema = schemaAt(path, scenario) ?? {};
  const key = discriminator(schema) ?? '';
  const title = variantOf(schema, value)?.title;
  const { from, to, at, ...rest } = value;
  const parts = [
    at !== undefined && `at ${String(at)}`,
    title,
    from !== undefined && `${String(from)} → ${String(to)}`,
    ...Object.entries(rest)
      .filter(([name, each]) => name !== key && !(each !== null && typeof each === 'object'))
      .map(([name, each]) => `${name} ${String(each)}`),
  ];
  return parts.filter(Boolean).join(' · ');
}
