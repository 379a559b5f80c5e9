/** What a scenario asks for in vain is a warning; what the designs do carry out is none. */
import { expect, test } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../../src/engine/scenario/index.ts';

type Action = NonNullable<ScenarioInput['actions']>[number];
type Policy = NonNullable<ScenarioInput['tierPolicies']>[number];
type Design = 'pinned' | 'reserved' | 'walk' | 'virtual';

interface Asked {
  design?: Design;
  zswap?: boolean;
  plain?: boolean;
  actions?: Action[];
  tierPolicies?: Policy[];
  duration?: string;
}

function warnings(asked: Asked): string[] {
  const { design = 'virtual', zswap = false, plain, actions, tierPolicies, duration } = asked;
  const checked = checkScenario({
    kernel: { swapSpace: design, zswap: { enabled: zswap } },
    tiers: {
      fast: { kind: 'block', device: 'nvme', size: '64MiB', ...(plain && { plain }) },
      slow: { kind: 'block', device: 'hdd', size: '64MiB' },
    },
    cgroups: {
      app: { workloads: [{ name: 'w', pages: 100, accesses: 10, pattern: { kind: 'cycle' } }] },
    },
    ...(actions && { actions }),
    ...(tierPolicies && { tierPolicies }),
    ...(duration !== undefined && { run: { duration } }),
  });
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join('\n'));
  return checked.warnings.map(({ message }) => message);
}

const move = (from: string, to: string): Action => ({
  at: '1s',
  do: 'move-pages',
  cgroup: '/app',
  from,
  to,
});

test.each<[Design, boolean]>([
  ['pinned', true],
  ['reserved', true],
  ['walk', false],
  ['virtual', false],
])('a move between devices under %s', (design, inVain) => {
  const said = warnings({ design, actions: [move('fast', 'slow')] });
  const message = `actions[0].to is "slow"; accepted: nothing while kernel.swapSpace is "${design}": no page moves between devices`;
  expect(said).toEqual(inVain ? [message] : []);
});

test('a policy between devices under a design that moves no pages', () => {
  const policy: Policy = { kind: 'demote-by-pressure', from: 'fast', to: 'slow' };
  expect(warnings({ design: 'reserved', zswap: true, tierPolicies: [policy] })).toEqual([
    'tierPolicies[0].to is "slow"; accepted: "zswap" while kernel.swapSpace is "reserved": no page moves between devices',
  ]);
  const writeback: Policy = { ...policy, from: 'zswap' };
  expect(warnings({ design: 'reserved', zswap: true, tierPolicies: [writeback] })).toEqual([]);
});

test('a move to or from a plain tier beside a virtual swap space', () => {
  const rest = 'accepted: a tier that is not plain: page tables name the slots of a plain one';
  expect(warnings({ plain: true, actions: [move('fast', 'slow'), move('slow', 'fast')] })).toEqual([
    `actions[0].from is "fast"; ${rest}`,
    `actions[1].to is "fast"; ${rest}`,
  ]);
});

test('leaving lazily, where zswap keeps the slot behind a page', () => {
  const lazy: Action = { at: '1s', do: 'set-tiers', cgroup: '/app', tiers: ['slow'], move: 'lazy' };
  const priority: Action = {
    at: '1s',
    do: 'set-priority',
    tier: 'slow',
    priority: 9,
    move: 'lazy',
  };
  expect(warnings({ design: 'reserved', zswap: true, actions: [lazy, priority] })).toEqual(
    [0, 1].map(
      (i) =>
        `actions[${i}].move is "lazy"; accepted: "stay" or "now" while kernel.swapSpace is "reserved": a page in zswap keeps the slot behind it, and is written back there`,
    ),
  );
  expect(warnings({ design: 'reserved', zswap: false, actions: [lazy] })).toEqual([]);
  expect(warnings({ design: 'walk', zswap: true, actions: [lazy] })).toEqual([]);
  expect(warnings({ design: 'virtual', zswap: true, plain: true, actions: [lazy] })).toEqual([
    'actions[0].move is "lazy"; accepted: "stay" or "now" for what is on plain tiers (fast): a page in zswap keeps the slot behind it, and is written back there',
  ]);
});

test('what would begin when the run has ended', () => {
  const policy: Policy = {
    kind: 'demote-by-pressure',
    from: 'fast',
    to: 'slow',
    interval: '500ms',
  };
  const asked = { actions: [move('fast', 'slow')], tierPolicies: [policy] };
  expect(warnings({ ...asked, duration: '1001ms' })).toEqual([]);
  expect(warnings({ ...asked, duration: '500ms' })).toEqual([
    'actions[0].at is "1s"; accepted: a time before the end of the run, 500 ms; nothing is begun later',
    'tierPolicies[0].interval is "500ms"; accepted: a time below that of the run, 500 ms; the policy first looks after one',
  ]);
  expect(warnings(asked)).toEqual([]);
});

/** A machine without tiers: what is asked of it, beside one workload in /app. */
function asked(input: ScenarioInput): string[] {
  const workloads = [
    { name: 'w', pages: 100, accesses: 10, pattern: { kind: 'cycle' } },
  ] as const satisfies object[];
  const app = { ...input.cgroups?.['app'], workloads: [...workloads] };
  const checked = checkScenario({ ...input, cgroups: { app } });
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join('\n'));
  return checked.warnings.map(({ message }) => message);
}

test('a shrinker of zswap that is off', () => {
  const shrinker = (enabled: boolean) =>
    asked({ kernel: { zswap: { enabled, shrinker: 'disk-swapins' } } });
  expect(shrinker(false)).toEqual([
    'kernel.zswap.shrinker is "disk-swapins"; accepted: "none" while kernel.zswap.enabled is false',
  ]);
  expect(shrinker(true)).toEqual([]);
});

test('files that cgroup v1 does not have', () => {
  const memory = (cgroup: 'v1' | 'v2') =>
    asked({
      kernel: { cgroup },
      cgroups: {
        app: { memory: { low: '1MiB', high: '1MiB', max: '2MiB', zswap: { writeback: false } } },
      },
    });
  expect(memory('v1')).toEqual([
    'cgroups.app.memory.low is "1MiB"; accepted: "0B" while kernel.cgroup is "v1", which has no such file',
    'cgroups.app.memory.high is "1MiB"; accepted: "max" while kernel.cgroup is "v1", which has no such file',
    'cgroups.app.memory.zswap.writeback is false; accepted: true while kernel.cgroup is "v1", which has no such file',
  ]);
  expect(memory('v2')).toEqual([]);
});

test('two forms of senpai on one cgroup', () => {
  const steered = (kinds: ('senpai' | 'senpai-limit' | 'twice-cold')[]) =>
    asked({
      controllers: kinds.map((kind) => ({ kind, cgroup: '/app' })),
      run: { duration: '1s' },
    });
  expect(steered(['senpai', 'senpai-limit'])).toEqual([
    'controllers[1].cgroup is "/app"; accepted: a cgroup that no other senpai steers (a controller of kind "senpai" has /app): each would take the pressure that the other causes for that of the workload',
  ]);
  expect(steered(['senpai', 'twice-cold'])).toEqual([]);
});
