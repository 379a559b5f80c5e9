/** Controllers in a run: what they can see, what they do, and how the scan of idle pages disturbs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { CgroupView } from '../../../src/engine/controllers/controller.ts';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { tryToFree } from '../../../src/engine/memory/reclaim.ts';
import { PRESENT, YOUNG } from '../../../src/engine/memory/pages.ts';
import type { RunResult } from '../../../src/engine/result.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { cgroupView } from '../../../src/engine/userspace/cgroupView.ts';
import { IdleScanner } from '../../../src/engine/userspace/idleScanner.ts';
import { runToEnd, scenarioOf, totals, touched } from '../../support/engine/simulate.ts';

const MIB = 2 ** 20;

describe('a controller gets only what user space could see', () => {
  it('by type: nothing of the kernel is part of the view', () => {
    expectTypeOf<keyof CgroupView>().toEqualTypeOf<
      'now' | 'pageBytes' | 'current' | 'high' | 'stat' | 'pressure' | 'idleAges'
    >();
  });

  it('at run time: the view holds numbers and reads that return plain data', () => {
    const { kernel: k } = touched(512);
    const scanner = new IdleScanner(k, k.memcgs[1]!, 1e9, 10);
    const view = cgroupView(k, k.memcgs[1]!, () => scanner.ages());
    expect(Object.isFrozen(view)).toBe(true);
    expect(Object.keys(view).sort()).toEqual(
      ['current', 'high', 'idleAges', 'now', 'pageBytes', 'pressure', 'stat'].sort(),
    );
    const plain = (value: unknown): boolean =>
      value === null ||
      typeof value === 'number' ||
      (Array.isArray(value) && value.every(plain)) ||
      (Object.getPrototypeOf(value) === Object.prototype &&
        Object.values(value as object).every(plain));
    for (const read of [
      view.current(),
      view.high(),
      view.stat(),
      view.pressure('io'),
      view.pressure('memory'),
      view.idleAges(),
    ])
      expect(plain(read), JSON.stringify(read)).toBe(true);
    // What it was given is a copy: writing to it changes nothing.
    (view.idleAges()!.resident as number[])[0] = -1;
    expect(view.idleAges()!.resident[0]).toBe(0);
  });

  it('by its imports: a controller knows nothing but the interface', () => {
    const folder = join(import.meta.dirname, '../../../src/engine/controllers');
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThanOrEqual(6);
    for (const file of files) {
      const imports = [...readFileSync(join(folder, file), 'utf8').matchAll(/from '([^']+)'/g)];
      for (const [, from] of imports) expect(`${file}: ${from}`).toBe(`${file}: ./controller.ts`);
    }
  });

  it('memory.stat adds up the cgroup and all below it', () => {
    const { kernel: k } = touched(512);
    expect(cgroupView(k, k.root, null).stat().anon).toBe(512 * 4096);
    expect(cgroupView(k, k.memcgs[1]!, null).current()).toBe(k.memcgs[1]!.pages * 4096);
  });
});

describe('the scan of idle pages', () => {
  function scanned(pages: number) {
    const { kernel: k } = touched(pages, { tiers: { zram: { kind: 'zram', size: '64MiB' } } });
    const scanner = new IdleScanner(k, k.memcgs[1]!, 1e9, 10);
    return { k, scanner, scan: () => scanner.run(k, Infinity) };
  }
  const access = (k: Kernel, from: number, to: number) => {
    for (let page = from; page < to; page++) k.pages.flags[page]! |= YOUNG;
  };

  it('counts for how many scans each page has been idle, and who came back', () => {
    const { k, scanner, scan } = scanned(1000);
    scan();
    access(k, 0, 100);
    scan();
    scan();
    access(k, 100, 130);
    scan();
    const { resident, promotions, accessed, scans } = scanner.ages();
    // 0 to 99 were used before the second scan, 100 to 129 before the fourth, the rest never.
    expect([resident[0], resident[2], resident[3]]).toEqual([30, 100, 870]);
    // Three scans after the first had seen all: 100 of age 0, and 30 that had been idle for 2.
    expect([promotions[0], promotions[2]]).toEqual([1000 + 100, 30]);
    expect([accessed, scans]).toEqual([30, 4]);
  });

  it('costs 10 ns a page', () => {
    const { k, scan } = scanned(1000);
    const before = k.now;
    scan();
    expect(k.now - before).toBeCloseTo(10_000, 6);
  });

  it('leaves reclaim the accesses that it cleared: the same pages go as without it', () => {
    const evicted = (withScan: boolean) => {
      const { k, scan } = scanned(4096);
      // All have been on the inactive list once; then every other page is used again.
      tryToFree(k, k.memcgs[1]!, 256, true);
      for (let page = 0; page < 4096; page += 2) access(k, page, page + 1);
      if (withScan) scan();
      tryToFree(k, k.memcgs[1]!, 1024, true);
      return Array.from({ length: 4096 }, (_, p) => (k.pages.flags[p]! & PRESENT) === 0);
    };
    expect(evicted(true)).toEqual(evicted(false));
  });

  it('sees accesses whose bit reclaim took first', () => {
    const { k, scanner, scan } = scanned(4096);
    scan();
    scan();
    access(k, 0, 4096);
    tryToFree(k, k.memcgs[1]!, 32, true);
    scan();
    expect(k.memcgs[1]!.swapped).toBeGreaterThan(0);
    // Those that went were accessed in this interval as well.
    expect(scanner.ages().accessed).toBe(4096);
  });
});

/** 64 MiB of which 8 MiB are used all the time. */
const service = (
  controllers: ScenarioInput['controllers'],
  rest: ScenarioInput = {},
): ScenarioInput => ({
  machine: { memory: '256MiB', cpus: 2 },
  tiers: { disk: { kind: 'block', device: 'nvme', size: '256MiB' } },
  ...rest,
  kernel: { zswap: { enabled: true, compressor: 'lzo' }, ...rest.kernel },
  cgroups: {
    a: {
      workloads: [
        {
          name: 'w',
          pages: '64MiB',
          fill: true,
          pattern: { kind: 'hotcold', hot: 12, hotAccesses: 100 },
          thinkTime: '20us',
          contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
        },
      ],
    },
  },
  controllers,
  run: { duration: '30s', sampleEvery: '1s' },
});

