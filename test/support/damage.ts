// What a failing disk does to a database.
import Sqlite from 'better-sqlite3';
import { closeSync, openSync, writeSync } from 'node:fs';

const PAGE = 4096;

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
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(PAGE, 0xa5), 0, PAGE, (middle - 1) * PAGE);
  closeSync(descriptor);
}
