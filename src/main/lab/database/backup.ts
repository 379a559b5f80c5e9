/** Copies a database beside itself before its schema changes, and keeps the newest few copies. */
import type { Database } from 'better-sqlite3';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeDatabase, temporaryDatabase } from './temporaries.ts';

const KEPT = 5;

/** Writes `FILE.backup-vN-TIME`, complete or not at all, and returns its path. */
export function backUp(database: Database, file: string, version: number, now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('.', '');
  const target = `${file}.backup-v${version}-${time}`;
  const partial = temporaryDatabase(target, 'partial');
  try {
    // Reads a consistent state even while another process writes, and includes the WAL.
    database.prepare('VACUUM INTO ?').run(partial);
    renameSync(partial, target);
  } catch (error) {
    removeDatabase(partial);
    throw error;
  }
  dropOldBackups(file);
  return target;
}

/** The copies of a database, the newest first. */
export function backupsOf(file: string): string[] {
  const prefix = `${basename(file)}.backup-v`;
  const timeOf = (name: string) => name.slice(name.lastIndexOf('-') + 1);
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && /-\d{8}T\d+Z$/.test(name))
    .sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
    .map((name) => join(dirname(file), name));
}

function dropOldBackups(file: string): void {
  for (const backup of backupsOf(file).slice(KEPT)) rmSync(backup, { force: true });
}
