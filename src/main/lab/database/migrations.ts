/**
 * The schema as a list of steps. A step that was released is never edited: the next change is
 * appended, and `user_version` says how many of them a database has had.
 */

export type Migration = string;

const first: Migration = `
  CREATE TABLE runs (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN
      ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
    tags           TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    note           TEXT NOT NULL DEFAULT '',
    scenario       TEXT NOT NULL CHECK (json_valid(scenario)),
    scenario_name  TEXT NOT NULL,
    base_dir       TEXT,
    seed           INTEGER NOT NULL,
    engine_version TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    started_at     INTEGER,
    ended_at       INTEGER,
    wall_ms        REAL,
    simulated_ns   INTEGER,
    accesses       INTEGER,
    digest         TEXT,
    error          TEXT,
    throughput     REAL,
    pgmajfault     REAL,
    oom_kills      REAL,
    fault_p99_ns   REAL,
    owner          TEXT,
    deleted_at     INTEGER,
    changed_at     INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    CHECK ((status = 'done') = (digest IS NOT NULL)),
    CHECK ((status IN ('queued', 'running', 'paused')) = (owner IS NOT NULL))
  ) STRICT;
  CREATE INDEX runs_by_creation ON runs (created_at);
  CREATE INDEX runs_by_change ON runs (changed_at);
  CREATE INDEX runs_by_owner ON runs (owner) WHERE owner IS NOT NULL;
  CREATE TRIGGER runs_changed AFTER UPDATE ON runs BEGIN
    UPDATE runs SET changed_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = NEW.id;
  END;

  CREATE TABLE run_results (
    run_id      INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    format      INTEGER NOT NULL,
    end_reason  TEXT NOT NULL,
    totals      TEXT NOT NULL CHECK (json_valid(totals)),
    flows       TEXT NOT NULL CHECK (json_valid(flows)),
    histograms  BLOB NOT NULL,
    events      BLOB NOT NULL,
    series      BLOB NOT NULL
  ) STRICT;

  CREATE TABLE run_traces (
    run_id    INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    file      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    accesses  INTEGER NOT NULL,
    pages     INTEGER NOT NULL,
    PRIMARY KEY (run_id, file)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE saved (
    kind       TEXT NOT NULL CHECK (kind IN ('scenario', 'tiers')),
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    value      TEXT NOT NULL CHECK (json_valid(value)),
    deleted_at INTEGER,
    PRIMARY KEY (kind, name, version)
  ) STRICT, WITHOUT ROWID;
`;

/** What each study came to when it was last run. */
const studyVerdicts: Migration = `
  CREATE TABLE study_verdicts (
    study    TEXT PRIMARY KEY,
    ended_at INTEGER NOT NULL,
    verdict  TEXT NOT NULL CHECK (json_valid(verdict))
  ) STRICT, WITHOUT ROWID;
`;

/** Replicates and sweeps: what was asked for, and each run's place in it. */
const runGroups: Migration = `
  CREATE TABLE run_groups (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    scenario   TEXT NOT NULL CHECK (json_valid(scenario)),
    base_dir   TEXT,
    axes       TEXT NOT NULL CHECK (json_valid(axes)),
    seeds      TEXT NOT NULL CHECK (json_valid(seeds)),
    created_at INTEGER NOT NULL
  ) STRICT;
  ALTER TABLE runs ADD COLUMN group_id INTEGER REFERENCES run_groups (id) ON DELETE SET NULL;
  ALTER TABLE runs ADD COLUMN group_at TEXT CHECK (group_at IS NULL OR json_valid(group_at));
  CREATE INDEX runs_by_group ON runs (group_id) WHERE group_id IS NOT NULL;
`;

/** What a person has set for the lab itself. */
const settings: Migration = `
  CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
  ) STRICT, WITHOUT ROWID;
`;

/** Comparisons are saved as scenarios are; SQLite cannot change a CHECK, so the table is made anew. */
const savedComparisons: Migration = `
  ALTER TABLE saved RENAME TO saved_before;
  CREATE TABLE saved (
    kind       TEXT NOT NULL CHECK (kind IN ('scenario', 'tiers', 'comparison')),
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    value      TEXT NOT NULL CHECK (json_valid(value)),
    deleted_at INTEGER,
    PRIMARY KEY (kind, name, version)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO saved (kind, name, version, updated_at, value, deleted_at)
    SELECT kind, name, version, updated_at, value, deleted_at FROM saved_before;
  DROP TABLE saved_before;
`;

export const MIGRATIONS: readonly Migration[] = [
  first,
  studyVerdicts,
  runGroups,
  settings,
  savedComparisons,
];
