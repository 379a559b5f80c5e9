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

  it.each(machines())('$id takes every template', ({ id, description }) => {
    expect(description.length).toBeGreaterThan(80);
    for (const template of all) expect(checkScenario(templateOn(template.id, id)).ok).toBe(true);
  });

  it('name what they do not know', () => {
    expect(() => templateOn('none')).toThrow('The template is "none"; accepted: batch, ');
    expect(() => templateOn('batch', 'none')).toThrow('The machine is "none"; accepted: laptop, ');
  });
});
