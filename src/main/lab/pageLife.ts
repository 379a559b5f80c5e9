/** Answers what happened to a page of a scenario, on a thread of its own; nothing is saved. */
import type { Scenario } from '../../engine/scenario/index.ts';
import type { PageLife, RunProgressData } from './contract.ts';
import { LabError } from './errors.ts';
import { HEAP_LIMIT, Runner } from './runner.ts';
import type { PageQuestion, WorkerInput } from './workerMessages.ts';

export interface LifeOptions {
  scenario: Scenario;
  /** As `findTraces` gave them. */
  traces: WorkerInput['traces'];
  question: PageQuestion;
  signal?: AbortSignal | undefined;
  onProgress?(progress: RunProgressData): void;
}

/**
 * Rejects with a LabError when the page does not exist or the run fails, with the signal's reason when
 * called off.
 */
export function pageLife(options: LifeOptions): Promise<PageLife> {
  const { scenario, traces, question, signal, onProgress } = options;
  const { promise, resolve, reject } = Promise.withResolvers<PageLife>();
  const runner = new Runner({
    input: { scenario, traces, question },
    heapLimitMiB: HEAP_LIMIT,
    onReport: (report) => {
      if (report.kind === 'progress') onProgress?.(report.progress);
    },
    onEnd: (outcome) => {
      signal?.removeEventListener('abort', stop);
      if (outcome.kind === 'life') resolve(outcome.life);
      else if (outcome.kind === 'failed') reject(new LabError('invalid', outcome.message));
      else reject(signal?.reason as Error);
    },
  });
  const stop = () => runner.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return promise;
}
