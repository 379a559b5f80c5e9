/** Groups of runs: replicates over seeds and sweeps over settings, started, paused and ended as one. */
import { parsePath, withSetting, type ScenarioInput } from '../../engine/scenario/index.ts';
import type { GroupSummary, RunGroup, RunSummary, StartGroup, SweepAxis } from './contract.ts';
import { LabError } from './errors.ts';
import { countByStatus, type GroupStore } from './groupStore.ts';
import type { Prepared, Runs } from './runs.ts';
import type { RunStore } from './runStore.ts';

export class Groups {
  readonly #runs: Runs;
  readonly #store: GroupStore;
  readonly #runStore: RunStore;

  constructor(runs: Runs, store: GroupStore, runStore: RunStore) {
    this.#runs = runs;
    this.#store = store;
    this.#runStore = runStore;
  }

  start(request: StartGroup): { id: number; runs: number[] } {
    const { scenario, axes, seeds } = request;
    const points = pointsOf(axes).flatMap((at) => {
      const changed = scenarioAt(scenario, axes, at);
      return seeds.map((seed) => ({ at, prepared: this.#prepare(request, changed, at, seed) }));
    });
    const started = this.#store.add(
      {
        name: request.name ?? points[0]?.prepared.run.scenarioName ?? '',
        scenario,
        baseDir: points[0]?.prepared.run.baseDir ?? null,
        axes,
        seeds,
        createdAt: Date.now(),
      },
      (id) =>
        points.map(({ at, prepared }) =>
          this.#runStore.add({ ...prepared.run, group: { id, at } }),
        ),
    );
    started.runs.forEach((id, i) => {
      const point = points[i];
      if (point) this.#runs.launch(id, point.prepared.job);
    });
    return started;
  }

  list(): GroupSummary[] {
    return this.#store.list();
  }

  get(id: number): RunGroup {
    const group = this.#store.get(id);
    const runs = group.runs.map((run) => this.#runs.current(run));
    return { ...group, runs, counts: countByStatus(runs) };
  }

  pause(id: number): void {
    // From the end, so that a place that becomes free is not given to the next of them.
    for (const run of this.#going(id).reverse()) this.#runs.pause(run.id);
  }

  resume(id: number): void {
    for (const run of this.#going(id)) this.#runs.resume(run.id);
  }

  cancel(id: number): void {
    for (const run of this.#going(id).reverse()) this.#runs.cancel(run.id);
  }

  /** Those that this lab runs: others can only be stopped where they run. */
  #going(id: number): RunSummary[] {
    return this.#store.get(id).runs.filter((run) => this.#runs.queue.stateOf(run.id));
  }

  #prepare(request: StartGroup, scenario: ScenarioInput, at: number[], seed: number): Prepared {
    const words = [
      ...request.axes.map(({ path, values }, i) => `${path} ${spell(values[at[i] as number])}`),
      ...(request.seeds.length > 1 || request.axes.length === 0 ? [`seed ${seed}`] : []),
    ];
    const base = request.name ?? scenario.name;
    try {
      return this.#runs.prepare({
        scenario,
        seed,
        ...(typeof base === 'string' ? { name: `${base}: ${words.join(', ')}` } : {}),
        ...(request.baseDir === undefined ? {} : { baseDir: request.baseDir }),
      });
    } catch (error) {
      if (!(error instanceof LabError) || request.axes.length === 0) throw error;
      throw new LabError(
        error.kind,
        `With ${words.join(' and ')}: ${error.message}`,
        error.issues,
        error,
      );
    }
  }
}

const spell = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Every combination of indices; the last axis changes fastest. */
function pointsOf(axes: readonly SweepAxis[]): number[][] {
  return axes.reduce<number[][]>(
    (points, { values }) => points.flatMap((at) => values.map((_, i) => [...at, i])),
    [[]],
  );
}

function scenarioAt(base: ScenarioInput, axes: readonly SweepAxis[], at: number[]): ScenarioInput {
  return axes.reduce(
    (scenario, { path, values }, i) =>
      withSetting(scenario, parsePath(path) ?? [], values[at[i] as number]),
    base,
  );
}
