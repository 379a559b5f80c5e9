import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterReadahead, nextWindow, VmaReadahead } from '../../../src/engine/swap/readahead.ts';

describe('nextWindow', () => {
  // Worked out by hand from the rule: hits + 2, rounded up to 4, 8, 16 .. when there were hits.
  it.each([
    { hits: 0, last: 100, at: 500, before: 0, most: 8, pages: 1 },
    { hits: 0, last: 100, at: 101, before: 0, most: 8, pages: 2 },
    { hits: 0, last: 100, at: 99, before: 0, most: 8, pages: 2 },
    { hits: 1, last: 100, at: 500, before: 0, most: 8, pages: 4 },
    { hits: 2, last: 100, at: 500, before: 0, most: 8, pages: 4 },
    { hits: 3, last: 100, at: 500, before: 0, most: 8, pages: 8 },
    { hits: 7, last: 100, at: 500, before: 0, most: 8, pages: 8 },
    { hits: 7, last: 100, at: 500, before: 0, most: 32, pages: 16 },
    { hits: 0, last: 100, at: 500, before: 8, most: 8, pages: 4 },
    { hits: 0, last: 100, at: 500, before: 3, most: 8, pages: 1 },
    { hits: 0, last: 100, at: 101, before: 2, most: 8, pages: 2 },
    { hits: 5, last: 100, at: 500, before: 0, most: 2, pages: 2 },
  ])('$hits hits, window $before, $last then $at: $pages', (given) => {
    const { last, at, hits, most, before, pages } = given;
    expect(nextWindow(last, at, hits, most, before)).toBe(pages);
  });

  it('is a power of two within the bounds when it starts from one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 50 }), fc.nat(5), (hits, order) => {
        let window = 0;
        for (const each of hits) {
          const next = nextWindow(0, 1000, each, 2 ** order, window);
          expect(Math.log2(next) % 1).toBe(0);
          expect(next).toBeLessThanOrEqual(2 ** order);
          expect(next).toBeGreaterThanOrEqual(window / 2);
          window = next;
        }
      }),
    );
  });
});

/** Faults in order; what is read in stays, so that each page faults once and may hit once. */
function replay(pages: number[], maxPages: number, high: number): [number, number][] {
  const state = new VmaReadahead();
  const ahead = new Set<number>();
  const reads: [number, number][] = [];
  for (const page of pages) {
    if (ahead.delete(page)) {
      state.found(page, true);
      continue;
    }
    state.plan(page, maxPages, 0, high);
    reads.push([state.start, state.end]);
    for (let each = state.start; each < state.end; each++) if (each !== page) ahead.add(each);
  }
  return reads;
}

