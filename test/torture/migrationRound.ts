// Rounds in which a process is killed while it brings a database of the first format up to date.
import Sqlite from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { parseExported } from '../../src/main/lab/exchange.ts';
import type { EncodedResult } from '../../src/main/lab/resultCodec.ts';
import type { Round } from './round.ts';

const RUNS = 60;

/** A migration of the kind that takes a while: a column for every run and one more table. */
export const LATER_STEPS = [
  `ALTER TABLE runs ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey';
   UPDATE runs SET colour = 'red' WHERE id % 2 = 0;`,
  `CREATE TABLE later (run_id INTEGER PRIMARY KEY, copy BLOB NOT NULL) STRICT;
   INSERT INTO later SELECT run_id, series FROM run_results;`,
];

/** `node migrationVictim FILE`: opens a database as a later release would. */
const victim = join(import.meta.dirname, 'migrationVictim.ts');

export const killInMigration: Round = async ({ dataDir, file }, random) => {
  const folder = mkdtempSync(join(dataDir, '..', 'migration-'));
  const database = join(folder, 'swap-lab.db');
  copyFileSync(firstFormat(join(dataDir, '..'), file.text), database);
  const child = spawn(process.execPath, [victim, database], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await Promise.race([ended, sleep(100 + random.next() * 300)]);
  child.kill('SIGKILL');
  await ended;

  const raw = new Sqlite(database);
  const version = raw.pragma('user_version', { simple: true }) as number;
  expectSound(raw, 'the database');
  raw.close();
  if (version < 1) throw new Error(`the database has version ${version}`);
  const opened = openDatabase(database, { migrations: [...MIGRATIONS, ...LATER_STEPS] });
  expectRuns(opened, file.digest, 'the database');
  closeDatabase(opened);
  checkBackups(folder, file.digest);
  rmSync(folder, { recursive: true });
};

/** Every backup is whole, and a partial one is not left behind. */
function checkBackups(folder: string, digest: string): void {
  for (const name of readdirSync(folder)) {
    if (name === 'swap-lab.db') continue;
    if (!/\.backup-v\d+-\w+$/.test(name)) throw new Error(`${name} is left behind`);
    const backup = new Sqlite(join(folder, name), { readonly: true });
    expectSound(backup, name);
    expectRuns(backup, digest, name);
    backup.close();
  }
}

function expectSound(database: Sqlite.Database, what: string): void {
  const integrity = database.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok') throw new Error(`integrity_check of ${what} says ${String(integrity)}`);
}

function expectRuns(database: Sqlite.Database, digest: string, what: string): void {
  const count = database
    .prepare(
      `SELECT count(*) FROM runs JOIN run_results ON run_id = id WHERE digest = ? AND status = 'done'`,
    )
    .pluck()
    .get(digest) as number;
  if (count !== RUNS) throw new Error(`${what} has ${count} of ${RUNS} runs`);
}

/** Made once: a database of the first format with runs in it. */
function firstFormat(folder: string, text: string): string {
  const name = join(folder, 'first-format.db');
  if (readdirSync(folder).includes('first-format.db')) return name;
  const database = openDatabase(name, { migrations: MIGRATIONS.slice(0, 1) });
  const { head, stored } = parseExported(text).result as EncodedResult;
  const run = database.prepare(
    `INSERT INTO runs (name, status, scenario, scenario_name, seed, engine_version, created_at, digest)
     VALUES ('Old', 'done', '{}', 'Old', 1, '0.0.1', 1, ?)`,
  );
  const result = database.prepare(
    `INSERT INTO run_results (run_id, format, end_reason, totals, flows, histograms, events, series)
     VALUES (?, @format, @endReason, @totals, @flows, @histograms, @events, @series)`,
  );
  for (let i = 0; i < RUNS; i++) result.run(run.run(head.digest).lastInsertRowid, stored);
  closeDatabase(database);
  return name;
}
