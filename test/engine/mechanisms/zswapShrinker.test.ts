/** Shrinkers in reclaim and zswap's own (facts 1.2 and 3.5), with numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { tryToFree } from '../../../src/engine/memory/reclaim.ts';
import { SHRINK_STOP, shrinkSlab, type Shrinkable } from '../../../src/engine/memory/shrinker.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import { MemcgShrinker, type ShrinkerScheme } from '../../../src/engine/policy/zswapShrinker.ts';
import { ZswapWriteback } from '../../../src/engine/policy/zswapWriteback.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { touched } from '../../support/engine/simulate.ts';

/** A cache with so many freeable objects that notes how many it was asked to look at. */
function cache(freeable: number, freed: (objects: number) => number = (n) => n) {
  const asked: number[] = [];
  const scanned: Shrinkable = {
    deferred: 0,
    count: () => freeable,
    scan: (objects) => {
      asked.push(objects);
      return freed(objects);
    },
  };
  return { cache: scanned, asked };
}

describe('one pass over a cache', () => {
  it('asks for 4 / 2 of the objects shifted by the priority, in batches of 128', () => {
    const { cache: c, asked } = cache(4096);
    // 4096 >> 12 = 1, twice that: less than a batch, so it is put off.
    expect(shrinkSlab(c, 12)).toBe(0);
    expect([asked, c.deferred]).toEqual([[], 2]);
    // 4096 >> 5 = 128, twice that; 2 >> 5 of what was put off.
    expect(shrinkSlab(c, 5)).toBe(256);
    expect([asked, c.deferred]).toEqual([[128, 128], 2]);
  });

  it('looks at twice what a small cache has at most', () => {
    const { cache: c, asked } = cache(10);
    c.deferred = 1000;
    // 1000 + 20, but no more than 20; and no more than 20 is put off: 1000 + 20 - 20.
    expect(shrinkSlab(c, 0)).toBe(20);
    expect([asked, c.deferred]).toEqual([[20], 20]);
  });

  it('puts off what a cache refuses', () => {
    const { cache: c, asked } = cache(4096, () => SHRINK_STOP);
    expect(shrinkSlab(c, 5)).toBe(0);
    expect([asked, c.deferred]).toEqual([[128], 256]);
  });
});

/** Pages that compress to a quarter, 400 of them out of RAM and in zswap. */
function stored(shrinker: ShrinkerScheme, pages = 400, more: ScenarioInput = {}): Kernel {
  const { kernel: k } = touched(4096, {
    machine: { memory: '256MiB' },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
    ...more,
    kernel: { zswap: { enabled: true }, ...more.kernel },
  });
  const [, memcg] = k.memcgs;
  while (memcg!.zswapStored < pages) {
    k.now += 1e9;
    tryToFree(k, memcg!, 32, true);
  }
  while (memcg!.zswapStored > pages) k.zswap!.drop(memcg!.zswapLru.oldest(), memcg!);
  if (shrinker === 'protected-size')
    for (const page of memcg!.zswapLru.pages()) {
      k.pages.setHandle(page, k.pages.handle(page) & 0x3fffffff);
    }
  return k;
}

function shrinkerOf(k: Kernel, scheme: ShrinkerScheme): MemcgShrinker {
  return new MemcgShrinker(k, k.zswap!, k.memcgs[1]!, scheme);
}

