/**
 * Walks the scenario's JSON Schema along a path of a scenario: which fields stand there, what they
 * are called, what they accept, and what applies where nothing is written.
 */
import {
  CODECS,
  COSTS,
  DEVICES,
  VIRTUAL_SWAP,
  formatSize,
  formatTime,
  scenarioJsonSchema,
  type ScenarioInput,
} from '../../engine/scenario/index.ts';

export type Path = readonly (string | number)[];

export interface FieldSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  unit?: string;
  default?: unknown;
  enum?: string[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, FieldSchema>;
  items?: FieldSchema;
  additionalProperties?: FieldSchema | boolean;
  pattern?: string;
  propertyNames?: FieldSchema;
  oneOf?: FieldSchema[];
  $ref?: string;
  $defs?: Record<string, FieldSchema>;
}

export const ROOT = scenarioJsonSchema() as FieldSchema;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** The names of the entries of a map; none where there is no map. */
export function keysAt(root: unknown, path: Path): string[] {
  const value = valueAt(root, path);
  return isRecord(value) ? Object.keys(value) : [];
}

function dereference(schema: FieldSchema): FieldSchema {
  const name = schema.$ref?.replace('#/$defs/', '');
  return name === undefined ? schema : (ROOT.$defs?.[name] ?? schema);
}

/** The key by which the variants of a `oneOf` are told apart, such as `kind`. */
export function discriminator(schema: FieldSchema): string | undefined {
  const first = schema.oneOf?.[0]?.properties ?? {};
  return Object.keys(first).find((key) => first[key]?.const !== undefined);
}

/** The variant of a `oneOf` that a value says it is. */
export function variantOf(schema: FieldSchema, value: unknown): FieldSchema | undefined {
  const key = discriminator(schema);
  if (key === undefined) return undefined;
  const tag = isRecord(value) ? value[key] : undefined;
  return schema.oneOf?.find((each) => each.properties?.[key]?.const === tag);
}

/** The schema at a path, following the variants that the scenario has chosen on the way. */
export function schemaAt(path: Path, scenario: unknown): FieldSchema | undefined {
  let schema: FieldSchema | undefined = ROOT;
  let value = scenario;
  for (const key of path) {
    schema = dereference(schema);
    if (schema.oneOf) schema = variantOf(schema, value);
    if (!schema) return undefined;
    const child: FieldSchema | boolean | undefined =
      typeof key === 'number'
        ? schema.items
        : (schema.properties?.[key] ?? schema.additionalProperties);
    if (child === undefined || typeof child === 'boolean') return undefined;
    schema = child;
    value = valueAt(value, [key]);
  }
  return dereference(schema);
}

export type FieldKind =
  'group' | 'variants' | 'list' | 'map' | 'choice' | 'flag' | 'number' | 'text';

export function kindOf(schema: FieldSchema): FieldKind {
  if (schema.oneOf) return 'variants';
  if (schema.enum) return 'choice';
  if (schema.type === 'object') return schema.properties ? 'group' : 'map';
  if (schema.type === 'array') return 'list';
  if (schema.type === 'boolean') return 'flag';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  return 'text';
}

/** Where the figures of an object come from that names a preset; undefined when it names none. */
function presetOf(path: Path, scenario: ScenarioInput): Record<string, unknown> | undefined {
  const parent = valueAt(scenario, path.slice(0, -1));
  const named = (table: object, key: string, fallback?: string) => {
    const name = isRecord(parent) && typeof parent[key] === 'string' ? parent[key] : fallback;
    const preset = (table as Record<string, unknown>)[name ?? ''];
    return isRecord(preset) ? preset : undefined;
  };
  if (path[0] === 'machine' && path[1] === 'costs') return named(COSTS, 'preset', 'server');
  if (path[0] === 'kernel' && path[1] === 'virtualSwap')
    return named(VIRTUAL_SWAP, 'preset', 'vswap-2026');
  if (path[0] === 'tiers' && path.length === 3) return named(DEVICES, 'device');
  return undefined;
}

/** What applies at a path where the scenario says nothing, as written in the schema or by a preset. */
export function defaultAt(path: Path, scenario: ScenarioInput): unknown {
  const schema = schemaAt(path, scenario);
  if (schema?.default !== undefined) return schema.default;
  return presetOf(path, scenario)?.[String(path.at(-1))];
}

/** A value as a person reads it, in the unit of its field. */
export function describeValue(value: unknown, unit?: string): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') {
    if (unit === 'bytes') return formatSize(value, value % 1024 === 0 ? undefined : 1);
    if (unit === 'bytes/s') return `${Number((value / 1e6).toPrecision(4))} MB`;
    if (unit === 'ns') return formatTime(value);
    return String(Number(value.toPrecision(7)));
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const WHEN_ABSENT: Record<string, string> = {
  'kernel.minFree': 'computed',
  'run.duration': 'until all have ended',
  'run.accesses': 'no bound',
  priority: 'by order',
  accesses: 'no bound',
  stop: 'at the end',
  tiers: 'all that its parent may use',
};

/** What happens where nothing is written and no value stands for that, in words; else empty. */
export const whenAbsent = (path: Path): string =>
  WHEN_ABSENT[path.join('.')] ?? WHEN_ABSENT[String(path.at(-1))] ?? '';

/** What an empty field shows: the value that applies, or in words what happens. */
export function placeholderAt(path: Path, scenario: ScenarioInput): string {
  const unit = schemaAt(path, scenario)?.unit;
  const applies = describeValue(defaultAt(path, scenario), unit);
  if (applies !== '') return applies;
  if (path.at(-1) === 'pages')
    return isRecord(valueAt(scenario, [...path.slice(0, -1), 'trace']))
      ? 'from the trace'
      : 'such as 256MiB';
  return whenAbsent(path);
}

/** Names that people know for the words of a choice. */
export function choiceLabel(path: Path, word: string): string {
  const last = path.at(-1);
  const tables: Record<string, object> = {
    device: DEVICES,
    compressor: CODECS,
    codec: CODECS,
    preset: path.includes('costs') ? COSTS : VIRTUAL_SWAP,
  };
  const entry = (tables[String(last)] as Record<string, { label: string }> | undefined)?.[word];
  return entry ? entry.label : word;
}

/** Where the figures of a preset come from, for the fields that name one. */
export function choiceSource(path: Path, word: unknown): string {
  const tables: Record<string, object> = { device: DEVICES, compressor: CODECS, codec: CODECS };
  const entry = (tables[String(path.at(-1))] as Record<string, { source: string }> | undefined)?.[
    String(word)
  ];
  return entry ? entry.source : '';
}
