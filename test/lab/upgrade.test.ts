// Every schema that was ever released opens in this release: a database as that release left it, with a run,
// a saved scenario and a deleted run, is kept as text in schemas/ and brought up to date.
import Sqlite from 'better-sqlite3';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { digest as digestOf } from '../../src/engine/metrics/digest.ts';
import { openLab, temporaryFolder } from './support/lab.ts';

const schemas = join(import.meta.dirname, 'schemas');
const versions = MIGRATIONS.map((_, i) => i + 1);

/** A database as a release left it. */
function restore(version: number): string {
  const file = join(temporaryFolder(), 'swap-lab.db');
  const database = new Sqlite(file);
  database.exec(readFileSync(join(schemas, `v${version}.sql`), 'utf8'));
  // Deleted lately: after 30 days it would be gone for good.
  database.prepare('UPDATE runs SET deleted_at = ? WHERE deleted_at IS NOT NULL').run(Date.now());
  database.close();
  return file;
}

/** The schema as SQLite keeps it; spaces aside, an upgraded one must be that of a new one. */
function schemaOf(file: string): unknown[] {
  const database = openDatabase(file);
  const rows = database
    .prepare(`SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name`)
    .all() as { sql: string | null }[];
  closeDatabase(database);
  return rows
    .map((row) => ({ ...row, sql: row.sql?.replace(/\s+/g, ' ') ?? null }))
    .filter((row) => !('name' in row) || !String(row.name).startsWith('sqlite_stat'));
}

it('each schema has its fixture', () => {
  expect(readdirSync(schemas).sort()).toEqual(versions.map((version) => `v${version}.sql`).sort());
});

describe.each(versions)('a database of schema %i', (version) => {
  it('is kept as that release left it', () => {
    const database = new Sqlite(restore(version), { readonly: true });
    expect(database.pragma('user_version', { simple: true })).toBe(version);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  });

  it('has all it had after the upgrade, and a backup where one was needed', async () => {
    const file = restore(version);
    const lab = openLab({ databaseFile: file });
    const { runs } = await lab.listRuns({});
    expect(runs.map(({ name, status }) => [name, status])).toEqual([['Kept', 'done']]);
    const { result, digest, scenario } = await lab.getRun(runs[0]!.id);
    expect(digestOf({ ...result, digest: undefined })).toBe(digest);
    expect(scenario.name).toBe('Kept');
    expect((await lab.listRuns({ deleted: true })).runs.map(({ name }) => name)).toEqual([
      'Thrown away',
    ]);
    expect((await lab.listScenarios()).map(({ name }) => name)).toEqual(['mine']);
    const { id } = await lab.importRun((await lab.exportRun(runs[0]!.id, 'json')).text);
    expect((await lab.getRun(id)).digest).toBe(digest);
    await lab.close();

    const backups = readdirSync(join(file, '..')).filter((name) => name.includes('.backup-v'));
    expect(backups.length).toBe(version < MIGRATIONS.length ? 1 : 0);
    const database = new Sqlite(file, { readonly: true });
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
    database.close();
  });

  it('has the schema of a new one after the upgrade', () => {
    const fresh = join(temporaryFolder(), 'new.db');
    expect(schemaOf(restore(version))).toEqual(schemaOf(fresh));
    expect(existsSync(fresh)).toBe(true);
  });
});
