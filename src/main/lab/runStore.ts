/** Runs in the database. Every write is one transaction, so a crash leaves a run as it was or as it is. */
import type { Database } from 'better-sqlite3';
import type { ComparedRun } from './compare.ts';
import type {
  ColumnName,
  PackedColumns,
  RunOverview,
  RunPage,
  RunQuery,
  RunRecord,
  RunStatus,
  RunSummary,
} from './contract.ts';
import type { ExpectPresent } from './database/presence.ts';
import { LabError, notFound } from './errors.ts';
import type { RunFigures } from './figures.ts';
import type { EncodedResult } from './resultCodec.ts';
import { ResultReader } from './resultReader.ts';
import { conditionsOf, SUMMARY, summaryOf, type RunRow } from './runRows.ts';

export type TraceUsed = RunRecord['traces'][number];

export interface NewRun {
  name: string;
  scenario: unknown;
  scenarioName: string;
  baseDir: string | null;
  seed: number;
  engineVersion: string;
  createdAt: number;
  owner: string;
  group?: RunSummary['group'];
}

/** A run that came from elsewhere, complete. */
export interface ImportedRun extends Omit<NewRun, 'owner'> {
  status: Exclude<RunStatus, 'queued' | 'running' | 'paused'>;
  tags: string[];
  note: string;
  startedAt: number | null;
  endedAt: number | null;
  wallMs: number | null;
  error: string | null;
  traces: TraceUsed[];
  result: EncodedResult | null;
}

export type Ended =
  | { status: 'done'; result: EncodedResult; wallMs: number }
  | {
      status: 'failed' | 'cancelled' | 'interrupted';
      error: string | null;
      wallMs: number | null;
      simulatedNs: number | null;
      accesses: number | null;
    };

export class RunStore {
  readonly #db: Database;
  /** Runs that are not kept are counted downwards, so that an id tells where its run is. */
  readonly #descending: boolean;

  readonly #expectPresent: ExpectPresent;
  readonly #results: ResultReader;

  constructor(
    database: Database,
    options: { descendingIds?: boolean; expectPresent?: ExpectPresent } = {},
  ) {
    this.#db = database;
    this.#descending = options.descendingIds ?? false;
    this.#results = new ResultReader(database, (id) => this.summary(id));
    this.#expectPresent = options.expectPresent ?? (() => undefined);
  }

  /** Whether there was never a run in it: deleted and purged ones leave their number behind. */
  get isNew(): boolean {
    return !this.#db.prepare(`SELECT 1 FROM sqlite_sequence WHERE name = 'runs'`).get();
  }

  add(run: NewRun): number {
    this.#expectPresent();
    return this.#db.transaction(() => this.#insert({ ...run, status: 'queued' })).immediate();
  }

  /** The run that a file was exported from, or an earlier import of it, where it is still kept. */
  findImported(run: ImportedRun): number | undefined {
    return this.#db
      .prepare(
        `SELECT id FROM runs WHERE created_at = ? AND digest IS ? AND scenario_name = ? AND seed = ?
         AND deleted_at IS NULL ORDER BY id DESC`,
      )
      .pluck()
      .get(run.createdAt, run.result?.head.digest ?? null, run.scenarioName, run.seed) as
      number | undefined;
  }

  addImported(run: ImportedRun): number {
    this.#expectPresent();
    return this.#db
      .transaction(() => {
        const status = run.status === 'done' ? 'cancelled' : run.status;
        const id = this.#insert({ ...run, status, owner: null });
        this.#db
          .prepare(
            `UPDATE runs SET tags = ?, note = ?, started_at = ?, ended_at = ?, wall_ms = ?, error = ?
             WHERE id = ?`,
          )
          .run(
            JSON.stringify(run.tags),
            run.note,
            run.startedAt,
            run.endedAt,
            run.wallMs,
            run.error,
            id,
          );
        this.#insertTraces(id, run.traces);
        if (run.result) this.#insertResult(id, run.result);
        return id;
      })
      .immediate();
  }

