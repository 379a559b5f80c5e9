/** A database with as many runs as somebody has after years: invented heads, no results. */
import { join } from 'node:path';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { firstRun } from '../renderer/fixture/scenario.ts';

const WORDS = [
  'zswap',
  'zram',
  'nvme',
  'pool',
  'swappiness',
  'MGLRU',
  'writeback',
  'tiers',
  'virtual',
];
const TAGS = ['baseline', 'candidate', 'study:pool-size', 'night', 'paper'];
const STATUSES = ['done', 'done', 'done', 'done', 'failed', 'cancelled', 'interrupted'] as const;
const MINUTE = 60_000;

/** As long as a name may be, without a place to break it. */
const LONG_NAME = `zswap_in_front_of_a_tier_${'that_has_a_very_long_name_'.repeat(6)}`.slice(
  0,
  190,
);

/** Writes `count` runs, the same ones each time; the newest has a long name, tags and a note. */
export function writeManyRuns(dataDir: string, count: number): void {
  const database = openDatabase(join(dataDir, 'swap-lab.db'));
  const insert = database.prepare(
    `INSERT INTO runs (name, status, tags, note, scenario, scenario_name, seed, engine_version,
       created_at, started_at, ended_at, wall_ms, simulated_ns, accesses, digest, error, throughput,
       pgmajfault, oom_kills, fault_p99_ns)
     VALUES (?, ?, ?, ?, ?, ?, ?, '0.5.0', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const scenario = JSON.stringify(firstRun);
  const began = Date.UTC(2025, 0, 1);
  const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
  database.transaction(() => {
    for (let i = 0; i < count; i++) {
      const status = pick(STATUSES, i * 13);
      const done = status === 'done';
      const at = began + i * 7 * MINUTE;
      insert.run(
        `${pick(WORDS, i)} beside ${pick(WORDS, i * 7 + 3)}, attempt ${i}`,
        status,
        JSON.stringify(i % 3 === 0 ? [pick(TAGS, i)] : []),
        i % 11 === 0
          ? `What became of ${pick(WORDS, i + 1)}: see the notes of the week before.`
          : '',
        scenario,
        `Scenario ${i % 40} of ${pick(WORDS, i * 3)}`,
        i,
        at,
        at,
        at + MINUTE,
        8000 + (i % 900) * 10,
        24e9,
        38_400_000,
        done ? i.toString(16).padStart(64, '0') : null,
        status === 'failed' ? 'It needs more memory than this machine can give.' : null,
        done ? 1e6 + ((i * 7919) % 500_000) : null,
        done ? (i * 104_729) % 200_000 : null,
        done ? (i % 50 === 0 ? 1 : 0) : null,
        done ? 30_000 + ((i * 31) % 90_000) : null,
      );
    }
    database
      .prepare(`UPDATE runs SET name = ?, tags = ?, note = ? WHERE id = (SELECT max(id) FROM runs)`)
      .run(LONG_NAME, JSON.stringify(TAGS.map((tag) => tag.repeat(6).slice(0, 60))), LONG_NAME);
  })();
  closeDatabase(database);
}
