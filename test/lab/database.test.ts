// The database file: what it is opened with, what is refused, and that nothing is lost on the way.
import Sqlite from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asLabError } from '../../src/main/lab/database/failures.ts';
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { LabError } from '../../src/main/lab/errors.ts';
import { RunStore } from '../../src/main/lab/runStore.ts';
import { canMount, folderToProtect, makeReadOnly, smallDisk } from './support/disks.ts';
import { finished, ended, openLab, temporaryFolder, untilRun } from './support/lab.ts';
import { smallScenario } from './support/scenarios.ts';

const newRun = (name: string, scenario: unknown = smallScenario()) => ({
  name,
  scenario,
  scenarioName: 'Small machine',
  baseDir: null,
  seed: 1,
  engineVersion: '0.0.0',
  createdAt: 1,
  owner: '1-0000000000000000',
});

function storageErrorOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).kind).toBe('storage');
    return (error as LabError).message;
  }
  throw new Error('It was expected to be refused, and it was not.');
}

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('a new database', () => {
  it('is durable, checked and versioned', () => {
    const file = join(temporaryFolder(), 'deep', 'er', 'runs.db');
    const database = openDatabase(file);
    const pragma = (name: string) => database.pragma(name, { simple: true });
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('user_version')).toBe(MIGRATIONS.length);
    expect(pragma('integrity_check')).toBe('ok');
    closeDatabase(database);
    expect(readdirSync(join(file, '..'))).toEqual(['runs.db']);
  });

  it('never hands out the id of a purged run again', () => {
    const database = openDatabase(':memory:');
    const store = new RunStore(database);
    const first = store.add(newRun('first'));
    store.ended(
      first,
      { status: 'failed', error: 'x', wallMs: null, simulatedNs: null, accesses: null },
      2,
    );
    store.setDeleted([first], 3);
    store.purge(4);
    expect(store.add(newRun('second'))).toBe(first + 1);
  });
});

describe('a file that is not ours is refused and left as it is', () => {
  it('a text file', () => {
    const file = join(temporaryFolder(), 'letter.db');
    writeFileSync(file, 'Dear database,\n'.repeat(500));
    const before = hashOf(file);
    const message = storageErrorOf(() => openDatabase(file));
    expect(message).toContain(file);
    expect(message).toContain('is not a Swap Lab database');
    expect(hashOf(file)).toBe(before);
  });

  it("another program's database", () => {
    const file = join(temporaryFolder(), 'mail.db');
    const other = new Sqlite(file);
    other.exec('CREATE TABLE mail (id INTEGER PRIMARY KEY); PRAGMA user_version = 1');
    other.close();
    const before = hashOf(file);
    expect(storageErrorOf(() => openDatabase(file))).toContain('of another program');
    expect(hashOf(file)).toBe(before);
  });

  it('a database of a newer release', () => {
    const file = join(temporaryFolder(), 'runs.db');
    const newer = openDatabase(file, { migrations: [...MIGRATIONS, 'CREATE TABLE later (x)'] });
    closeDatabase(newer);
    const before = hashOf(file);
    const message = storageErrorOf(() => openDatabase(file));
    expect(message).toContain('newer Swap Lab');
    expect(message).toContain(`its format is ${MIGRATIONS.length + 1}`);
    expect(hashOf(file)).toBe(before);
  });

  it('a folder', () => {
    const folder = temporaryFolder();
    expect(storageErrorOf(() => openDatabase(folder))).toContain(
      `${folder} is a folder and not a database`,
    );
  });

  it.each([['runs.db'], ['sub', 'runs.db'], ['a', 'b', 'runs.db']])(
    'a path through a file: %s',
    (...below) => {
      const file = join(temporaryFolder(), 'plain');
      writeFileSync(file, 'mine');
      const message = storageErrorOf(() => openDatabase(join(file, ...below)));
      expect(message).toContain(`: ${file} is a file and not a folder.`);
      expect(readFileSync(file, 'utf8')).toBe('mine');
    },
  );

  it('a path that is too long, or in a circle', () => {
    const folder = temporaryFolder();
    const name = 'n'.repeat(300);
    for (const long of [join(folder, name, 'runs.db'), join(folder, `${name}.db`)]) {
      expect(storageErrorOf(() => openDatabase(long))).toContain('longer than this system allows');
    }
    symlinkSync(join(folder, 'a'), join(folder, 'b'));
    symlinkSync(join(folder, 'b'), join(folder, 'a'));
    for (const round of [join(folder, 'a', 'runs.db'), join(folder, 'a', 'b', 'runs.db')]) {
      expect(storageErrorOf(() => openDatabase(round))).toContain('leads in a circle');
    }
  });
});

