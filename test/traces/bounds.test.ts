// Replacement bounds against examples from textbooks, naive models, and laws that must hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Belady } from '../../src/main/lab/traces/bounds/belady.ts';
import { BitTree } from '../../src/main/lab/traces/bounds/bitTree.ts';
import { MOST_POINTS, traceBounds } from '../../src/main/lab/traces/bounds/bounds.ts';
import { NextUse } from '../../src/main/lab/traces/bounds/nextUse.ts';

const traceOf = (list: readonly number[]) => ({
  accesses: Uint32Array.from(list),
  pages: Math.max(...list) + 1,
});

const bounds = (list: readonly number[], frames: number[]) =>
  traceBounds(traceOf(list), { frames });

describe('by hand', () => {
  it("Belady's anomaly: FIFO misses more with four frames than with three", async () => {
    const { frames, pages, accesses } = await bounds([1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5], [4, 3]);
    expect({ pages, accesses }).toEqual({ pages: 5, accesses: 12 });
    // CLOCK by hand. Three frames: misses up to the 5 find clear bits only; the bits that 1 and 2
    // then get are cleared by the 3, so that the 4 and the 5 take their frames. Four frames: the
    // hits on 1 and 2 save both from the 5, and again from the 4.
    expect(frames).toEqual([
      { frames: 3, lru: 10, fifo: 9, clock: 10, opt: 7 },
      { frames: 4, lru: 8, fifo: 10, clock: 8, opt: 6 },
    ]);
  });

  it('the reference string of the textbook: FIFO 15, OPT 9, LRU 12 with three frames', async () => {
    const string = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1];
    const { frames } = await bounds(string, [3]);
    expect(frames[0]).toMatchObject({ fifo: 15, opt: 9, lru: 12 });
  });

  it('CLOCK spares a page whose bit is set once, and takes it the next time', async () => {
    // Two frames: 1 is used again, so that 3 takes the place of 2 and clears the bit of 1; then 4
    // takes the place of 1.
    const clock = async (list: number[]) => (await bounds(list, [2])).frames[0]?.clock;
    expect(await clock([1, 2, 1, 3, 1])).toBe(3);
    expect(await clock([1, 2, 1, 3, 4, 1])).toBe(5);
    // A page comes in with its bit clear: with bits all clear CLOCK is FIFO.
    expect(await clock([1, 2, 3, 1])).toBe(4);
  });

  it('a write is an access to the same page', async () => {
    const { frames } = await traceBounds(
      { accesses: Uint32Array.from([0, 0x8000_0000, 1, 0x8000_0001]), pages: 2 },
      { frames: [1] },
    );
    expect(frames[0]).toEqual({ frames: 1, lru: 2, fifo: 2, clock: 2, opt: 2 });
  });

  it('the curve has every size, and first touches miss at all of them', async () => {
    // A cycle of four pages, three times: LRU keeps nothing below four frames.
    const { lruCurve, sampling } = await bounds([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], [2]);
    expect(lruCurve.map(({ frames, missRatio }) => [frames, missRatio])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 4 / 12],
    ]);
    expect(sampling).toBeNull();
  });
});

/** The policies as a person would write them first. */
function naive(list: readonly number[], frames: number, policy: 'lru' | 'fifo' | 'clock' | 'opt') {
  const resident: { page: number; bit: boolean }[] = [];
  let misses = 0;
  list.forEach((page, now) => {
    const at = resident.findIndex((each) => each.page === page);
    if (at >= 0) {
      const [hit] = resident.slice(at, at + 1);
      if (hit) hit.bit = true;
      if (policy === 'lru') resident.push(...resident.splice(at, 1));
      return;
    }
    misses++;
    if (resident.length === frames) {
      if (policy === 'opt') {
        const nextUses = resident.map((each) => {
          const next = list.indexOf(each.page, now + 1);
          return next < 0 ? Infinity : next;
        });
        resident.splice(nextUses.indexOf(Math.max(...nextUses)), 1);
      } else {
        // The hand stands still here and the frames turn.
        while (policy === 'clock' && resident[0]?.bit) {
          resident[0].bit = false;
          resident.push(...resident.splice(0, 1));
        }
        resident.shift();
      }
    }
    resident.push({ page, bit: false });
  });
  return misses;
}