describe('entries counted', () => {
  it('are those that reads from devices have not protected, times the memory that they take', () => {
    const k = stored('disk-swapins');
    const shrinker = shrinkerOf(k, 'disk-swapins');
    const counters = k.memcgs[1]!.counters;
    // 400 entries of 1024 bytes are 100 pages.
    expect(shrinker.count()).toBe(100);
    counters[C.pswpin]! += 40;
    expect(shrinker.count()).toBe(90);
    expect(shrinker.count()).toBe(100);
    // 1000 reads protect 400, 400 and 200 entries, once each.
    counters[C.pswpin]! += 1000;
    expect([shrinker.count(), shrinker.count(), shrinker.count()]).toEqual([0, 0, 50]);
  });

  it('are those beyond the protected number, which a store raises, and halves above a quarter', () => {
    const k = stored('protected-size');
    const shrinker = shrinkerOf(k, 'protected-size');
    shrinker.noteSwapIn(40);
    expect([shrinker.count(), shrinker.count()]).toEqual([90, 90]);
    shrinker.noteStore();
    // 41 protected of 400 entries on 100 pages.
    expect(shrinker.count()).toBe(Math.floor((359 * 100) / 400));
    shrinker.noteSwapIn(58);
    shrinker.noteStore();
    // 100 are a quarter, and not more.
    expect(shrinker.count()).toBe(75);
    shrinker.noteStore();
    // 101 are more: 50 are left.
    expect(shrinker.count()).toBe(Math.floor((350 * 100) / 400));
  });

  it('are none in cgroup v1, which does not know what zswap stores of a memcg', () => {
    const k = stored('disk-swapins');
    Object.assign(k.settings, { chargesZswap: false });
    expect(shrinkerOf(k, 'disk-swapins').count()).toBe(0);
  });

  it('are none where memory.zswap.writeback is 0', () => {
    const k = stored('disk-swapins');
    k.memcgs[1]!.limits.zswapWriteback = false;
    expect(shrinkerOf(k, 'disk-swapins').count()).toBe(0);
  });

  it('are none in a virtual swap space without a free slot', () => {
    const kernel = { swapSpace: 'virtual' as const };
    const roomy = stored('disk-swapins', 400, { kernel });
    expect(shrinkerOf(roomy, 'disk-swapins').count()).toBe(100);
    const bare = stored('disk-swapins', 400, { kernel, tiers: {} });
    expect(shrinkerOf(bare, 'disk-swapins').count()).toBe(0);
    const [disk] = roomy.devices.list;
    while (disk!.slots.free > 0) roomy.devices.allocateOn(disk!, 0);
    expect(shrinkerOf(roomy, 'disk-swapins').count()).toBe(0);
  });
});

describe('a scan', () => {
  it('spares every entry once', () => {
    const k = stored('disk-swapins');
    const shrinker = shrinkerOf(k, 'disk-swapins');
    const written = () => k.memcgs[1]!.counters[C.zswpwb];
    expect(shrinker.scan(128)).toBe(SHRINK_STOP);
    expect(written()).toBe(0);
    // The other 272 lose their second chance, and the 28 oldest are written.
    expect(shrinker.scan(300)).toBe(28);
    expect(written()).toBe(28);
  });

  it('does not reach into the protected entries, and spares no other', () => {
    const k = stored('protected-size');
    const shrinker = shrinkerOf(k, 'protected-size');
    shrinker.noteSwapIn(300);
    expect(shrinker.scan(100)).toBe(SHRINK_STOP);
    expect(shrinker.scan(99)).toBe(99);
    expect(k.memcgs[1]!.counters[C.zswpwb]).toBe(99);
  });
});

describe('reclaim with the shrinker on', () => {
  const writtenBack = (shrinker: 'none' | ShrinkerScheme, cgroup: 'v1' | 'v2' = 'v2') => {
    const { kernel: k } = touched(4096, {
      machine: { memory: '256MiB' },
      kernel: { cgroup, zswap: { enabled: true, shrinker } },
      tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
    });
    const [, memcg] = k.memcgs;
    for (let i = 0; i < 200 && memcg!.resident > 200; i++) {
      k.now += 1e9;
      k.blockedUntil = 0;
      tryToFree(k, memcg!, 32, true);
    }
    return memcg!.counters[C.zswpwb]!;
  };

  it('writes back although the pool is far from full, in cgroup v2 only', () => {
    expect(writtenBack('none')).toBe(0);
    expect(writtenBack('disk-swapins')).toBeGreaterThan(0);
    expect(writtenBack('protected-size')).toBeGreaterThan(0);
    expect(writtenBack('disk-swapins', 'v1')).toBe(0);
  });
});

describe('the writeback worker', () => {
  it('pays for the pages that it brings back, so a memcg at its limit stays there', () => {
    const k = stored('protected-size', 1200);
    k.zswap!.configure({ max_pool_percent: 0 });
    const [, memcg] = k.memcgs;
    memcg!.limits.max = memcg!.usage(4096);
    const worker = new ZswapWriteback();
    k.now += 1e9;
    k.zswapWork.runs = 1;
    let most = 0;
    for (let i = 0; i < 5000 && memcg!.counters[C.zswpwb]! < 200; i++) {
      worker.run(k, k.now + 1000);
      k.now = Math.max(k.now + 1, Math.min(worker.wakeAt, 1e15));
      most = Math.max(most, memcg!.usage(4096));
    }
    expect(memcg!.counters[C.zswpwb]).toBeGreaterThanOrEqual(200);
    expect(most).toBeLessThanOrEqual(memcg!.limits.max);
  });
});
