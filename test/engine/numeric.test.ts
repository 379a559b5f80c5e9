import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, ln, normalQuantile, pow } from '../../src/engine/numeric.ts';

const off = (got: number, wanted: number) => Math.abs(got - wanted) / Math.abs(wanted);

// Reference values: correctly rounded from 40 digits of an arbitrary-precision library.
describe('exp', () => {
  it.each([
    [1, 2.718281828459045],
    [-1, 0.36787944117144233],
    [0.5, 1.6487212707001282],
    [-20.25, 1.6052280551856116e-9],
    [700, 1.0142320547350045e304],
    [-700, 9.859676543759771e-305],
    [1e-10, 1.0000000001],
  ])('of %d', (x, wanted) => expect(off(exp(x), wanted)).toBeLessThan(1e-15));

  it('keeps to the ends of the range', () => {
    expect(exp(0)).toBe(1);
    expect(exp(710)).toBe(Infinity);
    expect(exp(-746)).toBe(0);
    expect(off(exp(-740), Math.exp(-740))).toBeLessThan(1e-2); // subnormal: few bits are left
    expect(exp(NaN)).toBeNaN();
  });

  it('agrees with the host within its own error', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(off(exp(x), Math.exp(x))).toBeLessThan(1e-15);
      }),
    );
  });
});

describe('ln', () => {
  it.each([
    [2, 0.6931471805599453],
    [3, 1.0986122886681098],
    [10, 2.302585092994046],
    [0.1, -2.3025850929940455],
    [1.0000001, 9.999999505838704e-8],
    [1e-300, -690.7755278982137],
    [1e300, 690.7755278982137],
    [5e-324, -744.4400719213812],
  ])('of %d', (x, wanted) => expect(off(ln(x), wanted)).toBeLessThan(1e-15));

  it('has no value below zero and none at zero', () => {
    expect(ln(1)).toBe(0);
    expect(ln(0)).toBe(-Infinity);
    expect(ln(-1)).toBeNaN();
    expect(ln(Infinity)).toBe(Infinity);
  });

  it('agrees with the host within its own error', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        fc.pre(x !== 1);
        expect(off(ln(x), Math.log(x))).toBeLessThan(1e-15);
      }),
    );
  });
});

describe('pow', () => {
  it('is exact for small whole powers', () => {
    expect(pow(3, 4)).toBe(81);
    expect(pow(10, -1)).toBe(0.1);
    expect(pow(7.5, 0)).toBe(1);
    expect(pow(1.1, 1)).toBe(1.1);
  });

  it('agrees with the host to 1e-12', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e8, noNaN: true }),
        fc.double({ min: -20, max: 20, noNaN: true }),
        (x, y) => {
          expect(off(pow(x, y), Math.pow(x, y))).toBeLessThan(1e-12);
        },
      ),
    );
  });
});

describe('normalQuantile', () => {
  it.each([
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.999, 3.090232306167813],
    [0.6, 0.2533471031357997],
    [1e-6, -4.753424308822899],
    [1e-10, -6.361340902404056],
    [1e-300, -37.0470962993612],
  ])('of %d', (p, wanted) => expect(off(normalQuantile(p), wanted)).toBeLessThan(1e-14));

  it('is odd around one half and never falls', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(1.5)).toBeNaN();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8191 }), (i) => {
        const p = i / 16384;
        expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
        expect(normalQuantile(p + 1 / 16384)).toBeGreaterThan(normalQuantile(p));
      }),
    );
  });
});

it('gives these bits, on every platform', () => {
  expect([exp(1.25), exp(-3.7), ln(7), ln(0.3), pow(12345, 0.9), normalQuantile(0.123)]).toEqual([
    3.4903429574618414, 0.024723526470339388, 1.9459101490553132, -1.2039728043259361,
    4812.181341263494, -1.1601198829975192,
  ]);
});
