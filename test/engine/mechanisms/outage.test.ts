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

function run(writes?: 'wait' | 'fail') {
  const simulation = simulate({
    ...base,
    actions: writes ? [{ at: '500ms', do: 'outage', tier: 'far', duration: '1s', writes }] : [],
  });
  const result = finish(simulation);
  const slowest = result.histograms.find(
    (h) => h.scope === 'machine' && h.metric === 'fault_latency',
  )?.maxNs;
  return {
    machine: totals(result),
    slowest: slowest ?? NaN,
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
