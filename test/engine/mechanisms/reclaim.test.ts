/** The classic two lists: ratio, balance, second chance, refault distance and protection. */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { lruAddDrain } from '../../../src/engine/memory/lru.ts';
import { computeProtection, type Memcg } from '../../../src/engine/memory/memcg.ts';
import {
  ACTIVE,
  NO_SHADOW,
  PRESENT,
  REFERENCED,
  WORKINGSET,
  YOUNG,
} from '../../../src/engine/memory/pages.ts';
import {
  inactiveIsLow,
  inactiveRatio,
  shrinkNode,
  tryToFree,
} from '../../../src/engine/memory/reclaim.ts';
import { ScanControl } from '../../../src/engine/memory/scanControl.ts';
import { ageNonresident, leaveShadow, refault } from '../../../src/engine/memory/workingset.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import { runToEnd, simulate, totals, touched } from '../../support/engine/simulate.ts';

const FILE = { ssd: { kind: 'block' as const, device: 'nvme' as const, size: '1GiB' } };
const GIB = 2 ** 18;

describe('the inactive list is low', () => {
  it.each([
    [GIB - 1, 1],
    [GIB, 3],
    [10 * GIB, 10],
    [100 * GIB, 31],
  ])(
    'with %i pages in both lists when 1 inactive page has more than %i active ones',
    (n, ratio) => {
      expect(inactiveRatio(n, 4096)).toBe(ratio);
      const inactive = Math.ceil(n / (ratio + 1));
      expect(inactiveIsLow(inactive, n - inactive, 4096)).toBe(false);
      expect(inactiveIsLow(inactive - 1, n - inactive + 1, 4096)).toBe(true);
    },
  );

  it('by bytes, so with pages of 16 KiB from a quarter of the pages on', () => {
    expect(inactiveRatio(GIB / 4, 16384)).toBe(3);
    expect(inactiveRatio(GIB / 4 - 1, 16384)).toBe(1);
  });
});

/** Pages scanned by one pass at a priority over 8192 inactive pages that all were used lately. */
function scanned(priority: number, swappiness: number, anonCost = 0, fileCost = 0): number {
  const { kernel: k } = touched(8192, { kernel: { swappiness }, tiers: FILE });
  const memcg = k.memcgs[1]!;
  lruAddDrain(k, memcg);
  memcg.anon.cost = anonCost;
  memcg.file.cost = fileCost;
  const sc = new ScanControl();
  sc.start(memcg, 32, false, true);
  sc.priority = priority;
  shrinkNode(k, sc);
  expect(sc.reclaimed).toBe(0);
  return memcg.counters[C.pgscan_anon]!;
}

describe('a pass of reclaim scans', () => {
  it.each([
    // 8192 / 2^priority, times swappiness / 200 while nothing was costly.
    [2, 60, 0, 0, 614],
    [2, 100, 0, 0, 1024],
    [2, 200, 0, 0, 2048],
    [12, 60, 0, 0, 0],
    [8, 60, 0, 0, 9],
    // Costs 1000 and 0: ap = 60 * 3001 / 2001 = 89, fp = 140 * 3001 / 1001 = 419, 2048 * 89 / 508.
    [2, 60, 1000, 0, 358],
    // The other way round: ap = 60 * 3001 / 1001 = 179, fp = 140 * 3001 / 2001 = 209.
    [2, 60, 0, 1000, 944],
    // The last pass takes everything, unless swappiness forbids it.
    [0, 60, 1000, 0, 8192],
    [0, 0, 0, 0, 0],
  ])('at priority %i, swappiness %i, costs %i and %i: %i', (priority, swappiness, a, f, pages) => {
    expect(scanned(priority, swappiness, a, f)).toBe(pages);
  });

  it('nothing of a cgroup whose swap is used up', () => {
    const { kernel: k } = touched(1000, {
      tiers: FILE,
      cgroups: { a: { memory: { swap: { max: 0 } } } },
    });
    expect(tryToFree(k, k.memcgs[1]!, 32, true)).toBe(0);
    expect(k.memcgs[1]!.counters[C.pgscan_anon]).toBe(0);
  });
});

describe('vm.swappiness of 0', () => {
  const run = (limit: string) =>
    runToEnd({
      machine: { memory: '32MiB' },
      kernel: { swappiness: 0, statsFlush: '0' },
      tiers: FILE,
      cgroups: {
        a: {
          memory: { max: limit },
          workloads: [
            { name: 'w', pattern: { kind: 'sequential' }, pages: 10_000, accesses: 12_000 },
          ],
        },
      },
    });

  it('never swaps for the limit of a cgroup', () => {
    const counted = totals(run('16MiB'));
    expect(counted['oom_kill']).toBe(1);
    expect(counted['pswpout']).toBe(0);
  });

  it('swaps when the machine runs out, since there is no page cache to take', () => {
    const counted = totals(run('max'));
    expect(counted['oom_kill']).toBe(0);
    expect(counted['pswpout']).toBeGreaterThan(2000);
  });
});