  started(id: number, now: number): void {
    this.#db
      .prepare(`UPDATE runs SET status = 'running', started_at = ? WHERE id = ?`)
      .run(now, id);
  }

  setStatus(id: number, status: 'queued' | 'running' | 'paused'): void {
    this.#db.prepare('UPDATE runs SET status = ? WHERE id = ?').run(status, id);
  }

  tracesLoaded(id: number, traces: TraceUsed[]): void {
    if (traces.length > 0) {
      this.#db.transaction(() => this.#insertTraces(id, traces)).immediate();
    }
  }

  /** The result and the status that vouches for it become visible together or not at all. */
  ended(id: number, end: Ended, now: number): void {
    this.#expectPresent();
    this.#db
      .transaction(() => {
        if (end.status === 'done') {
          this.#insertResult(id, end.result);
          this.#db
            .prepare('UPDATE runs SET ended_at = ?, wall_ms = ? WHERE id = ?')
            .run(now, end.wallMs, id);
          return;
        }
        this.#db
          .prepare(
            `UPDATE runs SET status = ?, owner = NULL, ended_at = ?, error = ?, wall_ms = ?,
               simulated_ns = ?, accesses = ? WHERE id = ?`,
          )
          .run(end.status, now, end.error, end.wallMs, end.simulatedNs, end.accesses, id);
      })
      .immediate();
  }

  /** Marks the runs that a dead owner left; gives their names. */
  interrupt(owner: string, error: string): string[] {
    return this.#db
      .prepare<[string, string], string>(
        `UPDATE runs SET status = 'interrupted', owner = NULL, error = ? WHERE owner = ?
         RETURNING name`,
      )
      .pluck()
      .all(error, owner);
  }

  owners(): string[] {
    return this.#db
      .prepare<[], string>('SELECT DISTINCT owner FROM runs WHERE owner IS NOT NULL')
      .pluck()
      .all();
  }

  ownerOf(id: number): string | null {
    return (
      this.#db.prepare<[number], string>('SELECT owner FROM runs WHERE id = ?').pluck().get(id) ??
      null
    );
  }

  summary(id: number): RunSummary {
    const row = this.#db
      .prepare<[number], RunRow>(`SELECT ${SUMMARY} FROM runs WHERE id = ?`)
      .get(id);
    if (!row) throw notFound(`There is no run ${id}.`);
    return summaryOf(row);
  }

  record(id: number): RunRecord {
    return this.#results.record(id);
  }

  overview(id: number): RunOverview {
    return this.#results.overview(id);
  }

  compared(id: number): ComparedRun {
    return this.#results.compared(id);
  }

  columns(id: number, wanted: readonly ColumnName[]): PackedColumns {
    return this.#results.columns(id, wanted);
  }

  replicates(id: number, most: number): RunFigures[] {
    return this.#results.replicates(id, most);
  }

  figures(ids: readonly number[]): Map<number, RunFigures> {
    return this.#results.figures(ids);
  }

