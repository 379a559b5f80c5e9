/** Runs as files: a JSON document that holds all of a run and can be read back, and CSV for others. */
import { z } from 'zod';
import { digest as digestOf } from '../../engine/metrics/digest.ts';
import { EVENT_KINDS, type RunResult, type Scope } from '../../engine/result.ts';
import { checkScenario, type ScenarioInput } from '../../engine/scenario/index.ts';
import type { ExportedFile, RunRecord } from './contract.ts';
import { invalid } from './errors.ts';
import { encodeResult } from './resultCodec.ts';
import type { ImportedRun } from './runStore.ts';

/** What the document of an exported run says that it is. */
export const RUN_FORMAT = 'swap-lab-run';
const VERSION = 1;

export function exportJson(run: RunRecord): ExportedFile {
  const document = {
    format: RUN_FORMAT,
    version: VERSION,
    run: {
      name: run.name,
      status: run.status,
      tags: run.tags,
      note: run.note,
      seed: run.seed,
      engineVersion: run.engineVersion,
      createdAt: run.createdAt,
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      wallMs: run.wallMs,
      error: run.error,
      scenario: run.scenario,
      traces: run.traces,
      result: run.result,
    },
  };
  return {
    fileName: fileName(run, 'swrun'),
    mediaType: 'application/json',
    text: `${JSON.stringify(document, null, 1)}\n`,
  };
}

/** One figure a line: totals, latency percentiles in ns, then the samples of every series. */
export function exportCsv(run: RunRecord): ExportedFile {
  const lines = ['kind,scope,metric,time_ns,value'];
  const add = (kind: string, scope: string, metric: string, time: number | '', value: number) =>
    void lines.push(`${kind},${cell(scope)},${cell(metric)},${time},${value}`);
  const { totals = [], histograms = [], series } = run.result ?? {};
  for (const { scope, counters } of totals) {
    for (const [metric, value] of Object.entries(counters)) add('total', scope, metric, '', value);
  }
  for (const { scope, metric, percentilesNs } of histograms) {
    for (const [name, value] of Object.entries(percentilesNs)) {
      add('percentile', scope, `${metric} ${name.replace(/^p99(9+)$/, 'p99.$1')}`, '', value);
    }
  }
  for (const { scope, metric, values } of series?.columns ?? []) {
    values.forEach((value, i) => add('sample', scope, metric, series?.timeNs[i] ?? '', value));
  }
  return { fileName: fileName(run, 'csv'), mediaType: 'text/csv', text: `${lines.join('\n')}\n` };
}

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** `run-12-two-cgroups.swrun`: safe on every file system. */
function fileName({ id, name }: RunRecord, extension: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return `run-${Math.abs(id)}${slug === '' ? '' : `-${slug}`}.${extension}`;
}

const count = z.int().min(0);
const time = z.number().min(0);
/** The lab keeps it as a whole number of 64 bits. */
const wholeTime = time
  .max(2 ** 62)
  .refine(Number.isInteger, 'must be a whole number of nanoseconds');
const wall = z.number().min(0).nullable();
const moment = z.int().nullable();
const word = z.string().min(1).max(200);
const sentence = z.string().max(2000);
const scope = z
  .string()
  .max(2000)
  .regex(/^(machine$|cgroup:|tier:)/)
  .transform((text) => text as Scope);

const result = z.strictObject({
  engineVersion: word,
  seed: count,
  endReason: z.enum(['duration', 'accesses', 'workloads_ended']),
  simulatedNs: wholeTime,
  accesses: count,
  totals: z.array(z.strictObject({ scope, counters: z.record(word, z.number()) })),
  series: z
    .strictObject({
      intervalNs: time,
      timeNs: z.array(time),
      columns: z.array(z.strictObject({ scope, metric: word, values: z.array(z.number()) })),
    })
    .refine(
      ({ timeNs, columns }) => columns.every(({ values }) => values.length === timeNs.length),
      'every column must have one value for each sample time',
    ),
  histograms: z.array(
    z.strictObject({
      scope,
      metric: word,
      count,
      sumNs: time,
      minNs: time,
      maxNs: time,
      percentilesNs: z.strictObject({ p50: time, p90: time, p99: time, p999: time, p9999: time }),
      buckets: z.array(z.tuple([time, count])),
    }),
  ),
  flows: z.array(z.strictObject({ from: word, to: word, pages: count })),
  events: z.array(
    z.strictObject({
      timeNs: time,
      kind: z.enum(EVENT_KINDS),
      scope,
      message: sentence,
    }),
  ),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal'),
}) satisfies z.ZodType<RunResult>;

const document = z.strictObject({
  format: z.literal(RUN_FORMAT),
  version: z.literal(VERSION),
  run: z.strictObject({
    name: word,
    status: z.enum(['done', 'failed', 'cancelled', 'interrupted']),
    tags: z.array(z.string().min(1).max(64)).max(32),
    note: z.string().max(20_000),
    seed: z.int().min(0).max(0xffffffff),
    engineVersion: word,
    createdAt: z.int(),
    startedAt: moment,
    endedAt: moment,
    wallMs: wall,
    error: sentence.nullable(),
    scenario: z.unknown(),
    traces: z
      .array(
        z.strictObject({
          file: z.string().min(1).max(4096),
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
          accesses: count,
          pages: count,
        }),
      )
      .max(4096),
    result: result.nullable(),
  }),
});

/** Reads an exported run back; refuses one whose result is not the one that its digest names. */
export function parseExported(text: string): ImportedRun {
  const { run } = parseDocument(text);
  const checked = checkScenario(run.scenario);
  if (!checked.ok) {
    throw invalid('The file holds a scenario that this release cannot read.', checked.issues);
  }
  if ((run.status === 'done') !== (run.result !== null)) {
    throw invalid(`The file says that the run is ${run.status}, which does not fit its result.`);
  }
  if (run.result) {
    const { digest, engineVersion, seed } = run.result;
    if (engineVersion !== run.engineVersion || seed !== run.seed) {
      throw invalid('The file names a seed or an engine version that its result does not have.');
    }
    const computed = digestOf({ ...run.result, digest: undefined });
    if (computed !== digest) {
      throw invalid(
        `The file was changed or damaged: its result has the digest ${computed}, but the file says ${digest}.`,
      );
    }
  }
  const { result: imported, scenario, ...rest } = run;
  return {
    ...rest,
    scenario: scenario as ScenarioInput,
    scenarioName: checked.scenario.name,
    baseDir: null,
    result: imported && encodeResult(imported),
  };
}

function parseDocument(text: string): z.output<typeof document> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('The file is not JSON; accepted: a run exported as JSON.');
  }
  const head = z.looseObject({ format: z.literal(RUN_FORMAT), version: z.int() }).safeParse(json);
  if (!head.success) {
    throw invalid(`The file is not an exported run: it has no "format": "${RUN_FORMAT}".`);
  }
  if (head.data.version > VERSION) {
    throw invalid(
      `The file was exported by a newer Swap Lab (format ${head.data.version}; this release reads ${VERSION}).`,
    );
  }
  const parsed = document.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw invalid(`The file is not a complete exported run: ${problems.join('; ')}.`);
}