/** Scans the whole inactive list once. */
function pass(k: Kernel): void {
  const sc = new ScanControl();
  sc.start(k.memcgs[1]!, 1e9, false, true);
  sc.priority = 0;
  lruAddDrain(k, k.memcgs[1]!);
  shrinkNode(k, sc);
}

describe('second chance', () => {
  it('keeps a page used once, activates one used again, takes one that was not', () => {
    const { kernel: k } = touched(64, { tiers: FILE });
    const { flags } = k.pages;
    pass(k);
    for (let page = 0; page < 64; page++) {
      expect(flags[page]! & (PRESENT | REFERENCED | YOUNG | ACTIVE)).toBe(PRESENT | REFERENCED);
    }
    flags[7] = flags[7]! | YOUNG;
    pass(k);
    expect(flags[7]! & (PRESENT | ACTIVE)).toBe(PRESENT | ACTIVE);
    expect(flags[8]! & PRESENT).toBe(0);
    expect(k.memcgs[1]!.counters[C.pgactivate]).toBe(1);
  });

  it('takes the oldest active pages back whatever their accessed bits say', () => {
    const { kernel: k } = touched(64, { tiers: FILE });
    const { flags } = k.pages;
    const [, memcg] = k.memcgs as [Memcg, Memcg];
    const use = () => flags.forEach((f, page) => (flags[page] = f | YOUNG));
    pass(k);
    use();
    // All 64 become active, and as the inactive list is low then, the oldest 32 do not stay so.
    pass(k);
    expect([memcg.anon.inactive.size, memcg.anon.active.size]).toEqual([32, 32]);
    expect(flags[0]! & (PRESENT | ACTIVE | YOUNG | WORKINGSET)).toBe(PRESENT | WORKINGSET);
    use();
    pass(k);
    expect(flags[32]! & (PRESENT | ACTIVE | YOUNG | WORKINGSET)).toBe(PRESENT | WORKINGSET);
    // Page 0 was referenced before, so its second use counts.
    expect(flags[0]! & (PRESENT | ACTIVE)).toBe(PRESENT | ACTIVE);
  });
});

describe('refault distance', () => {
  /** A page that was evicted from a lruvec with 100 active pages comes back after `others` more. */
  function comesBack(others: number, flags = 0) {
    const { kernel: k } = touched(256, { tiers: FILE, kernel: { statsFlush: '2s' } });
    const memcg = k.memcgs[1]!;
    memcg.anon.flushed.active = 100;
    memcg.nonresidentAge = 0xffffff80;
    k.pages.flags[0] = k.pages.flags[0]! | flags;
    leaveShadow(k, 0, memcg, memcg.anon, memcg);
    k.pages.flags[0] = PRESENT;
    ageNonresident(memcg, others);
    refault(k, 0, memcg, memcg.anon, true);
    return { k, memcg, active: (k.pages.flags[0]! & ACTIVE) !== 0 };
  }

  it('activates up to the size of the active list, its own eviction included', () => {
    expect(comesBack(0).active).toBe(true);
    expect(comesBack(99).active).toBe(true);
    expect(comesBack(100).active).toBe(false);
  });

  it('counts every refault, and restores the workingset only of pages that were active', () => {
    const { memcg, k } = comesBack(10);
    expect(memcg.counters[C.workingset_refault_anon]).toBe(1);
    expect(memcg.counters[C.workingset_activate_anon]).toBe(1);
    expect(memcg.counters[C.workingset_restore_anon]).toBe(0);
    expect(k.pages.shadowMemcg(0)).toBe(NO_SHADOW);
    const restored = comesBack(10, WORKINGSET);
    expect(restored.memcg.counters[C.workingset_restore_anon]).toBe(1);
    expect(restored.k.pages.flags[0]! & WORKINGSET).toBe(WORKINGSET);
    expect(comesBack(100, WORKINGSET).memcg.counters[C.workingset_restore_anon]).toBe(0);
  });

  it('is judged where the eviction came from, and deactivation there ends with its reclaim', () => {
    const simulation = simulate({
      machine: { memory: '64MiB' },
      tiers: FILE,
      cgroups: {
        parent: {
          children: {
            a: { workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 100 }] },
          },
        },
      },
      run: { accesses: 100 },
    });
    simulation.advance(1000);
    const k = simulation.kernel;
    const [, parent, child] = k.memcgs as [Memcg, Memcg, Memcg];
    leaveShadow(k, 0, child, child.anon, parent);
    expect([parent.nonresidentAge, child.nonresidentAge]).toEqual([1, 0]);
    parent.anon.flushed.activated = 5;
    child.anon.flushed.activated = 5;
    tryToFree(k, parent, 32, true);
    expect([parent.anon.refaultsSnapshot, child.anon.refaultsSnapshot]).toEqual([5, 0]);
  });
});

/** A tree of memcgs with usage and protection in pages: [usage, low, min, children]. */
interface Group {
  usage: number;
  low?: number;
  min?: number;
  children?: Record<string, Group>;
}

