// What is said of a run before it is made, against figures worked out by hand.
import { describe, expect, it } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import type { WorkloadPreview } from '../../src/main/lab/contract.ts';
import { demandOf } from '../../src/renderer/build/advice/demand.ts';
import { estimate } from '../../src/renderer/build/estimate.ts';
import { forecast, type Known } from '../../src/renderer/build/forecast/forecast.ts';
import { staying, type Pool } from '../../src/renderer/build/forecast/places.ts';
import { paceOf, workMs } from '../../src/renderer/build/forecast/speed.ts';

const MiB = 2 ** 20;
const NOTHING: Known = { trace: () => undefined, preview: () => undefined };

const work = (change: object = {}) => ({
  name: 'work',
  pattern: { kind: 'zipf' as const },
  pages: '64MiB',
  accesses: 100_000,
  ...change,
});

function demandFor(change: Partial<ScenarioInput>) {
  const checked = checkScenario({
    machine: { memory: '128MiB' },
    tiers: { nvme: { kind: 'block', device: 'nvme', size: '256MiB' } },
    cgroups: { web: { workloads: [work()] } },
    ...change,
  });
  if (!checked.ok) throw new Error(checked.issues.map(({ message }) => message).join('\n'));
  return demandOf(checked.scenario, () => undefined);
}

/** 16,384 pages, all touched by 100,000 accesses, half of them in the first half; with half of the pages in RAM a third misses. */
const preview: WorkloadPreview = {
  accesses: 100_000,
  of: 100_000,
  pages: 16_384,
  pageBytes: 4096,
  startNs: 0,
  spanNs: 1e7,
  heat: [],
  footprint: [8192, 16_384],
  workingSet: [8192, 8192],
  writePercent: 30,
  lruCurve: [
    { pages: 8192, missRatio: 1 / 3 },
    { pages: 16_384, missRatio: 16_384 / 100_000 },
  ],
};
const drawn: Known = { ...NOTHING, preview: () => preview };

describe('the forecast', () => {
  it('knows of no faults but first touches where everything fits', () => {
    expect(forecast(demandFor({}), drawn)).toMatchObject({
      accesses: 100_000,
      firstTouches: 16_384,
      refaults: 0,
      peak: 64 * MiB,
      out: 0,
    });
  });

  it('takes what LRU misses with the pages that a limit leaves, first touches apart', () => {
    const cgroups = { web: { memory: { max: '32MiB' }, workloads: [work()] } };
    const { refaults, out, pooled } = forecast(demandFor({ cgroups }), drawn);
    expect(refaults).toBeCloseTo(100_000 / 3 - 16_384, 3);
    expect(out).toBe(32 * MiB);
    expect(pooled).toBe(0);
  });

  it('does not count together what is never there together', () => {
    const workloads = Array.from({ length: 4 }, (_, i) =>
      work({ name: `cc-${i}`, start: `${i}s`, thinkTime: '1us' }),
    );
    expect(forecast(demandFor({ cgroups: { web: { workloads } } }), drawn).peak).toBe(64 * MiB);
    const together = workloads.map((each) => ({ ...each, start: '0s' }));
    expect(forecast(demandFor({ cgroups: { web: { workloads: together } } }), drawn).peak).toBe(
      256 * MiB,
    );
  });

  it('gets as far as the time of the run allows, faults taken off', () => {
    const cgroups = { web: { workloads: [work({ accesses: undefined, thinkTime: '900ns' })] } };
    const demand = demandFor({ cgroups, run: { duration: '20ms' } });
    // 100 ns and 900 ns of thinking each, on the preset "server"; without a preview each is a first touch.
    const { accesses } = forecast(demand, NOTHING);
    expect(accesses).toBeLessThan(20_000);
    expect(accesses).toBeGreaterThan(20_000 - (20_000 * 750) / 1000 - 1);
    const twice = forecast(demandFor({ cgroups, run: { duration: '40ms' } }), drawn).accesses;
    expect(twice).toBeLessThanOrEqual(40_000);
    expect(twice).toBeGreaterThan(accesses);
  });

  it('is cut by a bound on the accesses of all', () => {
    const { accesses, firstTouches } = forecast(demandFor({ run: { accesses: 50_000 } }), drawn);
    expect(accesses).toBe(50_000);
    expect(firstTouches).toBe(8192);
  });

  it('says that something else pushes pages out', () => {
    expect(forecast(demandFor({}), drawn).pushed).toBe(false);
    const controllers = [{ kind: 'senpai' as const, cgroup: '/web' }];
    expect(forecast(demandFor({ controllers }), drawn).pushed).toBe(true);
  });
});

