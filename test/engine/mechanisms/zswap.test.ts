/** zswap's limits and its writeback (facts 3.2 to 3.6). */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { ZswapWriteback } from '../../../src/engine/policy/zswapWriteback.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import { tryToFree } from '../../../src/engine/memory/reclaim.ts';
import { finish, runToEnd, simulate, totals, touched } from '../../support/engine/simulate.ts';

const DISK = { disk: { kind: 'block' as const, device: 'nvme' as const, size: '64MiB' } };

/** A kernel with 4096 pages in one cgroup, a pool of at most 655 pages (1 % of 256 MiB). */
function pool(kernel: object = {}): Kernel {
  return touched(4096, {
    machine: { memory: '256MiB' },
    kernel: { zswap: { enabled: true, maxPoolPercent: 1, ...kernel } },
    tiers: DISK,
    cgroups: {
      a: {
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 4096,
            contents: [{ class: 'incompressible', share: 100 }],
          },
        ],
      },
    },
  }).kernel;
}

/** Reclaims until so many pages have left RAM; all I/O is done at once. */
function pushOut(k: Kernel, pages: number): void {
  const memcg = k.memcgs[1]!;
  while (memcg.swapped < pages) {
    k.now += 1e9;
    tryToFree(k, memcg, 32, true);
  }
}

describe('the limit of the pool', () => {
  it('refuses from 100 % of max_pool_percent on and accepts again at 90 % of that', () => {
    const k = pool();
    const zswap = k.zswap!;
    const [, memcg] = k.memcgs;
    const max = 655;
    pushOut(k, 1000);
    // Incompressible pages take a page of the pool each.
    expect(zswap.stored).toBe(max);
    expect(zswap.pool.poolPages).toBe(max);
    expect(zswap.full).toBe(true);
    const stored = memcg!.counters[C.zswpout]!;
    const drop = (count: number) => {
      for (let i = 0; i < count; i++) zswap.drop(memcg!.zswapLru.oldest(), memcg!);
    };
    // Down to one page above 90 %: still refused, and the page goes to the disk.
    drop(max - 590);
    expect(zswap.pool.poolPages).toBe(590);
    expect(zswap.store(4000, memcg!)).toBe(false);
    drop(1);
    expect(zswap.store(4000, memcg!)).toBe(true);
    expect(memcg!.counters[C.zswpout]).toBe(stored + 1);
  });

  it('sends what it refuses to the device', () => {
    const k = pool();
    pushOut(k, 2000);
    const { counters } = k.memcgs[1]!;
    expect(counters[C.zswap_reject]).toBe(counters[C.pswpout]);
    expect(counters[C.pswpout]).toBeGreaterThan(1300);
    expect(k.counters[C.zswap_pool_limit_hit]).toBeGreaterThan(1);
    expect(k.events.map((e) => e.kind)).toContain('zswap_full');
  });
});

describe('the writeback worker', () => {
  it('gives entries a second chance and gives up after 16 failures', () => {
    const k = pool();
    pushOut(k, 800);
    const [, memcg] = k.memcgs;
    const oldest = memcg!.zswapLru.oldest();
    const worker = new ZswapWriteback();
    const asked = (times: number) => {
      for (let run = 0; run < times; run++) {
        k.now += 1e9;
        k.zswapWork.runs = 1;
        worker.run(k, Infinity);
      }
    };
    // All 655 entries are referenced, and each request only clears 16 of them: 41 see them all.
    asked(40);
    expect(memcg!.counters[C.zswpwb]).toBe(0);
    expect(memcg!.zswapLru.oldest()).not.toBe(oldest);
    // The last 15, and then the oldest ones are written; down to 589 pages, 90 % of 655.
    asked(20);
    expect(memcg!.counters[C.zswpwb]).toBe(655 - 589);
    expect(k.zswap!.pool.poolPages).toBe(589);
    expect(k.zswap!.aboveThreshold).toBe(false);
  });
});

/** 4096 pages in 2048, with these limits of the cgroup. */
function limited(memory: object, kernel: ScenarioInput['kernel'] = {}, ratio = 2) {
  const simulation = simulate({
    machine: { memory: '256MiB' },
    kernel: { statsFlush: '0', zswap: { enabled: true, maxPoolPercent: 50 }, ...kernel },
    tiers: DISK,
    cgroups: {
      a: {
        memory: { max: 2048 * 4096, ...memory },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 4096,
            accesses: 12_000,
            contents: [{ class: 'compressible', share: 100, ratio, sigma: 0 }],
          },
        ],
      },
    },
  });
  let most = 0;
  while (!simulation.advance(100)) {
    most = Math.max(most, simulation.kernel.memcgs[1]!.zswapBytes);
  }
  return { counted: totals(simulation.result()), most };
}

describe('memory.zswap.max', () => {
  it('of 0 keeps a cgroup out of zswap', () => {
    const { counted } = limited({ zswap: { max: 0 } });
    expect(counted['zswpout']).toBe(0);
    expect(counted['pswpout']).toBeGreaterThan(4000);
  });

  it('is exceeded by no more than the last page, and old entries make room', () => {
    const { counted, most } = limited({ zswap: { max: 100 * 4096 } });
    expect(most).toBeGreaterThan(99 * 4096);
    // Whole pages are compared, so less than a page and one more entry lie above it.
    expect(most).toBeLessThan(101 * 4096 + 2048);
    expect(counted['zswpwb']).toBeGreaterThan(1000);
  });
});

