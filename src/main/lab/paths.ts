// Where the lab keeps its data: one rule for the app, the server and the command line, so that they
// all open the same database unless they are told otherwise.
import { homedir } from 'node:os';
import { join } from 'node:path';

const FOLDER = 'swap-lab';

/** Folder for the lab's data, absolute; it need not exist yet. `SWAPLAB_DATA` overrides it. */
export function defaultDataDir(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.SWAPLAB_DATA) return env.SWAPLAB_DATA;
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