describe('what stays beside a pool', () => {
  const pool: Pool = { codec: 'lzo', most: Infinity, share: 0.5, charged: true };

  it('is what is left by what is compressed of the rest', () => {
    // 20 as they are, and 80 at half their size: 60.
    expect(staying(100, 60, pool, Infinity)).toBe(20);
    // The pool may take 10 only.
    expect(staying(100, 60, pool, 10)).toBe(50);
    expect(staying(100, 60, undefined, 0)).toBe(60);
    expect(staying(50, 60, pool, Infinity)).toBe(50);
    // Compressed they do not fit either.
    expect(staying(200, 60, pool, Infinity)).toBe(0);
  });
});

describe('how fast it goes here', () => {
  const run = { accesses: 1_000_000, firstTouches: 100_000, majorFaults: 50_000 };

  it('is 20 ms, 18 ns an access, 0.7 µs a first touch and 2.8 µs a major fault', () => {
    expect(workMs(run)).toBeCloseTo(20 + 18 + 70 + 140, 9);
  });

  it('is the median of what runs took, with eight in ten of them around it', () => {
    const took = (times: number) => ({ ...run, wallMs: times * workMs(run) });
    const times = [5, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11];
    const pace = paceOf(times.map(took));
    expect(pace.middle).toBeCloseTo(6, 9);
    expect(pace.least).toBeCloseTo(2, 9);
    expect(pace.most).toBeCloseTo(10, 9);
    expect(pace.runs).toBe(11);
  });

  it('is that of the benchmark without runs, and doubtful with few', () => {
    expect(paceOf([])).toEqual({ middle: 1, least: 0.4, most: 2.5, runs: 0 });
    const pace = paceOf([{ ...run, wallMs: 2 * workMs(run) }]);
    expect(pace.middle).toBeCloseTo(2, 9);
    expect(pace.most).toBeCloseTo(5, 9);
  });
});

describe('the estimate', () => {
  const figures = (change: Partial<ScenarioInput>, known: Known = drawn) => {
    const demand = demandFor(change);
    const said = estimate(demand, forecast(demand, known), paceOf([]));
    return (label: string) => said.find((each) => each.label === label)!;
  };
  const half = { web: { memory: { max: '32MiB' }, workloads: [work()] } };

  it('sets what is there at once beside RAM without the kernel', () => {
    const machine = { memory: '96MiB', kernelMemory: '64MiB' };
    expect(figures({ machine })('Asked of RAM')).toEqual({
      label: 'Asked of RAM',
      value: '2.00 ×',
      note: '64.0 MiB of pages on 32.0 MiB',
    });
  });

  it('adds up metadata: 3.125 B for each of 65,536 slots and 8 B for each of 8,192 pages out', () => {
    // 204,800 + 65,536 B: 264 KiB.
    expect(figures({ cgroups: half })('Swap metadata').value).toBe('≈ 264.0 KiB');
  });

  it('takes the descriptors of the virtual space, and its way back from a slot', () => {
    // 24.125 + 8 B for each of 8,192 pages on the device, and 0.25 B for each of 65,536 slots: 273 KiB.
    const kernel = { swapSpace: 'virtual' as const };
    expect(figures({ kernel, cgroups: half })('Swap metadata').value).toBe('≈ 273.0 KiB');
  });

  it('says how long it may take, and what that goes by', () => {
    const { value, note } = figures({ cgroups: half })('Time to run');
    // 20 ms, 100,000 × 18 ns, 16,384 × 0.7 µs and 16,949.3 × 2.8 µs are 80.7 ms.
    expect(value).toBe('≈ 0.08 s');
    expect(note).toMatch(/33\.3K faults, 16\.9K of them major, at the rates of the benchmark/);
    // Twice and 2.5 times off at once is 3.16 times: e to the root of ln² 2 + ln² 2.5.
    expect(note).toMatch(/likely 0\.03 s to 0\.25 s/);
  });

  it('admits that it does not know', () => {
    const trace = { name: 't', trace: { file: 'none.swtrace' } };
    expect(
      figures({ cgroups: { web: { workloads: [trace] } } }, NOTHING)('Time to run').value,
    ).toBe('unknown');
  });
});
