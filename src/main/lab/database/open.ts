/** Opens the lab's database: refuses what is not ours or is newer, backs up, migrates, sets durability. */
import Sqlite, { type Database } from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from '../errors.ts';
import { backUp } from './backup.ts';
import { onStorage } from './failures.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { sweepTemporaries } from './temporaries.ts';

/** "SWLB" in the header's application_id, so that another program's database is not taken for ours. */
const APPLICATION_ID = 0x53574c42;

/** How long a call waits for another process' transaction, ms; all of ours are short. */
const BUSY_TIMEOUT = 3000;

export interface OpenOptions {
  migrations?: readonly Migration[];
  busyTimeoutMs?: number;
}

/** @param file absolute path, or `:memory:` */
export function openDatabase(file: string, options: OpenOptions = {}): Database {
  const migrations = options.migrations ?? MIGRATIONS;
  return onStorage(file, () => {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    const database = new Sqlite(file, { timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT });
    try {
      // Before anything is written: a file that is not ours stays as it is, to the byte.
      const version = readVersion(database, file, migrations.length);
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      migrate(database, file, version, migrations);
      if (file !== ':memory:') sweepTemporaries(file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function readVersion(database: Database, file: string, known: number): number {
  const number = (pragma: string) => database.pragma(pragma, { simple: true }) as number;
  const version = number('user_version');
  const application = number('application_id');
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number;
  const isNew = version === 0 && application === 0 && tables === 0;
  if (!isNew && application !== APPLICATION_ID) {
    throw new LabError(
      'storage',
      `${file} is a SQLite database of another program, and it was left as it is. Choose another database with --db FILE.`,
    );
  }
  if (version > known) {
    throw new LabError(
      'storage',
      `The database ${file} was written by a newer Swap Lab (its format is ${version}, this release knows up to ${known}), and it was left as it is. Install the newer release, or choose another database with --db FILE.`,
    );
  }
  return version;
}

function migrate(
  database: Database,
  file: string,
  version: number,
  migrations: readonly Migration[],
): void {
  if (version === migrations.length) return;
  const backup = version > 0 ? backUp(database, file, version, new Date()) : undefined;
  try {
    for (let next = version; next < migrations.length; next++) {
      const step = database.transaction(() => {
        // Another process may have got here first.
        if ((database.pragma('user_version', { simple: true }) as number) > next) return;
        database.exec(migrations[next] as Migration);
        database.pragma(`application_id = ${APPLICATION_ID}`);
        database.pragma(`user_version = ${next + 1}`);
      });
      step.immediate();
    }
  } catch (error) {
    if (!backup) throw error;
    throw new LabError(
      'storage',
      `The database ${file} could not be brought to the format of this release. Everything is still in it, and ${backup} is a copy from before. Free some disk space and try again, or go back to the release that wrote it.`,
      undefined,
      error,
    );
  }
}

/** Leaves the database tidy: statistics for the next start, and no WAL beside it where possible. */
export function closeDatabase(database: Database): void {
  if (!database.open) return;
  try {
    database.pragma('optimize');
    database.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // A full disk or another process: the WAL stays and is read at the next start.
  }
  database.close();
}
