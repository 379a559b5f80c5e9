/** Groups of runs in the database: what was asked for. Their runs name them, and so find their way back. */
import type { Database } from 'better-sqlite3';
import type { GroupSummary, RunGroup, RunStatus, RunSummary, SweepAxis } from './contract.ts';
import { readable } from './database/failures.ts';
import { notFound } from './errors.ts';
import { SUMMARY, summaryOf, type RunRow } from './runRows.ts';

export type NewGroup = Pick<
  RunGroup,
  'name' | 'scenario' | 'baseDir' | 'axes' | 'seeds' | 'createdAt'
>;

interface GroupRow {
  id: number;
  name: string;
  axes: string;
  seeds: string;
  created_at: number;
}

export class GroupStore {
  readonly #db: Database;

  constructor(database: Database) {
    this.#db = database;
  }

  /** The group becomes visible together with the runs that `addRuns` adds for its id, or not at all. */
  add(group: NewGroup, addRuns: (id: number) => number[]): { id: number; runs: number[] } {
    return this.#db
      .transaction(() => {
        const { lastInsertRowid } = this.#db
          .prepare(
            `INSERT INTO run_groups (name, scenario, base_dir, axes, seeds, created_at)
             VALUES (?, ?, ?, ?, ?, ?)`,
          )
          .run(
            group.name,
            JSON.stringify(group.scenario),
            group.baseDir,
            JSON.stringify(group.axes),
            JSON.stringify(group.seeds),
            group.createdAt,
          );
        const id = Number(lastInsertRowid);
        return { id, runs: addRuns(id) };
      })
      .immediate();
  }

  list(): GroupSummary[] {
    const counts = new Map<number, GroupSummary['counts']>();
    const counted = this.#db
      .prepare<[], { group_id: number; status: RunStatus; count: number }>(
        `SELECT group_id, status, count(*) AS count FROM runs
         WHERE group_id IS NOT NULL AND deleted_at IS NULL GROUP BY group_id, status`,
      )
      .all();
    for (const { group_id, status, count } of counted) {
      counts.set(group_id, { ...counts.get(group_id), [status]: count });
    }
    return this.#db
      .prepare<[], GroupRow>('SELECT id, name, axes, seeds, created_at FROM run_groups')
      .all()
      .flatMap((row) => {
        const own = counts.get(row.id);
        return own ? [summaryOfGroup(row, own)] : [];
      })
      .reverse();
  }

  get(id: number): RunGroup {
    const row = this.#db
      .prepare<[number], GroupRow & { scenario: string; base_dir: string | null }>(
        'SELECT * FROM run_groups WHERE id = ?',
      )
      .get(id);
    if (!row) throw notFound(`There is no group of runs ${id}.`);
    const runs = this.#db
      .prepare<[number], RunRow>(
        `SELECT ${SUMMARY} FROM runs WHERE group_id = ? AND deleted_at IS NULL ORDER BY id`,
      )
      .all(id)
      .map(summaryOf);
    return {
      ...summaryOfGroup(row, countByStatus(runs)),
      scenario: readable(
        `scenario of group ${id}`,
        () => JSON.parse(row.scenario) as RunGroup['scenario'],
      ),
      baseDir: row.base_dir,
      runs,
    };
  }

  /** Forgets those whose runs were purged. */
  purge(): void {
    this.#db
      .prepare(
        `DELETE FROM run_groups WHERE id NOT IN
           (SELECT group_id FROM runs WHERE group_id IS NOT NULL)`,
      )
      .run();
  }
}

function summaryOfGroup(row: GroupRow, counts: GroupSummary['counts']): GroupSummary {
  const of = `group of runs ${row.id}`;
  return {
    id: row.id,
    name: row.name,
    axes: readable(of, () => JSON.parse(row.axes) as SweepAxis[]),
    seeds: readable(of, () => JSON.parse(row.seeds) as number[]),
    createdAt: row.created_at,
    counts,
  };
}

export function countByStatus(runs: readonly RunSummary[]): GroupSummary['counts'] {
  const counts: GroupSummary['counts'] = {};
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
