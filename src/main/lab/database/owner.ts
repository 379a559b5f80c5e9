/**
 * Who is executing a run. Every lab holds a lock on a small file beside the database for as long as
 * it lives. The operating system drops the lock however the process ends, so a run whose owner's
 * lock can be had is nobody's any more; process ids, which are reused, would not tell.
 */
import Sqlite, { type Database } from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const TOKEN = /^(\d+)-[0-9a-f]{16}$/;
const fileOf = (databaseFile: string, token: string) => `${databaseFile}.owner-${token}`;

export interface Owner {
  readonly token: string;
  release(): void;
}

/** The process id within a token, for messages. */
export function processOf(token: string): string {
  return TOKEN.exec(token)?.[1] ?? 'unknown';
}

export function claimOwner(databaseFile: string): Owner {
  const token = `${process.pid}-${randomBytes(8).toString('hex')}`;
  if (databaseFile === ':memory:') return { token, release: () => undefined };
  const file = fileOf(databaseFile, token);
  for (;;) {
    const lock = new Sqlite(file);
    const inode = statSync(file, { throwIfNoEntry: false })?.ino;
    lock.exec('BEGIN EXCLUSIVE');
    // Between creating and locking it, another lab that was sweeping up may have removed it.
    if (inode !== undefined && statSync(file, { throwIfNoEntry: false })?.ino === inode) {
      return { token, release: () => release(lock, file) };
    }
    lock.close();
  }
}

function release(lock: Database, file: string): void {
  if (!lock.open) return;
  lock.close();
  rmSync(file, { force: true });
}

/** Whether the lab with this token still runs; the file of a dead one is removed. */
export function isAlive(databaseFile: string, token: string): boolean {
  const file = fileOf(databaseFile, token);
  if (!TOKEN.test(token) || !existsSync(file)) return false;
  let probe: Database | undefined;
  try {
    probe = new Sqlite(file, { timeout: 0, fileMustExist: true });
    probe.exec('BEGIN IMMEDIATE');
    // Removed while the lock is held, so that a lab that is just starting notices.
    rmSync(file, { force: true });
    return false;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code?.startsWith('SQLITE_BUSY')) return true;
    // It ended and cleaned up between the look and the opening.
    if (code?.startsWith('SQLITE_CANTOPEN') && !existsSync(file)) return false;
    throw error;
  } finally {
    probe?.close();
  }
}

/** Removes the files of labs that died without a run. */
export function sweepOwners(databaseFile: string): void {
  livingOwner(databaseFile);
}

/** A lab that has the database open, if there is one; `own` does not count. */
export function livingOwner(databaseFile: string, own?: string): string | undefined {
  if (databaseFile === ':memory:') return undefined;
  const prefix = basename(fileOf(databaseFile, ''));
  const tokens = readdirSync(dirname(databaseFile))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  return tokens.filter(
    (token) => token !== own && TOKEN.test(token) && isAlive(databaseFile, token),
  )[0];
}
