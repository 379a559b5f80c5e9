// Reads the app's own command line: `--db FILE`. Switches of Chromium and Electron are left to them.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface AppOptions {
  /** Absolute path of the database; undefined: the default one. */
  database?: string;
}

/** @param args arguments after the app's own path */
export function parseOptions(args: string[], cwd: string): AppOptions {
  const { values } = parseArgs({
    args,
    options: { db: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  if (values.db === undefined) return {};
  if (typeof values.db !== 'string' || values.db === '') {
    throw new Error('--db needs the path of a database file, for example --db runs.db');
  }
  return { database: resolve(cwd, values.db) };
}
