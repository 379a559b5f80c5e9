/** Databases that are written beside the lab's own until they take a place: copies, and what is restored or recovered. */
import { rmSync } from 'node:fs';
import { removeLeftovers, temporaryOf } from '../leftovers.ts';

type Purpose = 'partial' | 'restored' | 'recovered';
const PURPOSES: readonly Purpose[] = ['partial', 'restored', 'recovered'];

/** SQLite's own files beside a database. */
const COMPANIONS = ['-journal', '-wal', '-shm'] as const;

export const temporaryDatabase = (file: string, purpose: Purpose): string =>
  temporaryOf(file, purpose);

export function removeDatabase(file: string): void {
  for (const suffix of ['', ...COMPANIONS]) rmSync(file + suffix, { force: true });
}

/** Removes those whose process was killed while it wrote them. */
export function sweepTemporaries(file: string): void {
  removeLeftovers(file, `(?:${PURPOSES.join('|')})(?:${COMPANIONS.join('|')})?`);
}
