/** MGLRU at work on a machine: aging, eviction, refaults and min_ttl (facts 1.5). */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { age } from '../../../src/engine/memory/mglru/aging.ts';
import { generation } from '../../../src/engine/memory/mglru/folioGen.ts';
import { lookAround } from '../../../src/engine/memory/mglru/walk.ts';
import { PRESENT, REFERENCED, WORKINGSET, YOUNG } from '../../../src/engine/memory/pages.ts';
import { tryToFree } from '../../../src/engine/memory/reclaim.ts';
import { refault } from '../../../src/engine/memory/workingset.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import { runToEnd, totals, touched } from '../../support/engine/simulate.ts';

const TIERS = { ssd: { kind: 'block' as const, device: 'nvme' as const, size: '1GiB' } };
const COSTS = { agePte: '3ns', ageFolio: '50ns' };

/** A process that has just touched `pages` pages: all of them in generation 2 of 0 to 3. */
function young(pages: number) {
  const { kernel: k } = touched(pages, {
    machine: { memory: '1GiB', costs: COSTS },
    kernel: { lru: 'mglru' },
    tiers: TIERS,
  });
  const memcg = k.memcgs[1]!;
  const lruvec = memcg.generations!;
  return { k, memcg, lruvec, sizes: () => Array.from(lruvec.anon.sizes) };
}

function use(k: Kernel, from: number, to: number): void {
  for (let page = from; page < to; page++) k.pages.flags[page] = k.pages.flags[page]! | YOUNG;
}

const isIn = (k: Kernel, page: number) => (k.pages.flags[page]! & PRESENT) !== 0;

describe('aging', () => {
  it('marks what was used once and moves what was used again to the youngest generation', () => {
    const { k, memcg, lruvec, sizes } = young(256);
    expect(sizes()).toEqual([0, 0, 256, 0]);
    age(k, memcg, lruvec, 60);
    expect(sizes()).toEqual([0, 0, 256, 0]);
    expect(k.pages.flags[0]! & (YOUNG | REFERENCED)).toBe(REFERENCED);
    use(k, 0, 64);
    age(k, memcg, lruvec, 60);
    // The youngest was 4, in the place of 0; the new one is 5 and empty.
    expect(lruvec.maxSeq).toBe(5);
    expect(sizes()).toEqual([64, 0, 192, 0]);
    expect(k.pages.flags[0]! & (YOUNG | REFERENCED | WORKINGSET)).toBe(WORKINGSET);
  });

  it('takes time for each entry and each page used, and leaves sparse tables out next time', () => {
    const { k, memcg, lruvec } = young(1024);
    const spent = () => {
      const before = k.now;
      age(k, memcg, lruvec, 60);
      return Math.round(k.now - before);
    };
    expect(spent()).toBe(1024 * 3 + 1024 * 50);
    // 64 of the 512 entries of the first table are one in each cache line; 63 of the second are less.
    use(k, 0, 64);
    use(k, 512, 575);
    expect(spent()).toBe(1024 * 3 + 127 * 50);
    use(k, 512, 1024);
    // The first generation with pages in it is merged as well, the 64 among them that became young.
    expect(spent()).toBe(512 * 3 + 1024 * 50);
    expect(k.pages.flags[512]! & YOUNG).toBe(YOUNG);
  });

  it('leaves anonymous memory alone that cannot be swapped', () => {
    const { k, memcg, lruvec } = young(256);
    age(k, memcg, lruvec, 0);
    expect(k.pages.flags[0]! & YOUNG).toBe(YOUNG);
  });

  it('merges the oldest two of four generations and counts what it keeps', () => {
    const { k, memcg, lruvec, sizes } = young(256);
    age(k, memcg, lruvec, 60);
    age(k, memcg, lruvec, 60);
    // Generations 2 to 5; one more makes room for 6 in the place of 2.
    expect(lruvec.anon.minSeq).toBe(2);
    age(k, memcg, lruvec, 60);
    expect([lruvec.anon.minSeq, lruvec.maxSeq]).toEqual([3, 6]);
    expect(sizes()).toEqual([0, 0, 0, 256]);
    // 256 pages of the first tier stayed, and count for half from now on.
    expect(lruvec.anon.averageTotal[0]).toBe(128);
  });
});

describe('a look around', () => {
  it('covers 64 entries within the table', () => {
    const { k, memcg, lruvec } = young(1024);
    const cleared = (page: number) => {
      use(k, 0, 1024);
      lookAround(k, memcg, lruvec, page);
      const all = Array.from({ length: 1024 }, (_, p) => p);
      const found = all.filter((p) => (k.pages.flags[p]! & YOUNG) === 0);
      return [found[0], found.at(-1), found.length];
    };
    // The page itself is looked at through the reverse map.
    expect(cleared(100)).toEqual([68, 131, 63]);
    expect(cleared(10)).toEqual([0, 63, 63]);
    expect(cleared(511)).toEqual([448, 510, 63]);
    expect(cleared(512)).toEqual([513, 575, 63]);
  });
});

