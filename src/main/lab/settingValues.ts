/**
 * The settings of a scenario as they are compared: every default filled in, so that a default
 * written out is no difference, and sizes and times spelled the way a scenario spells them.
 */
import {
  checkScenario,
  flatten,
  formatSize,
  scenarioJsonSchema,
} from '../../engine/scenario/index.ts';

/** They describe the scenario; they do not change what runs. */
const NOT_SETTINGS = new Set(['version', 'name', 'description']);

interface Schema {
  unit?: string;
  $ref?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

let root: Schema | undefined;

/** Settings by path; of a scenario that this release does not accept, as it was written. */
export function settingsOf(scenario: unknown): Map<string, unknown> {
  const checked = checkScenario(scenario);
  const settings = new Map<string, unknown>();
  for (const [path, value] of flatten(checked.ok ? checked.scenario : scenario)) {
    if (NOT_SETTINGS.has(path)) continue;
    // A number of pages and a size in bytes are two spellings of one setting.
    const extent = /^(.*\bpages)\.(pages|bytes)$/.exec(path);
    if (extent) {
      settings.set(extent[1] as string, extent[2] === 'bytes' ? formatSize(Number(value)) : value);
    } else settings.set(path, checked.ok ? spell(path, value) : value);
  }
  return settings;
}

function spell(path: string, value: unknown): unknown {
  if (value === Infinity) return 'max';
  if (typeof value !== 'number') return isEmpty(value) ? 'none' : value;
  root ??= scenarioJsonSchema() as Schema;
  const unit = unitAt(root, path.match(/[^.[\]]+/g) ?? []);
  if (unit === 'bytes') return formatSize(value);
  if (unit === 'ns') return exactTime(value);
  return value;
}

const isEmpty = (value: unknown) =>
  value !== null && typeof value === 'object' && Object.keys(value).length === 0;

/** In the largest unit that needs at most three decimals: two different times never look alike. */
function exactTime(ns: number): string {
  for (const [factor, unit] of [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'us'],
  ] as const) {
    if (ns >= factor && (ns * 1000) % factor === 0) return `${ns / factor} ${unit}`;
  }
  return ns === 0 ? '0' : `${ns} ns`;
}

function unitAt(schema: Schema, keys: readonly string[]): string | undefined {
  const [key, ...rest] = keys;
  for (const each of alternatives(schema)) {
    if (key === undefined) {
      if (each.unit) return each.unit;
      continue;
    }
    const child = each.properties?.[key] ?? each.items ?? each.additionalProperties;
    const unit = typeof child === 'object' ? unitAt(child, rest) : undefined;
    if (unit) return unit;
  }
  return undefined;
}

/** A schema with its references followed and its alternatives laid out. */
function alternatives(schema: Schema): Schema[] {
  const referred = schema.$ref ? definition(schema.$ref) : undefined;
  return [
    schema,
    ...(referred ? alternatives(referred) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(
      alternatives,
    ),
  ];
}

function definition(reference: string): Schema | undefined {
  let at: unknown = root;
  for (const key of reference.split('/').slice(1)) {
    at = (at as Record<string, unknown> | undefined)?.[key];
  }
  return at as Schema | undefined;
}
