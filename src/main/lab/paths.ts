// Where the lab keeps its data: one rule for the app, the server and the command line, so that they
// all open the same database unless they are told otherwise.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { LabError } from './errors.ts';

const FOLDER = 'swap-lab';

/** The database's name within the data folder. */
export const DATABASE = 'swap-lab.db';

/** A file with one line, the path of the folder that the data was moved to. */
export const POINTER = 'data-folder';

/** Folder for the lab's data, absolute. `SWAPLAB_DATA` overrides it, and so does a line in `POINTER`. */
export function defaultDataDir(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.SWAPLAB_DATA) return env.SWAPLAB_DATA;
  const home = homeDir(env, platform);
  return movedTo(join(home, POINTER)) ?? home;
}

/** Folder for the traces beside a database that was chosen: where the usual folder is gone, its own. */
export function dataDirOf(databaseFile: string | undefined): string {
  try {
    return defaultDataDir();
  } catch (error) {
    if (databaseFile === undefined) throw error;
    return dirname(databaseFile);
  }
}

/** Where the data is unless somebody has moved it; it need not exist yet. */
export function homeDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', FOLDER);
  if (platform === 'win32') {
    return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), FOLDER);
  }
  // The XDG base directory specification tells programs to ignore a relative path here.
  const base = env.XDG_DATA_HOME?.startsWith('/')
    ? env.XDG_DATA_HOME
    : join(homedir(), '.local', 'share');
  return join(base, FOLDER);
}

function movedTo(pointer: string): string | undefined {
  let folder: string;
  try {
    folder = readFileSync(pointer, 'utf8').trim();
  } catch {
    return undefined;
  }
  // An empty library in the place of a disk that is not connected would look like a loss.
  if (!isAbsolute(folder) || !existsSync(folder)) {
    throw new LabError(
      'storage',
      `The data folder "${folder}" is not there; ${pointer} names it. Connect its disk, or write another folder into that file, or delete it to start where Swap Lab usually keeps its data.`,
    );
  }
  return folder;
}
