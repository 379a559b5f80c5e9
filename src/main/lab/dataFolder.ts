/**
 * Moves the lab's data to another folder: copies what is there, whole, and leaves a line that names the new
 * place. What was there before stays as it is, for whoever wants it back.
 */
import Sqlite from 'better-sqlite3';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { onStorage } from './database/failures.ts';
import { invalid } from './errors.ts';
import { DATABASE, defaultDataDir, homeDir, POINTER } from './paths.ts';

export interface Moved {
  from: string;
  to: string;
  /** False: the folder had a database already, which is used from now on. */
  copied: boolean;
}

/** @param to absolute path; the folder is made if it is not there */
export function moveData(
  to: string,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Moved {
  if (env.SWAPLAB_DATA) {
    throw invalid(`SWAPLAB_DATA names the data folder, ${env.SWAPLAB_DATA}: change it there.`);
  }
  if (!isAbsolute(to)) throw invalid(`The data folder is "${to}"; accepted: an absolute path.`);
  const home = homeDir(env, platform);
  const from = defaultDataDir(env, platform);
  if (to === from) throw invalid(`The data is in ${from} already.`);
  return onStorage(join(to, DATABASE), () => {
    mkdirSync(to, { recursive: true });
    const copied = !existsSync(join(to, DATABASE));
    if (copied) copyData(from, to);
    mkdirSync(home, { recursive: true });
    pointTo(to, home);
    return { from, to, copied };
  });
}

function copyData(from: string, to: string): void {
  const traces = join(from, 'traces');
  if (existsSync(traces)) cpSync(traces, join(to, 'traces'), { recursive: true });
  const file = join(from, DATABASE);
  if (!existsSync(file)) return;
  const partial = join(to, `${DATABASE}.partial`);
  rmSync(partial, { force: true });
  const database = new Sqlite(file);
  try {
    // A consistent state even while another process writes, and with what is still in the WAL.
    database.prepare('VACUUM INTO ?').run(partial);
  } finally {
    database.close();
  }
  renameSync(partial, join(to, DATABASE));
}

function pointTo(to: string, home: string): void {
  const pointer = join(home, POINTER);
  if (to === home) return rmSync(pointer, { force: true });
  const draft = `${pointer}.${process.pid}.tmp`;
  writeFileSync(draft, `${to}\n`);
  renameSync(draft, pointer);
}
