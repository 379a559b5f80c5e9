/** The last verdict of each study in the database. */
import type { Database } from 'better-sqlite3';
import type { StudyVerdict } from './contract.ts';
import { readable } from './database/failures.ts';

export class StudyStore {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  last(study: string): StudyVerdict | null {
    const text = this.#db
      .prepare<[string], string>('SELECT verdict FROM study_verdicts WHERE study = ?')
      .pluck()
      .get(study);
    if (text === undefined) return null;
    return readable(`verdict of the study ${study}`, () => JSON.parse(text) as StudyVerdict);
  }

  keep(study: string, verdict: StudyVerdict): void {
    this.#db
      .prepare(
        `INSERT INTO study_verdicts (study, ended_at, verdict) VALUES (?, ?, ?)
         ON CONFLICT (study) DO UPDATE SET ended_at = excluded.ended_at, verdict = excluded.verdict`,
      )
      .run(study, verdict.endedAt, JSON.stringify(verdict));
  }
}