describe('eviction', () => {
  it('takes the oldest that were not used since they were marked', () => {
    const { k, memcg, lruvec } = young(8192);
    age(k, memcg, lruvec, 60);
    use(k, 0, 64);
    expect(tryToFree(k, memcg, 32, true)).toBeGreaterThanOrEqual(32);
    // Seen used by aging and now again: with their neighbours in what was the youngest generation.
    for (const page of [0, 31, 63]) {
      expect(isIn(k, page)).toBe(true);
      expect(generation(k.pages, page)).toBe(0);
      expect(k.pages.flags[page]! & WORKINGSET).toBe(WORKINGSET);
    }
    expect(isIn(k, 64)).toBe(false);
  });

  it('frees for a cgroup all of its pass, for the machine what was asked for', () => {
    const pass = (forCgroup: boolean) => {
      const { k, memcg } = young(8192);
      age(k, memcg, memcg.generations!, 60);
      return tryToFree(k, forCgroup ? memcg : k.root, 1024, forCgroup);
    };
    // From priority 12 down a pass scans 2, 4, 8 ... pages; 64 at a time from the machine.
    expect(pass(false)).toBe(1024);
    expect(pass(true)).toBeGreaterThan(1024);
  });
});

describe('a refault', () => {
  /** Page 0 is evicted with these flags, and comes back when the youngest generation is so much younger. */
  function comesBack(younger: number, flags = 0) {
    const { k, memcg, lruvec } = young(8192);
    age(k, memcg, lruvec, 60);
    k.pages.flags[0] = k.pages.flags[0]! | flags;
    tryToFree(k, memcg, 32, true);
    expect(isIn(k, 0)).toBe(false);
    lruvec.maxSeq = (k.pages.shadowAge(0) >>> 2) + younger;
    refault(k, 0, memcg, memcg.anon, true);
    const { counters } = memcg;
    return {
      tiers: Array.from(lruvec.anon.refaulted),
      refaults: counters[C.workingset_refault_anon],
      activated: counters[C.workingset_activate_anon],
      restored: counters[C.workingset_restore_anon],
      workingset: (k.pages.flags[0]! & WORKINGSET) !== 0,
    };
  }

  it('counts for its tier when it left less than four generations before the youngest', () => {
    const once = { refaults: 1, restored: 0, workingset: false };
    expect(comesBack(3)).toEqual({ ...once, tiers: [1, 0, 0, 0], activated: 1 });
    expect(comesBack(4)).toEqual({ ...once, tiers: [0, 0, 0, 0], activated: 0 });
  });

  it('brings the working set back to what belonged to it', () => {
    const again = { refaults: 1, activated: 1, restored: 1, workingset: true };
    expect(comesBack(3, WORKINGSET)).toEqual({ ...again, tiers: [0, 0, 0, 1] });
    expect(comesBack(4, WORKINGSET).workingset).toBe(false);
  });
});

describe('a pass over the machine', () => {
  it('leaves what memory.low protects to those who have nothing of the kind', () => {
    const idle = { pattern: { kind: 'sequential' as const }, fill: true, thinkTime: '1us' };
    const result = runToEnd({
      machine: { memory: '64MiB' },
      kernel: { lru: 'mglru' },
      tiers: TIERS,
      cgroups: {
        kept: {
          memory: { low: '40MiB' },
          workloads: [{ ...idle, name: 'w', pages: '32MiB', accesses: 100_000 }],
        },
        other: { workloads: [{ ...idle, name: 'w', pages: '48MiB', accesses: 100_000 }] },
      },
    });
    expect(totals(result, 'cgroup:/kept')['pswpout']).toBe(0);
    expect(totals(result, 'cgroup:/other')['pswpout']).toBeGreaterThan(4096);
  });

  it('wakes the flusher when the oldest page cache is dirty, instead of the OOM killer', () => {
    const all = totals(
      runToEnd({
        machine: { memory: '32MiB' },
        // The flusher does nothing on its own.
        kernel: {
          lru: 'mglru',
          pageCache: { dirtyWriteback: '0', dirtyBackgroundPercent: 100 },
        },
        cgroups: {
          a: {
            workloads: [
              {
                name: 'writer',
                pattern: { kind: 'sequential' },
                pages: '64MiB',
                file: { access: 'read' },
                writes: 100,
                accesses: 16_384,
              },
            ],
          },
        },
      }),
    );
    expect(all['oom_kill']).toBe(0);
    // All but what RAM holds.
    expect(all['file_written']).toBeGreaterThan(8192);
  });
});

describe('min_ttl', () => {
  const run = (minTtl: string) =>
    totals(
      runToEnd({
        machine: { memory: '64MiB' },
        kernel: { lru: 'mglru', mglru: { minTtl } },
        tiers: TIERS,
        cgroups: {
          a: {
            workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: '96MiB', fill: true }],
          },
        },
        run: { duration: '1s' },
      }),
    );

  it('kills instead of evicting what was used lately', () => {
    expect(run('0')['oom_kill']).toBe(0);
    const kept = run('10s');
    expect(kept['oom_kill']).toBe(1);
  });
});
