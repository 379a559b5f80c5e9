/** Between what a person types into a field and what stands in the scenario. */
import { parseSize, parseTime } from '../../engine/scenario/index.ts';
import { kindOf, type FieldSchema } from './formSchema.ts';

/** The value that a text means: nothing when empty, a number where one is wanted, else the text. */
export function interpret(text: string, schema: FieldSchema): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const number = Number(trimmed);
  if (kindOf(schema) === 'number') return Number.isFinite(number) ? number : trimmed;
  // A bare number is bytes or pages; a time always needs its unit and says so itself.
  if (schema.unit !== undefined && /^\d+$/.test(trimmed)) return number;
  return schema.unit === undefined ? text : trimmed;
}

export function show(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether two values of a field mean the same, so that "1024M" equals "1GiB". */
export function sameValue(a: unknown, b: unknown, unit?: string): boolean {
  return Object.is(canonical(a, unit), canonical(b, unit));
}

function canonical(value: unknown, unit?: string): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return JSON.stringify(value);
  if (unit === 'bytes' || unit === 'bytes/s') return parseSize(value) ?? value;
  if (unit === 'ns' && typeof value === 'string') return parseTime(value) ?? value;
  return value;
}
