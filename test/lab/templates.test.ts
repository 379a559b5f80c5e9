// Every template is a sound scenario, says what it is, runs, and does what its name says.
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/engine/run.ts';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import { machines, templateOn, templates } from '../../src/main/lab/templates.ts';

const all = templates();

/** The first simulated second, or more. */
function second(input: ScenarioInput, duration = '1s') {
  const checked = checkScenario({ ...input, run: { ...input.run, duration } });
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join('\n'));
  const simulation = new Simulation({ scenario: checked.scenario });
  while (!simulation.advance(1_000_000));
  return simulation.result();
}

describe('templates', () => {
  it('are those that the documentation names', () => {
    expect(all.map(({ id }) => id)).toEqual([
      'batch',
      'build-cold-tmpfs',
      'cache-zipf',
      'incompressible',
      'kernel-build',
      'memory-leak',
      'phone-apps',
      'scan-beside-service',
      'sidecar',
      'web-diurnal',
    ]);
    expect(machines().map(({ id }) => id)).toEqual(['laptop', 'phone', 'server', 'small-vm']);
  });

  it.each(all)(
    '$id runs for a simulated second',
    ({ value, description }) => {
      const checked = checkScenario(value);
      expect(checked.ok ? [] : checked.issues).toEqual([]);
      expect(description.length).toBeGreaterThan(150);
      // A source, by its year.
      expect(description).toMatch(/\b(19[6-9]|20[0-2])\d\b/);
      const result = second(value);
      expect(result.accesses).toBeGreaterThan(10_000);
      expect(result.simulatedNs).toBe(1e9);
    },
    60_000,
  );

  it('memory-leak ends with the OOM killer, that of the leak alone', () => {
    const { value } = all.find(({ id }) => id === 'memory-leak')!;
    const { events } = second(value, '10s');
    const killed = events.filter(({ kind }) => kind === 'oom_kill').map(({ scope }) => scope);
    expect(killed).toEqual(['cgroup:/leaky']);
  }, 60_000);

  it('web-diurnal has a report that gets more, and costs less, at night than by day', () => {
    const { value } = all.find(({ id }) => id === 'web-diurnal')!;
    const outcome = (start: string) => {
      const input = structuredClone(value) as ScenarioInput;
      input.cgroups!['batch']!.workloads![0]!.start = start;
      const { events, totals } = second(input, '12s');
      const at = (kind: string) => events.find((e) => e.kind === kind && /report/.test(e.message));
      const web = totals.find(({ scope }) => scope === 'cgroup:/web')!;
      return {
        took: at('workload_end')!.timeNs - at('workload_start')!.timeNs,
        served: web.counters['accesses']!,
      };
    };
    const night = outcome('4s');
    const day = outcome('6500ms');
    expect(night.took).toBeLessThan(0.9 * day.took);
    expect(night.served).toBeGreaterThan(day.served);
  }, 60_000);

  it.each(machines())('$id takes every template', ({ id, description }) => {
    expect(description.length).toBeGreaterThan(80);
    for (const template of all) expect(checkScenario(templateOn(template.id, id)).ok).toBe(true);
  });

  it('name what they do not know', () => {
    expect(() => templateOn('none')).toThrow('The template is "none"; accepted: batch, ');
    expect(() => templateOn('batch', 'none')).toThrow('The machine is "none"; accepted: laptop, ');
  });
});
