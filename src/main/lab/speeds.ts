/** How fast runs went here: what was done in the wall time of each, for estimates of the next. */
import type { Database } from 'better-sqlite3';
import type { RunSpeed } from './contract.ts';

/** Enough to tell how fast this machine is, whatever else ran beside one or two of them. */
const RUNS = 20;

interface Row {
  wall_ms: number;
  accesses: number;
  pgfault: number;
  pgmajfault: number;
}

/** Of the last runs that are done, the newest first. The first totals of a result are those of the machine. */
export function recentSpeeds(database: Database): RunSpeed[] {
  return database
    .prepare<[number], Row>(
      `SELECT wall_ms, accesses, pgmajfault,
         coalesce(json_extract(totals, '$[0].counters.pgfault'), pgmajfault) AS pgfault
       FROM runs JOIN run_results ON run_id = id
       WHERE status = 'done' AND deleted_at IS NULL AND wall_ms IS NOT NULL AND accesses IS NOT NULL
       ORDER BY started_at DESC, id DESC LIMIT ?`,
    )
    .all(RUNS)
    .map(({ wall_ms, accesses, pgfault, pgmajfault }) => ({
      wallMs: wall_ms,
      accesses,
      firstTouches: pgfault - pgmajfault,
      majorFaults: pgmajfault,
    }));
}
