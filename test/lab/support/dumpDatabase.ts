// Writes a database as text, schema and contents, the way the fixtures of released schemas are kept:
// node test/lab/support/dumpDatabase.ts FILE.db > test/lab/schemas/vN.sql
import Sqlite from 'better-sqlite3';

interface Entry {
  type: string;
  name: string;
  sql: string;
}

export function dumpDatabase(file: string): string {
  const database = new Sqlite(file, { readonly: true });
  const number = (pragma: string) => String(database.pragma(pragma, { simple: true }));
  const entries = database
    .prepare(`SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid`)
    .all() as Entry[];
  const own = entries.filter(({ name }) => !name.startsWith('sqlite_'));
  const lines = [
    `PRAGMA application_id = ${number('application_id')};`,
    `PRAGMA user_version = ${number('user_version')};`,
  ];
  // Triggers come last: they would act on the rows.
  for (const { sql } of own.filter(({ type }) => type !== 'trigger')) lines.push(`${sql};`);
  for (const { name } of own.filter(({ type }) => type === 'table')) {
    lines.push(...rowsOf(database, name));
  }
  for (const { sql } of own.filter(({ type }) => type === 'trigger')) lines.push(`${sql};`);
  database.close();
  return `${lines.join('\n')}\n`;
}

function rowsOf(database: Sqlite.Database, table: string): string[] {
  const columns = database.pragma(`table_info(${table})`) as { name: string }[];
  const literals = columns.map(({ name }) => `quote("${name}")`).join(` || ', ' || `);
  const rows = database.prepare(`SELECT ${literals} FROM "${table}"`).pluck().all() as string[];
  return rows.map((row) => `INSERT INTO "${table}" VALUES (${row});`);
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(dumpDatabase(process.argv[2] ?? ''));
}
