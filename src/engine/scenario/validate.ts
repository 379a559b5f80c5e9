/**
 * Checks a scenario and says everything that is wrong with it at once: where, what stands there,
 * and what would be accepted.
 */
import type { z } from 'zod';
import { BOUNDS_ACCEPTED, isBounded } from './bounds.ts';
import { crossChecks, type Report } from './crossChecks.ts';
import { Accepts } from './fields.ts';
import { checkInVain } from './inVain.ts';
import { LIMITS } from './limits.ts';
import { scenarioSchema, type Scenario } from './schema.ts';

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
  /** `warnings`: what can be run, but does nothing or less than it says. */
  | { ok: true; scenario: Scenario; warnings: ScenarioIssue[] }
  | { ok: false; issues: ScenarioIssue[] };

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
  for (const each of error.issues.slice(0, 2 * LIMITS.issues)) {
    if (each.code === 'unrecognized_keys') {
      const keys = knownKeys(each.path, root);
      for (const key of each.keys.slice(0, LIMITS.issues)) {
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

/** What checks of the whole scenario report, as issues. */
function reported(
  root: unknown,
  scenario: Scenario,
  check: (scenario: Scenario, report: Report) => void,
): ScenarioIssue[] {
  const found: ScenarioIssue[] = [];
  check(scenario, (path, accepted) => void found.push(issue(root, path, accepted)));
  return found;
}

const UNBOUNDED: ScenarioIssue = {
  path: '',
  value: '',
  accepted: BOUNDS_ACCEPTED,
  message: `This is larger than any scenario; accepted: ${BOUNDS_ACCEPTED}`,
};

/** The first mistakes: nobody reads a hundred thousand of them. */
function capped(issues: ScenarioIssue[]): ScenarioIssue[] {
  if (issues.length <= LIMITS.issues) return issues;
  const message = `There are more mistakes; these are the first ${LIMITS.issues}.`;
  const last = { path: '', value: '', accepted: 'fewer mistakes', message };
  return [...issues.slice(0, LIMITS.issues), last];
}

/** Checks what a person or a file gave. Never throws; all issues at once, up to a bound. */
export function checkScenario(input: unknown): ScenarioCheck {
  if (!isBounded(input)) return { ok: false, issues: [UNBOUNDED] };
  const parsed = scenarioSchema.safeParse(input);
  if (parsed.success) {
    const scenario = parsed.data;
    const issues = reported(input, scenario, crossChecks);
    if (issues.length > 0) return { ok: false, issues: capped(issues) };
    return { ok: true, scenario, warnings: capped(reported(input, scenario, checkInVain)) };
  }
  const issues = fromZod(input, parsed.error);
  const rest = scenarioSchema.safeParse(prune(input, parsed.error.issues));
  if (rest.success) {
    const named = (path: string) =>
      issues.some((i) => path.startsWith(i.path) || i.path.startsWith(path));
    issues.push(...reported(input, rest.data, crossChecks).filter((i) => !named(i.path)));
  }
  return { ok: false, issues: capped(issues) };
}
