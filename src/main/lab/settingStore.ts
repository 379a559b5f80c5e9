/** What a person has set for the lab itself, kept with its runs. */
import type { Database } from 'better-sqlite3';

const CONCURRENCY = 'concurrency';

export class SettingStore {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  /** Runs at the same time; undefined where nobody has chosen. */
  get concurrency(): number | undefined {
    const text = this.#db
      .prepare<[string], string>('SELECT value FROM settings WHERE name = ?')
      .pluck()
      .get(CONCURRENCY);
    const value = text === undefined ? undefined : (JSON.parse(text) as unknown);
    return typeof value === 'number' ? value : undefined;
  }

  setConcurrency(value: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)')
      .run(CONCURRENCY, JSON.stringify(value));
  }
}
