/**
 * Whole reclaim beside a model of plain objects and arrays (test/support/engine/naiveReclaim.ts): after each
 * access of small random scenarios the same counters, the same order of the lists, every page in the same place.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWithNaive } from '../../support/engine/naiveCompare.ts';
import { COUNTED } from '../../support/engine/naivePages.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 0) || 150;

/** A case takes some 10 ms; to shrink one that fails may take a minute. */
const PATIENCE = 60_000 * Math.ceil(numRuns / 150);

/** Walks, hot spots and jumps: `count` accesses, `step` pages apart, within `span` pages from `first` on. */
const burst = fc.record({
  first: fc.nat(299),
  span: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 300 })),
  step: fc.constantFrom(1, 1, 1, 7, 31),
  count: fc.integer({ min: 1, max: 120 }),
  write: fc.boolean(),
});

const settings = fc.record({
  memoryMax: fc.integer({ min: 40, max: 120 }),
  swapMax: fc.oneof(
    { weight: 3, arbitrary: fc.constant(Infinity) },
    { weight: 2, arbitrary: fc.integer({ min: 10, max: 200 }) },
  ),
  swappiness: fc.oneof(
    { weight: 2, arbitrary: fc.constant(60) },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 200 }) },
  ),
  slots: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 200, max: 512 }) },
    { weight: 1, arbitrary: fc.integer({ min: 16, max: 512 }) },
  ),
  writeback: fc.boolean(),
  pages: fc.integer({ min: 100, max: 300 }),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  bursts: fc.array(burst, { minLength: 4, maxLength: 14, size: 'max' }),
});

it.each(['zram', 'zswap'] as const)(
  'every access does on %s what the model says',
  (device) => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(settings, ({ bursts, ...given }) => {
        const accesses = bursts.flatMap(({ first, span, step, count, write }) =>
          Array.from({ length: count }, (_, i) => ({
            page: (first + ((i * step) % span)) % given.pages,
            write,
          })),
        );
        const { difference, model } = compareWithNaive({ ...given, device, accesses });
        for (const name of COUNTED) if (model.counters[name] > 0) reached.add(name);
        expect(difference).toBeNull();
      }),
      { seed, numRuns, interruptAfterTimeLimit: PATIENCE, markInterruptAsFailure: true },
    );
    // The cases of the fixed seed go through everything that the device can bring about.
    const never = device === 'zram' ? ['zswpin', 'zswpout', 'zswap_reject'] : ['pswpin', 'pswpout'];
    if (process.env['FUZZ_SEED'] === undefined && numRuns >= 150)
      expect(COUNTED.filter((name) => !reached.has(name))).toEqual(
        COUNTED.filter((name) => never.includes(name)),
      );
  },
  2 * PATIENCE,
);
