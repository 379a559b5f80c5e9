/**
 * The engine against what a real kernel counted. Tolerances state the errors reached, so that a rule
 * that breaks shows; the kernel itself repeats these cases to the page, but for the disk.
 */
import { describe, expect, it } from 'vitest';
import { compareCase, type CaseComparison } from '../../src/main/lab/fidelity/compare.ts';
import { caseIds } from '../../src/main/lab/fidelity/format.ts';
import { HEADLINE } from '../../src/main/lab/fidelity/summary.ts';
import { GROUND_TRUTH } from './folder.ts';

const compared = new Map(
  caseIds(GROUND_TRUTH).map((id) => [id, compareCase(GROUND_TRUTH, id, new Map())]),
);

function comparison(id: string): CaseComparison {
  const found = compared.get(id);
  if (!found || 'reason' in found) throw new Error(`${id} was not compared`);
  return found;
}

function counter(id: string, name: string) {
  const found = comparison(id).counters.find((c) => c.counter === name);
  if (!found) throw new Error(`${id} has no ${name}`);
  return found;
}

describe('zram and zswap without readahead', () => {
  it.each([
    'c-uni150-zram',
    'e-hot50-zswap',
    'e-twophase-zram',
    'h-z50-zswap',
    'j-zram-64-32',
    'q-stale-zipf99-zram',
  ])('%s comes out to the page: faults, scans, activations, refaults', (id) => {
    for (const name of HEADLINE)
      expect(counter(id, name), name).toMatchObject({ errorAbsolute: 0 });
    expect(comparison(id).jaccard).toBeGreaterThanOrEqual(0.9997);
  });

  it('fills exactly, stale statistics or fresh', () => {
    for (const id of ['c-uni150-zram', 'q-stale-zipf99-zram', 'j-zram-64-32']) {
      for (const name of ['fill/swapout', 'fill/pgscan_anon', 'fill/pgsteal_anon'])
        expect(counter(id, name)).toMatchObject({ errorAbsolute: 0 });
    }
  });

  it('uses the slots and the pages that the kernel uses', () => {
    expect(counter('c-uni150-zram', 'slots_used.0').errorAbsolute).toBe(0);
    expect(counter('c-uni150-zram', 'resident_pages').errorAbsolute).toBe(0);
    expect(counter('c-uni150-zram', 'active_anon_pages').errorAbsolute).toBe(0);
    const bytes = counter('c-uni150-zram', 'zram_compressed_bytes.0');
    expect(Math.abs(bytes.errorPercent ?? 100)).toBeLessThan(0.05);
    const pool = counter('e-hot50-zswap', 'zswap_pool_bytes');
    expect(Math.abs(pool.errorPercent ?? 100)).toBeLessThan(0.5);
  });
});

describe('readahead', () => {
  it('from zswap has the faults of the kernel within 0.1 %', () => {
    for (const name of ['swapin', 'swapout', 'majflt', 'pgscan_anon'])
      expect(Math.abs(counter('b-seq150-zswap-pc3', name).errorPercent ?? 100)).toBeLessThan(0.1);
  });

  it('of swapoff takes one page in three ahead, as hits teach it nothing', () => {
    expect(counter('k-off16384-zram', 'swapoff/swapin').errorAbsolute).toBe(0);
    expect(counter('k-off16384-zram', 'swapoff/swap_ra').errorAbsolute).toBe(0);
  });
});

describe('the OOM killer', () => {
  it.each(['l-oom-zram32', 'l-oom-none'])('%s comes at the page at which it came', (id) => {
    expect(counter(id, 'fill/oom_kill').engine).toBe(1);
    expect(counter(id, 'fill/killed_at').errorAbsolute).toBe(0);
  });
});

describe('a disk, where the kernel itself spreads', () => {
  it('comes within 0.5 % of faults and 2 % of scans', () => {
    const id = 'c-uni150w30-file';
    for (const name of ['swapin', 'majflt'])
      expect(Math.abs(counter(id, name).errorPercent ?? 100)).toBeLessThan(0.5);
    for (const name of ['swapout', 'pgscan_anon'])
      expect(Math.abs(counter(id, name).errorPercent ?? 100)).toBeLessThan(2);
  });
});

describe('MADV_PAGEOUT', () => {
  it('swaps zero pages out and in again without I/O', () => {
    const marks = counter('n-zero', 'pageout/swpout_zero');
    expect(marks).toMatchObject({ engine: 32768, errorAbsolute: 0 });
    expect(counter('n-zero', 'swpin_zero').errorAbsolute).toBe(0);
    expect(counter('n-zero', 'pswpin').engine).toBe(0);
  });
});

describe('page cache beside anonymous memory', () => {
  const id = 'o-swappiness60';

  it("is scanned in the kernel's proportion: the same pages go and come back", () => {
    const names = ['pgscan_file', 'pgsteal_file', 'workingset_refault_file'];
    for (const name of [...HEADLINE.filter((n) => n !== 'pgactivate'), ...names])
      expect(counter(id, name), name).toMatchObject({ errorAbsolute: 0 });
    // The kernel's own repeats differ by a page.
    expect(counter(id, 'pgactivate').withinSpread).toBe(true);
    expect(comparison(id).jaccard).toBe(1);
  });

  it('has its tree charged: 25 tables, 24 more for the mapping, and 196 nodes in 28 pages', () => {
    expect(counter(id, 'kmem_pages').engine).toBe(25 + 24 + 28);
    expect(counter(id, 'kmem_pages').errorAbsolute).toBe(0);
  });
});
