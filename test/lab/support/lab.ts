// Labs for tests: in a folder of their own, closed and removed when the test is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { RunSummary } from '../../../src/main/lab/contract.ts';
import { createLab, type Lab, type LabOptions } from '../../../src/main/lab/index.ts';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'swap-lab-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestLab extends Lab {
  dataDir: string;
  databaseFile: string;
}

export function openLab(options: Partial<LabOptions> = {}): TestLab {
  const dataDir = options.dataDir ?? temporaryFolder();
  const lab = createLab({ host: 'cli', concurrency: 2, ...options, dataDir });
  onTestFinished(() => lab.close());
  return { ...lab, dataDir, databaseFile: options.databaseFile ?? join(dataDir, 'swap-lab.db') };
}

const GOING_ON = ['queued', 'running', 'paused'];

/** Resolves when the run has ended, whatever its end. */
export async function ended(lab: Lab, id: number): Promise<RunSummary> {
  return untilRun(lab, id, (run) => !GOING_ON.includes(run.status));
}

/** Resolves when the run has ended well; a failure shows why. */
export async function finished(lab: Lab, id: number): Promise<RunSummary> {
  const run = await ended(lab, id);
  expect(`${run.status}: ${run.error}`).toBe('done: null');
  return run;
}

export async function untilRun(
  lab: Lab,
  id: number,
  reached: (run: RunSummary) => boolean,
): Promise<RunSummary> {
  return new Promise((resolve, reject) => {
    const check = (run: RunSummary) => {
      if (run.id !== id || !reached(run)) return;
      stop();
      resolve(run);
    };
    const look = () => void lab.getRun(id).then(check, reject);
    const stop = lab.on({ runChanged: check, runProgress: look });
    look();
  });
}
