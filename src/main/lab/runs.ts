/** Starts runs, follows them on their threads, and keeps what becomes of them. */
import { resolve } from 'node:path';
import { ENGINE_VERSION } from '../../engine/run.ts';
import { checkScenario, withSetting, type ScenarioInput } from '../../engine/scenario/index.ts';
import type { ComparedRun } from './compare.ts';
import type {
  ColumnName,
  LabEvents,
  PackedColumns,
  RunOverview,
  RunPage,
  RunProgressData,
  RunQuery,
  RunRecord,
  RunSummary,
  StartRun,
} from './contract.ts';
import { asLabError } from './database/failures.ts';
import { processOf } from './database/owner.ts';
import { invalid, type LabError } from './errors.ts';
import type { RunFigures } from './figures.ts';
import { RunQueue, type Job, type QueueOptions } from './queue.ts';
import type { Outcome } from './runner.ts';
import type { Ended, ImportedRun, NewRun, RunStore } from './runStore.ts';
import { findTraces } from './traceFiles.ts';

/** Ended runs that were not to be saved are kept in memory; this many of them. */
const UNSAVED_KEPT = 50;

const GOING = ['queued', 'running', 'paused'] as const;

/** A run that has been checked and is ready to be kept and queued. */
export interface Prepared {
  run: NewRun;
  job: Job['input'];
  save: boolean;
}

export interface RunsOptions extends QueueOptions {
  saved: RunStore;
  /** Runs that are not to be kept: the same tables in memory, with ids below zero. */
  unsaved: RunStore;
  databaseFile: string;
  owner: string;
  /** Folders for relative trace paths besides the run's own. */
  traceFolders: (string | undefined)[];
  /** Called when the end of a run could not be written. */
  storageFailed(error: LabError): void;
  emit<E extends keyof LabEvents>(event: E, ...args: Parameters<LabEvents[E]>): void;
}

