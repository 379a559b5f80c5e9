/** What is different in a scenario after a set of tiers or a machine was put under it, a line for each thing. */
import {
  flatten,
  formatPath,
  parsePath,
  type ScenarioInput,
} from '../../../engine/scenario/index.ts';
import { describeEntry } from '../entries.ts';
import { isRecord, keysAt, placeholderAt, valueAt, type Path } from '../formSchema.ts';

export interface SetChange {
  what: string;
  now: string;
  then: string;
}

const NONE = 'none';

export function changesBetween(before: ScenarioInput, after: ScenarioInput): SetChange[] {
  return [
    ...partsOf('tiers', 'tier', before, after),
    ...orderOf(before, after),
    ...partsOf('links', 'link', before, after),
    ...policiesOf(before, after),
    ...['machine', 'kernel', 'cgroups'].flatMap((key) => leavesOf([key], before, after)),
  ];
}

/** Tiers or links that come or go, and what differs in those that stay. */
function partsOf(
  key: 'tiers' | 'links',
  word: string,
  before: ScenarioInput,
  after: ScenarioInput,
): SetChange[] {
  const names = new Set([...keysAt(before, [key]), ...keysAt(after, [key])]);
  return [...names].flatMap((name): SetChange[] => {
    const [now, then] = [before, after].map((each) => valueAt(each, [key, name]));
    if (now !== undefined && then !== undefined) return leavesOf([key, name], before, after);
    return [{ what: `${word} ${name}`, now: inShort(now), then: inShort(then) }];
  });
}

function inShort(part: unknown): string {
  if (!isRecord(part)) return NONE;
  const said = Object.values(part).filter((value) => typeof value !== 'object');
  return said.slice(0, 4).join(', ') || 'with its defaults';
}

/** Tiers without a priority fill in their order. */
function orderOf(before: ScenarioInput, after: ScenarioInput): SetChange[] {
  const now = keysAt(before, ['tiers']);
  const then = keysAt(after, ['tiers']);
  const same = now.length === then.length && now.every((name) => then.includes(name));
  if (!same || now.join('\n') === then.join('\n')) return [];
  return [{ what: 'order of the tiers', now: now.join(', '), then: then.join(', ') }];
}

function policiesOf(before: ScenarioInput, after: ScenarioInput): SetChange[] {
  const said = (scenario: ScenarioInput) =>
    (scenario.tierPolicies ?? []).map((_, index) =>
      describeEntry(['tierPolicies', index], scenario),
    );
  const [now, then] = [said(before), said(after)];
  return [
    ...now.filter((each) => !then.includes(each)).map((each) => [each, NONE] as const),
    ...then.filter((each) => !now.includes(each)).map((each) => [NONE, each] as const),
  ].map(([was, is]) => ({ what: 'policy', now: was, then: is }));
}

/** Settings below a path that differ, by their paths. */
function leavesOf(path: Path, before: ScenarioInput, after: ScenarioInput): SetChange[] {
  const at = formatPath(path);
  const below = (scenario: ScenarioInput) => listsTogether(flatten(valueAt(scenario, path), at));
  const [now, then] = [below(before), below(after)];
  return [...new Set([...now.keys(), ...then.keys()])].flatMap((leaf): SetChange[] => {
    const was = textAt(leaf, now.get(leaf), before);
    const is = textAt(leaf, then.get(leaf), after);
    return was === is ? [] : [{ what: leaf, now: was, then: is }];
  });
}

/** The names of a list as one setting. */
function listsTogether(leaves: Map<string, unknown>): Map<string, unknown> {
  const together = new Map<string, unknown>();
  for (const [path, value] of leaves) {
    const list = /^(.*)\[\d+\]$/.exec(path)?.[1];
    const before = list === undefined ? undefined : together.get(list);
    const text = before === undefined ? value : `${String(before)}, ${String(value)}`;
    together.set(list ?? path, text);
  }
  return together;
}

/** As it is written, or what applies where nothing is. */
function textAt(leaf: string, value: unknown, scenario: ScenarioInput): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(value);
  const applies = placeholderAt(parsePath(leaf) ?? [], scenario);
  return applies === '' ? NONE : `${applies} (default)`;
}
