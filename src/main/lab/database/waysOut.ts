/** What can be done about a database that does not open, each way with the words for a person. */
import { LabError, messageOf } from '../errors.ts';
import { backupsOf } from './backup.ts';
import { recoverDatabase } from './recover.ts';
import { restoreBackup } from './replace.ts';

export interface WayOut {
  /** For a button. */
  label: string;
  /** Does it, and tells in sentences what was done and where the old file is now. */
  take: (now: Date) => string;
}

/**
 * The ways that change the file, best first; none where the fault is not in it (a full disk, a read-only
 * folder, a newer release). Opening another file is always there and is the caller's.
 */
export function waysOutOf(file: string, error: unknown): WayOut[] {
  const code = error instanceof LabError ? (error.cause as { code?: unknown } | null)?.code : null;
  const isDamaged = typeof code === 'string' && code.startsWith('SQLITE_CORRUPT');
  if (!isDamaged && code !== 'SQLITE_NOTADB') return [];
  const ways: WayOut[] = [];
  const [backup] = backupsOf(file);
  if (backup !== undefined) ways.push(restoring(file, backup));
  if (isDamaged) ways.push(salvaging(file));
  return ways;
}

function restoring(file: string, backup: string): WayOut {
  return {
    label: 'Restore the newest backup',
    take: (now) => {
      const damaged = restoreBackup(file, backup, now);
      return `The library is as it was in ${backup}. The damaged file is kept as ${damaged}.`;
    },
  };
}

function salvaging(file: string): WayOut {
  return {
    label: 'Save what can be read',
    take: (now) => {
      const { rows, withoutResult, damaged } = recoverDatabase(file, now);
      const runs = rows['runs'] ?? 0;
      return (
        `${runs} runs were saved${withoutResult > 0 ? `, ${withoutResult} of them without their results` : ''}. ` +
        `The damaged file is kept as ${damaged}.`
      );
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