it.each([
  ['ENOSPC', 'The disk is full'],
  ['EDQUOT', 'Your quota on the disk is used up'],
  ['EACCES', 'is read-only'],
  ['EPERM', 'is read-only'],
  ['EROFS', 'is read-only'],
  ['EIO', 'The disk reported an error'],
])('%s of the system is said in plain words', (code, words) => {
  const thrown = Object.assign(new Error(`${code}: what the system says`), { code });
  const { kind, message } = asLabError(thrown, '/data/runs.db');
  expect([kind, message]).toEqual(['storage', expect.stringContaining(words)]);
  expect(message).toContain('/data/runs.db');
  expect(message).not.toContain(code);
});

describe('migration', () => {
  const file = () => {
    const path = join(temporaryFolder(), 'runs.db');
    const database = openDatabase(path);
    new RunStore(database).add(newRun('from before'));
    closeDatabase(database);
    return path;
  };
  const backupsOf = (path: string) =>
    readdirSync(join(path, '..')).filter((name) => name.includes('.backup-'));

  it('backs up, then changes, and keeps what was there', () => {
    const path = file();
    const step = `ALTER TABLE runs ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'`;
    const database = openDatabase(path, { migrations: [...MIGRATIONS, step] });
    expect(database.prepare('SELECT name, colour FROM runs').all()).toEqual([
      { name: 'from before', colour: 'grey' },
    ]);
    closeDatabase(database);

    const [backup, ...more] = backupsOf(path);
    expect(more).toEqual([]);
    expect(backup).toMatch(new RegExp(`^runs\\.db\\.backup-v${MIGRATIONS.length}-\\d{8}T\\d+Z$`));
    const copy = new Sqlite(join(path, '..', backup!), { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT name FROM runs').pluck().all()).toEqual(['from before']);
    copy.close();
  });

  it('that fails halfway leaves the database at its last whole step', () => {
    const path = file();
    const steps = [
      'CREATE TABLE fine (x)',
      'CREATE TABLE half (x); INSERT INTO half VALUES (1); INSERT INTO missing VALUES (1)',
    ];
    const message = storageErrorOf(() =>
      openDatabase(path, { migrations: [...MIGRATIONS, ...steps] }),
    );
    expect(message).toContain(path);
    expect(message).toContain(backupsOf(path)[0]);

    const after = new Sqlite(path);
    expect(after.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    expect(after.prepare(`SELECT name FROM sqlite_schema WHERE name = 'half'`).all()).toEqual([]);
    expect(after.prepare('SELECT name FROM runs').pluck().all()).toEqual(['from before']);
    after.close();
  });

  it('makes no backup of a database that is up to date, and keeps the newest five', () => {
    const path = file();
    closeDatabase(openDatabase(path));
    expect(backupsOf(path)).toEqual([]);
    const migrations = [...MIGRATIONS];
    for (let i = 0; i < 7; i++) {
      migrations.push(`CREATE TABLE step${i} (x)`);
      closeDatabase(openDatabase(path, { migrations }));
    }
    const versions = backupsOf(path).map((name) => Number(/-v(\d+)-/.exec(name)?.[1]));
    const last = MIGRATIONS.length + 6;
    expect(versions.sort((a, b) => a - b)).toEqual([last - 4, last - 3, last - 2, last - 1, last]);
  });
});

describe('a disk that refuses', () => {
  if (!canMount) console.log('Left out: a really full disk: no file system may be mounted here.');
  it.runIf(canMount)(
    'a full one: says so, loses nothing, and goes on once there is room',
    async () => {
      const dataDir = smallDisk(2048);
      const lab = openLab({ dataDir });
      const first = await lab.startRun({ scenario: smallScenario({ name: 'Saved' }) });
      const { digest } = await finished(lab, first.id);
      expect(digest).toMatch(/^[0-9a-f]{64}$/);

      const scenario = {
        ...smallScenario({ accesses: 400_000 }),
        description: 'x'.repeat(10_000),
      };
      const second = await lab.startRun({ scenario });
      await untilRun(lab, second.id, (run) => run.status === 'running');
      fillUp(join(dataDir, 'filler'));
      const failed = await ended(lab, second.id);
      expect(failed.status).toBe('failed');
      expect(failed.error).toContain('its result could not be saved');
      expect(failed.error).toContain(`The disk is full: the database ${lab.databaseFile}`);
      const tooLarge = { ...scenario, description: 'y'.repeat(3_000_000) };
      await expect(
        lab.saveScenario('large', tooLarge).then(() => 'it was saved'),
      ).rejects.toMatchObject({ kind: 'storage' });
      expect(await lab.listScenarios()).toEqual([]);

      rmSync(join(dataDir, 'filler'));
      const { scenario: same } = await lab.getRun(second.id);
      const again = await lab.startRun({ scenario: same });
      expect((await finished(lab, again.id)).status).toBe('done');
      await lab.close();

      const database = openDatabase(lab.databaseFile);
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(new RunStore(database).record(first.id).result?.digest).toBe(digest);
      closeDatabase(database);
    },
  );

  it('one with no page left: says so, and keeps what was there', () => {
    const file = join(temporaryFolder(), 'runs.db');
    const database = openDatabase(file);
    const store = new RunStore(database);
    const id = store.add(newRun('small'));
    database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
    const huge = { ...smallScenario(), description: 'x'.repeat(100_000) };
    const message = storageErrorOf(() => {
      try {
        store.add(newRun('too large', huge));
      } catch (error) {
        throw asLabError(error, file);
      }
    });
    expect(message).toContain('The disk is full');
    expect(store.list({}).runs.map((run) => run.id)).toEqual([id]);
    closeDatabase(database);
  });

  it('a read-only folder', () => {
    const folder = folderToProtect();
    const file = join(folder, 'runs.db');
    const database = openDatabase(file);
    new RunStore(database).add(newRun('kept'));
    closeDatabase(database);
    const protectedFolder = makeReadOnly(folder);

    const fresh = join(protectedFolder, 'fresh.db');
    expect(storageErrorOf(() => openDatabase(fresh))).toContain(fresh);
    expect(existsSync(fresh)).toBe(false);
    const below = join(protectedFolder, 'sub', 'runs.db');
    expect(storageErrorOf(() => openDatabase(below))).toContain(below);
    if (protectedFolder !== folder) return;
    const before = hashOf(file);
    for (const path of [file, fresh, below]) {
      expect(storageErrorOf(() => openDatabase(path))).toContain('is read-only');
    }
    expect(hashOf(file)).toBe(before);
  });

  it('a database that another program holds', () => {
    const file = join(temporaryFolder(), 'runs.db');
    closeDatabase(openDatabase(file));
    const holder = new Sqlite(file);
    holder.pragma('locking_mode = EXCLUSIVE');
    holder.exec(`BEGIN EXCLUSIVE; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
    const message = storageErrorOf(() => openDatabase(file, { busyTimeoutMs: 50 }));
    expect(message).toContain(file);
    expect(message).toContain('locked by another program');
    holder.close();
    closeDatabase(openDatabase(file));
  });

  it('a damaged database', () => {
    const file = join(temporaryFolder(), 'runs.db');
    const database = openDatabase(file);
    const store = new RunStore(database);
    for (let i = 0; i < 200; i++) store.add(newRun(`run ${i}`));
    closeDatabase(database);
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    expect(storageErrorOf(() => openLab({ databaseFile: file }))).toContain('damaged');
  });
});

describe('a run whose stored values are damaged', () => {
  // Found by fuzzing: it was called a defect of the program, and the whole list failed with it.
  it('is listed, and says so when it is asked for; the others are there', async () => {
    const lab = openLab();
    const { id } = await lab.startRun({ scenario: smallScenario() });
    const other = await lab.startRun({ scenario: smallScenario() });
    await finished(lab, id);
    await finished(lab, other.id);
    const raw = new Sqlite(lab.databaseFile);
    raw.pragma('ignore_check_constraints = ON');
    raw.prepare(`UPDATE runs SET tags = '["a', scenario = '{"a' WHERE id = ?`).run(id);
    raw.close();
    const { runs } = await lab.listRuns({});
    expect(runs.map((run) => [run.id, run.tags])).toEqual([
      [other.id, []],
      [id, []],
    ]);
    await expect(lab.getRun(id)).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringContaining(`The stored scenario of run ${id} cannot be read`) as string,
    });
    expect((await lab.getRun(other.id)).status).toBe('done');
  });
});

/** Writes until the file system takes no more. */
function fillUp(file: string): void {
  const kib = Buffer.alloc(1024, 1);
  try {
    for (;;) writeFileSync(file, kib, { flag: 'a' });
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  }
}
