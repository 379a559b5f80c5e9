/** How a row of the table `runs` reads as a run, and how a query reads as SQL. */
import type { RunQuery, RunStatus, RunSummary } from './contract.ts';

/** The columns of `runs` that a list shows. */
export interface RunRow {
  id: number;
  name: string;
  status: RunStatus;
  tags: string;
  note: string;
  scenario_name: string;
  seed: number;
  engine_version: string;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  wall_ms: number | null;
  simulated_ns: number | null;
  accesses: number | null;
  digest: string | null;
  error: string | null;
  throughput: number | null;
  pgmajfault: number | null;
  oom_kills: number | null;
  fault_p99_ns: number | null;
  deleted_at: number | null;
  group_id: number | null;
  group_at: string | null;
}

export const SUMMARY = `id, name, status, tags, note, scenario_name, seed, engine_version, created_at,
  started_at, ended_at, wall_ms, simulated_ns, accesses, digest, error, throughput, pgmajfault,
  oom_kills, fault_p99_ns, deleted_at, group_id, group_at`;

const SORT_COLUMNS: Readonly<Record<NonNullable<RunQuery['sort']>, string>> = {
  createdAt: 'created_at',
  name: 'name COLLATE NOCASE',
  status: 'status',
  wallMs: 'wall_ms',
  throughput: 'throughput',
  pgmajfault: 'pgmajfault',
  faultP99Ns: 'fault_p99_ns',
};

/** A damaged file must not hide a run from the list: one without tags can still be asked for. */
function tagsOf(json: string): string[] {
  try {
    const tags = JSON.parse(json) as unknown;
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch {
    return [];
  }
}

export function summaryOf(row: RunRow): RunSummary {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    tags: tagsOf(row.tags),
    note: row.note,
    scenarioName: row.scenario_name,
    seed: row.seed,
    engineVersion: row.engine_version,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    wallMs: row.wall_ms,
    simulatedNs: row.simulated_ns,
    accesses: row.accesses,
    digest: row.digest,
    error: row.error,
    headline:
      row.throughput === null
        ? null
        : {
            throughput: row.throughput,
            pgmajfault: row.pgmajfault ?? 0,
            oomKills: row.oom_kills ?? 0,
            faultP99Ns: row.fault_p99_ns ?? 0,
          },
    deletedAt: row.deleted_at,
    group:
      row.group_id === null
        ? null
        : { id: row.group_id, at: JSON.parse(row.group_at ?? '[]') as number[] },
    progress: null,
  };
}

/** Every word of the search must occur somewhere in name, scenario name, tags or note. */
export function conditionsOf(query: RunQuery): {
  condition: string;
  values: unknown[];
  order: string;
} {
  const where = [query.deleted ? 'deleted_at IS NOT NULL' : 'deleted_at IS NULL'];
  const values: unknown[] = [];
  for (const word of (query.search ?? '').split(/\s+/).filter(Boolean)) {
    where.push(
      // The tags as JSON: taking the list apart for each run would cost as much as all the rest.
      `(name || char(10) || scenario_name || char(10) || note || char(10) || tags)
        LIKE ? ESCAPE '\\'`,
    );
    values.push(`%${word.replace(/[\\%_]/g, '\\$&')}%`);
  }
  if (query.status) {
    where.push('status IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(query.status));
  }
  if (query.tag !== undefined) {
    where.push('EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)');
    values.push(query.tag);
  }
  if (query.group !== undefined) {
    where.push('group_id = ?');
    values.push(query.group);
  }
  const sort = query.sort ?? 'createdAt';
  const direction = (query.descending ?? sort === 'createdAt') ? 'DESC' : 'ASC';
  const order = `${SORT_COLUMNS[sort]} ${direction} NULLS LAST, id ${direction}`;
  return { condition: where.join(' AND '), values, order };
}
