// Long use: many runs in one session and a large library, with the memory of the process looked at throughout.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunSummary } from '../../src/main/lab/contract.ts';
import { createLab } from '../../src/main/lab/index.ts';
import { smallScenario } from '../lab/support/scenarios.ts';

export interface Memory {
  /** JavaScript heap after a collection, and all of the process, MiB. */
  heap: number;
  rss: number;
}

const MIB = 2 ** 20;

/** Needs `--expose-gc`; without it the heap is as it happens to be. */
export function memoryNow(): Memory {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: Math.round(heapUsed / MIB), rss: Math.round(rss / MIB) };
}

export interface SessionResult {
  done: number;
  ms: number;
  /** After the first tenth of the runs, and after the last. */
  early: Memory;
  late: Memory;
}

/** Queues so many runs at once, as a day of use would one after the other, and waits for the last. */
export async function session(dataDir: string, count: number): Promise<SessionResult> {
  const lab = createLab({ host: 'cli', dataDir, concurrency: 2 });
  const begun = performance.now();
  let done = 0;
  let early = memoryNow();
  try {
    const ended = new Promise<void>((resolve, reject) => {
      lab.on({
        runChanged: (run: RunSummary) => {
          if (run.status === 'failed') reject(new Error(run.error ?? ''));
          if (run.status !== 'done') return;
          done++;
          if (done === Math.ceil(count / 10)) early = memoryNow();
          if (done === count) resolve();
        },
      });
    });
    for (let seed = 1; seed <= count; seed++) {
      await lab.startRun({ scenario: smallScenario({ accesses: 3000, seed }) });
    }
    await ended;
    await sleep(100);
    return { done, ms: performance.now() - begun, early, late: memoryNow() };
  } finally {
    await lab.close();
  }
}

export interface LibraryResult {
  runs: number;
  fileMiB: number;
  /** Opening the lab, a page of the list, a search, and one run, ms. */
  open: number;
  list: number;
  search: number;
  get: number;
  memory: Memory;
}

/** Imports a run until there are so many, and times what a person does with them. */
export async function library(
  dataDir: string,
  count: number,
  text: string,
): Promise<LibraryResult> {
  const filling = createLab({ host: 'cli', dataDir });
  let last = 0;
  for (let i = 0; i < count; i++) last = (await filling.importRun(text)).id;
  await filling.close();

  const time = async (work: () => unknown) => {
    const from = performance.now();
    await work();
    return Math.round(performance.now() - from);
  };
  const from = performance.now();
  const lab = createLab({ host: 'cli', dataDir });
  const open = Math.round(performance.now() - from);
  try {
    const list = await time(() => lab.listRuns({ limit: 100, offset: count / 2 }));
    const search = await time(() => lab.listRuns({ search: 'nothing has this' }));
    const get = await time(() => lab.getRun(last));
    const { total } = await lab.listRuns({ limit: 1 });
    const { statSync } = await import('node:fs');
    const fileMiB = Math.round(statSync((await lab.info()).databasePath).size / MIB);
    return { runs: total, fileMiB, open, list, search, get, memory: memoryNow() };
  } finally {
    await lab.close();
  }
}
