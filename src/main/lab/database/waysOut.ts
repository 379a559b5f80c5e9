/** What can be done about a database that does not open, each way with the words for a person. */
import { basename } from 'node:path';
import type { WayOutKind } from '../contract.ts';
import { LabError, messageOf } from '../errors.ts';
import { backupsOf } from './backup.ts';
import { recoverDatabase } from './recover.ts';
import { restoreBackup } from './replace.ts';

export interface WayOut {
  kind: Exclude<WayOutKind, 'other'>;
  /** For a button. */
  label: string;
  /** What it does, for a person who has to choose. */
  detail: string;
  /** Does it, and tells in sentences what was done and where the old file is now. */
  take: (now: Date) => string;
}

/**
 * The ways that change the file, best first; none where the fault is not in it (a full disk, a read-only
 * folder, a newer release). Opening another file is always there and is the caller's.
 */
export function waysOutOf(file: string | undefined, error: unknown): WayOut[] {
  if (file === undefined) return [];
  const isDamaged = isDamage(error);
  if (!isDamaged && codeOf(error) !== 'SQLITE_NOTADB') return [];
  const ways: WayOut[] = [];
  const [backup] = backupsOf(file);
  if (backup !== undefined) ways.push(restoring(file, backup));
  if (isDamaged) ways.push(salvaging(file));
  return ways;
}

/** Whether pages of the database are damaged, rather than the disk full or the file not ours. */
export const isDamage = (error: unknown): boolean =>
  codeOf(error)?.startsWith('SQLITE_CORRUPT') === true;

function codeOf(error: unknown): string | undefined {
  const code = error instanceof LabError ? (error.cause as { code?: unknown } | null)?.code : null;
  return typeof code === 'string' ? code : undefined;
}

function restoring(file: string, backup: string): WayOut {
  return {
    kind: 'restore',
    label: 'Restore the newest backup',
    detail: `Puts ${basename(backup)} in its place, the copy from before the last upgrade. Runs made since then are only in the damaged file, which is kept beside it.`,
    take: (now) => {
      const damaged = restoreBackup(file, backup, now);
      return `The library is as it was in ${backup}. The damaged file is kept as ${damaged}.`;
    },
  };
}

function salvaging(file: string): WayOut {
  return {
    kind: 'salvage',
    label: 'Save what can be read',
    detail:
      'Copies every row that can be read into a new library. The damaged file is kept beside it.',
    take: (now) => {
      const { rows, lost, withoutResult, damaged } = recoverDatabase(file, now);
      const runs = rows['runs'] ?? 0;
      const without = withoutResult > 0 ? `, ${withoutResult} of them without their results` : '';
      const unread = lost > 0 ? ` ${lost} entries could not be read.` : '';
      return `${runs} runs were saved${without}.${unread} The damaged file is kept as ${damaged}.`;
    },
  };
}

/** Takes a way out; where that fails as well, says why and that nothing was lost by it. */
export function takeWayOut(way: WayOut, now: Date): string {
  try {
    return way.take(now);
  } catch (error) {
    return `That did not work, and the file is as it was. ${messageOf(error)}`;
  }
}
