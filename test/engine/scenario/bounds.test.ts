// Anything may be handed over as a scenario: what is larger than any of them is refused before it costs time.
import { describe, expect, it } from 'vitest';
import {
  checkScenario,
  isBounded,
  parsePath,
  withSetting,
  type ScenarioIssue,
} from '../../../src/engine/scenario/index.ts';

function issuesOf(value: unknown): ScenarioIssue[] {
  const check = checkScenario(value);
  return check.ok ? [] : check.issues;
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 0]));

/** So many objects inside each other. */
function nested(depth: number): unknown {
  let value: unknown = {};
  for (let i = 1; i < depth; i++) value = { children: value };
  return value;
}

describe('a value that is larger than any scenario', () => {
  it.each([
    ['nesting that would exhaust the stack', nested(20_000)],
    ['a hundred thousand keys', { machine: many(100_000) }],
    ['a list with more members than there can be actions', { actions: Array(10_001).fill(0) }],
    ['a key of a million characters', { machine: { ['x'.repeat(1_000_000)]: 1 } }],
    [
      'two hundred thousand values in lists that are each short',
      Array(50).fill(Array(5000).fill(0)),
    ],
  ])('%s is refused with one sentence', (_, value) => {
    const issues = issuesOf(value);
    expect(issues).toHaveLength(1);
    expect(issues[0]?.message).toContain('accepted: a scenario nested at most 64 deep');
  });

  it('stays within bounds up to them', () => {
    expect(isBounded(nested(64))).toBe(true);
    expect(isBounded(nested(66))).toBe(false);
    expect(isBounded({ actions: Array(10_000).fill(0) })).toBe(true);
  });

  // Found by fuzzing: --set with such an index made a list with holes that took seconds to check.
  it('does not come from an index of a setting either', () => {
    expect(parsePath('cgroups.web.workloads[29640961].pages')).toBeUndefined();
    expect(parsePath('cgroups.web.workloads[0].pages')).toHaveLength(5);
    const path = parsePath('cgroups.web.workloads[99999].pages')!;
    expect(issuesOf(withSetting({}, path, 1))).toHaveLength(1);
  });
});

// Found by fuzzing: the map of a backing device's blocks was asked for whatever its size.
it.each([
  ['tiers.t.size', { kind: 'block', device: 'nvme', size: '300GiB' }],
  [
    'tiers.t.backing.size',
    { kind: 'zram', size: '1GiB', backing: { device: 'nvme', size: '300GiB' } },
  ],
])('%s is bounded', (path, t) => {
  const issue = issuesOf({ tiers: { t } }).find((each) => each.path === path);
  expect(issue?.message).toContain('at most 256 GiB');
});

it('tells the first hundred mistakes', () => {
  const issues = issuesOf({ machine: many(9000), kernel: many(9000) });
  expect(issues).toHaveLength(101);
  expect(issues[100]?.message).toBe('There are more mistakes; these are the first 100.');
});
