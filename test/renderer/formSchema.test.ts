import { describe, expect, it } from 'vitest';
import { interpret, sameValue } from '../../src/renderer/build/fieldValue.ts';
import {
  defaultAt,
  kindOf,
  placeholderAt,
  ROOT,
  schemaAt,
  type FieldSchema,
} from '../../src/renderer/build/formSchema.ts';
import { firstRun } from './fixture/scenario.ts';

describe('the schema behind the forms', () => {
  it('finds a field through records, recursion, lists and the kind that was chosen', () => {
    const deep = {
      cgroups: { a: { children: { b: { workloads: [{ pattern: { kind: 'stride' } }] } } } },
    };
    const path = ['cgroups', 'a', 'children', 'b', 'workloads', 0, 'pattern', 'stride'];
    expect(schemaAt(path, deep)).toMatchObject({ title: 'Stride', default: 16 });
    expect(schemaAt(['tiers', 'ssd', 'readP50'], firstRun)).toMatchObject({ unit: 'ns' });
    expect(schemaAt(['tiers', 'ssd', 'memLimit'], firstRun)).toBeUndefined();
  });

  it('gives every setting a name and an explanation', () => {
    const nameless: string[] = [];
    const visit = (schema: FieldSchema, path: string): void => {
      for (const [key, child] of Object.entries(schema.properties ?? {})) {
        const isTag = child.const !== undefined;
        const isReference = child.$ref !== undefined;
        if (!isTag && !isReference && (!child.title || !child.description)) {
          const isName = key === 'name' && kindOf(child) === 'text';
          if (!isName) nameless.push(`${path}.${key}`);
        }
        visit(child, `${path}.${key}`);
      }
      if (typeof schema.additionalProperties === 'object') {
        visit(schema.additionalProperties, `${path}.*`);
      }
      if (schema.items) visit(schema.items, `${path}[]`);
      schema.oneOf?.forEach((each) => visit(each, path));
    };
    visit(ROOT, 'scenario');
    Object.entries(ROOT.$defs ?? {}).forEach(([name, each]) => visit(each, name));
    expect(nameless).toEqual([]);
  });

  it('shows the figure of the preset where the scenario gives none', () => {
    // A SATA SSD reads 4 KiB in 105 µs and sustains 530 MB/s by its preset.
    expect(placeholderAt(['tiers', 'ssd', 'readP50'], firstRun)).toBe('105 µs');
    expect(placeholderAt(['tiers', 'ssd', 'readBandwidth'], firstRun)).toBe('530 MB');
    expect(placeholderAt(['machine', 'costs', 'tlbFlush'], firstRun)).toBe('4 µs');
    const phone = { ...firstRun, machine: { costs: { preset: 'phone' as const } } };
    expect(placeholderAt(['machine', 'costs', 'minorFault'], phone)).toBe('1.5 µs');
  });

  it('shows the default of the schema, or in words what happens without one', () => {
    expect(placeholderAt(['kernel', 'swappiness'], {})).toBe('60');
    expect(placeholderAt(['run', 'duration'], {})).toBe('until all have ended');
    expect(defaultAt(['kernel', 'zswap', 'enabled'], {})).toBe(false);
  });
});

describe('what is typed', () => {
  const number: FieldSchema = { type: 'integer' };
  const size: FieldSchema = { type: ['string', 'number'], unit: 'bytes' };

  it.each([
    ['', number, undefined],
    ['60', number, 60],
    [' 1.5 ', number, 1.5],
    ['sixty', number, 'sixty'],
    ['512M', size, '512M'],
    ['4096', size, 4096],
    ['a b', { type: 'string' }, 'a b'],
  ] satisfies [string, FieldSchema, unknown][])('%j means what it says', (text, schema, value) => {
    expect(interpret(text, schema)).toBe(value);
  });

  it('is the default in whatever unit it is written', () => {
    expect(sameValue('1024M', '1GiB', 'bytes')).toBe(true);
    expect(sameValue('1GB', '1GiB', 'bytes')).toBe(false);
    expect(sameValue('0.1s', '100ms', 'ns')).toBe(true);
    expect(sameValue('105us', 105_000, 'ns')).toBe(true);
  });
});
