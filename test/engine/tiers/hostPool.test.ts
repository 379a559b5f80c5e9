/** What a host does with the pages of its guests when its pool is full (facts 9.2 and 9.3). */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { runToEnd, simulate, totals, traceOf } from '../../support/engine/simulate.ts';

const PAGE = 4096;
const RAM_OF_GUEST = 2048;

type Contents = 'incompressible' | { ratio: number };

/** A guest with 2048 frames that goes through the pages of its trace. */
const guest = (trace: string, contents: Contents = 'incompressible') => ({
  memory: { max: '8MiB' },
  workloads: [
    {
      name: trace,
      trace: { file: trace },
      contents: [
        contents === 'incompressible'
          ? { class: 'incompressible' as const, share: 100 }
          : { class: 'compressible' as const, share: 100, ratio: contents.ratio, sigma: 0 },
      ],
    },
  ],
});

function scenario(frontswap: object, cgroups: object): ScenarioInput {
  return {
    machine: { memory: '256MiB' },
    kernel: { pageCluster: 0, frontswap: { enabled: true, ...frontswap } },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
    cgroups,
  } as ScenarioInput;
}

/** Pages 0 to `pages` - 1 in order, `rounds` times. */
const round = (pages: number, rounds = 1) =>
  Array.from({ length: pages * rounds }, (_, i) => i % pages);

describe('a host that never refuses', () => {
  const PAGES = RAM_OF_GUEST + 2048;
  /** The pool holds a quarter of what the guest swaps. */
  const run = (whenFull: 'refuse' | 'disk', hostDisk = 'nvme', rounds = 2) => {
    const cgroups = { a: guest('t') };
    const simulation = simulate(scenario({ whenFull, hostDisk, poolSize: '2MiB' }, cgroups), {
      t: traceOf(PAGES, round(PAGES, rounds), true),
    });
    const { pool } = simulation.kernel.devices.frontswap!;
    let most = 0;
    while (!simulation.advance(100)) most = Math.max(most, pool.used);
    return { result: simulation.result(), most };
  };

  it('takes every page, keeps its RAM within the pool, and uses its own disk for the rest', () => {
    const { result, most } = run('disk');
    const t = totals(result);
    expect(t.frontswap_failed_stores).toBe(0);
    expect(t.pswpin! + t.pswpout!).toBe(0);
    expect(most).toBeLessThanOrEqual(512 * PAGE);
    // 2048 pages are out at the end of the first round, of which its RAM can have 512.
    expect(t.host_disk_write).toBeGreaterThanOrEqual(2048 - 512);
    expect(t.host_disk_read).toBeGreaterThan(0);
    const refusing = totals(run('refuse').result);
    expect(refusing.frontswap_failed_stores).toBeGreaterThan(0);
    expect(refusing.host_disk_write! + refusing.host_disk_read!).toBe(0);
  });

  it('makes its guest wait for its disk', () => {
    const fast = run('disk', 'pmem').result;
    const slow = run('disk', 'hdd').result;
    const reads = totals(slow).host_disk_read!;
    expect(reads).toBe(totals(fast).host_disk_read);
    // The guest goes round its pages in order: 25 us each on this disk, where they lie in a row.
    expect(slow.simulatedNs - fast.simulatedNs).toBeGreaterThan(reads * 20e3);
  });
});

describe('a host that compresses', () => {
  /** Pages that 1 MiB holds, when each is put once. */
  const held = (contents: Contents, compressor = 'lzo') => {
    const cgroups = { a: guest('t', contents) };
    const pages = RAM_OF_GUEST + 1024;
    const simulation = simulate(scenario({ compressor, poolSize: '1MiB' }, cgroups), {
      t: traceOf(pages, round(pages), true),
    });
    while (!simulation.advance(10_000));
    const { pool, pagesOf } = simulation.kernel.devices.frontswap!;
    return { pages: pagesOf[1]!, used: pool.used, cpu: totals(simulation.result()).cpu_compress! };
  };

  it('holds as many more pages as they compress', () => {
    expect(held({ ratio: 4 }, 'none')).toMatchObject({ pages: 256, used: 256 * PAGE, cpu: 0 });
    const packed = held({ ratio: 4 });
    // A quarter of a page each, but for the rounding of the content model.
    expect(packed.pages).toBeGreaterThan(256 * 3.9);
    expect(packed.pages).toBeLessThanOrEqual(1024);
    expect(packed.used).toBeLessThanOrEqual(2 ** 20);
    // lzo takes 4 us a page, also for one that then does not fit.
    expect(packed.cpu / 4000).toBeGreaterThanOrEqual(packed.pages);
  });

  it('keeps what does not compress as it is', () => {
    expect(held('incompressible')).toMatchObject({ pages: 256, used: 256 * PAGE });
  });
});

