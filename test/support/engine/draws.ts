/** Ways to draw a value that more than one part of a random scenario uses. */
import fc from 'fast-check';

export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** Mostly what leaves the scenario free to swap, and now and then something else. */
export const mostly = <T, U>(usual: T, arbitrary: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

/** Bytes: from nothing to `max`, often little. */
export const size = (max: number) =>
  fc.oneof(fc.integer({ min: 0, max: 1 << 18 }), fc.integer({ min: 1 << 18, max }));
export const limit = (max: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('max' as const) },
    { weight: 1, arbitrary: size(max) },
  );

export const tiersMax = fc.constantFrom<Record<string, 0 | 'max'>[]>(
  {},
  {},
  {},
  {},
  {},
  { high: 0 },
  { low: 0, high: 'max' },
);
