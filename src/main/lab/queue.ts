/** Runs waiting and running: first come, first served, so many at once. */
import { availableParallelism } from 'node:os';
import type { RunProgressData, RunProgressUpdate } from './contract.ts';
import { Runner, HEAP_LIMIT, type Outcome } from './runner.ts';
import type { TraceUsed } from './runStore.ts';
import type { WorkerInput } from './workerMessages.ts';

export interface Job {
  id: number;
  input: Omit<WorkerInput, 'control'>;
}

export interface QueueEvents {
  started(id: number): void;
  tracesLoaded(id: number, traces: TraceUsed[]): void;
  progressed(update: RunProgressUpdate): void;
  /** `last` is the last progress that was heard of. */
  ended(id: number, outcome: Outcome, last: RunProgressData | null): void;
}

export interface QueueOptions {
  concurrency?: number | undefined;
  heapLimitMiB?: number | undefined;
}

interface Active {
  runner: Runner;
  paused: boolean;
  progress: RunProgressData | null;
}

export type QueuedState = 'queued' | 'running' | 'paused' | undefined;

/** One CPU is left to the window and to whatever else the machine does. */
export const defaultConcurrency = () => Math.max(1, availableParallelism() - 1);

export class RunQueue {
  #concurrency: number;
  readonly #heapLimitMiB: number;
  readonly #events: QueueEvents;
  readonly #waiting: Job[] = [];
  /** Those that wait and are not to be started for the time being. */
  readonly #held = new Set<number>();
  readonly #active = new Map<number, Active>();
  #closing: (() => void) | undefined;

  constructor(events: QueueEvents, options: QueueOptions = {}) {
    this.#events = events;
    this.#concurrency = options.concurrency ?? defaultConcurrency();
    this.#heapLimitMiB = options.heapLimitMiB ?? HEAP_LIMIT;
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  /** More of those that wait start at once; of those that run none is stopped. */
  setConcurrency(atOnce: number): void {
    this.#concurrency = atOnce;
    this.#startNext();
  }

  add(job: Job): void {
    this.#waiting.push(job);
    this.#startNext();
  }

  stateOf(id: number): QueuedState {
    const active = this.#active.get(id);
    if (active) return active.paused ? 'paused' : 'running';
    if (this.#held.has(id)) return 'paused';
    return this.#waiting.some((job) => job.id === id) ? 'queued' : undefined;
  }

  /** Runs that wait, run or are paused. */
  get size(): number {
    return this.#waiting.length + this.#active.size;
  }

  progressOf(id: number): RunProgressData | null {
    return this.#active.get(id)?.progress ?? null;
  }

  /** A paused run gives its place to the next one that waits; one that waits is passed over. */
  pause(id: number): void {
    const active = this.#active.get(id);
    if (!active && this.stateOf(id) === 'queued') this.#held.add(id);
    if (!active || active.paused) return;
    active.paused = true;
    active.runner.pause();
    this.#startNext();
  }

  /** Goes on at once, even where that makes one run more than usual for a while. */
  resume(id: number): void {
    if (this.#held.delete(id)) this.#startNext();
    const active = this.#active.get(id);
    if (!active?.paused) return;
    active.paused = false;
    active.runner.resume();
  }

  /** A run that waits ends here and now; one that runs, when its thread is gone. */
  cancel(id: number): void {
    const index = this.#waiting.findIndex((job) => job.id === id);
    if (index >= 0) {
      this.#held.delete(id);
      this.#waiting.splice(index, 1);
      this.#events.ended(id, { kind: 'stopped' }, null);
    } else this.#active.get(id)?.runner.stop();
  }

  /** Stops everything and starts nothing more; resolves when the last thread is gone. */
  async close(): Promise<void> {
    const allGone = new Promise<void>((resolve) => (this.#closing = resolve));
    for (const { id } of [...this.#waiting]) this.cancel(id);
    for (const { runner } of this.#active.values()) runner.stop();
    if (this.#active.size > 0) await allGone;
  }

  #startNext(): void {
    const running = () => [...this.#active.values()].filter(({ paused }) => !paused).length;
    while (!this.#closing && running() < this.#concurrency) {
      const index = this.#waiting.findIndex(({ id }) => !this.#held.has(id));
      if (index < 0) return;
      this.#start(this.#waiting.splice(index, 1)[0] as Job);
    }
  }

  #start({ id, input }: Job): void {
    const runner = new Runner({
      input,
      heapLimitMiB: this.#heapLimitMiB,
      onReport: (report) => {
        if (report.kind === 'loaded') return this.#events.tracesLoaded(id, report.traces);
        const { progress, live, events, figures } = report;
        active.progress = progress;
        this.#events.progressed({ id, progress, live, events, figures });
      },
      onEnd: (outcome) => {
        this.#active.delete(id);
        this.#events.ended(id, outcome, active.progress);
        if (this.#active.size === 0) this.#closing?.();
        this.#startNext();
      },
    });
    const active: Active = { runner, paused: false, progress: null };
    this.#active.set(id, active);
    this.#events.started(id);
  }
}
