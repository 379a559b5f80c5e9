// Finds a Node that can load better-sqlite3: it is an N-API 10 module, and an older Node dies on it
// without a message that could be caught. On Linux x64 such a Node is one of the project's own packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const NEEDED_NAPI = 10;

/** Whether the Node that runs this script can run the lab itself. */
export const thisNodeIsNewEnough = Number(process.versions.napi) >= NEEDED_NAPI;

/** Path of a Node that can run the lab; throws a message for the user when there is none. */
export function labNode() {
  if (thisNodeIsNewEnough) return process.execPath;
  const own = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(own)) {
    const answer = spawnSync(own, ['-p', 'process.versions.napi'], { encoding: 'utf8' });
    if (Number(answer.stdout) >= NEEDED_NAPI) return own;
  }
  throw new Error(
    `Swap Lab needs Node 22.14 or newer; this is ${process.version}` +
      (existsSync(join(root, 'node_modules')) ? '.' : ' and `npm ci` has not been run yet.'),
  );
}
