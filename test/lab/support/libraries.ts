// Libraries with real runs, made for tests, and what is left of one afterwards.
import Sqlite from 'better-sqlite3';
import { digest as digestOf } from '../../../src/engine/metrics/digest.ts';
import { ENGINE_VERSION, run } from '../../../src/engine/run.ts';
import { checkScenario } from '../../../src/engine/scenario/index.ts';
import { backUp } from '../../../src/main/lab/database/backup.ts';
import { MIGRATIONS } from '../../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../../src/main/lab/database/open.ts';
import { encodeResult } from '../../../src/main/lab/resultCodec.ts';
import { RunStore } from '../../../src/main/lab/runStore.ts';
import { smallScenario } from './scenarios.ts';

export interface Kept {
  accesses?: number;
  sampleEvery?: string;
}

/** Adds runs of a small scenario with these seeds; gives their digests. */
export function addRuns(
  file: string,
  seeds: readonly number[],
  { accesses = 5000, sampleEvery = '1ms' }: Kept = {},
): string[] {
  const database = openDatabase(file);
  const store = new RunStore(database);
  const digests = seeds.map((seed) => {
    const small = smallScenario({ name: `Seed ${seed}`, accesses, seed });
    const scenario = { ...small, run: { ...small.run, sampleEvery } };
    const checked = checkScenario(scenario);
    if (!checked.ok) throw new Error(checked.issues[0]!.message);
    const result = run({ scenario: checked.scenario });
    store.addImported({
      ...{ name: `Seed ${seed}`, scenarioName: `Seed ${seed}`, scenario, baseDir: null, seed },
      ...{ engineVersion: ENGINE_VERSION, status: 'done', tags: [], note: '', error: null },
      ...{ createdAt: seed, startedAt: seed, endedAt: seed, wallMs: 1, traces: [] },
      result: encodeResult(result),
    });
    return result.digest;
  });
  closeDatabase(database);
  return digests;
}

/** A copy as an upgrade leaves it. */
export function backUpNow(file: string): string {
  const database = openDatabase(file);
  const backup = backUp(database, file, MIGRATIONS.length, new Date());
  closeDatabase(database);
  return backup;
}

/** The digests of all runs, computed anew from their stored results. */
export function digestsIn(file: string): string[] {
  const database = openDatabase(file);
  try {
    const store = new RunStore(database);
    const { runs } = store.list({ limit: 1000 });
    return runs
      .map(({ id }) => store.record(id))
      .map(({ result }) => digestOf({ ...result, digest: undefined }))
      .reverse();
  } finally {
    closeDatabase(database);
  }
}

/** Makes it one of a release that is yet to come. */
export function makeNewer(file: string): void {
  const database = new Sqlite(file);
  database.pragma('user_version = 9999');
  database.pragma('journal_mode = DELETE');
  database.close();
}
