/** The files of a ground-truth folder: cases, results with every repeat, bitmaps of major faults. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { z } from 'zod';
import { invalid } from '../errors.ts';

const range = { a: z.number().optional(), b: z.number().optional() };

const op = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['fill', 'pageout', 'readall', 'dontneed']), ...range }),
  z.object({ op: z.literal('trace'), gen: z.string() }),
  z.object({ op: z.enum(['set_limit', 'shrink']), mib: z.number() }),
  z.object({ op: z.literal('swapoff'), dev: z.number().optional() }),
  z.object({
    op: z.literal('zswap'),
    set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  z.object({ op: z.literal('sleep'), s: z.number() }),
]);

const caseSchema = z.object({
  id: z.string(),
  family: z.string(),
  procs: z
    .array(
      z.object({
        pages: z.int().min(1),
        limit_mib: z.number().nullable().default(null),
        content: z.string(),
        seed: z.number(),
        ops: z.array(op).min(1),
        file_pages: z.number().optional(),
        swappiness: z.number().optional(),
      }),
    )
    .min(1),
  swap: z.array(
    z.object({
      type: z.enum(['file', 'loop', 'zram']),
      size_mib: z.number(),
      ssd: z.boolean().optional(),
      algo: z.string().optional(),
      prio: z.number().optional(),
      mem_limit_mib: z.number().optional(),
    }),
  ),
  zswap: z
    .object({
      enabled: z.boolean(),
      compressor: z.string().optional(),
      max_pool_percent: z.number().optional(),
      shrinker: z.boolean().optional(),
      accept: z.number().optional(),
    })
    .nullish()
    .transform((value) => value ?? null),
  page_cluster: z.int().default(3),
  vma_ra: z.boolean().default(true),
  swappiness: z.int().default(60),
  flush_every: z.int().default(256),
});

const counts = z.record(z.string(), z.number());
const histogram = z.object({ count: z.number(), b: counts });

const resultSchema = z.object({
  repeats: z.array(
    z.object({
      trace_sha256: z.array(z.string().nullable()).optional(),
      pagemap: z.array(z.object({ resident: z.number() })).default([]),
      ops: z.array(
        z.object({
          op: z.string(),
          rc: z.number().optional(),
          swapoff_s: z.number().optional(),
          procs: z.array(
            z.object({
              proc: z.number().optional(),
              majflt: z.number().optional(),
              minflt: z.number().optional(),
              dead: z.number().nullish(),
              progress: z.array(z.number()).optional(),
              hist: z.record(z.string(), histogram).optional(),
            }),
          ),
          delta: z.object({ vm: counts }),
          after: z.object({
            cg: z.array(counts),
            dev: z.array(z.object({ used_pages: z.number().optional(), mm: counts.optional() })),
            zswap: counts.optional(),
            nr_swapcached: z.number().nullish(),
          }),
        }),
      ),
    }),
  ),
});

export type CaseFile = z.output<typeof caseSchema>;
export type ResultFile = z.output<typeof resultSchema>;
export type Repeat = ResultFile['repeats'][number];
export type RepeatOp = Repeat['ops'][number];

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw invalid(`There is no file ${file}.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${file} is not JSON.`);
  }
}

function checked<T>(schema: z.ZodType<T>, file: string): T {
  const parsed = schema.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : 'unknown';
  throw invalid(`${file} is not of the ground-truth format; ${where}.`);
}

/** Ids of the cases of a folder, in the order of their names. */
export function caseIds(folder: string): string[] {
  const cases = join(folder, 'cases');
  if (!existsSync(cases) || !statSync(cases).isDirectory()) {
    throw invalid(
      `${folder} has no folder "cases"; accepted: a folder with cases/ID.json and results/ID.json.`,
    );
  }
  const ids = readdirSync(cases)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
  if (ids.length === 0) throw invalid(`${cases} has no cases; accepted: files ID.json.`);
  return ids.sort();
}

export const readCase = (folder: string, id: string): CaseFile =>
  checked(caseSchema, join(folder, 'cases', `${id}.json`));

export const readResult = (folder: string, id: string): ResultFile =>
  checked(resultSchema, join(folder, 'results', `${id}.json`));

/** Which accesses of a process were major faults in the first repeat, where that was kept. */
export function readBitmap(folder: string, id: string, process: number): Uint8Array | null {
  const file = join(folder, 'results', 'bitmaps', `${id}.p${process}.r0.z`);
  return existsSync(file) ? new Uint8Array(inflateSync(readFileSync(file))) : null;
}

/** The grades that `targets.json` gives, by case, phase and counter; empty without that file. */
export function readGrades(folder: string): Map<string, string> {
  const file = join(folder, 'targets.json');
  if (!existsSync(file)) return new Map();
  const schema = z.record(
    z.string(),
    z.object({
      targets: z
        .record(z.string(), z.record(z.string(), z.object({ grade: z.string() })))
        .default({}),
    }),
  );
  const grades = new Map<string, string>();
  for (const [id, { targets }] of Object.entries(checked(schema, file))) {
    for (const [phase, counters] of Object.entries(targets)) {
      for (const [counter, { grade }] of Object.entries(counters))
        grades.set(`${id} ${phase} ${counter}`, grade);
    }
  }
  return grades;
}
