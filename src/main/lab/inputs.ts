/** What each method of the lab accepts. Clients may send anything; nothing gets past here unchecked. */
import { z } from 'zod';
import { BOUNDS_ACCEPTED, isBounded, parsePath } from '../../engine/scenario/index.ts';
import type { LabApi, Scope } from './contract.ts';
import { invalid } from './errors.ts';

/** Longest text of a run or a trace to import, characters. */
export const IMPORT_LIMIT = 64 * 1024 * 1024;

const STATUSES = [
  'queued',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled',
  'interrupted',
] as const;

const SORTS = [
  'createdAt',
  'name',
  'status',
  'wallMs',
  'throughput',
  'pgmajfault',
  'faultP99Ns',
] as const;

const text = (longest: number) => z.string().max(longest);
const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must be at most 200 characters');
const tag = z.string().trim().min(1).max(64);
const id = z.int();
const ids = z.array(id).min(1).max(1000);
/** Its contents are checked against the scenario schema, which says more than a type could. */
const scenario = z.unknown().refine(isBounded, `must be ${BOUNDS_ACCEPTED}`);

const seed = z.int().min(0).max(0xffffffff);

const startRun = z.strictObject({
  scenario,
  name: name.optional(),
  seed: seed.optional(),
  baseDir: text(4096).optional(),
  save: z.boolean().optional(),
});

/** Runs that one group may have; each is a row, a place in the queue and a result. */
const MOST_RUNS = 1000;

const startGroup = z
  .strictObject({
    scenario,
    name: name.optional(),
    baseDir: text(4096).optional(),
    axes: z
      .array(
        z.strictObject({
          path: text(1000).refine((path) => parsePath(path) !== undefined, {
            message: 'must be the path of a setting, such as kernel.zswap.max_pool_percent',
          }),
          values: z.array(scenario).min(1).max(MOST_RUNS),
        }),
      )
      .max(2, 'must be at most two settings'),
    seeds: z.array(seed).min(1).max(MOST_RUNS),
  })
  .superRefine(({ axes, seeds }, context) => {
    const count = axes.reduce((product, { values }) => product * values.length, seeds.length);
    if (count > MOST_RUNS) {
      context.addIssue(`makes ${count} runs; accepted: at most ${MOST_RUNS} at a time`);
    }
    if (new Set(seeds).size < seeds.length) context.addIssue('seeds must differ from each other');
    if (axes.length === 2 && axes[0]?.path === axes[1]?.path) {
      context.addIssue('axes must be two different settings');
    }
  });

const query = z.strictObject({
  search: text(1000).optional(),
  status: z.array(z.enum(STATUSES)).max(STATUSES.length).optional(),
  tag: text(64).optional(),
  sort: z.enum(SORTS).optional(),
  descending: z.boolean().optional(),
  offset: z.int().min(0).max(1e9).optional(),
  limit: z.int().min(1).max(1000).optional(),
  deleted: z.boolean().optional(),
  group: z.int().optional(),
});

const change = z.strictObject({
  name: name.optional(),
  tags: z
    .array(tag)
    .max(32)
    .transform((tags) => [...new Set(tags)])
    .optional(),
  note: text(20_000).optional(),
});

const startStudy = z.strictObject({ name: text(200), save: z.boolean().optional() });

const watchedPage = z.strictObject({
  cgroup: text(4096),
  workload: text(200),
  page: z
    .int()
    .min(0)
    .max(2 ** 31),
});

const compared = z
  .array(id)
  .min(2, 'must be at least two runs')
  .max(12, 'must be at most twelve runs')
  .refine((ids) => new Set(ids).size === ids.length, 'must not name a run twice');

const previewRequest = z.strictObject({
  id: text(64),
  scenario,
  cgroup: text(4096),
  workload: text(200),
  baseDir: text(4096).optional(),
});

const columnName = z.strictObject({
  scope: text(4096).transform((text) => text as Scope),
  metric: text(200),
});

