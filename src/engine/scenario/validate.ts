/**
 * Checks a scenario and says everything that is wrong with it at once: where, what stands there,
 * and what would be accepted.
 */
import type { z } from 'zod';
import { Accepts } from './fields.ts';
import { LIMITS } from './limits.ts';
import { scenarioSchema, type Cgroup, type Scenario, type Workload } from './schema.ts';
import { formatSize } from './units.ts';

export interface ScenarioIssue {
  /** Path of the field, such as `cgroups.web.memory.max` or `cgroups.web.workloads[0].pages`. */
  path: string;
  /** What stands there, as JSON, at most 80 characters; empty when nothing does. */
  value: string;
  /** What would be accepted. */
  accepted: string;
  /** All three in one line. */
  message: string;
}

export type ScenarioCheck =
  { ok: true; scenario: Scenario } | { ok: false; issues: ScenarioIssue[] };

type Path = readonly PropertyKey[];

export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += (text === '' ? '' : '.') + String(key);
  }
  return text === '' ? 'the scenario' : text;
}

function valueAt(root: unknown, path: Path): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function shorten(value: unknown): string {
  if (value === undefined) return '';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function issue(root: unknown, path: Path, accepted: string): ScenarioIssue {
  const where = formatPath(path);
  const value = shorten(valueAt(root, path));
  const found = value === '' ? 'is missing' : `is ${value}`;
  return { path: where, value, accepted, message: `${where} ${found}; accepted: ${accepted}` };
}

/** Levenshtein distance, to suggest the key that was probably meant. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min(
          (row[j] as number) + 1,
          (next[j - 1] as number) + 1,
          (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The keys that an object schema knows at a path of the input, as far as they can be followed. */
function knownKeys(path: Path, root: unknown): string[] {
  let schema: unknown = scenarioSchema;
  const unwrap = (s: unknown, value: unknown): unknown => {
    for (;;) {
      const def = (s as { def?: Record<string, unknown> }).def;
      if (!def) return s;
      if (def['innerType']) s = def['innerType'];
      else if (def['type'] === 'lazy') s = (def['getter'] as () => unknown)();
      else if (def['type'] === 'pipe') s = def['in'];
      else if (def['type'] === 'union' && def['discriminator']) {
        const key = def['discriminator'] as string;
        const tag = (value as Record<string, unknown> | undefined)?.[key];
        const pick = (def['options'] as unknown[]).find((option) => {
          const shape = (option as { shape: Record<string, { value?: unknown }> }).shape;
          return shape[key]?.value === tag;
        });
        if (!pick) return s;
        s = pick;
      } else return s;
    }
  };
  let value: unknown = root;
  schema = unwrap(schema, value);
  for (const key of path) {
    const def = (schema as { def: Record<string, unknown> }).def;
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
    if (def['type'] === 'object') {
      schema = (schema as { shape: Record<PropertyKey, unknown> }).shape[key];
    } else if (def['type'] === 'record') schema = def['valueType'];
    else if (def['type'] === 'array') schema = def['element'];
    else return [];
    if (!schema) return [];
    schema = unwrap(schema, value);
  }
  const shape = (schema as { shape?: Record<string, unknown> }).shape;
  return shape ? Object.keys(shape) : [];
}

function fromZod(root: unknown, error: z.ZodError): ScenarioIssue[] {
  const found: ScenarioIssue[] = [];
  for (const each of error.issues) {
    if (each.code === 'unrecognized_keys') {
      const keys = knownKeys(each.path, root);
      for (const key of each.keys) {
        const near = keys
          .map((k) => ({ k, d: distance(key.toLowerCase(), k.toLowerCase()) }))
          .sort((a, b) => a.d - b.d)[0];
        const hint =
          near && near.d <= Math.max(2, key.length / 3)
            ? `"${near.k}" (did you mean it?), or `
            : '';
        found.push(issue(root, [...each.path, key], `${hint}one of ${keys.join(', ')}`));
      }
      continue;
    }
    let accepted = each.message.startsWith(Accepts.marker)
      ? each.message.slice(Accepts.marker.length)
      : undefined;
    if (each.code === 'invalid_key') {
      const inner = each.issues[0]?.message ?? '';
      accepted = inner.startsWith(Accepts.marker) ? inner.slice(Accepts.marker.length) : inner;
      found.push({
        path: formatPath(each.path),
        value: shorten(each.path.at(-1)),
        accepted,
        message: `${formatPath(each.path)}: the name is ${shorten(each.path.at(-1))}; accepted: ${accepted}`,
      });
      continue;
    }
    if (accepted === undefined) {
      if (each.code === 'invalid_type') {
        accepted =
          each.expected === 'object' || each.expected === 'record'
            ? 'an object'
            : `a value of type ${each.expected}`;
      } else accepted = each.message;
    }
    found.push(issue(root, each.path, accepted));
  }
  return found;
}

/** Visits every cgroup below the root, parents first, with its path in the file and its depth. */
export function eachCgroup(
  cgroups: Record<string, Cgroup>,
  visit: (cgroup: Cgroup, path: PropertyKey[], depth: number) => void,
  path: PropertyKey[] = ['cgroups'],
  depth = 1,
): void {
  for (const [name, cgroup] of Object.entries(cgroups)) {
    const here = [...path, name];
    visit(cgroup, here, depth);
    eachCgroup(cgroup.children, visit, [...here, 'children'], depth + 1);
  }
}

/** Pages of a workload, or undefined when its trace decides. */
export function workloadPages(workload: Workload, pageBytes: number): number | undefined {
  if (!workload.pages) return undefined;
  return 'pages' in workload.pages
    ? workload.pages.pages
    : Math.ceil(workload.pages.bytes / pageBytes);
}

export function pageBytes(scenario: Scenario): number {
  return { '4KiB': 4096, '16KiB': 16384, '64KiB': 65536 }[scenario.machine.pageSize];
}

/** What no single field can tell: names that must exist, sums, and the bounds of a run. */
function crossChecks(root: unknown, scenario: Scenario): ScenarioIssue[] {
  const found: ScenarioIssue[] = [];
  const report = (path: Path, accepted: string) => void found.push(issue(root, path, accepted));
  const page = pageBytes(scenario);
  const tiers = Object.keys(scenario.tiers);

  if (scenario.machine.memory < 64 * page || scenario.machine.memory > 2 ** 46) {
    report(['machine', 'memory'], `a size from ${formatSize(64 * page)} to 64 TiB`);
  }
  if (scenario.machine.kernelMemory >= scenario.machine.memory) {
    report(['machine', 'kernelMemory'], 'a size below machine.memory');
  }
  if (tiers.length > LIMITS.tiers) report(['tiers'], `at most ${LIMITS.tiers} tiers`);
  for (const [name, tier] of Object.entries(scenario.tiers)) {
    if (tier.size < 2 * page) {
      report(
        ['tiers', name, 'size'],
        `a size of at least two pages (${formatSize(2 * page)}); the first holds the header`,
      );
    }
    if (tier.size / page > LIMITS.pages) {
      report(['tiers', name, 'size'], `at most ${formatSize(LIMITS.pages * page)}`);
    }
    if (tier.kind === 'block') {
      for (const [low, high] of [
        ['readP50', 'readP99'],
        ['writeP50', 'writeP99'],
      ] as const) {
        const a = tier[low];
        const b = tier[high];
        if (a !== undefined && b !== undefined && b < a)
          report(['tiers', name, high], `a time not below ${low}`);
      }
    }
  }
  if (scenario.run.sampleEvery === 0) report(['run', 'sampleEvery'], 'a time above 0');
  if (
    scenario.run.duration !== undefined &&
    scenario.run.duration / Math.max(1, scenario.run.sampleEvery) > LIMITS.samples
  ) {
    report(
      ['run', 'sampleEvery'],
      `an interval that gives at most ${LIMITS.samples} samples over run.duration`,
    );
  }

  let groups = 0;
  let workloads = 0;
  let pages = 0;
  let endless = false;
  eachCgroup(scenario.cgroups, (cgroup, path, depth) => {
    groups++;
    if (depth > LIMITS.cgroupDepth) report(path, `at most ${LIMITS.cgroupDepth} levels of cgroups`);
    cgroup.memory.swap.tiers?.forEach((tier, i) => {
      if (!tiers.includes(tier)) {
        report(
          [...path, 'memory', 'swap', 'tiers', i],
          tiers.length === 0
            ? 'nothing: the scenario has no tiers'
            : `one of ${tiers.map((t) => `"${t}"`).join(', ')}`,
        );
      }
    });
    const seen = new Set<string>();
    cgroup.workloads.forEach((workload, i) => {
      const here = [...path, 'workloads', i];
      workloads++;
      if (seen.has(workload.name))
        report([...here, 'name'], 'a name that no other workload of the cgroup has');
      seen.add(workload.name);
      if ((workload.pattern === undefined) === (workload.trace === undefined)) {
        report(
          [...here, workload.pattern ? 'trace' : 'pattern'],
          'either a pattern or a trace, one of the two',
        );
      }
      const extent = workloadPages(workload, page);
      if (workload.pattern && extent === undefined)
        report([...here, 'pages'], 'a number of pages, or a size such as "256MiB"');
      if (workload.trace && workload.pages)
        report([...here, 'pages'], 'nothing: a trace brings its own pages');
      if (workload.trace && workload.threads > 1)
        report([...here, 'threads'], '1: a trace is one stream of accesses');
      if (workload.trace && workload.trace.file === '')
        report([...here, 'trace', 'file'], 'the path of a trace file');
      if (
        workload.pattern?.kind === 'stride' &&
        extent !== undefined &&
        workload.pattern.stride > extent
      ) {
        report([...here, 'pattern', 'stride'], `at most the ${extent} pages of the workload`);
      }
      pages += extent ?? 0;
      const shares = workload.contents.reduce((sum, c) => sum + c.share, 0);
      if (Math.abs(shares - 100) > 1e-6) {
        report(
          [...here, 'contents'],
          `shares that add up to 100 (they add up to ${Number(shares.toFixed(6))})`,
        );
      }
      if (workload.stop !== undefined && workload.stop <= workload.start) {
        report([...here, 'stop'], 'a time after start');
      }
      if (workload.pattern && workload.accesses === undefined && workload.stop === undefined)
        endless = true;
    });
  });
  if (groups > LIMITS.cgroups) report(['cgroups'], `at most ${LIMITS.cgroups} cgroups`);
  if (workloads === 0) report(['cgroups'], 'at least one cgroup with at least one workload');
  if (workloads > LIMITS.workloads) report(['cgroups'], `at most ${LIMITS.workloads} workloads`);
  if (pages > LIMITS.pages) {
    report(
      ['cgroups'],
      `at most ${LIMITS.pages} pages in all workloads together (there are ${pages})`,
    );
  }
  if (endless && scenario.run.duration === undefined && scenario.run.accesses === undefined) {
    report(
      ['run'],
      'a duration or a number of accesses, because a workload here never ends by itself',
    );
  }
  return found;
}

/** A copy without the fields that the schema refused, so that the other checks can still speak. */
function prune(root: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(root);
  for (const each of issues) {
    const keys = each.code === 'unrecognized_keys' ? each.keys : [each.path.at(-1)];
    const at = each.code === 'unrecognized_keys' ? each.path : each.path.slice(0, -1);
    const parent = valueAt(copy, at);
    if (parent === null || typeof parent !== 'object') continue;
    for (const key of keys)
      if (key !== undefined) delete (parent as Record<PropertyKey, unknown>)[key];
  }
  return copy;
}

/** Checks what a person or a file gave. Never throws; all issues at once. */
export function checkScenario(input: unknown): ScenarioCheck {
  const parsed = scenarioSchema.safeParse(input);
  if (parsed.success) {
    const issues = crossChecks(input, parsed.data);
    return issues.length === 0 ? { ok: true, scenario: parsed.data } : { ok: false, issues };
  }
  const issues = fromZod(input, parsed.error);
  const rest = scenarioSchema.safeParse(prune(input, parsed.error.issues));
  if (rest.success) {
    const named = (path: string) =>
      issues.some((i) => path.startsWith(i.path) || i.path.startsWith(path));
    issues.push(...crossChecks(input, rest.data).filter((i) => !named(i.path)));
  }
  return { ok: false, issues };
}