/** The fewest misses there can be, by trying every choice of a page to evict. */
function fewest(list: readonly number[], frames: number): number {
  const known = new Map<string, number>();
  const from = (now: number, resident: readonly number[]): number => {
    if (now === list.length) return 0;
    const page = list[now] as number;
    if (resident.includes(page)) return from(now + 1, resident);
    const key = `${now}:${resident.join()}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const choices =
      resident.length < frames
        ? [[...resident, page]]
        : resident.map((_, i) => [...resident.filter((__, j) => j !== i), page]);
    const misses = 1 + Math.min(...choices.map((each) => from(now + 1, each.toSorted())));
    known.set(key, misses);
    return misses;
  };
  return from(0, []);
}

const list = (pages: number, maxLength: number) =>
  fc.array(fc.nat(pages - 1), { minLength: 1, maxLength, size: 'max' });

describe('any trace', () => {
  it('misses what the naive policies miss', async () => {
    await fc.assert(
      fc.asyncProperty(list(24, 400), fc.integer({ min: 1, max: 30 }), async (pages, size) => {
        const { frames } = await bounds(pages, [size]);
        expect(frames[0]).toEqual({
          frames: size,
          lru: naive(pages, size, 'lru'),
          fifo: naive(pages, size, 'fifo'),
          clock: naive(pages, size, 'clock'),
          opt: naive(pages, size, 'opt'),
        });
      }),
      { numRuns: 100 },
    );
  });

  it('has an OPT that no choice of pages to evict can beat', () => {
    fc.assert(
      fc.property(list(5, 14), fc.integer({ min: 1, max: 3 }), (pages, frames) => {
        const { accesses, pages: count } = traceOf(pages);
        const uses = new NextUse(accesses.length, count);
        uses.advance(accesses, 0, accesses.length);
        const opt = new Belady(uses.next, frames);
        opt.advance(accesses, 0, accesses.length);
        expect(opt.misses).toBe(fewest(pages, frames));
      }),
      { numRuns: 100 },
    );
  });

  it('never misses less than OPT, nor more with more frames under LRU and OPT', async () => {
    await fc.assert(
      fc.asyncProperty(list(300, 3000), async (pages) => {
        const { frames, lruCurve, ...all } = await bounds(pages, [1, 2, 5, 17, 64, 150, 299, 400]);
        for (const { lru, fifo, clock, opt } of frames) {
          expect(Math.min(lru, fifo, clock)).toBeGreaterThanOrEqual(opt);
          expect(opt).toBeGreaterThanOrEqual(all.pages);
        }
        const falls = (values: number[]) => values.every((v, i) => v <= (values[i - 1] ?? v));
        expect(falls(frames.map(({ opt }) => opt))).toBe(true);
        expect(falls(lruCurve.map(({ missRatio }) => missRatio))).toBe(true);
        expect(lruCurve.at(-1)).toEqual({
          frames: all.pages,
          missRatio: all.pages / pages.length,
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe('long traces', () => {
  /** A hot tenth takes two thirds of the accesses; the generator is the C standard's example. */
  function skewed(accesses: number, pages: number) {
    let state = 1;
    const draw = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    return {
      accesses: Uint32Array.from({ length: accesses }, () =>
        draw(3) > 0 ? draw(pages / 10) : draw(pages),
      ),
      pages,
    };
  }

  it('are sampled by pages, with LRU exact where it was asked for', async () => {
    const trace = skewed(1_500_000, 100_000);
    const options = { frames: [5000, 20_000, 60_000] };
    const exact = await traceBounds(trace, options);
    const sampled = await traceBounds(trace, { ...options, exactAccesses: 400_000 });
    // 1.5 M accesses are looked at in full up to 0.4 M: every fourth page.
    expect(exact.sampling).toBeNull();
    expect(sampled.sampling).toEqual({ rate: 1 / 4 });
    expect(sampled.frames).toEqual(exact.frames);
    expect(sampled.lruCurve.map(({ frames }) => frames)).toEqual(
      exact.lruCurve.map(({ frames }) => frames),
    );
    // The paper's measure: the mean over all sizes; below 0.01 from 8192 sampled pages on.
    const errors = sampled.lruCurve.map(({ missRatio }, i) =>
      Math.abs(missRatio - (exact.lruCurve[i]?.missRatio ?? NaN)),
    );
    expect(errors.reduce((sum, each) => sum + each, 0) / errors.length).toBeLessThan(0.01);
    expect(Math.max(...errors)).toBeLessThan(0.03);
    expect(exact.lruCurve.length).toBeLessThan(MOST_POINTS + 5);
  });

  it('of few pages are counted page by page, and say so', async () => {
    const trace = skewed(300_000, 5000);
    const sampled = await traceBounds(trace, { frames: [1000], exactAccesses: 100_000 });
    const exact = await traceBounds(trace, { frames: [1000] });
    expect(sampled.sampling).toEqual({ rate: 1 });
    expect(sampled.lruCurve).toEqual(exact.lruCurve);
  });

  it('report progress up to the end, and can be called off', async () => {
    const trace = skewed(3_000_000, 1000);
    const told: number[] = [];
    const onProgress = (fraction: number) => void told.push(fraction);
    await traceBounds(trace, { frames: [100], onProgress });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
    const signal = AbortSignal.timeout(1);
    await expect(traceBounds(trace, { frames: [100], signal })).rejects.toThrow(/abort|timeout/i);
  });
});

describe('the set of positions', () => {
  it('gives its largest number back, whatever was put in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(99_999), { maxLength: 300 }), (numbers) => {
        const set = new BitTree(100_000);
        for (const number of numbers) set.add(number);
        for (const number of numbers) expect(set.has(number)).toBe(true);
        const taken = numbers.map(() => set.takeLargest());
        expect(taken).toEqual(numbers.toSorted((a, b) => b - a));
        for (const number of numbers) expect(set.has(number)).toBe(false);
      }),
    );
  });
});
