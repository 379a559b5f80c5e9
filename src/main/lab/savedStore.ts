/** Named scenarios, tier configurations and comparisons. Every save is a new version; nothing is overwritten. */
import type { Database } from 'better-sqlite3';
import type { Saved } from './contract.ts';
import { readable } from './database/failures.ts';
import type { ExpectPresent } from './database/presence.ts';
import { notFound } from './errors.ts';

export type SavedKind = 'scenario' | 'tiers' | 'comparison';

const WORDS: Readonly<Record<SavedKind, string>> = {
  scenario: 'scenario',
  tiers: 'tier configuration',
  comparison: 'comparison',
};

interface Row {
  name: string;
  version: number;
  updated_at: number;
  value: string;
}

export class SavedStore<T> {
  readonly #db: Database;
  readonly #kind: SavedKind;
  readonly #expectPresent: ExpectPresent;

  constructor(database: Database, kind: SavedKind, expectPresent: ExpectPresent = () => undefined) {
    this.#db = database;
    this.#kind = kind;
    this.#expectPresent = expectPresent;
  }

  /** The newest version of each, by name. */
  list(): Saved<T>[] {
    return this.#db
      .prepare<[SavedKind], Row>(
        `SELECT name, max(version) AS version, updated_at, value FROM saved
         WHERE kind = ? AND deleted_at IS NULL GROUP BY name ORDER BY name COLLATE NOCASE, name`,
      )
      .all(this.#kind)
      .map((row) => this.#savedOf(row));
  }

  /** Every version of one, the newest first. */
  versions(name: string): Saved<T>[] {
    return this.#db
      .prepare<[SavedKind, string], Row>(
        `SELECT name, version, updated_at, value FROM saved
         WHERE kind = ? AND name = ? AND deleted_at IS NULL ORDER BY version DESC`,
      )
      .all(this.#kind, name)
      .map((row) => this.#savedOf(row));
  }

  #savedOf({ name, version, updated_at, value }: Row): Saved<T> {
    const what = `${WORDS[this.#kind]} "${name}"`;
    return {
      name,
      version,
      updatedAt: updated_at,
      value: readable(what, () => JSON.parse(value) as T),
    };
  }

  save(name: string, value: T, now: number): Saved<T> {
    this.#expectPresent();
    // A statement that returns its row commits after that, and would keep a full disk to itself.
    const version = this.#db
      .transaction(() => {
        const next = this.#db
          .prepare<[SavedKind, string], number>(
            'SELECT coalesce(max(version), 0) + 1 FROM saved WHERE kind = ? AND name = ?',
          )
          .pluck()
          .get(this.#kind, name) as number;
        this.#db
          .prepare(
            'INSERT INTO saved (kind, name, version, updated_at, value) VALUES (?, ?, ?, ?, ?)',
          )
          .run(this.#kind, name, next, now, JSON.stringify(value));
        return next;
      })
      .immediate();
    return { name, version, updatedAt: now, value };
  }

  /** Hides all versions; they are purged later, and a new save counts on from them. */
  delete(name: string, now: number): void {
    const { changes } = this.#db
      .prepare('UPDATE saved SET deleted_at = ? WHERE kind = ? AND name = ? AND deleted_at IS NULL')
      .run(now, this.#kind, name);
    if (changes === 0) throw notFound(`There is no saved ${WORDS[this.#kind]} named "${name}".`);
  }

  purge(deletedBefore: number): void {
    this.#db
      .prepare('DELETE FROM saved WHERE kind = ? AND deleted_at < ?')
      .run(this.#kind, deletedBefore);
  }
}