const savedComparison = z
  .strictObject({
    runs: compared,
    baseline: id,
    view: z.strictObject({
      align: z.enum(['time', 'accesses']),
      smoothing: z.int().min(1).max(100_000),
      charts: z.array(columnName).max(32),
      latency: columnName,
      allSettings: z.boolean().optional(),
      isDifference: z.boolean().optional(),
      hasBands: z.boolean().optional(),
    }),
  })
  .refine(({ runs, baseline }) => runs.includes(baseline), 'baseline must be one of the runs');

const none = z.tuple([]);
const oneId = z.tuple([id]);

/** The arguments of every method of the contract; a method without an entry cannot be called. */
export const INPUTS = {
  info: none,
  takeWayOut: z.tuple([z.enum(['restore', 'salvage', 'other'])]),
  setConcurrency: z.tuple([z.int().min(1).max(256)]),
  checkScenario: z.tuple([scenario]),
  startRun: z.tuple([startRun]),
  pauseRun: oneId,
  continueRun: oneId,
  cancelRun: oneId,
  startGroup: z.tuple([startGroup]),
  listGroups: none,
  getGroup: oneId,
  getSweep: oneId,
  pauseGroup: oneId,
  continueGroup: oneId,
  cancelGroup: oneId,
  listRuns: z.tuple([query]),
  recentSpeeds: none,
  getRun: oneId,
  getOverview: oneId,
  getColumns: z.tuple([id, z.array(columnName).max(1000)]),
  updateRun: z.tuple([id, change]),
  deleteRuns: z.tuple([ids]),
  restoreRuns: z.tuple([ids]),
  // JSON has no undefined in a list: a client's missing baseline arrives as null.
  compareRuns: z.tuple([compared, id.nullish()]),
  // JSON has no undefined in a list: a client's missing page arrives as null.
  findPageLife: z.tuple([id, watchedPage.nullish()]),
  cancelPageLife: oneId,
  compareWithOpt: oneId,
  exportRun: z.tuple([id, z.enum(['json', 'csv'])]),
  importRun: z.tuple([z.string().max(IMPORT_LIMIT)]),
  takeOpened: none,
  listScenarios: none,
  saveScenario: z.tuple([name, scenario]),
  deleteScenario: z.tuple([text(200)]),
  listTierConfigurations: none,
  saveTierConfiguration: z.tuple([name, scenario]),
  deleteTierConfiguration: z.tuple([text(200)]),
  scenarioVersions: z.tuple([text(200)]),
  tierVersions: z.tuple([text(200)]),
  listMachines: none,
  listComparisons: none,
  saveComparison: z.tuple([name, savedComparison]),
  deleteComparison: z.tuple([text(200)]),
  comparisonVersions: z.tuple([text(200)]),
  listTraces: none,
  importTrace: z.tuple([text(255), z.base64().max(IMPORT_LIMIT)]),
  previewWorkload: z.tuple([previewRequest]),
  cancelPreview: z.tuple([text(64)]),
  listStudies: none,
  runStudy: z.tuple([startStudy]),
  cancelStudy: z.tuple([text(200)]),
  openAsScenario: z.tuple([text(200), text(200)]),
} satisfies Record<keyof LabApi, z.ZodType<unknown[]>>;

export type MethodName = keyof LabApi;
export type Arguments<M extends MethodName> = z.output<(typeof INPUTS)[M]>;

export function isMethod(method: string): method is MethodName {
  return Object.hasOwn(INPUTS, method);
}

/** The checked arguments; rejects with everything that is wrong with them. */
export function parseArguments<M extends MethodName>(method: M, args: unknown[]): Arguments<M> {
  const schema: z.ZodType = INPUTS[method];
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data as Arguments<M>;
  const problems = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => `${pathOf(path)}: ${message}`);
  throw invalid(`${method} was called with something it does not accept: ${problems.join('; ')}`);
}

/** `argument 1, status[0]`; the first key of a path is the argument's index. */
function pathOf([index, ...rest]: PropertyKey[]): string {
  if (index === undefined) return 'arguments';
  const keys = rest.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  const inside = keys.join('').replace(/^\./, '');
  return `argument ${Number(index) + 1}${inside === '' ? '' : `, ${inside}`}`;
}