describe('VmaReadahead', () => {
  it('reads a scan window by window', () => {
    const pages = Array.from({ length: 30 }, (_, i) => 100 + i);
    // First fault: hits 4 give 8 pages, centred as nothing is known: 3 before, 5 from the fault on.
    // Then 4 hits (101..104) and a neighbour: 8 pages forward, 7 hits, 8 again.
    expect(replay(pages, 8, 512)).toEqual([
      [97, 105],
      [105, 113],
      [113, 121],
      [121, 129],
      [129, 137],
    ]);
  });

  it('reads a backward scan backwards', () => {
    const pages = Array.from({ length: 20 }, (_, i) => 400 - i);
    // Centred at first (397..404, so 3 hits); then 396 is the neighbour below: 389..396.
    expect(replay(pages, 8, 512)).toEqual([
      [397, 405],
      [389, 397],
      [381, 389],
    ]);
  });

  it('shrinks on a stride and stops: 8, 4, 2, 1', () => {
    const pages = Array.from({ length: 6 }, (_, i) => 16 + i * 64);
    expect(replay(pages, 8, 512)).toEqual([
      [13, 21],
      [79, 83], // window 4: one before, two behind
      [144, 146], // window 2: none before, one behind
      [208, 209],
      [272, 273],
      [336, 337],
    ]);
  });

  it('keeps going on a stride that falls into the windows', () => {
    // Stride 2: the first window 13..20 has 18, 20: 2 hits make 4 pages around 22 (21..24), and 24
    // hits: 1 hit, 4 pages around 26, and so on.
    const pages = Array.from({ length: 8 }, (_, i) => 16 + i * 2);
    expect(replay(pages, 8, 512)).toEqual([
      [13, 21],
      [21, 25],
      [25, 29],
      [29, 33],
    ]);
  });

  it('knows no direction at first', () => {
    const state = new VmaReadahead();
    state.plan(1, 4, 0, 512);
    expect([state.start, state.end]).toEqual([0, 4]);
  });

  it('keeps to the VMA and to one page table', () => {
    const state = new VmaReadahead();
    state.plan(1024, 8, 1022, 5000);
    expect([state.start, state.end]).toEqual([1024, 1029]);
    const end = new VmaReadahead();
    end.plan(1023, 8, 1022, 5000);
    expect([end.start, end.end]).toEqual([1022, 1024]);
    const short = new VmaReadahead();
    short.plan(50, 8, 49, 52);
    expect([short.start, short.end]).toEqual([49, 52]);
  });

  it('does nothing when it is turned off', () => {
    const state = new VmaReadahead();
    state.plan(77, 1, 0, 512);
    expect([state.start, state.end]).toEqual([77, 78]);
    expect(state).toMatchObject({ hits: 4, window: 0, lastPage: -2 });
  });

  it('counts at most 63 hits, and only of pages read ahead', () => {
    const state = new VmaReadahead();
    state.found(5, false);
    expect(state).toMatchObject({ hits: 4, lastPage: 5 });
    for (let i = 0; i < 100; i++) state.found(i, true);
    expect(state.hits).toBe(63);
  });

  it('always reads the page that faulted', () => {
    const fault = fc.record({ page: fc.nat(2000), hits: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(fault), fc.nat(5), (faults, order) => {
        const state = new VmaReadahead();
        for (const { page, hits } of faults) {
          for (let i = 0; i < hits; i++) state.found(page + 1, true);
          state.plan(page, 2 ** order, 0, 2001);
          expect(state.start).toBeLessThanOrEqual(page);
          expect(state.end).toBeGreaterThan(page);
          expect(state.end).toBeLessThanOrEqual(2001);
          expect(state.end - state.start).toBeLessThanOrEqual(2 ** order);
          expect(Math.floor(state.start / 512)).toBe(Math.floor((state.end - 1) / 512));
        }
      }),
    );
  });
});

describe('ClusterReadahead', () => {
  it('reads aligned blocks, never the header, never beyond the end', () => {
    const state = new ClusterReadahead();
    state.plan(3, 8, 1000); // hits 4: 8 slots
    expect([state.start, state.end]).toEqual([1, 8]);
    for (let i = 0; i < 6; i++) state.found(true);
    state.plan(997, 8, 999);
    expect([state.start, state.end]).toEqual([992, 999]);
  });

  it('shrinks by half without hits', () => {
    const state = new ClusterReadahead();
    const windows = [100, 300, 500, 700, 900].map((slot) => {
      state.plan(slot, 8, 1000);
      return state.window;
    });
    expect(windows).toEqual([8, 4, 2, 1, 1]);
    expect([state.start, state.end]).toEqual([900, 901]);
  });

  it('compares with the last fault that had no hits before it', () => {
    const state = new ClusterReadahead();
    state.plan(100, 8, 1000); // took the first hits: 100 is not remembered
    expect(state.lastSlot).toBe(0);
    state.plan(500, 8, 1000);
    expect(state.lastSlot).toBe(500);
    state.found(true);
    state.found(false);
    expect(state.hits).toBe(1);
    state.plan(800, 8, 1000);
    expect(state.lastSlot).toBe(500);
    expect(state.window).toBe(4);
  });

  it('does nothing when it is turned off', () => {
    const state = new ClusterReadahead();
    state.plan(77, 1, 1000);
    expect([state.start, state.end, state.hits]).toEqual([77, 78, 4]);
  });
});
