/** Runs to be laid side by side: few with several seeds, many with long names, and sweeps; results are invented. */
import { join } from 'node:path';
import type { ScenarioInput } from '../../src/engine/scenario/index.ts';
import type { SweepAxis } from '../../src/main/lab/contract.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { GroupStore } from '../../src/main/lab/groupStore.ts';
import { encodeResult } from '../../src/main/lab/resultCodec.ts';
import { RunStore } from '../../src/main/lab/runStore.ts';
import { inventResult } from '../renderer/fixture/result.ts';
import { firstRun } from '../renderer/fixture/scenario.ts';

export interface ComparedRuns {
  /** Two runs with three seeds each. */
  few: number[];
  /** As many as can be compared, with names as long as people give them; the first two have seeds as well. */
  many: number[];
  /** Sweeps over one and over two settings. */
  groups: [number, number];
}

const BEGAN = Date.UTC(2025, 0, 1);
const COMPRESSORS = ['lzo', 'zstd'];
const POOLS = [5, 10, 20, 30, 40, 50];
const longName = (i: number) =>
  `web tier and nightly sort on the small machine, zswap in front of the ${i % 2 ? 'SATA' : 'NVMe'} drive, pool of ${5 * i + 5} percent`;

const withKernel = (kernel: NonNullable<ScenarioInput['kernel']>): ScenarioInput => ({
  ...firstRun,
  kernel: { ...firstRun.kernel, ...kernel },
});

export function writeComparedRuns(dataDir: string): ComparedRuns {
  const database = openDatabase(join(dataDir, 'swap-lab.db'));
  const store = new RunStore(database);
  let at = BEGAN;
  const add = (name: string, scenario: ScenarioInput, seed: number, strength: number) => {
    at += 60_000;
    const result = inventResult(seed, strength * (1 + 0.09 * (seed - 1)));
    return store.addImported({
      ...{
        name,
        scenarioName: scenario.name ?? '',
        baseDir: null,
        seed,
        engineVersion: 'invented',
      },
      ...{ status: 'done', tags: [], note: '', error: null, traces: [] },
      ...{ createdAt: at, startedAt: at, endedAt: at, wallMs: 8000, scenario },
      result: encodeResult({ ...result, engineVersion: 'invented', digest: String(at).repeat(5) }),
    });
  };
  const seeds = (name: string, scenario: ScenarioInput, strength: number) =>
    [1, 2, 3].map((seed) => add(name, scenario, seed, strength))[0] as number;

  const sweep = (axes: SweepAxis[], places: number[][]): number => {
    const group = { name: 'How large a pool', scenario: firstRun, baseDir: null, axes, seeds: [1] };
    const added = new GroupStore(database).add({ ...group, createdAt: at }, (id) =>
      places.map((place) => {
        const [pool = 0, compressor = 0] = place.toReversed();
        const run = add(
          'How large a pool',
          firstRun,
          1,
          1 + 0.3 * (pool - 2) ** 2 * (1.5 - compressor) + compressor,
        );
        database
          .prepare('UPDATE runs SET group_id = ?, group_at = ? WHERE id = ?')
          .run(id, JSON.stringify(place), run);
        return run;
      }),
    );
    return added.id;
  };
  const pools: SweepAxis = { path: 'kernel.zswap.maxPoolPercent', values: POOLS };
  const compressors: SweepAxis = { path: 'kernel.zswap.compressor', values: COMPRESSORS };
  const made: ComparedRuns = {
    few: [
      seeds('zstd', firstRun, 1),
      seeds('lzo', withKernel({ zswap: { enabled: true, compressor: 'lzo' } }), 1.3),
    ],
    many: Array.from({ length: 12 }, (_, i) => {
      const scenario = withKernel({ swappiness: 10 * i, pageCluster: i % 4 });
      const strength = 0.6 + 0.12 * i;
      return i < 2
        ? seeds(longName(i), scenario, strength)
        : add(longName(i), scenario, 1, strength);
    }),
    groups: [
      sweep(
        [pools],
        POOLS.map((_, i) => [i]),
      ),
      sweep(
        [compressors, pools],
        COMPRESSORS.flatMap((_, i) => POOLS.map((__, k) => [i, k])),
      ),
    ],
  };
  closeDatabase(database);
  return made;
}
