/** Runs with as many samples as a long one has, to be compared: invented waves with noise on them. */
import { join } from 'node:path';
import type { RunResult, Scope } from '../../src/engine/result.ts';
import { encodeResult } from '../../src/main/lab/resultCodec.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { RunStore } from '../../src/main/lab/runStore.ts';
import { firstRun } from '../renderer/fixture/scenario.ts';

const INTERVAL_NS = 1e6;
/** Columns that are stored beside those that are drawn, as a run with several cgroups has them. */
const OTHERS = 60;
const BEGAN = Date.UTC(2025, 0, 1);

type Column = RunResult['series']['columns'][number];

/** Numbers from 0 to 1, the same ones each time (Lehmer's generator). */
function noise(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function resultOf(run: number, samples: number): RunResult {
  const random = noise(run);
  const column = (scope: Scope, metric: string, most: number): Column => ({
    scope,
    metric,
    values: Array.from({ length: samples }, (_, i) =>
      Math.round(most * (0.5 + 0.3 * Math.sin(i / 900 + run) + 0.2 * random())),
    ),
  });
  return {
    engineVersion: 'bench',
    seed: 1,
    endReason: 'accesses',
    simulatedNs: samples * INTERVAL_NS,
    accesses: 1000 * samples,
    totals: [{ scope: 'machine', counters: { pgmajfault: 1000 * run, throughput: 1e6 / run } }],
    series: {
      intervalNs: INTERVAL_NS,
      timeNs: Array.from({ length: samples }, (_, i) => (i + 1) * INTERVAL_NS),
      columns: [
        column('machine', 'accesses', 2000),
        column('machine', 'pgmajfault', 90),
        column('machine', 'stall_memory', 4e5),
        column('machine', 'resident', 12_000),
        column('machine', 'zero_pages', 700),
        column('tier:zswap', 'zswap_stored', 5000),
        column('tier:ssd', 'held', 4000),
        ...Array.from({ length: OTHERS }, (_, i) => column(`cgroup:/other${i}`, 'resident', 900)),
      ],
    },
    histograms: [],
    flows: [{ from: 'ram', to: 'zswap', pages: 1000 * run }],
    events: [],
    digest: run.toString(16).padStart(64, '0'),
  };
}

/** Writes the runs 1 to `runs`; they differ in swappiness, so that none is a replicate of another. */
export function writeLongRuns(dataDir: string, runs: number, samples: number): void {
  const database = openDatabase(join(dataDir, 'swap-lab.db'));
  const store = new RunStore(database);
  for (let run = 1; run <= runs; run++) {
    const at = BEGAN + run;
    store.addImported({
      ...{ name: `swappiness ${run * 10}`, scenarioName: firstRun.name ?? '', baseDir: null },
      ...{ seed: 1, engineVersion: 'bench', status: 'done', tags: [], note: '', error: null },
      ...{ createdAt: at, startedAt: at, endedAt: at, wallMs: 1, traces: [] },
      scenario: { ...firstRun, kernel: { ...firstRun.kernel, swappiness: run * 10 } },
      result: encodeResult(resultOf(run, samples)),
    });
  }
  closeDatabase(database);
}