const column = (result: RunResult, metric: string) =>
  result.series.columns.find((c) => c.scope === 'cgroup:/a' && c.metric === metric)!.values;

describe('in a run', () => {
  it('senpai takes cold memory until pressure stops it, and its requests are series', () => {
    const result = runToEnd(
      service([{ kind: 'senpai', cgroup: '/a', interval: '500ms', ratio: 1, cost: '1us' }]),
    );
    const a = totals(result, 'cgroup:/a');
    expect(a['reclaim_requested']!).toBeGreaterThan(10 * MIB);
    expect(a['reclaim_got']! / a['reclaim_requested']!).toBeGreaterThan(0.9);
    expect(column(result, 'reclaim_got').reduce((x, y) => x + y)).toBe(a['reclaim_got']);
    expect(column(result, 'memory_current').at(-1)!).toBeLessThan(58 * MIB);
    // No write reaches the disk: this controller only fills zswap.
    expect(a['pswpout']).toBe(0);
  });

  it('senpai.py lowers memory.high step by step', () => {
    const result = runToEnd(
      service([
        { kind: 'senpai-limit', cgroup: '/a', min: '4MiB', graceTicks: 0, interval: '250ms' },
      ]),
    );
    const high = column(result, 'memory_high');
    expect(high.at(-1)!).toBeLessThan(0.8 * 64 * MIB);
    expect(column(result, 'memory_current').at(-1)!).toBeLessThan(1.05 * high.at(-1)!);
  });

  it('twice cold sends idle pages to zswap and from there to disk', () => {
    const result = runToEnd(
      service(
        [
          {
            kind: 'twice-cold',
            cgroup: '/a',
            interval: '2s',
            scanEvery: '2s',
            coldAfter: '4s',
            twiceColdAfter: '8s',
          },
        ],
        // Some 14 000 entries have their second chance first, 16 batches of them in each call.
        { kernel: { zswap: { enabled: true, proactive: { batch: 1024 } } } },
      ),
    );
    const a = totals(result, 'cgroup:/a');
    expect(a['zswpwb_proactive']!).toBeGreaterThan(1000);
    expect(a['zswpwb_proactive']).toBe(a['zswpwb']);
    const ages = result.histograms.find((h) => h.metric === 'zswap_writeback_age')!;
    expect(ages.minNs).toBeGreaterThanOrEqual(8e9);
  });

  it('adaptive writeback empties a cold zswap in growing steps', () => {
    const result = runToEnd(
      service([
        { kind: 'senpai', cgroup: '/a', interval: '500ms', ratio: 1 },
        { kind: 'adaptive-writeback', cgroup: '/a', interval: '1s' },
      ]),
    );
    const a = totals(result, 'cgroup:/a');
    expect(a['writeback_got']!).toBeGreaterThan(MIB);
    expect(a['writeback_got']! / a['zswpwb_proactive_b']!).toBeCloseTo(1, 9);
  });

  it('g-swap reclaims what its threshold calls cold', () => {
    const result = runToEnd(
      service([{ kind: 'g-swap', cgroup: '/a', interval: '2s', scanEvery: '2s' }]),
    );
    expect(totals(result, 'cgroup:/a')['reclaim_got']!).toBeGreaterThan(20 * MIB);
  });
});

it('a controller on what is not there, or a second scan of a cgroup, is refused by name', () => {
  expect(() => scenarioOf(service([{ kind: 'senpai', cgroup: '/b' }]))).toThrow(
    'controllers[0].cgroup is "/b"; accepted: one of "/a"',
  );
  expect(() =>
    scenarioOf(
      service([
        { kind: 'g-swap', cgroup: '/a' },
        { kind: 'twice-cold', cgroup: '/a' },
      ]),
    ),
  ).toThrow('controllers[1].cgroup is "/a"; accepted: a cgroup that no other scan covers');
});