describe('quotas', () => {
  it('count the memory of the guest too when they are told to', () => {
    const most = (quotaWithMemory: boolean) => {
      const cgroups = { a: guest('t') };
      const settings = { guestQuota: '12MiB', quotaWithMemory };
      const pages = RAM_OF_GUEST + 4096;
      const simulation = simulate(scenario(settings, cgroups), {
        t: traceOf(pages, round(pages), true),
      });
      const { pool } = simulation.kernel.devices.frontswap!;
      let bytes = 0;
      while (!simulation.advance(100)) bytes = Math.max(bytes, pool.used);
      return bytes / PAGE;
    };
    expect(most(false)).toBe(3072);
    // 12 MiB less about 8 MiB of RAM.
    expect(most(true)).toBeGreaterThanOrEqual(1024);
    expect(most(true)).toBeLessThan(1200);
  });

  it('can be set for one guest', () => {
    const cgroups = { a: guest('t'), b: guest('t') };
    const pages = RAM_OF_GUEST + 1024;
    const simulation = simulate(scenario({ guests: { a: { quota: '1MiB' } } }, cgroups), {
      t: traceOf(pages, round(pages), true),
    });
    const { pool } = simulation.kernel.devices.frontswap!;
    const most = [0, 0, 0];
    while (!simulation.advance(100))
      pool.usedBy.forEach((b, g) => (most[g] = Math.max(most[g]!, b)));
    expect(most[1]).toBe(256 * PAGE);
    // All that do not fit in RAM, and what reclaim takes beyond that in its batches.
    expect(most[2]).toBeGreaterThanOrEqual(1024 * PAGE);
  });
});

describe('weights', () => {
  const POOL = 2048;
  const weights = { hog: { weight: 100 }, meek: { weight: 100 } };

  /** The hog fills the pool; then the meek guest wants 1024 pages of it, which is its share. */
  const run = (after: 'sleeps' | 'reads' | 'writes', guests: object, rest: object = {}) => {
    const hogPages = RAM_OF_GUEST + POOL;
    const meekPages = RAM_OF_GUEST + POOL / 2;
    const hog = traceOf(hogPages, round(hogPages), true);
    const bit = after === 'writes' ? 0x80000000 : 0;
    const idle = new Array<number>(2e6).fill(hogPages - 1);
    const more = after === 'sleeps' ? idle : round(hogPages, 10);
    hog.accesses = Uint32Array.from([...hog.accesses, ...more.map((page) => page + bit)]);
    const meek = traceOf(meekPages, round(meekPages, 10), true);
    const late = { ...guest('meek').workloads[0]!, start: '40ms' };
    const cgroups = { hog: guest('hog'), meek: { ...guest('meek'), workloads: [late] } };
    const settings = { poolSize: '8MiB', guests, ...rest };
    const simulation = simulate(scenario(settings, cgroups), { hog, meek });
    const { pool } = simulation.kernel.devices.frontswap!;
    let most = 0;
    let together = 0;
    while (!simulation.advance(100)) {
      // Once the hog has ended, the pool is the neighbour's alone.
      if (pool.usedBy[1] === 0 || pool.usedBy[2]! <= most) continue;
      together = pool.usedBy[1]!;
      most = pool.usedBy[2]!;
    }
    const result = simulation.result();
    return {
      meek: most / PAGE,
      hog: together / PAGE,
      refused: totals(result, 'cgroup:/meek').frontswap_failed_stores!,
      missed: totals(result).frontswap_missed_loads!,
    };
  };

  it('cannot take a persistent page from a hog that never comes back', () => {
    const { meek, refused } = run('sleeps', weights);
    expect(meek).toBe(0);
    expect(refused).toBeGreaterThan(POOL / 2);
  });

  it.each(['writes', 'reads'] as const)(
    'give the neighbour of a hog that %s its share',
    (after) => {
      const served = run(after, weights);
      expect(served.hog).toBeGreaterThan(0);
      expect(served.meek).toBeGreaterThan(0.9 * (POOL / 2));
      expect(served.meek).toBeLessThanOrEqual(POOL / 2 + 1);
      expect(run(after, {}).meek).toBeLessThan(served.meek);
    },
  );

  it('take the pages of a lazy hog that writes through, which then reads its own disk', () => {
    const through = { ...weights, hog: { weight: 100, writethrough: true } };
    const { meek, refused, missed } = run('reads', through);
    expect(meek).toBeGreaterThanOrEqual(POOL / 2);
    expect(refused).toBe(0);
    expect(missed).toBeGreaterThan(0);
  });

  it('decide whose pages go to the disk of a host that never refuses', () => {
    const { meek, refused } = run('sleeps', weights, { whenFull: 'disk' });
    expect(meek).toBeGreaterThan(0.9 * (POOL / 2));
    expect(refused).toBe(0);
  });
});

