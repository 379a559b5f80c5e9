/** Which settings of a part of the scenario say something else than what applies without them. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import { sameValue } from './fieldValue.ts';
import {
  defaultAt,
  describeValue,
  discriminator,
  isRecord,
  kindOf,
  schemaAt,
  valueAt,
  variantOf,
  whenAbsent,
  type Path,
} from './formSchema.ts';

export interface Change {
  path: Path;
  title: string;
  /** As a person reads them; `byDefault` in words where nothing written means no single value. */
  value: string;
  byDefault: string;
}

/** What is said at a path beside its default; undefined where it says the same, or nothing can be left out. */
export function changeAt(path: Path, scenario: ScenarioInput): Change | undefined {
  const value = valueAt(scenario, path);
  if (value === undefined) return undefined;
  const schema = schemaAt(path, scenario) ?? {};
  const fallback = defaultAt(path, scenario);
  if (fallback !== undefined && sameValue(value, fallback, schema.unit)) return undefined;
  const byDefault = describeValue(fallback, schema.unit) || whenAbsent(path);
  if (byDefault === '') return undefined;
  return {
    path,
    title: schema.title ?? String(path.at(-1)),
    value: Array.isArray(value) ? wordsOf(value) : describeValue(value, schema.unit),
    byDefault: Array.isArray(fallback) ? wordsOf(fallback) : byDefault,
  };
}

/** Every change of a part, in the order of its form; `except` are properties that another part shows. */
export function changesIn(
  path: Path,
  scenario: ScenarioInput,
  except: readonly string[] = [],
): Change[] {
  const value = valueAt(scenario, path);
  const found = schemaAt(path, scenario);
  const schema = found?.oneOf ? variantOf(found, value) : found;
  const tag = found && discriminator(found);
  if (!isRecord(value) || !schema?.properties) return [];
  return Object.entries(schema.properties).flatMap(([key, each]) => {
    if (except.includes(key) || key === tag) return [];
    const at = [...path, key];
    const kind = kindOf(each);
    if (kind === 'group' || kind === 'variants') return changesIn(at, scenario);
    return changeAt(at, scenario) ?? [];
  });
}

function wordsOf(list: readonly unknown[]): string {
  if (list.every((each) => typeof each === 'string')) return list.join(', ') || 'none';
  return list.length === 1 ? '1 entry' : `${list.length} entries`;
}

/** Changes that are named at once; more are counted. */
const MOST_NAMED = 12;

/** `2 settings differ from their defaults`, and a line for each. */
export function changesInWords(changes: readonly Change[]): { summary: string; lines: string[] } {
  const count = changes.length;
  const lines = changes
    .slice(0, MOST_NAMED)
    .map(({ title, value, byDefault }) => `${title}: ${value}, by default ${byDefault}`);
  if (count > MOST_NAMED) lines.push(`and ${count - MOST_NAMED} more`);
  return {
    summary: `${count === 1 ? '1 setting differs from its' : `${count} settings differ from their`} default${count === 1 ? '' : 's'}`,
    lines,
  };
}
