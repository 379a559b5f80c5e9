/** Which options of the scenario schema a scenario uses: every field, every branch of a union, every word of a list. */
import { scenarioJsonSchema } from '../../../src/engine/scenario/index.ts';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

const document = scenarioJsonSchema() as Schema;

function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.split('/').at(-1) as string;
  return resolved(document.$defs?.[name] ?? document);
}

const branchesOf = (schema: Schema) => schema.anyOf ?? schema.oneOf ?? [];

/** What tells a branch of a union of objects apart: `kind=zram`. */
function tagOf(schema: Schema): string | undefined {
  for (const name of ['kind', 'do', 'class']) {
    const value = schema.properties?.[name] && resolved(schema.properties[name]).const;
    if (value !== undefined) return `${name}=${String(value)}`;
  }
  return undefined;
}

/** Every option, as `kernel.lru=mglru`, `cgroups.*.memory.max` or `tiers.*(kind=zram).codec=lz4`. */
export function schemaOptions(): Set<string> {
  const options = new Set<string>();
  const open: { schema: Schema; path: string; depth: number }[] = [
    { schema: document, path: '', depth: 0 },
  ];
  for (let next; (next = open.pop());) {
    const schema = resolved(next.schema);
    const { path, depth } = next;
    // Cgroups contain cgroups: one level of them shows it.
    if (/children\.\*\.children\.\*/.test(path)) continue;
    const go = (child: Schema, childPath: string) =>
      void open.push({ schema: child, path: childPath, depth: depth + 1 });
    for (const word of schema.enum ?? []) options.add(`${path}=${String(word)}`);
    for (const branch of branchesOf(schema)) {
      const tag = tagOf(resolved(branch));
      if (tag !== undefined) options.add(`${path}(${tag})`);
      go(branch, tag === undefined ? path : `${path}(${tag})`);
    }
    for (const branch of schema.allOf ?? []) go(branch, path);
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const childPath = path === '' ? name : `${path}.${name}`;
      if (resolved(child).const === undefined) options.add(childPath);
      go(child, childPath);
    }
    if (schema.items) go(schema.items, `${path}[]`);
    if (typeof schema.additionalProperties === 'object')
      go(schema.additionalProperties, `${path}.*`);
  }
  return options;
}

/** The options of the schema that a scenario uses are added to `used`. */
export function usedOptions(scenario: unknown, used: Set<string>): void {
  visit(document, scenario, '', used);
}

function visit(given: Schema, value: unknown, path: string, used: Set<string>): void {
  const schema = resolved(given);
  if (value === undefined) return;
  if (schema.enum?.includes(value)) used.add(`${path}=${String(value)}`);
  for (const branch of branchesOf(schema)) {
    const own = resolved(branch);
    const tag = tagOf(own);
    if (tag === undefined) visit(own, value, path, used);
    else if (hasTag(value, tag)) {
      used.add(`${path}(${tag})`);
      visit(own, value, `${path}(${tag})`, used);
    }
  }
  for (const branch of schema.allOf ?? []) visit(branch, value, path, used);
  if (Array.isArray(value)) {
    if (schema.items) for (const each of value) visit(schema.items, each, `${path}[]`, used);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [name, child] of Object.entries(value as Record<string, unknown>)) {
    if (child === undefined) continue;
    const property = schema.properties?.[name];
    const childPath = path === '' ? name : `${path}.${name}`;
    if (property) {
      used.add(childPath);
      visit(property, child, childPath, used);
    } else if (typeof schema.additionalProperties === 'object') {
      visit(schema.additionalProperties, child, `${path}.*`, used);
    }
  }
}

function hasTag(value: unknown, tag: string): boolean {
  const [name, word] = tag.split('=') as [string, string];
  return (
    value !== null && typeof value === 'object' && (value as Record<string, unknown>)[name] === word
  );
}
