/** Turns what SQLite and the file system report into a sentence: what, which file, what to do. */
import Sqlite from 'better-sqlite3';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorData, LabError, messageOf } from '../errors.ts';

type Reason =
  | 'full'
  | 'quota'
  | 'readOnly'
  | 'locked'
  | 'notADatabase'
  | 'damaged'
  | 'unreachable'
  | 'notAFolder'
  | 'aFolder'
  | 'tooLong'
  | 'circle'
  | 'io';

/** SQLite's result codes, extended ones by their prefix, and the system's error names. */
const REASONS: readonly [string, Reason][] = [
  ['SQLITE_FULL', 'full'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'quota'],
  ['SQLITE_READONLY', 'readOnly'],
  ['SQLITE_PERM', 'readOnly'],
  ['EACCES', 'readOnly'],
  ['EPERM', 'readOnly'],
  ['EROFS', 'readOnly'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_NOTADB', 'notADatabase'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_CANTOPEN', 'unreachable'],
  ['ENOENT', 'unreachable'],
  ['ENOTDIR', 'notAFolder'],
  ['EEXIST', 'notAFolder'],
  ['EISDIR', 'aFolder'],
  ['ENAMETOOLONG', 'tooLong'],
  ['ELOOP', 'circle'],
  ['SQLITE_IOERR', 'io'],
  ['EIO', 'io'],
];

const SENTENCES: Readonly<Record<Reason, (file: string) => string>> = {
  full: (file) =>
    `The disk is full: the database ${file} cannot be written. What was saved before is safe; free some space there and try again.`,
  quota: (file) =>
    `Your quota on the disk is used up: the database ${file} cannot be written. What was saved before is safe; free some space there and try again.`,
  readOnly: (file) =>
    `The database ${file} cannot be written: the file or its folder is read-only. Make it writable, or choose another database with --db FILE.`,
  locked: (file) =>
    `The database ${file} is locked by another program. Close the program that holds it and try again.`,
  notADatabase: (file) =>
    `${file} is not a Swap Lab database, and it was left as it is. Move it away, or choose another database with --db FILE.`,
  damaged: (file) =>
    `The database ${file} is damaged, and it was left as it is. \`swaplab recover\` saves what can be read of it or restores a backup (${file}.backup-..., from before each upgrade); --db FILE opens another one.`,
  unreachable: (file) =>
    `The database ${file} cannot be opened or created. See that its folder exists, is a folder and may be written, or choose another database with --db FILE.`,
  notAFolder: (file) =>
    `There can be no database ${file}: ${fileOnTheWayTo(file)} is a file and not a folder. Choose another folder, or another database with --db FILE.`,
  aFolder: (file) => `${file} is a folder and not a database. Name a file in it with --db FILE.`,
  tooLong: (file) =>
    `The path ${file} is longer than this system allows, or a name in it is. Choose a shorter one.`,
  circle: (file) =>
    `The path ${file} leads in a circle: symbolic links in it name each other. Mend them, or choose another path.`,
  // SQLite has no code of its own for a quota that is used up.
  io: (file) =>
    `The disk reported an error while the database ${file} was read or written. What was saved before may still be intact; check the disk and your quota on it, and try again.`,
};

/** A storage error for a person, or undefined when the error is of another sort (a defect). */
function storageError(error: unknown, file: string): LabError | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return undefined;
  const reason = REASONS.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (!reason) return undefined;
  const precise = reason === 'unreachable' ? whyUnreachable(file) : reason;
  return new LabError('storage', SENTENCES[precise](file), undefined, error);
}

/** SQLite tells only that it could not open a file; the system tells why. */
function whyUnreachable(file: string): Reason {
  if (isFolder(file) === true) return 'aFolder';
  const code = refusalOf(() => statSync(file)) ?? whyNotWritable(dirname(file));
  if (code === undefined) return 'unreachable';
  return REASONS.find(([prefix]) => code === prefix)?.[1] ?? 'readOnly';
}

/** The system's reason why nothing can be created in a folder, or in the nearest one above that exists. */
function whyNotWritable(folder: string): string | undefined {
  const isThere = isFolder(folder) !== undefined || dirname(folder) === folder;
  return isThere
    ? refusalOf(() => accessSync(folder, constants.W_OK))
    : whyNotWritable(dirname(folder));
}

/** The system's name for what went wrong, unless it is only that there is no such file. */
function refusalOf(look: () => unknown): string | undefined {
  try {
    look();
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : code;
  }
}

/** What stands where a folder should, the file itself where nothing does any more. */
function fileOnTheWayTo(file: string): string {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    if (isFolder(at) === false) return at;
  }
  return dirname(file);
}

/** Undefined where nothing is there, or nothing that can be looked at. */
function isFolder(path: string): boolean | undefined {
  try {
    return statSync(path).isDirectory();
  } catch {
    return undefined;
  }
}

/** Any error as one that a client can be told; what is no storage error is a defect. */
export function asLabError(error: unknown, file: string): LabError {
  if (error instanceof LabError) return error;
  const known = storageError(error, file);
  if (known) return known;
  if (error instanceof Sqlite.SqliteError) {
    const message = `The database ${file} refused: ${messageOf(error)} (${error.code}).`;
    return new LabError('storage', message, undefined, error);
  }
  const { kind, message } = errorData(error);
  return new LabError(kind, message, undefined, error);
}

/** Runs something that touches the database; whatever goes wrong there comes out as a lab error. */
export function onStorage<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asLabError(error, file);
  }
}

/** Decodes something that was stored, such as JSON: where that fails it is the file that is at fault. */
export function readable<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const message = `The stored ${what} cannot be read: the database is damaged, or a newer Swap Lab wrote it.`;
    throw new LabError('storage', message, undefined, error);
  }
}
