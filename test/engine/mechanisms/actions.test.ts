/** Actions of a scenario: what an administrator does while the run goes. */
import { expect, test } from 'vitest';
import { run } from '../../../src/engine/run.ts';
import { checkScenario, type ScenarioInput } from '../../../src/engine/scenario/index.ts';

const base: ScenarioInput = {
  machine: { memory: '64MiB' },
  kernel: { statsFlush: 0 },
  tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
  cgroups: {
    app: {
      memory: { max: '8MiB' },
      workloads: [{ name: 'w', pages: '16MiB', pattern: { kind: 'uniform' }, thinkTime: '1us' }],
    },
  },
  run: { duration: '1s' },
};

function result(input: ScenarioInput) {
  const checked = checkScenario(input);
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join('\n'));
  return run({ scenario: checked.scenario });
}

test('swapoff brings every page back once the limit has been lifted', () => {
  const { series, events } = result({
    ...base,
    actions: [
      { at: '400ms', do: 'set-limits', cgroup: '/app', max: 'max' },
      { at: '500ms', do: 'swapoff', tier: 'disk' },
    ],
  });
  const used = series.columns.find((c) => c.metric === 'slots_used')?.values ?? [];
  // 16 MiB touched, at most 8 MiB of it in RAM: 2048 of the 4096 pages at least are out.
  expect(used[series.timeNs.findIndex((t) => t >= 300e6)]).toBeGreaterThan(2000);
  expect(used.at(-1)).toBe(0);
  expect(events.filter(({ kind }) => kind === 'swapoff')).toHaveLength(2);
});

test('swapoff that finds no memory stops, and nobody is killed', () => {
  const { events, totals } = result({
    ...base,
    machine: { memory: '8MiB' },
    actions: [{ at: '500ms', do: 'swapoff', tier: 'disk' }],
  });
  expect(events.at(-1)?.message).toMatch(/^swapoff of disk stopped after/);
  const machine = totals.find(({ scope }) => scope === 'machine')?.counters;
  expect(machine).toMatchObject({ oom_kill: 0, swapoff_fail: 1 });
});

test('a lower memory.max is reclaimed down to at once', () => {
  const { series } = result({
    ...base,
    actions: [{ at: '500ms', do: 'set-limits', cgroup: '/app', max: '4MiB' }],
  });
  const current = series.columns.find((c) => c.metric === 'memory_current')?.values ?? [];
  expect(current.at(-1)).toBeLessThanOrEqual(4 * 2 ** 20);
});

test('an action on what is not there is refused by name', () => {
  const checked = checkScenario({
    ...base,
    actions: [
      { at: '1s', do: 'swapoff', tier: 'tape' },
      { at: '1s', do: 'set-limits', cgroup: '/nobody', max: 'max' },
    ],
  });
  expect(checked.ok).toBe(false);
  if (checked.ok) return;
  expect(checked.issues.map(({ message }) => message)).toEqual([
    'actions[0].tier is "tape"; accepted: one of "disk"',
    'actions[1].cgroup is "/nobody"; accepted: one of "/app"',
  ]);
});