describe('the contract', () => {
  const PAGES = RAM_OF_GUEST + 512;
  const t = traceOf(PAGES, round(PAGES, 4), true);

  it('lets the host refuse any page, which then goes to its device', () => {
    const counts = totals(runToEnd(scenario({ refuse: 25 }, { a: guest('t') }), { t }));
    const puts = counts.frontswap_failed_stores! + counts.frontswap_succ_stores!;
    // Within five standard deviations of a quarter.
    const spread = 5 * Math.sqrt(puts * 0.25 * 0.75);
    expect(Math.abs(counts.frontswap_failed_stores! - puts / 4)).toBeLessThan(spread);
    expect(counts.pswpout).toBe(counts.frontswap_failed_stores);
  });

  it('takes pages back to RAM with frontswap_shrink', () => {
    // Once it has gone round, the guest only touches its last page while it gets more memory.
    const pages = RAM_OF_GUEST + 512;
    const stays = traceOf(
      pages,
      [...round(pages), ...new Array<number>(1e6).fill(pages - 1)],
      true,
    );
    const shrunk = (max: string) => {
      const input = scenario({}, { a: guest('t') });
      const simulation = simulate(
        {
          ...input,
          actions: [
            { at: '50ms', do: 'set-limits', cgroup: '/a', max },
            { at: '51ms', do: 'shrink-frontswap', cgroup: '/a', size: '1MiB' },
          ],
        },
        { t: stays },
      );
      const { pagesOf } = simulation.kernel.devices.frontswap!;
      let before = 0;
      let after = 0;
      while (!simulation.advance(1000)) {
        if (simulation.kernel.now < 50e6) before = pagesOf[1]!;
        else if (simulation.kernel.now > 80e6 && after === 0) after = pagesOf[1]!;
      }
      const { message } = simulation.result().events.find((e) => e.message.includes('took'))!;
      return { before, after, message };
    };
    const roomy = shrunk('16MiB');
    expect(roomy.before).toBeGreaterThanOrEqual(512);
    expect(roomy.after).toBe(256);
    expect(roomy.message).toContain(`took ${roomy.before - 256} pages`);
  });

  it('writes every page to its device as well with writethrough', () => {
    const guests = { a: { writethrough: true } };
    const counts = totals(runToEnd(scenario({ guests }, { a: guest('t') }), { t }));
    expect(counts.frontswap_succ_stores).toBeGreaterThan(0);
    expect(counts.pswpout).toBe(counts.frontswap_succ_stores);
    // The host has room for all, so no page is read from the device.
    expect(counts.pswpin).toBe(0);
    expect(counts.frontswap_missed_loads).toBe(0);
  });

  it('reads the device when the host has dropped an ephemeral page', () => {
    const settings = { guests: { a: { writethrough: true } }, poolSize: '1MiB' };
    const counts = totals(runToEnd(scenario(settings, { a: guest('t') }), { t }));
    expect(counts.frontswap_failed_stores).toBe(0);
    expect(counts.frontswap_missed_loads).toBeGreaterThan(0);
    expect(counts.pswpin).toBe(counts.frontswap_missed_loads);
  });
});
