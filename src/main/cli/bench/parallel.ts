/** How much more is done in the same time when every processor has a run of its own. */
import { availableParallelism } from 'node:os';
import {
  checkScenario,
  type Scenario,
  type ScenarioInput,
} from '../../../engine/scenario/index.ts';
import { LabError } from '../../lab/errors.ts';
import { RunQueue } from '../../lab/queue.ts';
import { median } from './builtin.ts';

export interface Scaling {
  /** Runs in each of the two batches, and how many of the second one went on at once. */
  runs: number;
  atOnce: number;
  /** Wall time of the batch, ms: median of the rounds. */
  oneByOneMs: number;
  atOnceMs: number;
  /** `oneByOneMs` by `atOnceMs`; `atOnce` would be perfect. */
  factor: number;
}

export interface ParallelOptions {
  /** Fewer accesses, to see that it works. */
  quick: boolean;
  rounds: number;
}

/** Both ways take turns, so that noise hits both. */
export async function benchParallel({ quick, rounds }: ParallelOptions): Promise<Scaling> {
  const scenario = parallelScenario(quick ? 200_000 : 4_000_000);
  const atOnce = availableParallelism();
  await batch(scenario, atOnce, atOnce);
  const single: number[] = [];
  const together: number[] = [];
  for (let round = 0; round < rounds; round++) {
    single.push(await batch(scenario, atOnce, 1));
    together.push(await batch(scenario, atOnce, atOnce));
  }
  const oneByOneMs = median(single);
  const atOnceMs = median(together);
  return { runs: atOnce, atOnce, oneByOneMs, atOnceMs, factor: oneByOneMs / atOnceMs };
}

/** A cgroup that swaps all the time: a tenth of its pages fit. */
function parallelScenario(accesses: number): Scenario {
  const input: ScenarioInput = {
    name: 'Benchmark of parallel runs',
    machine: { memory: '2GiB' },
    kernel: { zswap: { enabled: true } },
    tiers: { nvme: { kind: 'block', device: 'nvme', size: '2GiB' } },
    cgroups: {
      bench: {
        memory: { max: '80MiB', zswap: { max: '20MiB' } },
        workloads: [
          {
            name: 'zipf',
            pages: '800MiB',
            pattern: { kind: 'zipf', exponent: 0.9 },
            accesses,
          },
        ],
      },
    },
    run: { sampleEvery: '1s' },
  };
  const checked = checkScenario(input);
  if (!checked.ok) throw new Error('The scenario of the benchmark is not valid.');
  return checked.scenario;
}

/** Wall time in ms of `count` runs, `concurrency` of them at once, thread starts included. */
async function batch(scenario: Scenario, count: number, concurrency: number): Promise<number> {
  const begin = performance.now();
  await new Promise<void>((resolve, reject) => {
    let left = count;
    const queue = new RunQueue(
      {
        started: () => undefined,
        tracesLoaded: () => undefined,
        progressed: () => undefined,
        ended: (_, outcome) => {
          if (outcome.kind !== 'done') {
            reject(new LabError('invalid', 'A run of the benchmark did not end.'));
          } else if (--left === 0) resolve();
        },
      },
      { concurrency },
    );
    for (let id = 1; id <= count; id++) queue.add({ id, input: { scenario, traces: [] } });
  });
  return performance.now() - begin;
}
