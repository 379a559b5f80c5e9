// What a failing disk does to a database.
import Sqlite from 'better-sqlite3';
import { closeSync, openSync, writeSync } from 'node:fs';

const PAGE = 4096;
const NOISE = 0xa5;

/** Overwrites the page in the middle of a table with noise, as a failing disk does. */
export function damage(file: string, table: string): void {
  const database = new Sqlite(file, { readonly: true });
  const pages = database
    .prepare<[string], number>(
      `SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno`,
    )
    .pluck()
    .all(table);
  database.close();
  const middle = pages[Math.floor(pages.length / 2)]!;
  damagePage(file, middle);
}

/** Overwrites one page, counted from 1; the first one holds the header. */
export function damagePage(file: string, page: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(PAGE, NOISE), 0, PAGE, (page - 1) * PAGE);
  closeSync(descriptor);
}

/** The last page of the table of tables: without it the library does not open, and its runs are still known. */
export function lastSchemaPage(file: string): number {
  const database = new Sqlite(file, { readonly: true });
  const page = database
    .prepare<[], number>(`SELECT max(pageno) FROM dbstat WHERE name = 'sqlite_schema'`)
    .pluck()
    .get();
  database.close();
  return page!;
}
