/** The lives of pages that clients asked for: one run made again at a time for each saved run. */
import { ENGINE_VERSION } from '../../engine/run.ts';
import { checkScenario } from '../../engine/scenario/index.ts';
import type { LabEvents, LifeState, RunRecord, WatchedPage } from './contract.ts';
import { invalid, messageOf } from './errors.ts';
import { pageLife } from './pageLife.ts';
import { findTraces } from './traceFiles.ts';

/** Between two reports of progress, ms. */
const REPORT_EVERY = 100;

export interface LivesOptions {
  traceFolders: (string | undefined)[];
  emit<E extends keyof LabEvents>(event: E, ...args: Parameters<LabEvents[E]>): void;
}

export class Lives {
  readonly #options: LivesOptions;
  readonly #active = new Map<number, AbortController>();

  constructor(options: LivesOptions) {
    this.#options = options;
  }

  /** Throws a LabError when the run can't be made again as it was. */
  find(run: RunRecord, page: WatchedPage | undefined): void {
    const { id, status, engineVersion, seed } = run;
    if (status !== 'done') {
      throw invalid(`Run ${id} is ${status}; the life of a page is for a run that is done.`);
    }
    if (engineVersion !== ENGINE_VERSION) {
      throw invalid(
        `Run ${id} was made by engine ${engineVersion}; ${ENGINE_VERSION} may take another course. Run it again first.`,
      );
    }
    if (this.#active.has(id)) throw invalid(`Run ${id} is being made again already.`);
    const checked = checkScenario(run.scenario);
    if (!checked.ok) throw invalid('The scenario cannot be run as it is.', checked.issues);
    const scenario = { ...checked.scenario, run: { ...checked.scenario.run, seed } };
    const traces = findTraces(scenario, [run.baseDir, ...this.#options.traceFolders]);
    const stop = new AbortController();
    this.#active.set(id, stop);
    let told = 0;
    const tell = (state: LifeState) => this.#options.emit('lifeChanged', id, state);
    tell({ kind: 'running', fraction: 0 });
    pageLife({
      scenario,
      traces,
      question: page ?? 'hottest-on-device',
      signal: stop.signal,
      onProgress: ({ fraction }) => {
        const now = performance.now();
        if (now - told < REPORT_EVERY) return;
        told = now;
        tell({ kind: 'running', fraction });
      },
    })
      .then(
        (life): LifeState => ({ kind: 'done', life }),
        (error: unknown): LifeState =>
          stop.signal.aborted
            ? { kind: 'cancelled' }
            : { kind: 'failed', message: messageOf(error) },
      )
      .then((state) => {
        this.#active.delete(id);
        tell(state);
      })
      .catch(() => undefined);
  }

  /** Nothing happens when none goes on: it may have ended a moment ago. */
  cancel(id: number): void {
    this.#active.get(id)?.abort();
  }

  close(): void {
    for (const stop of this.#active.values()) stop.abort();
  }
}
