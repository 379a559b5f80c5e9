/** A device with a queue does not answer for a while. */
import { describe, expect, test } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { violations } from '../../support/engine/invariants.ts';
import { finish, simulate, totals } from '../../support/engine/simulate.ts';

const SECOND = 1e9;

const base: ScenarioInput = {
  machine: { memory: '256MiB' },
  kernel: { statsFlush: 0 },
  tiers: { far: { kind: 'block', device: 'nbd-10g', size: '64MiB' } },
  cgroups: {
    app: {
      memory: { max: '8MiB' },
      workloads: [
        {
          name: 'w',
          pages: '12MiB',
          fill: true,
          pattern: { kind: 'uniform' },
          writes: 50,
          thinkTime: '50us',
        },
        // New pages while the outage lasts: they need room, but nothing that has to be read.
        { name: 'late', start: '600ms', pages: '2MiB', pattern: { kind: 'cycle' }, writes: 100 },
      ],
    },
  },
  run: { duration: '2s' },
};

type Answer = 'wait' | 'fail';

function run(writes?: Answer, reads: Answer = 'wait', more: ScenarioInput = {}) {
  const outage = { at: '500ms', do: 'outage', tier: 'far', duration: '1s' } as const;
  const simulation = simulate({
    ...base,
    ...more,
    actions: [...(writes ? [{ ...outage, reads, writes }] : []), ...(more.actions ?? [])],
  });
  const result = finish(simulation);
  const slowest = result.histograms.find(
    (h) => h.scope === 'machine' && h.metric === 'fault_latency',
  )?.maxNs;
  return {
    machine: totals(result),
    slowest: slowest ?? NaN,
    events: result.events,
    problems: violations(simulation.kernel),
  };
}

describe('an outage', () => {
  test('makes a fault wait until it is over', () => {
    expect(run().slowest).toBeLessThan(SECOND / 2);
    const { slowest, machine, problems } = run('wait');
    // The app faults within some ms of the beginning, and then nothing goes on.
    expect(slowest).toBeGreaterThan(0.9 * SECOND);
    expect(slowest).toBeLessThan(1.1 * SECOND);
    expect(machine['swap_write_error']).toBe(0);
    expect(problems).toEqual([]);
  });

  test('in which writes fail leaves their pages in RAM, and nothing is lost', () => {
    const { machine, problems } = run('fail');
    expect(machine['swap_write_error']).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  test('in which reads fail kills a process that needs a page, within some ms', () => {
    const { machine, events, problems } = run('wait', 'fail');
    expect([machine['sigbus'], machine['oom_kill']]).toEqual([1, 0]);
    expect(machine['swap_read_error']).toBeGreaterThanOrEqual(1);
    const kill = events.find(({ kind }) => kind === 'sigbus');
    expect(kill?.message).toMatch(/w was killed with SIGBUS/);
    expect((kill?.timeNs ?? NaN) / 1e6).toBeGreaterThan(500);
    expect((kill?.timeNs ?? NaN) / 1e6).toBeLessThan(520);
    expect(problems).toEqual([]);
  });

  test('in which reads fail stops a swapoff and a move, and both lose nothing', () => {
    const idle: ScenarioInput = {
      kernel: { statsFlush: 0, pageCluster: 0, swapSpace: 'virtual' },
      tiers: { ...base.tiers, near: { kind: 'block', device: 'nvme', size: '64MiB', priority: 0 } },
      cgroups: {
        app: {
          memory: { max: '8MiB', swap: { tiers: ['far', 'near'] } },
          workloads: [
            {
              name: 'w',
              pages: '12MiB',
              fill: true,
              pattern: { kind: 'hotcold', hot: 1, hotAccesses: 100, shuffle: false },
              writes: 0,
              thinkTime: '50us',
            },
          ],
        },
      },
      actions: [
        { at: '450ms', do: 'move-pages', cgroup: '/app', from: 'near', to: 'far' },
        { at: '600ms', do: 'move-pages', cgroup: '/app', from: 'far', to: 'near' },
        { at: '700ms', do: 'swapoff', tier: 'far' },
      ],
    };
    const { machine, events, problems } = run('wait', 'fail', idle);
    const said = events.map(({ message }) => message).join('\n');
    expect(said).toMatch(
      /^0 pages of \/app moved from far to near .* stayed, because batch after batch/m,
    );
    expect(said).toMatch(/swapoff of far stopped after .*meanwhile\. A page could not be read: /);
    expect(machine['swap_move_fail']).toBeGreaterThan(0);
    expect([machine['sigbus'], problems]).toEqual([0, []]);
  });

  test('needs a device with a queue', () => {
    const checked = checkScenario({
      ...base,
      tiers: { far: { kind: 'zram', size: '64MiB' } },
      actions: [{ at: '0', do: 'outage', tier: 'far', duration: '1s' }],
    });
    expect(checked.ok ? [] : checked.issues.map(({ message }) => message)).toEqual([
      'actions[0].tier is "far"; accepted: a block device that is not synchronous',
    ]);
  });
});
