// Comparison of runs: settings with their defaults, figures by their direction, reasons for caution.
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/engine/scenario/index.ts';
import { compareRecords } from '../../src/main/lab/compare.ts';
import type { RunRecord } from '../../src/main/lab/contract.ts';
import { settingsOf } from '../../src/main/lab/settingValues.ts';
import { finished, openLab } from './support/lab.ts';
import { endlessScenario, smallScenario } from './support/scenarios.ts';

interface Figures {
  counters?: Record<string, number>;
  p99?: number;
}

function record(id: number, figures: Figures = {}, change: Partial<RunRecord> = {}): RunRecord {
  const { counters = {}, p99 } = figures;
  return {
    id,
    name: `run ${id}`,
    status: 'done',
    tags: [],
    note: '',
    scenarioName: 's',
    seed: 1,
    engineVersion: '1.0.0',
    createdAt: 0,
    startedAt: 0,
    endedAt: 0,
    wallMs: 0,
    simulatedNs: 1,
    accesses: 1,
    digest: `digest ${id}`,
    error: null,
    headline: null,
    deletedAt: null,
    group: null,
    progress: null,
    scenario: smallScenario(),
    baseDir: null,
    traces: [],
    result: {
      engineVersion: '1.0.0',
      seed: 1,
      endReason: 'accesses',
      simulatedNs: 1,
      accesses: 1,
      totals: [{ scope: 'machine', counters }],
      series: { intervalNs: 1, timeNs: [], columns: [] },
      histograms: [
        {
          scope: 'machine',
          metric: 'fault_latency',
          count: p99 === undefined ? 0 : 10,
          sumNs: 1,
          minNs: 1,
          maxNs: 1,
          percentilesNs: { p50: 1, p90: 2, p99: p99 ?? 0, p999: 4, p9999: 5 },
          buckets: [],
        },
      ],
      flows: [],
      events: [],
      digest: `digest ${id}`,
    },
    ...change,
  };
}

const metricsOf = (records: RunRecord[], baseline = 0) =>
  new Map(compareRecords(records, baseline).metrics.map((each) => [each.metric, each]));

describe('settings that are shared', () => {
  it('are all the others, with their defaults', () => {
    const base = smallScenario();
    const other = { ...base, kernel: { ...base.kernel, swappiness: 150 } };
    const { settings, sharedSettings } = compareRecords(
      [record(1, {}, { scenario: base }), record(2, {}, { scenario: other })],
      0,
    );
    expect(settings.map(({ path }) => path)).toEqual(['kernel.swappiness']);
    expect(sharedSettings.map(({ path }) => path)).not.toContain('kernel.swappiness');
    expect(settings.length + sharedSettings.length).toBe(settingsOf(base).size);
    // Linux brings back up to 2^3 pages at once, and the scenario does not say otherwise.
    expect(sharedSettings).toContainEqual({ path: 'kernel.pageCluster', value: 3 });
  });
});

describe('settings that differ', () => {
  const differences = (a: ScenarioInput, b: ScenarioInput) =>
    compareRecords([record(1, {}, { scenario: a }), record(2, {}, { scenario: b })], 0).settings;

  it('are named by path, in the words of a scenario', () => {
    const base = smallScenario();
    const other: ScenarioInput = {
      ...base,
      name: 'Another name is no difference',
      machine: { memory: '128MiB', kernelMemory: '8MiB' },
      kernel: { swappiness: 100 },
      cgroups: {
        web: {
          memory: { max: 'max' },
          workloads: [{ name: 'app', pattern: { kind: 'zipf' }, pages: '32MiB' }],
        },
      },
      run: { ...base.run, sampleEvery: '1500us', seed: 9 },
    };
    const found = differences(base, other);
    expect(Object.fromEntries(found.map(({ path, values }) => [path, values]))).toEqual({
      'machine.memory': ['64 MiB', '128 MiB'],
      'kernel.swappiness': [60, 100],
      'cgroups.web.memory.max': ['8 MiB', 'max'],
      'cgroups.web.workloads[0].pages': [4096, '32 MiB'],
      'run.sampleEvery': ['1 ms', '1.5 ms'],
      'run.seed': [1, 9],
    });
  });

  it('do not include a default that was written out, nor another spelling of the same', () => {
    const base = smallScenario();
    const spelled: ScenarioInput = {
      ...base,
      kernel: { swappiness: 60 },
      machine: { memory: '65536K', kernelMemory: 8 * 1024 * 1024 },
    };
    expect(differences(base, spelled)).toEqual([]);
  });

  it('include what only one of them has', () => {
    const base = smallScenario();
    const without: ScenarioInput = { ...base, tiers: {} };
    const paths = differences(base, without).map(({ path, values }) => [path, values[1]]);
    expect(paths).toContainEqual(['tiers.ssd.size', null]);
    expect(paths).toContainEqual(['tiers.ssd.kind', null]);
  });

  it('tell apart times that look alike when rounded', () => {
    const settings = settingsOf({ ...smallScenario(), run: { duration: '1234567ns' } });
    expect(settings.get('run.duration')).toBe('1234.567 us');
  });
});

