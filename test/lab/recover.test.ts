// A database whose storage is failing: what can be read is there, and a way out is offered and works.
import Sqlite from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { recoverDatabase } from '../../src/main/lab/database/recover.ts';
import { restoreBackup } from '../../src/main/lab/database/replace.ts';
import { backupsOf } from '../../src/main/lab/database/backup.ts';
import { takeWayOut, waysOutOf } from '../../src/main/lab/database/waysOut.ts';
import { parseExported } from '../../src/main/lab/exchange.ts';
import { RunStore } from '../../src/main/lab/runStore.ts';
import { damage, damagePage, lastSchemaPage } from '../support/damage.ts';
import { ended, finished, openLab, temporaryFolder, untilRun } from './support/lab.ts';
import { digestsIn } from './support/libraries.ts';
import { endlessScenario, smallScenario } from './support/scenarios.ts';

const PAGE = 4096;
const RUNS = 40;

/** A database of many runs with results, and what each run's digest is. */
async function filled() {
  const source = openLab();
  const { id } = await source.startRun({ scenario: smallScenario({ accesses: 5000 }) });
  await finished(source, id);
  const run = parseExported((await source.exportRun(id, 'json')).text);
  const file = join(temporaryFolder(), 'swap-lab.db');
  const database = openDatabase(file);
  const store = new RunStore(database);
  for (let i = 0; i < RUNS; i++) store.addImported({ ...run, note: `Note ${i} `.repeat(20) });
  closeDatabase(database);
  return { file, digest: run.result!.head.digest };
}

describe('a damaged page in the middle of the file', () => {
  it('of results: the lab opens, lists every run and shows the others', async () => {
    const { file, digest } = await filled();
    damage(file, 'run_results');
    const lab = openLab({ databaseFile: file });
    const { runs } = await lab.listRuns({ limit: 100 });
    expect(runs).toHaveLength(RUNS);
    let shown = 0;
    for (const { id } of runs) {
      try {
        expect((await lab.getRun(id)).result?.digest).toBe(digest);
        shown++;
      } catch (error) {
        expect(error).toMatchObject({ kind: 'storage' });
        expect((error as Error).message).toMatch(/damaged|cannot be read/);
      }
    }
    expect(shown).toBeGreaterThan(RUNS / 2);
    expect(shown).toBeLessThan(RUNS);
    await lab.close();
  });

  it('of the list: it opens, says so, and what is not on that page can be asked for', async () => {
    const { file, digest } = await filled();
    damage(file, 'runs');
    const lab = openLab({ databaseFile: file });
    expect((await lab.info()).damage?.message).toMatch(/is damaged.*swaplab recover/);
    expect((await lab.getRun(1)).result?.digest).toBe(digest);
    await lab.close();
  });

  it.each(['runs', 'run_results'])('of %s: recovery keeps all other rows', async (table) => {
    const { file, digest } = await filled();
    damage(file, table);
    const recovered = recoverDatabase(file, new Date('2026-11-21T12:00:00Z'));
    expect(recovered.damaged).toBe(`${file}.damaged-20261121T120000000Z`);
    expect(recovered.lost).toBeGreaterThan(0);
    expect(recovered.lost).toBeLessThan(RUNS / 2);
    const lab = openLab({ databaseFile: file });
    expect(await lab.info()).toMatchObject({ notices: [], damage: null });
    const { runs } = await lab.listRuns({ limit: 100 });
    expect(runs.length).toBe(recovered.rows['runs']);
    const whole = runs.filter(({ status }) => status === 'done');
    expect(runs.length - whole.length).toBe(recovered.withoutResult);
    expect(whole.length).toBeGreaterThan(RUNS / 2);
    for (const { id } of whole) expect((await lab.getRun(id)).result?.digest).toBe(digest);
    for (const run of runs.filter(({ status }) => status !== 'done')) {
      expect(run.error).toContain('lost when the database was damaged');
    }
    await lab.close();
    const raw = new Sqlite(file);
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(raw.pragma('foreign_key_check')).toEqual([]);
    raw.close();
    expect(readdirSync(join(file, '..')).sort()).toEqual([
      'swap-lab.db',
      'swap-lab.db.damaged-20261121T120000000Z',
    ]);
  });

  it('of the table of tables: recovery keeps every run of a library that does not open', async () => {
    const { file, digest } = await filled();
    damagePage(file, lastSchemaPage(file));
    expect(() => openDatabase(file)).toThrow('is damaged');
    expect(recoverDatabase(file, new Date())).toMatchObject({ rows: { runs: RUNS }, lost: 0 });
    expect(digestsIn(file)).toEqual(Array.from({ length: RUNS }, () => digest));
  });

  it('can be answered with the newest backup too', () => {
    const file = join(temporaryFolder(), 'swap-lab.db');
    const old = openDatabase(file, { migrations: MIGRATIONS.slice(0, -1) });
    old.exec(`INSERT INTO saved VALUES ('scenario', 'kept', 1, 1, '{}', NULL)`);
    closeDatabase(old);
    closeDatabase(openDatabase(file));
    const damaged = restoreBackup(file, backupsOf(file)[0]!, new Date());
    const restored = openDatabase(file);
    expect(restored.prepare('SELECT name FROM saved').pluck().all()).toEqual(['kept']);
    expect(restored.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    closeDatabase(restored);
    expect(readdirSync(join(file, '..'))).toContain(damaged.split('/').at(-1));
  });

  it('is not repaired from under a lab that has the database open', async () => {
    const lab = openLab();
    expect(() => recoverDatabase(lab.databaseFile, new Date())).toThrow(
      /is open in another Swap Lab \(process \d+\); close that first/,
    );
    await lab.close();
  });
});

describe('a database that does not open', () => {
  /** One with a backup of before its last migration, overwritten from `offset` to the end of its first page. */
  function broken(offset: number): string {
    const file = join(temporaryFolder(), 'swap-lab.db');
    const old = openDatabase(file, { migrations: MIGRATIONS.slice(0, -1) });
    old.exec(`INSERT INTO saved VALUES ('scenario', 'kept', 1, 1, '{}', NULL)`);
    closeDatabase(old);
    closeDatabase(openDatabase(file));
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.alloc(PAGE - offset, 0xa5), 0, PAGE - offset, offset);
    closeSync(descriptor);
    return file;
  }
  function failureOf(file: string): unknown {
    try {
      closeDatabase(openDatabase(file));
    } catch (error) {
      return error;
    }
    throw new Error('it opened');
  }
  const now = new Date('2026-11-21T12:00:00Z');

  it('offers its newest backup, which opens afterwards', () => {
    const file = broken(0);
    const ways = waysOutOf(file, failureOf(file));
    expect(ways.map(({ label }) => label)).toEqual(['Restore the newest backup']);
    expect(takeWayOut(ways[0]!, now)).toContain(`${file}.damaged-20261121T120000000Z`);
    const restored = openDatabase(file);
    expect(restored.prepare('SELECT name FROM saved').pluck().all()).toEqual(['kept']);
    closeDatabase(restored);
  });

  it('offers to save what can be read where only a part is damaged', () => {
    const file = broken(100);
    const ways = waysOutOf(file, failureOf(file));
    expect(ways.map(({ label }) => label)).toEqual([
      'Restore the newest backup',
      'Save what can be read',
    ]);
    expect(takeWayOut(ways[1]!, now)).toMatch(/^0 runs were saved/);
    closeDatabase(openDatabase(file));
  });

  it('offers nothing that would touch a file which is not at fault', () => {
    const file = join(temporaryFolder(), 'swap-lab.db');
    const newer = openDatabase(file);
    newer.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    expect(waysOutOf(file, failureOf(file))).toEqual([]);
  });

  it('says why a way out failed, and leaves the file', () => {
    const file = broken(0);
    const [way] = waysOutOf(file, failureOf(file));
    rmSync(backupsOf(file)[0]!);
    expect(takeWayOut(way!, now)).toMatch(/the file is as it was.*There is no backup/);
    expect(readdirSync(join(file, '..'))).toContain('swap-lab.db');
  });
});

