/** Readahead seen from outside: which faults it saves, and what becomes of pages read in vain. */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { runToEnd, totals, traceOf } from '../../support/engine/simulate.ts';

const FILE = { ssd: { kind: 'block' as const, device: 'nvme' as const, size: '64MiB' } };
const LIMIT = 2048 * 4096;

/** Fills `pages` pages in order, then accesses `order`; contents do not compress to nothing. */
function scan(
  pages: number,
  order: number[],
  rest: Pick<ScenarioInput, 'kernel' | 'tiers'>,
): Record<string, number> {
  const trace = traceOf(pages, [...Array(pages).keys(), ...order]);
  const result = runToEnd(
    {
      machine: { memory: '256MiB' },
      ...rest,
      kernel: { statsFlush: '0', ...rest.kernel },
      cgroups: {
        a: {
          memory: { max: LIMIT },
          workloads: [
            {
              name: 'w',
              trace: { file: 't' },
              contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
            },
          ],
        },
      },
    },
    { t: trace },
  );
  return totals(result);
}

const twice = [...Array(4096).keys(), ...Array(4096).keys()];

describe('a sequential scan of twice the memory', () => {
  it.each([0, 1, 2, 3, 5])(
    'with page-cluster %i has one major fault in 2 to its power, from a disk and from zswap',
    (pageCluster) => {
      for (const enabled of [false, true]) {
        const counted = scan(4096, twice, {
          kernel: { pageCluster, zswap: { enabled, maxPoolPercent: 50 } },
          tiers: FILE,
        });
        // Every page of both scans comes in once, since an LRU list keeps nothing of a scan.
        const brought = counted['pswpin']! + counted['zswpin']!;
        expect(brought / 8192).toBeGreaterThan(0.98);
        expect(brought / 8192).toBeLessThan(1.02);
        const share = counted['pgmajfault']! / brought;
        expect(share * 2 ** pageCluster).toBeGreaterThan(0.97);
        expect(share * 2 ** pageCluster).toBeLessThan(1.05);
      }
    },
  );

  it('reads nothing ahead from zram, whatever page-cluster says', () => {
    const counted = scan(4096, twice, {
      kernel: { pageCluster: 3 },
      tiers: { zram: { kind: 'zram', size: '64MiB' } },
    });
    expect(counted['swap_ra']).toBe(0);
    expect(counted['pgmajfault']).toBe(counted['pswpin']);
  });

  it('reads nothing ahead from zswap in front of zram, which is a synchronous device', () => {
    const counted = scan(4096, twice, {
      kernel: { pageCluster: 3, zswap: { enabled: true, maxPoolPercent: 50 } },
      tiers: { zram: { kind: 'zram', size: '64MiB' } },
    });
    expect(counted['zswpin']).toBeGreaterThan(8000);
    expect(counted['swap_ra']).toBe(0);
  });
});

describe('pages read ahead in vain', () => {
  // One fault at page 100 reads a window of eight around it; then nobody comes near for long.
  const far = Array.from({ length: 3 * 1900 }, (_, i) => 200 + (i % 1900));
  const order = [100, ...far, ...far, ...far.slice(0, 1900).map((p) => p + 1900), 97, 98, 99, 101];

  it('are dropped from a disk after one pass of reclaim', () => {
    const counted = scan(4096, order, { tiers: FILE, kernel: { pageCluster: 3 } });
    const without = scan(4096, order.slice(0, -4), { tiers: FILE, kernel: { pageCluster: 3 } });
    expect(counted['pgmajfault']! - without['pgmajfault']!).toBeGreaterThan(0);
  });

  it('stay in RAM until they are used when zswap held them', () => {
    const kernel = { pageCluster: 3, zswap: { enabled: true, maxPoolPercent: 50 } };
    const counted = scan(4096, order, { tiers: FILE, kernel });
    const without = scan(4096, order.slice(0, -4), { tiers: FILE, kernel });
    // Their loads are dirty, and 6.16 and later page out only folios that were mapped once.
    expect(counted['pgmajfault']! - without['pgmajfault']!).toBe(0);
    expect(counted['swap_ra_hit']! - without['swap_ra_hit']!).toBe(4);
  });
});
