/**
 * Saves what can be read of a damaged database into a new one, row by row, and puts that in its place.
 * The damaged file is only read, and stays beside the new one.
 */
import Sqlite, { type Database } from 'better-sqlite3';
import { renameSync } from 'node:fs';
import { onStorage } from './failures.ts';
import { closeDatabase, openDatabase } from './open.ts';
import { expectUnused, setAside } from './replace.ts';
import { removeDatabase, temporaryDatabase } from './temporaries.ts';

export interface Recovered {
  /** Rows by table: those that are in the new database. */
  rows: Record<string, number>;
  /** Runs whose figures could not be read; they are kept without them. */
  withoutResult: number;
  /** Rows that could not be read, as far as their ids tell. */
  lost: number;
  /** Where the damaged file is now. */
  damaged: string;
}

/** Ids are tried one by one up to here where not even the largest one can be read. */
const MOST_IDS = 1_000_000;

export function recoverDatabase(file: string, now: Date): Recovered {
  return onStorage(file, () => {
    expectUnused(file);
    const part = temporaryDatabase(file, 'recovered');
    removeDatabase(part);
    const source = new Sqlite(file, { fileMustExist: true });
    let target: Database | undefined;
    try {
      readSchemaInParts(source);
      target = openDatabase(part);
      const found = copyAll(source, target);
      closeDatabase(target);
      source.close();
      const damaged = setAside(file, now);
      renameSync(part, file);
      return { ...found, damaged };
    } finally {
      source.close();
      target?.close();
      removeDatabase(part);
    }
  });
}

/**
 * Without this SQLite refuses every statement once a page of the schema is damaged; with it the tables that
 * stand before that page are known (sqlite3InitOne, SQLITE_NoSchemaError). Nothing is written.
 */
function readSchemaInParts(source: Database): void {
  source.unsafeMode(true);
  source.pragma('writable_schema = ON');
  attempt(() => source.prepare('SELECT count(*) FROM sqlite_schema').get());
}

interface Table {
  name: string;
  columns: string[];
  /** The column that is the row's id; undefined for a table without one. */
  id: string | undefined;
}

function copyAll(source: Database, target: Database): Omit<Recovered, 'damaged'> {
  const rows: Record<string, number> = {};
  let lost = 0;
  // What refers to a row that is lost is taken out afterwards.
  target.pragma('foreign_keys = OFF');
  target.transaction(() => {
    for (const table of tablesOf(target)) {
      const copied = copyTable(source, target, table);
      rows[table.name] = copied.kept;
      lost += copied.lost;
    }
  })();
  const withoutResult = mend(target);
  target.pragma('foreign_keys = ON');
  return { rows, lost, withoutResult };
}

function tablesOf(database: Database): Table[] {
  const names = database
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )
    .pluck()
    .all();
  return names.map((name) => {
    const columns = database.pragma(`table_info(${name})`) as {
      name: string;
      type: string;
      pk: number;
    }[];
    const [key, ...more] = columns.filter(({ pk }) => pk > 0);
    const id = more.length === 0 && key?.type === 'INTEGER' ? key.name : undefined;
    return { name, columns: columns.map((column) => column.name), id };
  });
}

function copyTable(source: Database, target: Database, table: Table) {
  const readable = attempt(() => source.pragma(`table_info(${table.name})`)) as
    { name: string }[] | undefined;
  const there = new Set(readable?.map(({ name }) => name));
  const columns = table.columns.filter((name) => there.has(name));
  let kept = 0;
  let lost = 0;
  if (columns.length === 0) return { kept, lost };
  const insert = target.prepare(
    `INSERT OR IGNORE INTO ${table.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const keep = (row: unknown[]) => {
    const changes = attempt(() => insert.run(...row).changes);
    if (changes === undefined) lost++;
    else kept += changes;
  };
  const select = `SELECT ${columns.join(', ')} FROM ${table.name}`;
  if (table.id === undefined) {
    // From both ends: what lies between two damaged pages is lost.
    const key = columns[0] as string;
    for (const order of [`${key} ASC`, `${key} DESC`]) {
      const whole = attempt(() => {
        for (const row of source.prepare(`${select} ORDER BY ${order}`).raw().iterate()) {
          keep(row as unknown[]);
        }
        return true;
      });
      if (whole) break;
    }
    return { kept, lost };
  }
  const one = source.prepare<[number]>(`${select} WHERE ${table.id} = ?`).raw();
  const most = largestId(source, table);
  for (let id = smallestId(source, table); id <= most; id++) {
    try {
      const row = one.get(id);
      if (row) keep(row as unknown[]);
    } catch {
      lost++;
    }
  }
  return { kept, lost };
}

const ask = (source: Database, sql: string) =>
  attempt(() => source.prepare<[], number | null>(sql).pluck().get() ?? 0);

const smallestId = (source: Database, { name, id }: Table) =>
  ask(source, `SELECT min(${id}) FROM ${name}`) ?? 1;

function largestId(source: Database, { name, id }: Table): number {
  const counted = ask(source, `SELECT seq FROM sqlite_sequence WHERE name = '${name}'`);
  return ask(source, `SELECT max(${id}) FROM ${name}`) ?? counted ?? MOST_IDS;
}

/** Takes out what has lost the row it belongs to; a run that has lost its result says so. */
function mend(target: Database): number {
  target.exec(
    `UPDATE runs SET group_id = NULL, group_at = NULL
     WHERE group_id NOT IN (SELECT id FROM run_groups)`,
  );
  const orphans = target.pragma('foreign_key_check') as { table: string; rowid: number | null }[];
  for (const { table, rowid } of orphans) {
    if (rowid !== null) target.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(rowid);
  }
  // Tables without ids give no rowid to delete by.
  target.exec('DELETE FROM run_traces WHERE run_id NOT IN (SELECT id FROM runs)');
  return target
    .prepare(
      `UPDATE runs SET status = 'failed', digest = NULL,
         error = 'Its result was lost when the database was damaged.'
       WHERE status = 'done' AND id NOT IN (SELECT run_id FROM run_results)`,
    )
    .run().changes;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
