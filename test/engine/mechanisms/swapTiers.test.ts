/** Named swap tiers: which priorities they have, and what memory.swap.tiers.max does with them. */
import { describe, expect, test } from 'vitest';
import { tierOf } from '../../../src/engine/swap/tierRanges.ts';
import { checkScenario, type ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { runToEnd, totals } from '../../support/engine/simulate.ts';

test('a tier goes from its start up to the next higher start', () => {
  const ranges = { net: 10, hdd: -1, ssd: 100 };
  expect(tierOf(ranges, 9)).toEqual({ name: 'hdd', first: -1, last: 9 });
  expect(tierOf(ranges, 10)).toEqual({ name: 'net', first: 10, last: 99 });
  expect(tierOf(ranges, 32767)).toEqual({ name: 'ssd', first: 100, last: 32767 });
  // swapon without a priority gives -2, -3, …
  expect(tierOf(ranges, -3)?.name).toBe('hdd');
  expect(tierOf({}, 5)).toBeUndefined();
});

const base: ScenarioInput = {
  machine: { memory: '256MiB' },
  kernel: { statsFlush: 0, swapTiers: { fast: 100, slow: -1 } },
  tiers: {
    a: { kind: 'block', device: 'nvme', size: '8MiB', priority: 200 },
    b: { kind: 'block', device: 'nvme', size: '64MiB' },
  },
  run: { duration: '300ms' },
};

type Swap = NonNullable<
  NonNullable<NonNullable<ScenarioInput['cgroups']>[string]['memory']>['swap']
>;

/** An app of 4096 pages with room for 2048, below a parent. */
function run(parent: Swap, child: Swap, actions: ScenarioInput['actions'] = []) {
  const result = runToEnd({
    ...base,
    actions,
    cgroups: {
      p: {
        memory: { max: '8MiB', swap: parent },
        children: {
          c: {
            memory: { swap: child },
            workloads: [
              { name: 'w', pages: '16MiB', fill: true, pattern: { kind: 'uniform' }, writes: 50 },
            ],
          },
        },
      },
    },
  });
  const used = (tier: string) => totals(result, `tier:${tier}`)['bytes_written'] ?? NaN;
  return { a: used('a'), b: used('b'), machine: totals(result) };
}

describe('memory.swap.tiers.max', () => {
  test('without it the fast tier spills to the slow one', () => {
    const { a, b } = run({}, {});
    // 2048 pages and the header do not fit into 8 MiB.
    expect(a).toBeGreaterThan(0);
    expect(b).toBeGreaterThan(0);
  });

  test('a denied tier is never written to, and nothing spills to it', () => {
    const { a, b, machine } = run({}, { tiersMax: { slow: 0 } });
    expect(a).toBeGreaterThan(0);
    expect(b).toBe(0);
    expect(machine['swap_fail']).toBeGreaterThan(0);
  });

  test('a child cannot allow what its parent denies', () => {
    const { a, b } = run({ tiersMax: { fast: 0 } }, { tiersMax: { fast: 'max' } });
    expect(a).toBe(0);
    expect(b).toBeGreaterThan(0);
  });

  test('a list of devices narrows it further', () => {
    const { a, b } = run({ tiersMax: { fast: 0 } }, { tiers: ['a'] });
    expect(a + b).toBe(0);
  });

  test('it can be written to while a run goes', () => {
    const { a } = run({ tiersMax: { fast: 0 } }, {}, [
      { at: '100ms', do: 'set-tiers', cgroup: '/p', tiersMax: { fast: 'max' } },
    ]);
    expect(a).toBeGreaterThan(0);
  });
});

test('a new priority changes which device is filled first', () => {
  const plain: ScenarioInput = { ...base, kernel: { statsFlush: 0 } };
  const swapped = runToEnd({
    ...plain,
    cgroups: {
      p: {
        memory: { max: '8MiB' },
        workloads: [{ name: 'w', pages: '16MiB', pattern: { kind: 'uniform' }, writes: 50 }],
      },
    },
    actions: [{ at: '0', do: 'set-priority', tier: 'b', priority: 300 }],
  });
  expect(totals(swapped, 'tier:a')['bytes_written']).toBe(0);
  expect(totals(swapped, 'tier:b')['bytes_written']).toBeGreaterThan(0);
});

test('what does not add up is refused by name', () => {
  const issues = (input: ScenarioInput) => {
    const checked = checkScenario({ ...base, ...input });
    return checked.ok ? [] : checked.issues.map(({ message }) => message);
  };
  const cgroups: ScenarioInput['cgroups'] = {
    p: {
      memory: { swap: { tiersMax: { tape: 0 } } },
      workloads: [{ name: 'w', pages: 10, accesses: 10, pattern: { kind: 'cycle' } }],
    },
  };
  expect(issues({ cgroups })).toEqual([
    'cgroups.p.memory.swap.tiersMax.tape is 0; accepted: one of "fast", "slow"',
  ]);
  expect(issues({ cgroups, kernel: { swapTiers: { tape: 5, disk: 5 } } })).toEqual([
    'kernel.swapTiers is {"tape":5,"disk":5}; accepted: one tier that starts at -1',
    'kernel.swapTiers.disk is 5; accepted: a start that no other tier has',
  ]);
  expect(
    issues({
      cgroups: { p: { ...cgroups['p'], memory: {} } },
      actions: [{ at: '0', do: 'set-priority', tier: 'a', priority: 5 }],
    }),
  ).toEqual([
    'actions[0].priority is 5; accepted: a priority from 100 to 32767, those of its tier "fast"',
  ]);
});