export class Runs {
  readonly queue: RunQueue;
  readonly #options: RunsOptions;
  /** Ends that the database would not take, so that nobody is told that such a run goes on. */
  readonly #unwritten = new Map<number, Partial<RunSummary>>();
  #closing = false;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.queue = new RunQueue(
      {
        started: (id) => this.#note(id, () => this.#store(id).started(id, Date.now())),
        tracesLoaded: (id, traces) =>
          this.#note(id, () => this.#store(id).tracesLoaded(id, traces), 'silent'),
        progressed: (update) => options.emit('runProgress', update),
        ended: (id, outcome, last) => this.#ended(id, outcome, last),
      },
      options,
    );
  }

  start(request: StartRun): { id: number } {
    const { run, job, save } = this.prepare(request);
    const id = (save ? this.#options.saved : this.#options.unsaved).add(run);
    this.launch(id, job);
    return { id };
  }

  /** Everything about a run but its id; throws where it could not be run. */
  prepare(request: StartRun): Prepared {
    const checked = checkScenario(request.scenario);
    if (!checked.ok) {
      throw invalid('The scenario cannot be run as it is.', checked.issues);
    }
    const seed = request.seed ?? checked.scenario.run.seed;
    const baseDir = request.baseDir === undefined ? null : resolve(request.baseDir);
    const traces = findTraces(checked.scenario, [baseDir, ...this.#options.traceFolders]);
    const written: ScenarioInput =
      request.seed === undefined
        ? request.scenario
        : withSetting(request.scenario, ['run', 'seed'], seed);
    return {
      run: {
        name: request.name ?? checked.scenario.name,
        scenario: written,
        scenarioName: checked.scenario.name,
        baseDir,
        seed,
        engineVersion: ENGINE_VERSION,
        createdAt: Date.now(),
        owner: this.#options.owner,
      },
      job: { scenario: { ...checked.scenario, run: { ...checked.scenario.run, seed } }, traces },
      save: request.save !== false,
    };
  }

  /** Queues a run that is in the database already. */
  launch(id: number, job: Prepared['job']): void {
    this.#changed(id);
    this.queue.add({ id, input: job });
  }

  pause(id: number): void {
    this.#expect(id, 'pause', GOING);
    this.queue.pause(id);
    this.#note(id, () => this.#store(id).setStatus(id, 'paused'));
  }

  resume(id: number): void {
    this.#expect(id, 'continue', GOING);
    this.queue.resume(id);
    const status = this.queue.stateOf(id);
    if (status) this.#note(id, () => this.#store(id).setStatus(id, status));
  }

  cancel(id: number): void {
    this.#expect(id, 'cancel', GOING);
    this.queue.cancel(id);
  }

  list(query: RunQuery): RunPage {
    const { runs, total } = this.#options.saved.list(query);
    return { runs: runs.map((run) => this.current(run)), total };
  }

  get(id: number): RunRecord {
    return this.current(this.#store(id).record(id));
  }

  overview(id: number): RunOverview {
    return this.current(this.#store(id).overview(id));
  }

  compared(id: number): ComparedRun {
    return this.current(this.#store(id).compared(id));
  }

  columns(id: number, columns: readonly ColumnName[]): PackedColumns {
    return this.#store(id).columns(id, columns);
  }

  figures(ids: readonly number[]): Map<number, RunFigures> {
    return this.#options.saved.figures(ids);
  }

  replicates(id: number, most: number): RunFigures[] {
    return this.#store(id).replicates(id, most);
  }

  update(id: number, change: Parameters<RunStore['update']>[1]): RunSummary {
    this.#store(id).update(id, change);
    return this.#changed(id);
  }

  setDeleted(ids: number[], deletedAt: number | null): void {
    const unsaved = ids.find((id) => id < 0);
    if (unsaved !== undefined) {
      throw invalid(`Run ${unsaved} is not saved, so there is nothing to delete or to restore.`);
    }
    this.#options.saved.setDeleted(ids, deletedAt);
    for (const id of new Set(ids)) this.#changed(id);
  }

  /** Imports a run, unless it is here already: opening a file twice does not make two runs of it. */
  importOnce(run: ImportedRun): { id: number } {
    const id = this.#options.saved.findImported(run);
    return id === undefined ? this.import(run) : { id };
  }

  import(run: ImportedRun): { id: number } {
    const id = this.#options.saved.addImported(run);
    this.#changed(id);
    return { id };
  }

  /** Passes on what other processes did to their runs or to any that has ended. */
  tellChangesSince(since: number): void {
    for (const run of this.#options.saved.changedSince(since)) {
      this.#options.emit('runChanged', this.current(run));
    }
  }

  /** Stops everything that goes on here; such runs are marked interrupted. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.queue.close();
  }

  #store(id: number): RunStore {
    return id < 0 ? this.#options.unsaved : this.#options.saved;
  }

  /** What the database says of a run, brought up to date with what is known of it here. */
  current<T extends RunSummary>(run: T): T {
    const status = this.queue.stateOf(run.id);
    if (status) return { ...run, status, progress: this.queue.progressOf(run.id) };
    return { ...run, ...this.#unwritten.get(run.id) };
  }

  #changed(id: number): RunSummary {
    const run = this.current(this.#store(id).summary(id));
    this.#options.emit('runChanged', run);
    return run;
  }

  #expect(id: number, verb: string, accepted: readonly string[]): void {
    const run = this.current(this.#store(id).summary(id));
    const here = this.queue.stateOf(id);
    if (here && accepted.includes(here)) return;
    const owner = here ? null : this.#store(id).ownerOf(id);
    if (owner && owner !== this.#options.owner) {
      throw invalid(
        `Run ${id} belongs to another Swap Lab (process ${processOf(owner)}); ${verb} it there.`,
      );
    }
    throw invalid(
      `Run ${id} is ${run.status}: ${verb} is for a run that is ${accepted.join(' or ')}.`,
    );
  }

  /** Writes something about a run that goes on. Where that fails the run goes on all the same. */
  #note(id: number, write: () => void, how: 'tell' | 'silent' = 'tell'): void {
    try {
      write();
    } catch {
      // The end of the run is written too, and that failure is the one that is told.
    }
    if (how === 'tell') this.#tell(id);
  }

  #ended(id: number, outcome: Outcome, last: RunProgressData | null): void {
    const end = this.#endOf(outcome, last);
    try {
      this.#store(id).ended(id, end, Date.now());
    } catch (error) {
      this.#endUnwritten(id, end, error, last);
    }
    if (id < 0) this.#options.unsaved.keepNewest(UNSAVED_KEPT);
    this.#tell(id);
  }

  #endOf(outcome: Outcome, last: RunProgressData | null): Ended {
    if (outcome.kind === 'done') {
      return { status: 'done', result: outcome.result, wallMs: outcome.wallMs };
    }
    const figures = {
      wallMs: last?.wallMs ?? null,
      simulatedNs: last?.simulatedNs ?? null,
      accesses: last?.accesses ?? null,
    };
    if (outcome.kind === 'failed') return { status: 'failed', error: outcome.message, ...figures };
    return this.#closing
      ? { status: 'interrupted', error: 'Swap Lab was closed before it was finished.', ...figures }
      : { status: 'cancelled', error: null, ...figures };
  }

  #endUnwritten(id: number, end: Ended, error: unknown, last: RunProgressData | null): void {
    const known = asLabError(error, this.#options.databaseFile);
    this.#options.storageFailed(known);
    const { message } = known;
    const failed: Ended = {
      status: 'failed',
      error:
        end.status === 'done'
          ? `It ran to its end, but its result could not be saved. ${message}`
          : `${end.error ?? 'It was cancelled.'} This could not be saved. ${message}`,
      wallMs: last?.wallMs ?? null,
      simulatedNs: last?.simulatedNs ?? null,
      accesses: last?.accesses ?? null,
    };
    this.#unwritten.set(id, { status: 'failed', error: failed.error, endedAt: Date.now() });
    try {
      this.#store(id).ended(id, failed, Date.now());
    } catch {
      // Then the database calls it running until the next start, which finds it interrupted.
    }
  }

  #tell(id: number): void {
    try {
      this.#changed(id);
    } catch {
      // Nobody can be told what the database cannot be asked.
    }
  }
}
