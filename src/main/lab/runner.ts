/** One run on its worker thread, as the queue sees it. Whatever goes wrong there stays there. */
import type { Worker } from 'node:worker_threads';
import { whyNoResult, whyThreadFailed } from './failure.ts';
import startWorker from './worker.ts?nodeWorker';
import { PAUSE, RUN, type WorkerInput, type WorkerMessage } from './workerMessages.ts';

/** Bound on the worker's JavaScript heap, MiB; page columns live outside of it. */
export const HEAP_LIMIT = 4096;

type Ending = Extract<WorkerMessage, { kind: 'done' | 'life' | 'failed' }>;
type Report = Exclude<WorkerMessage, Ending>;
export type Outcome = Ending | { kind: 'stopped' };

export interface RunnerOptions {
  input: Omit<WorkerInput, 'control'>;
  heapLimitMiB: number;
  onReport(report: Report): void;
  /** Called exactly once, after the worker's last report. */
  onEnd(outcome: Outcome): void;
}

export class Runner {
  readonly #worker: Worker;
  readonly #control = new Int32Array(new SharedArrayBuffer(4));
  readonly #options: RunnerOptions;
  #outcome: Outcome | undefined;
  #stopping = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { scenario } = options.input;
    const workerData: WorkerInput = { ...options.input, control: this.#control };
    this.#worker = startWorker({
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: options.heapLimitMiB },
    });
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error) => {
      const message = whyThreadFailed(error, scenario, options.heapLimitMiB);
      this.#outcome ??= { kind: 'failed', message };
    });
    this.#worker.on('exit', (code) => {
      options.onEnd(
        this.#stopping
          ? { kind: 'stopped' }
          : (this.#outcome ?? { kind: 'failed', message: whyNoResult(code, scenario) }),
      );
    });
  }

  pause(): void {
    Atomics.store(this.#control, 0, PAUSE);
  }

  resume(): void {
    Atomics.store(this.#control, 0, RUN);
    Atomics.notify(this.#control, 0);
  }

  /** Ends the thread at once, wherever it is; a result that was already there is kept. */
  stop(): void {
    if (this.#outcome || this.#stopping) return;
    this.#stopping = true;
    void this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    if (this.#stopping || this.#outcome) return;
    if (message.kind === 'done' || message.kind === 'life' || message.kind === 'failed') {
      this.#outcome = message;
      // Its columns can be gigabytes: do not wait for the thread to end by itself.
      void this.#worker.terminate();
    } else this.#options.onReport(message);
  }
}
