/** What of runs is kept in results: read whole, without series, by column, or as figures to compare. */
import type { Database } from 'better-sqlite3';
import type { ColumnName, PackedColumns, RunOverview, RunRecord, RunSummary } from './contract.ts';
import type { ComparedRun } from './compare.ts';
import { readable } from './database/failures.ts';
import { notFound } from './errors.ts';
import type { RunFigures } from './figures.ts';
import { packNumbers } from './packedNumbers.ts';
import {
  decodeFigures,
  decodeResult,
  decodeWithoutSeries,
  storedSeries,
  type ResultHead,
  type StoredResult,
} from './resultCodec.ts';

type TraceUsed = RunRecord['traces'][number];

interface FiguresRow extends Pick<StoredResult, 'totals' | 'histograms'> {
  id: number;
  seed: number;
}

/** What a scenario says besides its seed and its name; the scenario's name only narrows the search. */
const SETUP = `json_remove(%.scenario, '$.run.seed', '$.name', '$.description')`;
const TRACES = `(SELECT group_concat(sha256) FROM
  (SELECT sha256 FROM run_traces WHERE run_id = %.id ORDER BY file))`;
const sameAs = (expression: string) =>
  `${expression.replace('%', 'other')} IS ${expression.replace('%', 'this')}`;

const REPLICATES = `
  SELECT other.id, other.seed, totals, histograms FROM runs AS this
    JOIN runs AS other ON other.id <> this.id AND other.seed <> this.seed
     AND other.status = 'done' AND other.deleted_at IS NULL
     AND other.scenario_name = this.scenario_name AND other.engine_version = this.engine_version
     AND ${sameAs(SETUP)} AND ${sameAs(TRACES)}
    JOIN run_results ON run_id = other.id
   WHERE this.id = ? AND this.status = 'done'
   GROUP BY other.seed ORDER BY max(other.id) DESC LIMIT ?`;

export class ResultReader {
  readonly #db: Database;
  readonly #summary: (id: number) => RunSummary;

  constructor(database: Database, summary: (id: number) => RunSummary) {
    this.#db = database;
    this.#summary = summary;
  }

  record(id: number): RunRecord {
    const { stored, ...run } = this.#everything(id);
    const result =
      stored && readable(`result of run ${id}`, () => decodeResult(headOf(run), stored));
    return { ...run, result };
  }

  /** Without its series, which are most of its bytes. */
  compared(id: number): ComparedRun {
    const { stored, ...run } = this.#everything(id, `''`);
    const result =
      stored && readable(`result of run ${id}`, () => decodeWithoutSeries(headOf(run), stored));
    return { ...run, result };
  }

  overview(id: number): RunOverview {
    const { stored, ...run } = this.#everything(id);
    if (!stored) return { ...run, result: null };
    return readable(`result of run ${id}`, () => {
      const { intervalNs, names } = storedSeries(stored);
      const series = { intervalNs, columns: names };
      return { ...run, result: { ...decodeWithoutSeries(headOf(run), stored), series } };
    });
  }

  columns(id: number, wanted: readonly ColumnName[]): PackedColumns {
    const stored = this.#db
      .prepare<[number], Pick<StoredResult, 'format' | 'series'>>(
        'SELECT format, series FROM run_results WHERE run_id = ?',
      )
      .get(id);
    if (!stored) throw notFound(`There is no run ${id} with a result.`);
    return readable(`result of run ${id}`, () => {
      const { names, timeNs, values } = storedSeries(stored);
      const columns = wanted.map(({ scope, metric }) => {
        const index = names.findIndex((name) => name.scope === scope && name.metric === metric);
        return index < 0 ? null : packNumbers(values(index));
      });
      return { timeNs: packNumbers(timeNs()), columns };
    });
  }

  /**
   * Runs that are done and differ from this one in the seed alone: same engine, same traces, the same
   * scenario but for its seed, name and description. Newest first, at most `most`.
   */
  replicates(id: number, most: number): RunFigures[] {
    return this.#db
      .prepare<[number, number], FiguresRow>(REPLICATES)
      .all(id, most)
      .map((row) => this.#figuresOf(row));
  }

  /** Of those that are done. */
  figures(ids: readonly number[]): Map<number, RunFigures> {
    return new Map(
      this.#db
        .prepare<[string], FiguresRow>(
          `SELECT id, seed, totals, histograms FROM runs JOIN run_results ON run_id = id
           WHERE id IN (SELECT value FROM json_each(?))`,
        )
        .all(JSON.stringify(ids))
        .map((row) => [row.id, this.#figuresOf(row)]),
    );
  }

  /** @param series what stands for the series in SQL */
  #everything(
    id: number,
    series: 'series' | `''` = 'series',
  ): Omit<RunRecord, 'result'> & { stored: StoredResult | null } {
    const summary = this.#summary(id);
    const own = this.#db
      .prepare<[number], { scenario: string; base_dir: string | null }>(
        'SELECT scenario, base_dir FROM runs WHERE id = ?',
      )
      .get(id) as { scenario: string; base_dir: string | null };
    const traces = this.#db
      .prepare<[number], TraceUsed>(
        'SELECT file, sha256, accesses, pages FROM run_traces WHERE run_id = ? ORDER BY file',
      )
      .all(id);
    const stored = this.#db
      .prepare<[number], StoredResult>(
        `SELECT format, end_reason AS endReason, totals, flows, histograms, events, ${series} AS series
         FROM run_results WHERE run_id = ?`,
      )
      .get(id);
    return {
      ...summary,
      scenario: readable(
        `scenario of run ${id}`,
        () => JSON.parse(own.scenario) as RunRecord['scenario'],
      ),
      baseDir: own.base_dir,
      traces,
      stored: summary.digest === null ? null : (stored ?? null),
    };
  }

  #figuresOf({ id, seed, totals, histograms }: FiguresRow): RunFigures {
    const figures = () => decodeFigures({ totals, histograms });
    return { id, seed, result: readable(`result of run ${id}`, figures) };
  }
}

const headOf = (run: Omit<RunRecord, 'result'>): ResultHead => ({
  engineVersion: run.engineVersion,
  seed: run.seed,
  digest: run.digest ?? '',
  simulatedNs: run.simulatedNs ?? 0,
  accesses: run.accesses ?? 0,
});
