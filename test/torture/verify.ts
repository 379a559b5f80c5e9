// What must hold after a lab was killed at any moment: nothing damaged, lost, half there or left behind.
import Sqlite from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { digest as digestOf } from '../../src/engine/metrics/digest.ts';
import type { RunSummary } from '../../src/main/lab/contract.ts';
import { createLab, type Lab } from '../../src/main/lab/index.ts';
import { readTrace } from '../../src/main/lab/traces/format.ts';
import type { Ledger } from './ledger.ts';

/** Most runs that a folder of a campaign comes to, so that one page lists them. */
const MOST_RUNS = 1000;

export interface Verified {
  interrupted: number;
  runs: number;
}

export interface Circumstances {
  /** Another lab still runs on the database: its runs may go on. */
  beside?: boolean;
}

/** Throws with everything that is wrong. */
export async function verify(
  dataDir: string,
  ledger: Ledger,
  { beside = false }: Circumstances = {},
): Promise<Verified> {
  const problems: string[] = [];
  const file = join(dataDir, 'swap-lab.db');
  checkFile(file, problems);
  const lab = createLab({ host: 'cli', dataDir, concurrency: 1 });
  const verified = { interrupted: 0, runs: 0 };
  try {
    const kept = await lab.listRuns({ limit: MOST_RUNS });
    const deleted = await lab.listRuns({ limit: MOST_RUNS, deleted: true });
    const all = new Map([...kept.runs, ...deleted.runs].map((run) => [run.id, run]));
    verified.runs = all.size;
    for (const run of all.values()) {
      const goesOn = ['queued', 'running', 'paused'].includes(run.status);
      if (goesOn && !beside) problems.push(`run ${run.id} is still ${run.status}`);
      if (run.status === 'interrupted') verified.interrupted++;
      if (run.status === 'done') await checkResult(lab, run, problems);
    }
    for (const [id, digest] of ledger.done) {
      const found = all.get(id);
      if (!found) problems.push(`run ${id} was reported as saved and is gone`);
      else if (found.digest !== digest) problems.push(`run ${id} has another digest`);
    }
    for (const id of ledger.started) {
      if (!all.has(id)) problems.push(`run ${id} was reported as started and is gone`);
    }
    checkDeletions(ledger, new Set(deleted.runs.map(({ id }) => id)), problems);
    const saved = new Map((await lab.listScenarios()).map((each) => [each.name, each.version]));
    for (const [name, version] of ledger.scenarios) {
      if ((saved.get(name) ?? 0) < version) problems.push(`${name} has lost version ${version}`);
    }
  } finally {
    await lab.close();
  }
  await checkFolder(dataDir, beside, problems);
  if (problems.length > 0) throw new Error(problems.slice(0, 10).join('; '));
  return verified;
}

function checkFile(file: string, problems: string[]): void {
  const database = new Sqlite(file);
  const integrity = database.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok') problems.push(`integrity_check says ${String(integrity)}`);
  const foreign = database.pragma('foreign_key_check') as unknown[];
  if (foreign.length > 0) problems.push(`foreign_key_check finds ${foreign.length} rows`);
  // Killed before its first table: there is nothing in it yet.
  const isEmpty = database.pragma('user_version', { simple: true }) === 0;
  if (isEmpty) return void database.close();
  const half = database
    .prepare(
      `SELECT count(*) FROM runs LEFT JOIN run_results ON run_id = id
       WHERE (status = 'done') <> (run_id IS NOT NULL)`,
    )
    .pluck()
    .get() as number;
  if (half > 0) problems.push(`${half} runs whose status does not fit their result`);
  database.close();
}

async function checkResult(lab: Lab, run: RunSummary, problems: string[]): Promise<void> {
  const { result } = await lab.getRun(run.id);
  const computed = result && digestOf({ ...result, digest: undefined });
  if (computed !== run.digest) problems.push(`the result of run ${run.id} is not the one it had`);
}

/** A deletion that was acknowledged holds; one that was not has happened to all of its runs or to none. */
function checkDeletions(ledger: Ledger, deleted: Set<number>, problems: string[]): void {
  const { pending } = ledger;
  const unsure = new Set(pending?.ids);
  for (const [id, expected] of ledger.deleted) {
    if (unsure.has(id) || deleted.has(id) === expected) continue;
    problems.push(`run ${id} is ${expected ? 'not ' : ''}deleted any more`);
  }
  if (!pending) return;
  const before = (id: number) => ledger.deleted.get(id) ?? false;
  const changed = pending.ids.filter((id) => before(id) !== pending.deleted);
  const happened = changed.filter((id) => deleted.has(id) === pending.deleted);
  if (happened.length !== 0 && happened.length !== changed.length) {
    problems.push(`a deletion of ${changed.length} runs happened to ${happened.length} of them`);
  }
  for (const id of pending.ids) ledger.deleted.set(id, deleted.has(id));
  ledger.pending = undefined;
}

/** Files of dead processes are gone once the next lab has come and gone. */
async function checkFolder(dataDir: string, beside: boolean, problems: string[]): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    const known = /^(swap-lab\.db|traces|electron)$|\.backup-v\d+-\w+$/.test(name);
    const ofOther = beside && /^swap-lab\.db-(wal|shm)$|\.owner-/.test(name);
    if (!known && !ofOther) problems.push(`${name} is left behind`);
  }
  const folder = join(dataDir, 'traces');
  for (const name of readdirSync(dataDir).includes('traces') ? readdirSync(folder) : []) {
    if (!name.endsWith('.swtrace')) continue;
    await readTrace(join(folder, name)).catch((error: Error) => problems.push(error.message));
  }
}
