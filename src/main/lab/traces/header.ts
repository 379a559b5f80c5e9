/**
 * What stands at the head of a trace file: where the accesses come from, how many there are, and
 * which areas of memory the pages belong to. All bounds are checked here, before any work starts.
 */
import { z } from 'zod';
import { LIMITS } from '../../../engine/scenario/index.ts';
import { invalid } from '../errors.ts';

export const TRACE_LIMITS = {
  /** Accesses are one Uint32Array when a run replays them: 4 GiB at this bound. */
  accesses: 2 ** 30,
  pages: LIMITS.pages,
  regions: 65_536,
  headerBytes: 16 * 1024 * 1024,
} as const;

/** Page sizes that a trace can be cut into, bytes. */
export const PAGE_SIZES = [4096, 16384, 65536] as const;

const count = (most: number) => z.int().min(0).max(most);

const region = z.strictObject({
  /** First page of the area in the trace's own numbering. */
  start: count(TRACE_LIMITS.pages),
  pages: z.int().min(1).max(TRACE_LIMITS.pages),
  /** Page number at which the area began in the recorded program. */
  address: count(Number.MAX_SAFE_INTEGER),
  /** `code`: its pages were only ever fetched as instructions. */
  kind: z.enum(['data', 'code']),
});

const headerSchema = z.strictObject({
  title: z.string().max(200),
  /** How the trace was made, for a person. */
  made: z.string().max(10_000),
  /** The command line of the recorded program; empty when it is not known. */
  command: z.string().max(10_000),
  source: z.enum(['lackey', 'u32', 'csv', 'text', 'ucsd']),
  pageBytes: z.literal(PAGE_SIZES),
  accesses: z.int().min(1).max(TRACE_LIMITS.accesses),
  pages: z.int().min(1).max(TRACE_LIMITS.pages),
  writes: count(TRACE_LIMITS.accesses),
  /** Memory references of the recorded program, before folding. */
  references: count(Number.MAX_SAFE_INTEGER),
  /** A reference to one of this many pages recorded last was folded into that record. */
  fold: z.int().min(1).max(64),
  /** Whether instruction fetches were kept. */
  instructions: z.boolean(),
  regions: z.array(region).min(1).max(TRACE_LIMITS.regions),
  /** SHA-256 of the access column, each access as a little-endian 32-bit word. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type TraceHeader = z.output<typeof headerSchema>;
export type TraceRegion = TraceHeader['regions'][number];

/** Checks a header; `file` is named when it is refused. */
export function parseHeader(file: string, text: string): TraceHeader {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(file, 'its header is not JSON');
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(file, `its header is wrong at "${issue?.path.join('.')}": ${issue?.message}`);
  }
  const header = parsed.data;
  let next = 0;
  for (const { start, pages } of header.regions) {
    if (start !== next) throw damaged(file, `a region starts at page ${start} instead of ${next}`);
    next += pages;
  }
  if (next !== header.pages) {
    throw damaged(file, `its regions have ${next} pages, its header says ${header.pages}`);
  }
  if (header.writes > header.accesses) {
    throw damaged(file, `${header.writes} writes among ${header.accesses} accesses`);
  }
  return header;
}

export const damaged = (file: string, why: string) =>
  invalid(`${file} is no sound trace file: ${why}.`);