describe('figures', () => {
  it('are measured against the baseline, in absolute terms and in percent', () => {
    const runs = [
      record(1, { counters: { pgmajfault: 200, throughput: 50, pgrefill: 5 } }),
      record(2, { counters: { pgmajfault: 150, throughput: 40, pgrefill: 9 } }),
      record(3, { counters: { pgmajfault: 200, throughput: 60 } }),
    ];
    const metrics = metricsOf(runs);
    expect(metrics.get('pgmajfault')).toEqual({
      scope: 'machine',
      metric: 'pgmajfault',
      values: [200, 150, 200],
      deviations: [null, null, null],
      delta: [0, -50, 0],
      deltaPercent: [0, -25, 0],
      intervals: [null, null, null],
      verdict: ['same', 'better', 'same'],
    });
    expect(metrics.get('throughput')?.verdict).toEqual(['same', 'worse', 'better']);
    // Neither more nor less of it is good in itself, and the third run has none.
    expect(metrics.get('pgrefill')).toMatchObject({
      values: [5, 9, null],
      delta: [0, 4, null],
      verdict: ['same', 'neutral', 'neutral'],
    });
    expect(metricsOf(runs, 1).get('pgmajfault')?.delta).toEqual([50, 0, 50]);
  });

  it('have no percentage of nothing', () => {
    const runs = [
      record(1, { counters: { oom_kill: 0 } }),
      record(2, { counters: { oom_kill: 3 } }),
    ];
    expect(metricsOf(runs).get('oom_kill')).toMatchObject({
      delta: [0, 3],
      deltaPercent: [null, null],
      verdict: ['same', 'worse'],
    });
  });

  it('include latency percentiles in ascending order; no faults give no latency', () => {
    const metrics = metricsOf([record(1, { p99: 100 }), record(2, { p99: 80 }), record(3)]);
    expect([...metrics.keys()]).toEqual([
      'fault_latency p50',
      'fault_latency p90',
      'fault_latency p99',
      'fault_latency p99.9',
      'fault_latency p99.99',
    ]);
    expect(metrics.get('fault_latency p99')).toMatchObject({
      values: [100, 80, null],
      verdict: ['same', 'better', 'neutral'],
    });
  });
});

describe('replicates', () => {
  const seeded = (id: number, seed: number, pgmajfault: number, throughput = 10) =>
    record(id, { counters: { pgmajfault, throughput, oom_kill: 0 } }, { seed });

  it('are averaged, and a difference is called one only where its interval does not hold 0', () => {
    const comparison = compareRecords([seeded(1, 1, 100, 50), seeded(11, 1, 95, 48)], 0, [
      [seeded(2, 2, 110, 60), seeded(3, 3, 120, 40)],
      [seeded(12, 2, 107, 57), seeded(13, 3, 112, 44)],
    ]);
    const metrics = new Map(comparison.metrics.map((each) => [each.metric, each]));
    expect(comparison.replicates).toEqual([
      [1, 2, 3],
      [11, 12, 13],
    ]);
    // Pairs by seed: -5, -3, -8, mean -16/3, deviation sqrt(19/3); t(0.975, 2) = 4.302653.
    const faults = metrics.get('pgmajfault')!;
    expect(faults.values).toEqual([110, 314 / 3]);
    expect(faults.delta[1]).toBeCloseTo(-16 / 3, 9);
    expect(faults.intervals[1]!.low).toBeCloseTo(-16 / 3 - 4.302653 * Math.sqrt(19 / 9), 4);
    expect(faults.intervals[1]!.high).toBeCloseTo(-16 / 3 + 4.302653 * Math.sqrt(19 / 9), 4);
    expect(faults.verdict).toEqual(['same', 'unclear']);
    expect(faults.deviations[0]).toBeCloseTo(10, 9);
    // They agree in every replicate, so there is nothing unclear about it.
    expect(metrics.get('oom_kill')!.verdict).toEqual(['same', 'same']);
  });

  it('leave the seed out of what differs', () => {
    const settings = compareRecords(
      [seeded(1, 1, 1), record(2, {}, { seed: 9, scenario: withSeed(9) })],
      0,
      [[seeded(3, 2, 1)], [seeded(4, 2, 1)]],
    ).settings;
    expect(settings).toEqual([]);
  });
});

const withSeed = (seed: number): ScenarioInput => {
  const base = smallScenario();
  return { ...base, run: { ...base.run, seed } };
};