describe('a folder that vanishes while the lab is open', () => {
  it.skipIf(process.platform === 'win32')('nothing is called saved any more', async () => {
    const lab = openLab();
    const before = await lab.startRun({ scenario: smallScenario() });
    await finished(lab, before.id);
    const running = await lab.startRun({ scenario: smallScenario({ accesses: 600_000 }) });
    await untilRun(lab, running.id, ({ status }) => status === 'running');
    rmSync(lab.dataDir, { recursive: true });
    await expect(lab.startRun({ scenario: endlessScenario() })).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringContaining('is not there any more') as string,
    });
    const run = await ended(lab, running.id);
    expect(run.status).toBe('failed');
    expect(run.error).toContain('its result could not be saved');
    // What had been read of it before is still open, so it can be exported.
    expect((await lab.exportRun(before.id, 'json')).text).toContain('"digest"');
    await lab.close();
  });
});

it('removes what a killed process was writing beside the database, and nothing of a living one', () => {
  const file = join(temporaryFolder(), 'swap-lab.db');
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  const started = [`${file}.backup-v1-20261121T220704300Z.PID.partial`, `${file}.PID.restored`];
  started.push(`${file}.PID.recovered`);
  const of = (pid: number) =>
    started.flatMap((name) =>
      ['', '-journal', '-wal', '-shm'].map((end) => name.replace('PID', String(pid)) + end),
    );
  const living = of(process.pid);
  for (const name of [...of(gone), ...living]) writeFileSync(name, '');
  closeDatabase(openDatabase(file));
  expect(readdirSync(dirname(file)).sort()).toEqual(
    [file, ...living].map((name) => basename(name)).sort(),
  );
});
