/** Builds simulations from scenarios written by hand in tests. */
import { Simulation, type Trace } from '../../../src/engine/run.ts';
import type { RunResult } from '../../../src/engine/result.ts';
import type { Scenario, ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';

/** The scenario with its defaults; throws with every issue when it is not one. */
export function scenarioOf(input: ScenarioInput): Scenario {
  const check = checkScenario(input);
  if (!check.ok) throw new Error(check.issues.map((i) => i.message).join('\n'));
  return check.scenario;
}

export function simulate(input: ScenarioInput, traces: Record<string, Trace> = {}): Simulation {
  return new Simulation({
    scenario: scenarioOf(input),
    traces: new Map(Object.entries(traces)),
  });
}

/** Runs to the end; throws when that takes more than `steps` budgets of 100 000. */
export function finish(simulation: Simulation, steps = 10_000): RunResult {
  for (let i = 0; i < steps; i++) if (simulation.advance(100_000)) return simulation.result();
  throw new Error(`The run has not ended after ${steps} steps`);
}

export function runToEnd(input: ScenarioInput, traces: Record<string, Trace> = {}): RunResult {
  return finish(simulate(input, traces));
}

/** A trace that reads (or, with `write`, writes) these pages in this order. */
export function traceOf(pages: number, accesses: Iterable<number>, write = false): Trace {
  const bit = write ? 0x80000000 : 0;
  return {
    accesses: Uint32Array.from(accesses, (page) => page + bit),
    pages,
    regions: [{ start: 0, pages }],
  };
}

/** The totals of a scope. */
export function totals(result: RunResult, scope = 'machine'): Record<string, number> {
  const found = result.totals.find((t) => t.scope === scope);
  if (!found) throw new Error(`No totals for ${scope}`);
  return found.counters;
}

/**
 * A machine whose one process, in cgroup `a`, has just touched `pages` pages in order: page i of it
 * is page i of the kernel, the cgroup is memcg 1, and nothing has been reclaimed.
 */
export function touched(pages: number, input: ScenarioInput = {}): Simulation {
  const { cgroups, ...rest } = input;
  const simulation = simulate({
    machine: { memory: '1GiB' },
    ...rest,
    kernel: { statsFlush: '0', ...rest.kernel },
    cgroups: {
      a: {
        ...cgroups?.['a'],
        workloads: cgroups?.['a']?.workloads ?? [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages,
            contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
          },
        ],
      },
    },
    run: { accesses: pages },
  });
  finish(simulation);
  return simulation;
}
