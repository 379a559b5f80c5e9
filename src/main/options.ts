// Reads the app's own command line: `--db FILE`, and files to open. Switches of Chromium and Electron are
// left to them.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface AppOptions {
  /** Absolute path of the database; undefined: the default one. */
  database?: string;
}

/** Kinds of files that the app is registered for, and what both kinds are inside. */
const OPENABLE = /\.(swscenario|swrun|json)$/i;

const parse = (args: string[]) =>
  parseArgs({
    args,
    options: { db: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });

/** @param args arguments after the program; one of them may be the app's own path */
export function parseOptions(args: string[], cwd: string): AppOptions {
  const { values } = parse(args);
  if (values.db === undefined) return {};
  if (typeof values.db !== 'string' || values.db === '') {
    throw new Error('--db needs the path of a database file, for example --db runs.db');
  }
  return { database: resolve(cwd, values.db) };
}

/** Absolute paths of the files to open, as a file manager gives them. */
export function filesOf(args: string[], cwd: string): string[] {
  const { positionals } = parse(args);
  return positionals.filter((each) => OPENABLE.test(each)).map((each) => resolve(cwd, each));
}
