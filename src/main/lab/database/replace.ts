/** Puts another file in the place of a database, and keeps the one that was there beside it. */
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { invalid } from '../errors.ts';
import { onStorage } from './failures.ts';
import { closeDatabase, openDatabase } from './open.ts';
import { livingOwner, processOf } from './owner.ts';
import { removeDatabase, temporaryDatabase } from './temporaries.ts';

/** Puts a copy of a backup in the place of a database; gives where that is now. */
export function restoreBackup(file: string, backup: string, now: Date): string {
  return onStorage(file, () => {
    expectUnused(file);
    if (!existsSync(backup)) throw invalid(`There is no backup ${backup}.`);
    const part = temporaryDatabase(file, 'restored');
    try {
      copyFileSync(backup, part);
      // Refuses what is no database of ours before anything is moved.
      closeDatabase(openDatabase(part));
      const damaged = setAside(file, now);
      renameSync(part, file);
      return damaged;
    } finally {
      removeDatabase(part);
    }
  });
}

/** A database that a lab has open must not be taken away from under it; `own` is about to close. */
export function expectUnused(file: string, own?: string): void {
  if (!existsSync(file)) throw invalid(`There is no database ${file}.`);
  const owner = livingOwner(file, own);
  if (owner === undefined) return;
  throw invalid(
    `The database ${file} is open in another Swap Lab (process ${processOf(owner)}); close that first.`,
  );
}

/** Renames a database to `FILE.damaged-TIME`, its log with it; gives that name. */
export function setAside(file: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('.', '');
  const damaged = `${file}.damaged-${time}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, damaged + suffix);
  }
  return damaged;
}
