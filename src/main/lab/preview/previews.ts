/** Previews of workloads: made one at a time on a thread, kept, and called off when nobody wants them. */
import type { Worker } from 'node:worker_threads';
import {
  COSTS,
  cgroupPath,
  checkScenario,
  eachCgroup,
  pageBytes,
  workloadPages,
  type Scenario,
  type Workload,
} from '../../../engine/scenario/index.ts';
import type { PreviewRequest, WorkloadPreview } from '../contract.ts';
import { invalid, messageOf, notFound } from '../errors.ts';
import { findTraces } from '../traceFiles.ts';
import type { PreviewInput, PreviewMessage } from './worker.ts';
import startWorker from './worker.ts?nodeWorker';

/** Previews that are kept: some kilobytes each. */
const KEPT = 200;
/** Requests that may wait for their turn; a client that asks for more has lost count. */
const MOST_WAITING = 256;
const HEAP_LIMIT_MIB = 1024;

const CALLED_OFF = 'The preview was called off.';

interface Job {
  id: string;
  input: PreviewInput;
  resolve(preview: WorkloadPreview): void;
  reject(reason: Error): void;
}

export class Previews {
  readonly #traceFolders: (string | undefined)[];
  readonly #kept = new Map<string, WorkloadPreview>();
  #waiting: Job[] = [];
  #current: { job: Job; worker: Worker } | undefined;

  constructor(traceFolders: (string | undefined)[]) {
    this.#traceFolders = traceFolders;
  }

  /** Rejects with a LabError when there is no such workload, or its preview was called off. */
  make(request: PreviewRequest): Promise<WorkloadPreview> {
    const input = this.#inputOf(request);
    const kept = this.#kept.get(JSON.stringify(input));
    if (kept) return Promise.resolve(kept);
    if (this.#waiting.length >= MOST_WAITING)
      throw invalid(`${MOST_WAITING} previews are waiting already; call some off first.`);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: request.id, input, resolve, reject });
      this.#next();
    });
  }

  /** Nothing happens when there is none of this name: it may have been finished a moment ago. */
  cancel(id: string): void {
    const [off, waiting] = [true, false].map((same) =>
      this.#waiting.filter((job) => (job.id === id) === same),
    ) as [Job[], Job[]];
    this.#waiting = waiting;
    for (const job of off) job.reject(notFound(CALLED_OFF));
    if (this.#current?.job.id === id) this.#stop();
  }

  close(): void {
    for (const job of this.#waiting.splice(0)) job.reject(notFound(CALLED_OFF));
    this.#stop();
  }

  #stop(): void {
    if (!this.#current) return;
    const { job, worker } = this.#current;
    this.#current = undefined;
    job.reject(notFound(CALLED_OFF));
    void worker.terminate();
    this.#next();
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#waiting.shift();
    if (!job) return;
    const worker = startWorker({
      workerData: job.input,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MIB },
    });
    this.#current = { job, worker };
    const end = (settle: () => void) => {
      if (this.#current?.job !== job) return;
      this.#current = undefined;
      settle();
      this.#next();
    };
    worker.once('message', (message: PreviewMessage) =>
      end(() => {
        if ('failed' in message) return job.reject(invalid(message.failed));
        this.#keep(JSON.stringify(job.input), message.preview);
        job.resolve(message.preview);
      }),
    );
    worker.once('error', (error) => end(() => job.reject(invalid(messageOf(error)))));
    worker.once('exit', () =>
      end(() => job.reject(invalid('Its thread ended without an answer.'))),
    );
  }

  #keep(key: string, preview: WorkloadPreview): void {
    this.#kept.set(key, preview);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  #inputOf({ scenario, cgroup, workload: name, baseDir }: PreviewRequest): PreviewInput {
    const checked = checkScenario(scenario);
    if (!checked.ok) throw invalid('The scenario cannot be run as it is.', checked.issues);
    const workload = workloadOf(checked.scenario, cgroup, name);
    const page = pageBytes(checked.scenario);
    const { costs } = checked.scenario.machine;
    const { duration, accesses, seed } = checked.scenario.run;
    const end = Math.min(duration ?? Infinity, workload.stop ?? Infinity);
    return {
      workload,
      cgroup,
      pages: workloadPages(workload, page) ?? 0,
      pageBytes: page,
      seed,
      accessNs: costs.access ?? COSTS[costs.preset].access,
      mostNs: Math.max(0, end - workload.start),
      bound: accesses ?? Infinity,
      trace: this.#traceOf(checked.scenario, workload, baseDir),
    };
  }

  /** Its own trace is looked for alone: another workload may name one that is missing. */
  #traceOf(scenario: Scenario, workload: Workload, baseDir?: string): string | undefined {
    if (!workload.trace) return undefined;
    const { file } = workload.trace;
    const folders = [baseDir, ...this.#traceFolders];
    return findTraces(scenario, folders, file)[0]?.path;
  }
}

function workloadOf({ cgroups }: Scenario, path: string, name: string): Workload {
  let found: Workload | undefined;
  eachCgroup(cgroups, (group, keys) => {
    if (cgroupPath(keys) === path) found = group.workloads.find((each) => each.name === name);
  });
  if (!found) throw notFound(`There is no workload "${name}" in ${path}.`);
  return found;
}