function protect(groups: Record<string, Group>): Map<string, Memcg> {
  const of = ({ low = 0, min = 0, children = {} }: Group): object => ({
    memory: { low: low * 4096, min: min * 4096 },
    children: Object.fromEntries(Object.entries(children).map(([n, g]) => [n, of(g)])),
  });
  const { kernel: k } = simulate({
    machine: { memory: '64MiB' },
    cgroups: {
      ...Object.fromEntries(Object.entries(groups).map(([n, g]) => [n, of(g)])),
      z: { workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: 1 }] },
    },
    run: { accesses: 1 },
  });
  const found = new Map(k.memcgs.map((m) => [m.path, m]));
  const walk = (path: string, all: Record<string, Group>): void => {
    for (const [name, group] of Object.entries(all)) {
      const memcg = found.get(`${path}/${name}`)!;
      memcg.pages = group.usage;
      walk(`${path}/${name}`, group.children ?? {});
    }
  };
  walk('', groups);
  for (const memcg of k.root.subtree) computeProtection(k.root, memcg, 4096);
  return found;
}

describe('effective protection', () => {
  it('is shared by what children claim when they claim more than the parent has', () => {
    const found = protect({
      p: {
        usage: 300,
        low: 100,
        children: { a: { usage: 200, low: 150 }, b: { usage: 100, low: 50 } },
      },
    });
    expect(found.get('/p/a')!.effectiveLow).toBe(75);
    expect(found.get('/p/b')!.effectiveLow).toBe(25);
  });

  it('passes what nobody claims to unprotected usage', () => {
    const found = protect({
      p: { usage: 100, low: 100, children: { a: { usage: 60, low: 20 }, b: { usage: 40 } } },
    });
    // 80 unclaimed pages over 80 unprotected ones.
    expect(found.get('/p/a')!.effectiveLow).toBe(60);
    expect(found.get('/p/b')!.effectiveLow).toBe(40);
  });

  it('claims no more than is used', () => {
    const found = protect({
      p: { usage: 60, min: 50, children: { a: { usage: 10, min: 40 }, b: { usage: 50, min: 90 } } },
    });
    // 10 and 50 claimed of 50: 10 * 50 / 60 and 50 * 50 / 60.
    expect(found.get('/p/a')!.effectiveMin).toBe(8);
    expect(found.get('/p/b')!.effectiveMin).toBe(41);
  });
});

describe('reclaim of the machine', () => {
  /** Two cgroups with 1000 pages each (and 3 page tables), all used lately; `a` is protected. */
  function two(memory: { min?: number; low?: number }) {
    const workloads = [{ name: 'w', pattern: { kind: 'sequential' as const }, pages: 1000 }];
    const simulation = simulate({
      machine: { memory: '64MiB', cpus: 2 },
      kernel: { statsFlush: '0' },
      tiers: FILE,
      cgroups: {
        a: { memory: { min: (memory.min ?? 0) * 4096, low: (memory.low ?? 0) * 4096 }, workloads },
        b: { workloads },
      },
      run: { duration: '20ms' },
    });
    while (!simulation.advance(1000));
    const k = simulation.kernel;
    const [, a, b] = k.memcgs as [Memcg, Memcg, Memcg];
    expect([a.resident, b.resident]).toEqual([1000, 1000]);
    /** Reclaims until nothing comes any more, or until `enough` says so. */
    const reclaim = (enough: () => boolean) => {
      for (let i = 0; i < 500 && !enough(); i++) {
        // All I/O is done at once.
        k.now += 1e9;
        if (tryToFree(k, k.root, 32, false) === 0 && k.io.size === 0) return;
      }
    };
    return { k, a, b, reclaim };
  }

  it('never takes what memory.min protects', () => {
    const { a, b, reclaim } = two({ min: 1003 });
    reclaim(() => false);
    expect(a.resident).toBe(1000);
    expect(b.resident).toBe(0);
  });

  it('stops at memory.min, to a batch', () => {
    const { a, b, reclaim } = two({ min: 500 });
    reclaim(() => false);
    expect(a.pages).toBeLessThanOrEqual(500);
    expect(a.pages).toBeGreaterThan(500 - 32);
    expect(b.resident).toBe(0);
  });

  it('takes what memory.low protects only when nothing else is left', () => {
    const { a, b, reclaim } = two({ low: 1003 });
    reclaim(() => b.resident === 0);
    expect(a.resident).toBe(1000);
    reclaim(() => false);
    expect(a.resident).toBe(0);
  });

  it.each([
    // 1000 pages less 1000 * protection / (1003 + 1), the larger of the two at first.
    [{ low: 500, min: 0 }, false, 502],
    [{ low: 100, min: 800 }, false, 204],
    [{ low: 500, min: 100 }, true, 901],
  ])('scans less of a cgroup with %j (memory.low overridden: %s)', (memory, lowReclaim, pages) => {
    const { k, a } = two(memory);
    lruAddDrain(k, a);
    const sc = new ScanControl();
    sc.start(k.root, 1e9, false, false);
    sc.priority = 0;
    sc.lowReclaim = lowReclaim;
    shrinkNode(k, sc);
    expect(a.counters[C.pgscan_anon]).toBe(pages);
    // A scan that memory.low cut short is a reason to come again before the OOM killer.
    expect(sc.lowSkipped).toBe(memory.low > memory.min && !lowReclaim);
  });
});
