// A run on a trace beside Belady's OPT: by hand for a short one, and through the lab with a real run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/engine/scenario/index.ts';
import type { RunRecord } from '../../src/main/lab/contract.ts';
import { compareWithOpt } from '../../src/main/lab/runOpt.ts';
import { finished, openLab, temporaryFolder } from './support/lab.ts';

const onTrace = (file: string, max: string, more: ScenarioInput = {}): ScenarioInput => ({
  machine: { memory: '64MiB' },
  tiers: { swap: { kind: 'zram', size: '64MiB' } },
  cgroups: { app: { memory: { max }, workloads: [{ name: 'replay', trace: { file } }] } },
  ...more,
});

/** A record of a run with these counters and samples of its cgroup; the rest does not matter. */
function recordOf(
  scenario: ScenarioInput,
  counters: Record<string, number>,
  samples: Record<string, number[]>,
): RunRecord {
  const scope = 'cgroup:/app';
  const columns = Object.entries(samples).map(([metric, values]) => ({ scope, metric, values }));
  const result = { totals: [{ scope, counters }], series: { timeNs: [], columns } };
  return { id: 1, status: 'done', scenario, traces: [], result } as unknown as RunRecord;
}

const PAGE = 4096;
const circle = { accesses: Uint32Array.from([0, 1, 2, 0, 1, 2, 0, 1, 2]), pages: 3 };

describe('a run beside OPT', () => {
  // 16 KiB less a page of tables and a page of zswap are two frames. Worked out by hand, OPT misses at
  // accesses 0, 1, 2, 4, 6 and 8; three of them are first touches. LRU misses every time.
  const samples = {
    resident: [1, 2, 0],
    zswap_current: [2048, 6144, 0],
    memory_current: [3 * PAGE, 5 * PAGE, 0],
  };

  it('counts frames and misses as worked out by hand', async () => {
    const record = recordOf(onTrace('t', '16KiB'), { accesses: 9, pgmajfault: 6 }, samples);
    expect(await compareWithOpt(record, async () => circle)).toEqual([
      {
        cgroup: '/app',
        workload: 'replay',
        trace: 't',
        memoryMax: 4 * PAGE,
        pageTables: PAGE,
        zswap: PAGE,
        frames: 2,
        accesses: 9,
        pages: 3,
        majorFaults: 6,
        readAheadHits: 0,
        opt: 3,
        lru: 6,
        ratio: 2,
      },
    ]);
  });

  it('replays only the accesses that the run made, repeats included', async () => {
    const scenario = onTrace('t', '16KiB');
    scenario.cgroups!['app']!.workloads![0]!.trace!.repeat = 2;
    const short = recordOf(scenario, { accesses: 5 }, samples);
    expect((await compareWithOpt(short, async () => circle))[0]).toMatchObject({ opt: 1, lru: 2 });
    const long = recordOf(scenario, { accesses: 12 }, samples);
    expect((await compareWithOpt(long, async () => circle))[0]).toMatchObject({ lru: 9 });
  });

  it('refuses what it cannot compare', async () => {
    const refusal = (scenario: ScenarioInput) =>
      compareWithOpt(recordOf(scenario, { accesses: 9 }, samples), async () => circle);
    await expect(refusal(onTrace('t', 'max'))).rejects.toThrow(/memory\.max/);
    const changed: ScenarioInput = {
      actions: [{ do: 'set-limits', at: '1s', cgroup: '/app', max: '1MiB' }],
    };
    await expect(refusal(onTrace('t', '16KiB', changed))).rejects.toThrow(/cannot be compared/);
    const beside = onTrace('t', '16KiB');
    beside.cgroups!['app']!.workloads!.push({
      name: 'b',
      pattern: { kind: 'uniform' },
      pages: 64,
      accesses: 1,
    });
    await expect(refusal(beside)).rejects.toThrow(/cannot be compared/);
  });

  it('finds a real run no better than OPT, and in the memory that it had', async () => {
    const lab = openLab();
    const folder = temporaryFolder();
    const accesses = Uint32Array.from({ length: 20_000 }, (_, i) => (i * i * 7 + i) % 3001);
    writeFileSync(join(folder, 'squares.u32'), accesses);
    const scenario = onTrace('squares.u32', '4MiB', {
      kernel: { pageCluster: 0, statsFlush: '0' },
      tiers: { swap: { kind: 'block', device: 'nvme', size: '64MiB' } },
    });
    const { id } = await lab.startRun({ scenario, baseDir: folder });
    await finished(lab, id);
    const [opt] = await lab.compareWithOpt(id);
    expect(opt!.accesses).toBe(20_000);
    expect(opt!.frames).toBeGreaterThan(1000);
    expect(opt!.frames).toBeLessThan(1024);
    expect(opt!.opt).toBeGreaterThan(0);
    expect(opt!.majorFaults).toBeGreaterThanOrEqual(opt!.opt);
    expect(opt!.ratio).toBe(opt!.majorFaults / opt!.opt);

    writeFileSync(
      join(folder, 'squares.u32'),
      accesses.map((page) => page + 1),
    );
    await expect(lab.compareWithOpt(id)).rejects.toThrow(/has changed/);
  });
});
