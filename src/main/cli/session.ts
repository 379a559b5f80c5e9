/** Opens the lab for one command and closes it whatever happens. */
import { existsSync } from 'node:fs';
import { invalid } from '../lab/errors.ts';
import { createLab, type Lab } from '../lab/index.ts';
import type { DatabaseOption } from './options.ts';

export interface SessionOptions extends DatabaseOption {
  /** Keep everything in memory: no database is opened or made. */
  inMemory?: boolean;
  /** A database that was named must be there already. */
  mustExist?: boolean;
  /** Runs at the same time; undefined: as it was set. */
  concurrency?: number | undefined;
}

export async function withLab<T>(
  { db, inMemory, mustExist, concurrency }: SessionOptions,
  use: (lab: Lab) => Promise<T>,
): Promise<T> {
  if (mustExist && db !== undefined && !existsSync(db)) {
    throw invalid(`There is no database ${db}.`);
  }
  const lab = createLab({ host: 'cli', databaseFile: inMemory ? ':memory:' : db, concurrency });
  try {
    return await use(lab);
  } finally {
    await lab.close();
  }
}