describe('memory.zswap.writeback of 0', () => {
  it('keeps everything in zswap, and what zswap refuses in RAM', () => {
    const { counted } = limited({ zswap: { writeback: false } });
    expect(counted['zswpout']).toBeGreaterThan(4000);
    expect([counted['pswpout'], counted['zswpwb']]).toEqual([0, 0]);
    const refused = limited({ zswap: { writeback: false, max: 0 } }).counted;
    expect([refused['pswpout'], refused['oom_kill']]).toEqual([0, 1]);
  });

  it('has no effect while zswap is off', () => {
    const run = (writeback: boolean) =>
      totals(
        runToEnd({
          tiers: { z: { kind: 'zram', size: '16MiB' } },
          cgroups: {
            a: {
              memory: { max: '4MiB', zswap: { writeback } },
              workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 2048 }],
            },
          },
          kernel: { statsFlush: '0' },
          run: { accesses: 2048 },
        }),
      );
    // 2,048 pages and 6 of tables in 1,024.
    expect(run(false).swpout_zero! + run(false).pswpout!).toBeGreaterThan(1024);
    expect(run(false)).toEqual(run(true));
  });

  it('refuses pages that do not compress, which are kept whole otherwise', () => {
    const run = (writeback: boolean) =>
      totals(
        runToEnd({
          machine: { memory: '256MiB' },
          kernel: { statsFlush: '0', zswap: { enabled: true, maxPoolPercent: 50 } },
          tiers: DISK,
          cgroups: {
            a: {
              memory: { high: 2048 * 4096, zswap: { writeback } },
              workloads: [
                {
                  name: 'w',
                  pattern: { kind: 'sequential' },
                  pages: 2200,
                  accesses: 2200,
                  contents: [{ class: 'incompressible', share: 100 }],
                },
              ],
            },
          },
        }),
      );
    expect(run(false)['zswap_incompressible']).toBe(0);
    expect(run(true)['zswap_incompressible']).toBeGreaterThan(0);
  });
});

describe('a page that does not compress', () => {
  /** Reclaim puts 100 of such pages out of RAM, or has looked at all of them in vain. */
  const outcome = (incompressible: 'store' | 'reject', writeback = true) => {
    const k = pool({ maxPoolPercent: 20, incompressible });
    const [, memcg] = k.memcgs;
    memcg!.limits.zswapWriteback = writeback;
    for (let i = 0; i < 30 && memcg!.swapped < 100; i++) {
      k.now += 1e9;
      k.blockedUntil = 0;
      tryToFree(k, memcg!, 32, true);
    }
    return { k, memcg: memcg!, count: (name: keyof typeof C) => memcg!.counters[C[name]]! };
  };

  it('is stored as it is since 6.18, for a page of the pool each', () => {
    const { k, memcg, count } = outcome('store');
    const { swapped } = memcg;
    expect(swapped).toBeGreaterThanOrEqual(100);
    expect([k.zswap!.stored, k.zswap!.pool.poolPages, memcg.zswapBytes / 4096]).toEqual(
      Array(3).fill(swapped),
    );
    expect([count('zswpout'), count('zswap_reject'), count('pswpout')]).toEqual([swapped, 0, 0]);
  });

  it('is refused up to 6.17, and goes to the device behind: written once for each refusal', () => {
    const { k, memcg, count } = outcome('reject');
    expect(memcg.swapped).toBeGreaterThanOrEqual(100);
    expect([k.zswap!.stored, count('zswpout'), count('zswap_incompressible')]).toEqual([0, 0, 0]);
    expect(count('pswpout')).toBeGreaterThanOrEqual(memcg.swapped);
    expect(count('zswap_reject')).toBe(count('pswpout'));
  });

  it.each(['store', 'reject'] as const)(
    'stays in RAM, on the active list, where memory.zswap.writeback is 0: %s',
    (incompressible) => {
      const { k, memcg, count } = outcome(incompressible, false);
      expect([memcg.swapped, k.zswap!.stored, count('pswpout')]).toEqual([0, 0, 0]);
      expect(memcg.resident).toBe(4096);
      expect(count('zswap_reject')).toBeGreaterThan(0);
      expect(count('pgactivate')).toBe(count('zswap_reject'));
    },
  );
});

describe('compressed bytes', () => {
  const resident = (cgroup: 'v1' | 'v2') => {
    const simulation = simulate({
      machine: { memory: '256MiB' },
      kernel: { cgroup, statsFlush: '0', zswap: { enabled: true, maxPoolPercent: 50 } },
      tiers: DISK,
      cgroups: {
        a: {
          memory: { max: 2048 * 4096 },
          workloads: [
            {
              name: 'w',
              pattern: { kind: 'sequential' },
              pages: 4096,
              accesses: 12_000,
              contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
            },
          ],
        },
      },
    });
    finish(simulation);
    const [, memcg] = simulation.kernel.memcgs;
    return memcg!;
  };

  it('count against the limit in cgroup v2', () => {
    const memcg = resident('v2');
    // r resident, 4096 - r stored in a quarter each, and 9 page tables: r = (2048 - 9 - 1024) / 0.75.
    expect(memcg.resident).toBeGreaterThan(1353 - 64);
    expect(memcg.resident).toBeLessThan(1353 + 8);
  });

  it('do not in cgroup v1', () => {
    expect(resident('v1').resident).toBeGreaterThan(2039 - 64);
  });
});