  list(query: RunQuery): RunPage {
    const { condition, values, order } = conditionsOf(query);
    // A search reads the words of every run: once, not for the total and again for the page.
    const hits = (query.search ?? '').trim() === '' ? null : this.#ids(condition, values);
    const where = hits ? 'id IN (SELECT value FROM json_each(?))' : condition;
    const given = hits ? [JSON.stringify(hits)] : values;
    const total =
      hits?.length ??
      (this.#db
        .prepare(`SELECT count(*) FROM runs WHERE ${where}`)
        .pluck()
        .get(...given) as number);
    const rows = this.#db
      .prepare<unknown[], RunRow>(
        `SELECT ${SUMMARY} FROM runs WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
      )
      .all(...given, query.limit ?? 100, query.offset ?? 0);
    return { runs: rows.map(summaryOf), total };
  }

  #ids(condition: string, values: unknown[]): number[] {
    return this.#db
      .prepare<unknown[], number>(`SELECT id FROM runs WHERE ${condition}`)
      .pluck()
      .all(...values);
  }

  /** @param since ms since 1970 */
  changedSince(since: number): RunSummary[] {
    return this.#db
      .prepare<[number], RunRow>(`SELECT ${SUMMARY} FROM runs WHERE changed_at >= ?`)
      .all(since)
      .map(summaryOf);
  }

  update(id: number, change: { name?: string; tags?: string[]; note?: string }): RunSummary {
    const tags = change.tags ? JSON.stringify(change.tags) : null;
    this.#db
      .prepare(
        `UPDATE runs SET name = coalesce(?, name), tags = coalesce(?, tags), note = coalesce(?, note)
         WHERE id = ?`,
      )
      .run(change.name ?? null, tags, change.note ?? null, id);
    return this.summary(id);
  }

  /** @param deletedAt null takes the deletion back */
  setDeleted(ids: number[], deletedAt: number | null): RunSummary[] {
    return this.#db
      .transaction(() => {
        const statement = this.#db.prepare('UPDATE runs SET deleted_at = ? WHERE id = ?');
        return ids.map((id) => {
          const { status } = this.summary(id);
          if (deletedAt !== null && ['queued', 'running', 'paused'].includes(status)) {
            throw new LabError('invalid', `Run ${id} is ${status}; cancel it before deleting it.`);
          }
          statement.run(deletedAt, id);
          return this.summary(id);
        });
      })
      .immediate();
  }

  purge(deletedBefore: number): void {
    this.#db.prepare('DELETE FROM runs WHERE deleted_at < ?').run(deletedBefore);
  }

  /** Forgets all but the newest ended runs of a store whose ids go down. */
  keepNewest(count: number): void {
    this.#db
      .prepare(
        `DELETE FROM runs WHERE owner IS NULL AND id NOT IN
           (SELECT id FROM runs WHERE owner IS NULL ORDER BY id LIMIT ?)`,
      )
      .run(count);
  }

  #insert(run: Omit<NewRun, 'owner'> & { status: RunStatus; owner?: string | null }): number {
    const id = this.#descending
      ? (this.#db
          .prepare('SELECT min(0, coalesce(min(id), 0)) - 1 FROM runs')
          .pluck()
          .get() as number)
      : null;
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO runs (id, name, status, scenario, scenario_name, base_dir, seed, engine_version,
           created_at, owner, group_id, group_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        run.name,
        run.status,
        JSON.stringify(run.scenario),
        run.scenarioName,
        run.baseDir,
        run.seed,
        run.engineVersion,
        run.createdAt,
        run.owner ?? null,
        run.group?.id ?? null,
        run.group ? JSON.stringify(run.group.at) : null,
      );
    return Number(lastInsertRowid);
  }

  #insertTraces(id: number, traces: TraceUsed[]): void {
    const statement = this.#db.prepare(
      'INSERT OR REPLACE INTO run_traces (run_id, file, sha256, accesses, pages) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { file, sha256, accesses, pages } of traces) {
      statement.run(id, file, sha256, accesses, pages);
    }
  }

  #insertResult(id: number, { head, headline, stored }: EncodedResult): void {
    this.#db
      .prepare(
        `INSERT INTO run_results (run_id, format, end_reason, totals, flows, histograms, events, series)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        stored.format,
        stored.endReason,
        stored.totals,
        stored.flows,
        stored.histograms,
        stored.events,
        stored.series,
      );
    this.#db
      .prepare(
        `UPDATE runs SET status = 'done', owner = NULL, error = NULL, simulated_ns = ?, accesses = ?,
           digest = ?, throughput = ?, pgmajfault = ?, oom_kills = ?, fault_p99_ns = ?
         WHERE id = ?`,
      )
      .run(
        head.simulatedNs,
        head.accesses,
        head.digest,
        headline.throughput,
        headline.pgmajfault,
        headline.oomKills,
        headline.faultP99Ns,
        id,
      );
  }
}
