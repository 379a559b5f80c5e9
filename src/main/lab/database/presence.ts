/** Notices that a database file was taken away while it is open: SQLite goes on writing to what no path leads to. */
import { statSync } from 'node:fs';
import { LabError } from '../errors.ts';

/** Throws when the path no longer leads to the file that was opened. */
export type ExpectPresent = () => void;

export function presenceOf(file: string): ExpectPresent {
  if (file === ':memory:') return () => undefined;
  const opened = statSync(file);
  return () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.ino === opened.ino && found.dev === opened.dev) return;
    throw new LabError(
      'storage',
      `The database ${file} is not there any more: it or its folder was removed, moved or replaced. Nothing can be saved in it; put it back, or start Swap Lab again, with --db FILE for another one. Runs that are still shown can be exported.`,
    );
  };
}
