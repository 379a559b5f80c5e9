/** The kinds of value a scenario is made of, each with its parser, its words and its unit. */
import { z } from 'zod';
import { parseSize, parseTime, SIZE_ACCEPTED, TIME_ACCEPTED } from './units.ts';

/** What a form or a document needs to know of a field beyond its type. */
export interface FieldMeta {
  title: string;
  description: string;
  unit?: 'bytes' | 'ns' | 'pages' | 'percent' | 'bytes/s' | 'bytes per slot' | 'bytes per page';
}

/** Says what a field accepts; validation puts the field's path and value before it. */
export class Accepts {
  static readonly marker = 'accepts: ';
  static text(accepted: string): string {
    return Accepts.marker + accepted;
  }
}

const written = z.union([z.string(), z.number()]);

function parsed(parse: (text: string | number) => number | undefined, accepted: string) {
  return z
    .union([z.string(), z.number()], { error: Accepts.text(accepted) })
    .transform((value, context) => {
      const result = parse(value);
      if (result !== undefined) return result;
      context.addIssue({ code: 'custom', message: Accepts.text(accepted) });
      return z.NEVER;
    });
}

/** Bytes. */
export const size = (meta: FieldMeta) =>
  parsed(parseSize, SIZE_ACCEPTED).meta({ unit: 'bytes', ...meta });

/** Nanoseconds. */
export const time = (meta: FieldMeta) =>
  parsed(parseTime, TIME_ACCEPTED).meta({ unit: 'ns', ...meta });

const LIMIT_ACCEPTED = `"max" for no limit, or ${SIZE_ACCEPTED}`;

/** Bytes, with "max" for no limit (Infinity), as the files of cgroup v2 write it. */
export const limit = (meta: FieldMeta) =>
  parsed((text) => (text === 'max' ? Infinity : parseSize(text)), LIMIT_ACCEPTED).meta({
    unit: 'bytes',
    ...meta,
  });

const EXTENT_ACCEPTED = 'a number of pages of 1 or more, or a size with its unit such as "256MiB"';

/** A number of pages (as a number) or a size in bytes (as text); which one it is, is kept. */
export const extent = (meta: FieldMeta) =>
  written
    .transform((value, context): { pages: number } | { bytes: number } => {
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1)
        return { pages: value };
      const bytes =
        typeof value === 'string' && /[a-z]/i.test(value) ? parseSize(value) : undefined;
      if (bytes !== undefined && bytes > 0) return { bytes };
      context.addIssue({ code: 'custom', message: Accepts.text(EXTENT_ACCEPTED) });
      return z.NEVER;
    })
    .meta({ unit: 'pages', ...meta });

export const integer = (low: number, high: number, meta: FieldMeta) => {
  const message = Accepts.text(`a whole number from ${low} to ${high}`);
  return z
    .int({ error: message })
    .min(low, { error: message })
    .max(high, { error: message })
    .meta({ ...meta });
};

const SWAPPINESS_ACCEPTED = Accepts.text('a whole number from 0 to 200, or "max"');

/** As memory.reclaim takes it, with 201 for "max": anonymous memory only. */
export const swappiness = (meta: FieldMeta) =>
  z
    .union(
      [
        z
          .int({ error: SWAPPINESS_ACCEPTED })
          .min(0, { error: SWAPPINESS_ACCEPTED })
          .max(200, { error: SWAPPINESS_ACCEPTED }),
        z.literal('max').transform(() => 201),
      ],
      { error: SWAPPINESS_ACCEPTED },
    )
    .meta({ ...meta });

export const number = (low: number, high: number, meta: FieldMeta) => {
  const message = Accepts.text(`a number from ${low} to ${high}`);
  return z
    .number({ error: message })
    .min(low, { error: message })
    .max(high, { error: message })
    .meta({ ...meta });
};

export const percent = (meta: FieldMeta) => number(0, 100, { unit: 'percent', ...meta });

export const flag = (meta: FieldMeta) =>
  z.boolean({ error: Accepts.text('true or false') }).meta({ ...meta });

export const text = (longest: number, meta: FieldMeta) =>
  z
    .string({ error: Accepts.text(`text of at most ${longest} characters`) })
    .max(longest, { error: Accepts.text(`text of at most ${longest} characters`) })
    .meta({ ...meta });

/** One of a fixed set of words. */
export const word = <const T extends readonly [string, ...string[]]>(words: T, meta: FieldMeta) =>
  z
    .enum(words, { error: Accepts.text(`one of ${words.map((w) => `"${w}"`).join(', ')}`) })
    .meta({ ...meta });

const NAME_ACCEPTED =
  'a name of letters, digits, "-" and "_" that starts with a letter, at most 64 characters';

/** A name that can stand in a path such as `tiers.ssd.size`. */
export const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, { error: Accepts.text(NAME_ACCEPTED) });

/** What memory.swap.tiers.max says of named tiers: "max" allows and 0 denies one. */
export const tiersMax = z
  .record(
    name,
    z
      .union([z.literal('max'), z.literal(0)], { error: Accepts.text('"max" or 0') })
      .meta({ title: 'Tier', description: '"max" allows it, within the parent; 0 denies it.' }),
  )
  .default({})
  .meta({
    title: 'memory.swap.tiers.max',
    description: 'The tiers of kernel.swapTiers that the cgroup may not use; not named: allowed.',
  });

type Names<T> = readonly [keyof T & string, ...(keyof T & string)[]];

/** The names of a table of presets, as the words of a field. */
export const namesOf = <T extends object>(table: T) => Object.keys(table) as unknown as Names<T>;

/** A time that stands in for the figure of a preset. */
export const timeOverride = (title: string, description: string) =>
  time({ title, description }).optional();

/** How a mover of pages works: pages that move together, and its rate. */
export const moverFields = {
  batch: integer(1, 4096, {
    title: 'Batch',
    description:
      'Pages that move together; where a move needs a walk of the page tables, a batch shares one.',
  }).default(32),
  rate: limit({
    title: 'Rate',
    description: 'Bytes per second that are moved at most.',
    unit: 'bytes/s',
  }).prefault('max'),
};
