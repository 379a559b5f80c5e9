// What is said of a trace, against traces small enough to count by hand and a naive count.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeTrace } from '../../src/main/lab/traces/info.ts';
import { stackDistances } from '../../src/main/lab/traces/bounds/lruStack.ts';
import { importParts, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();

async function describePages(pages: number[]) {
  const { trace } = await importParts([pages.map((page) => `${page}\n`).join('')], {
    source: 'csv',
    file: join(folder, 'info.swtrace'),
  });
  return describeTrace(trace);
}

describe('the working set', () => {
  it('of a cycle is the window, up to all pages', async () => {
    // 100 pages in turn, 5000 accesses: any window of 1000 holds all 100 once it is full.
    const info = await describePages(Array.from({ length: 5000 }, (_, i) => i % 100));
    const [thousand, all] = info.workingSet;
    // While the first window fills it has 1, 2, ... 100 pages and stays there.
    const average = (5000 * 100 - (99 * 100) / 2) / 5000;
    expect(thousand).toEqual({ window: 1000, averagePages: average, mostPages: 100 });
    expect(all).toEqual({ window: 5000, averagePages: average, mostPages: 100 });
  });

  it('finds the busiest window', async () => {
    // 1000 accesses that alternate between two pages, then 1000 to new ones, then two again.
    const alternating = Array.from({ length: 1000 }, (_, i) => i % 2);
    const fresh = Array.from({ length: 1000 }, (_, i) => 10 + i);
    const info = await describePages([...alternating, ...fresh, ...alternating]);
    expect(info.workingSet[0]).toMatchObject({ window: 1000, mostPages: 1000 });
    expect(info.workingSet.at(-1)).toMatchObject({ window: 3000, mostPages: 1002 });
  });
});

describe('popularity and reuse', () => {
  it('count accesses of the most used pages', async () => {
    // 100 pages once each; page 0 once more after each of the others.
    const pages = Array.from({ length: 99 }, (_, i) => [i + 1, 0]).flat();
    const info = await describePages(pages);
    expect(info).toMatchObject({ accesses: 198, pages: 100, footprintBytes: 409600 });
    expect(info.popularity[0]).toEqual({ pagesPercent: 1, accessesPercent: 50 });
    expect(info.reuse).toMatchObject({ accesses: 98, intervalP50: 2, intervalP90: 2 });
    // Every reuse has one other page in between: LRU needs two pages to keep it.
    expect(info.reuse.lru[0]).toMatchObject({ pages: 10, misses: 0 });
  });

  it('tell what LRU would miss', async () => {
    // A cycle over 10 pages: LRU keeps nothing below 10 pages and everything from there on.
    const info = await describePages(Array.from({ length: 100 }, (_, i) => i % 10));
    expect(info.reuse.lru.map(({ pages, misses }) => [pages, misses])).toEqual([
      [1, 90],
      [3, 90],
      [5, 90],
      [8, 90],
      [9, 90],
    ]);
  });
});

describe('stack distances', () => {
  it('are those of a list that is moved to front', () => {
    const pages = 700;
    const page = fc.nat(pages - 1);
    fc.assert(
      fc.property(fc.array(page, { minLength: 1, maxLength: 4000, size: 'max' }), (list) => {
        const counts = new Float64Array(pages);
        const stack: number[] = [];
        let first = 0;
        for (const each of list) {
          const depth = stack.indexOf(each);
          if (depth < 0) first++;
          else {
            counts[depth] = (counts[depth] as number) + 1;
            stack.splice(depth, 1);
          }
          stack.unshift(each);
        }
        expect(stackDistances(Uint32Array.from(list), pages)).toMatchObject({ counts, first });
      }),
      { numRuns: 25 },
    );
  });
});
