// Rounds in which the thread of one run is ended in the middle of it, from outside of the lab.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { RunSummary } from '../../src/main/lab/contract.ts';
import { createLab } from '../../src/main/lab/index.ts';
import { smallScenario } from '../lab/support/scenarios.ts';
import type { Round } from './round.ts';
import { verify } from './verify.ts';

const RUNS = 3;

/** The threads of this process, by Node's own account. */
const workers = new Set<Worker>();
process.on('worker', (worker) => {
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
});

export const killWorker: Round = async ({ dataDir, ledger }, random) => {
  const lab = createLab({ host: 'cli', dataDir, concurrency: RUNS });
  const ended = new Map<number, RunSummary>();
  lab.on({
    runChanged: (run) => {
      if (!['queued', 'running', 'paused'].includes(run.status)) ended.set(run.id, run);
    },
  });
  const ids: number[] = [];
  try {
    for (let i = 0; i < RUNS; i++) {
      const scenario = smallScenario({ name: `Run ${i}`, accesses: 400_000, seed: i + 1 });
      ids.push((await lab.startRun({ scenario })).id);
    }
    await sleep(random.next() * 300);
    if (workers.size > 0) await random.pick([...workers]).terminate();
    while (ended.size < RUNS) await sleep(5);
    const failed = [...ended.values()].filter(({ status }) => status !== 'done');
    if (failed.length > 1) throw new Error(`${failed.length} runs failed with one thread`);
    for (const run of ended.values()) {
      if (run.status === 'done') ledger.done.set(run.id, run.digest as string);
      else if (!/thread ended without a result/.test(run.error ?? '')) {
        throw new Error(`run ${run.id} (${run.status}) says ${run.error}`);
      }
    }
  } finally {
    await lab.close();
  }
  return await verify(dataDir, ledger);
};
