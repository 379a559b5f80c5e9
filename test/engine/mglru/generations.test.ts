/** MGLRU, its parts: where a folio goes, what its tier is, which tiers and which side are spared (facts 1.5). */
import { describe, expect, it } from 'vitest';
import {
  countAccess,
  noteUse,
  refsOf,
  seqFor,
  tierOf,
} from '../../../src/engine/memory/mglru/folioGen.ts';
import { Generations } from '../../../src/engine/memory/mglru/generations.ts';
import { evictableTier, fileFirst, startOver } from '../../../src/engine/memory/mglru/tiers.ts';
import {
  ACTIVE,
  DIRTY,
  ON_LRU,
  Pages,
  RECLAIM,
  REFERENCED,
  SWAPCACHE,
  WORKINGSET,
  WRITEBACK,
} from '../../../src/engine/memory/pages.ts';

function onePage(flags: number): Pages {
  const pages = new Pages(1);
  pages.generations = new Uint8Array(1);
  pages.flags[0] = flags;
  return pages;
}

describe('a folio is added', () => {
  const lruvec = new Generations();
  lruvec.maxSeq = 9;
  lruvec.anon.minSeq = 6;
  lruvec.file.minSeq = 8;

  it.each([
    ['new anonymous memory to the second youngest', 0, 8],
    ['what a fault brings to the second youngest', ACTIVE | SWAPCACHE, 8],
    ['the working set that a fault brings to the youngest', ACTIVE | SWAPCACHE | WORKINGSET, 9],
    ['what came otherwise to the oldest', SWAPCACHE, 6],
    ['the working set that came otherwise to the next', SWAPCACHE | WORKINGSET, 7],
    ['what is being written to the second youngest', SWAPCACHE | WRITEBACK | RECLAIM, 8],
    ['what waits to be written to the second youngest', SWAPCACHE | DIRTY | RECLAIM, 8],
    ['what is dirty, but not reclaimed, to the oldest', SWAPCACHE | DIRTY, 6],
  ])('%s', (_, flags, seq) => {
    expect(seqFor(onePage(flags), lruvec.anon, 0, false)).toBe(seq);
  });

  it('to the oldest when its write has ended, as far back as there are generations', () => {
    expect(seqFor(onePage(SWAPCACHE), lruvec.anon, 0, true)).toBe(6);
    expect(seqFor(onePage(SWAPCACHE), lruvec.file, 0, true)).toBe(8);
    expect(seqFor(onePage(SWAPCACHE), lruvec.file, 0, false)).toBe(8);
  });
});

describe('accesses', () => {
  it('by calls count to four, and the next makes the page working set', () => {
    const pages = onePage(ON_LRU);
    const refs: [number, number][] = [];
    for (let i = 0; i < 6; i++) {
      countAccess(pages, 0);
      const workingset = (pages.flags[0]! & WORKINGSET) !== 0;
      refs.push([refsOf(pages, 0), tierOf(refsOf(pages, 0), workingset)]);
    }
    expect(refs).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 2],
      [4, 3],
      [4, 3],
    ]);
  });

  it('by calls do not count while the page is isolated', () => {
    const pages = onePage(0);
    countAccess(pages, 0);
    expect(pages.flags[0]).toBe(0);
  });

  it('through page tables mark a page first, and make it young from the second on', () => {
    const pages = onePage(ON_LRU);
    expect(noteUse(pages, 0)).toBe(false);
    expect(pages.flags[0]).toBe(ON_LRU | REFERENCED);
    expect(noteUse(pages, 0)).toBe(true);
    expect(pages.flags[0]).toBe(ON_LRU | WORKINGSET);
    expect(noteUse(pages, 0)).toBe(true);
  });
});

describe('the controller', () => {
  /** Tier 0 had 10 refaults of 1000, tier 1 this many of that many. */
  function tiers(refaulted: number, total: number): number {
    const { anon } = new Generations();
    anon.refaulted[0] = 10;
    anon.evicted[0] = 1000;
    anon.refaulted[1] = refaulted;
    anon.kept[1] = total;
    return evictableTier(anon);
  }

  it('spares tier 1 when it refaults 3/2 as often as tier 0, with some margin', () => {
    // 64 × (1000 + 64) × 2 = 136 192 against (10 + 1) × 3 × total: 4127.03.
    expect(tiers(64, 4127)).toBe(0);
    expect(tiers(64, 4128)).toBe(3);
  });

  it('ignores fewer than 64 refaults', () => {
    expect(tiers(63, 63)).toBe(3);
  });

  it('weighs earlier generations half, a quarter, and so on', () => {
    const { anon } = new Generations();
    anon.refaulted[2] = 100;
    anon.evicted[2] = 301;
    anon.kept[2] = 100;
    startOver(anon);
    expect([anon.averageRefaulted[2], anon.averageTotal[2]]).toEqual([50, 200]);
    expect([anon.refaulted[2], anon.evicted[2], anon.kept[2]]).toEqual([0, 0, 0]);
    startOver(anon);
    expect([anon.averageRefaulted[2], anon.averageTotal[2]]).toEqual([25, 100]);
  });

  it('takes page cache unless it refaults more than anonymous memory, by their weights', () => {
    const lruvec = new Generations();
    const { anon, file } = lruvec;
    expect(fileFirst(lruvec, 60)).toBe(true);
    anon.evicted[0] = 936;
    anon.refaulted[0] = 99;
    file.evicted[0] = 1000;
    file.refaulted[0] = 100;
    // 100 × (936 + 64) × 60 against (99 + 1) × 1000 × 140; at 100 both weigh the same.
    expect(fileFirst(lruvec, 60)).toBe(true);
    expect(fileFirst(lruvec, 100)).toBe(true);
    expect(fileFirst(lruvec, 101)).toBe(false);
    file.refaulted[0] = 101;
    expect(fileFirst(lruvec, 100)).toBe(false);
  });

  it('leaves the choice to the extremes of swappiness', () => {
    const lruvec = new Generations();
    lruvec.file.refaulted[0] = 1000;
    expect([0, 1, 200, 201].map((s) => fileFirst(lruvec, s))).toEqual([true, true, false, false]);
  });
});