describe('warnings', () => {
  const warnings = (...records: RunRecord[]) => compareRecords(records, 0).warnings;
  const trace = (sha256: string) => ({
    traces: [{ file: 'a.swtrace', sha256, accesses: 1, pages: 1 }],
  });

  it('are absent where there is nothing to be careful of', () => {
    expect(warnings(record(1), record(2))).toEqual([]);
  });

  it('name what makes runs hard to compare', () => {
    expect(warnings(record(1), record(2, {}, { engineVersion: '2.0.0' }))[0]).toContain(
      'different versions of the engine (1.0.0: run 1; 2.0.0: run 2)',
    );
    expect(warnings(record(1, {}, trace('a')), record(2, {}, trace('b')))[0]).toContain(
      'did not replay the same traces',
    );
    const failed: Partial<RunRecord> = { status: 'failed', result: null, digest: null };
    expect(warnings(record(1), record(2, {}, failed))).toEqual([
      'Run 2 is failed and has no result, so it has no figures.',
    ]);
    const same: Partial<RunRecord> = { digest: 'digest 1' };
    expect(warnings(record(1), record(2, {}, same), record(3, {}, same))).toEqual([
      'runs 1, 2 and 3 have the same digest: they are the same simulation.',
    ]);
    const early = record(2);
    early.result!.endReason = 'duration';
    expect(warnings(record(1), early)[0]).toContain('accesses: run 1; duration: run 2');
  });
});

describe('the lab compares', () => {
  it('saved runs, against the one that is asked for', async () => {
    const lab = openLab();
    const ids: number[] = [];
    for (const memoryMax of ['8MiB', '12MiB']) {
      ids.push((await lab.startRun({ scenario: smallScenario({ memoryMax }) })).id);
    }
    await Promise.all(ids.map((id) => finished(lab, id)));
    const { runs, baseline, settings, metrics } = await lab.compareRuns(ids, ids[1]);
    expect(runs.map(({ id }) => id)).toEqual(ids);
    expect(runs[0]).not.toHaveProperty('result');
    expect(baseline).toBe(1);
    expect(settings).toEqual([{ path: 'cgroups.web.memory.max', values: ['8 MiB', '12 MiB'] }]);
    const faults = metrics.find(
      ({ scope, metric }) => scope === 'cgroup:/web' && metric === 'pgmajfault',
    );
    // Half the pages in RAM instead of three quarters: more of them have to come back.
    expect(faults!.delta[0]).toBeGreaterThan(0);
    expect(faults!.verdict).toEqual(['worse', 'same']);
    expect(metrics.map(({ metric }) => metric)).toContain('fault_latency p99.9');

    await expect(lab.compareRuns(ids, 99)).rejects.toMatchObject({ kind: 'invalid' });
    const { id } = await lab.startRun({ scenario: endlessScenario() });
    expect((await lab.compareRuns([ids[0]!, id])).warnings.join()).toContain('has no result');
  });

  it('finds the runs that differ in the seed alone', async () => {
    const lab = openLab();
    const start = async (memoryMax: string, seed: number) =>
      (await lab.startRun({ scenario: smallScenario({ memoryMax }), seed })).id;
    const small = [await start('8MiB', 1), await start('8MiB', 2), await start('8MiB', 3)];
    const large = [await start('12MiB', 1), await start('12MiB', 2), await start('12MiB', 2)];
    await Promise.all([...small, ...large].map((id) => finished(lab, id)));
    const { replicates, metrics } = await lab.compareRuns([small[0]!, large[0]!]);
    expect(replicates[0]!.toSorted()).toEqual(small);
    // The same seed twice is the same run twice: the newest counts.
    expect(replicates[1]).toEqual([large[0], large[2]]);
    const faults = metrics.find(
      ({ scope, metric }) => scope === 'machine' && metric === 'pgmajfault',
    )!;
    // Three seeds beside two are no pairs.
    expect(faults.intervals[1]!.method).toBe('welch');

    const among = await lab.compareRuns([small[0]!, small[1]!]);
    expect(among.replicates).toEqual([[small[0]], [small[1]]]);
    await lab.deleteRuns([small[2]!]);
    const fewer = await lab.compareRuns([small[0]!, large[0]!]);
    expect(fewer.replicates[0]).toEqual([small[0], small[1]]);
  });

  it('two to twelve runs, each once', async () => {
    const lab = openLab();
    await expect(lab.compareRuns([1])).rejects.toThrow('at least two runs');
    const many = Array.from({ length: 13 }, (_, i) => i + 1);
    await expect(lab.compareRuns(many)).rejects.toThrow('at most twelve runs');
    await expect(lab.compareRuns([1, 1])).rejects.toThrow('must not name a run twice');
  });
});
