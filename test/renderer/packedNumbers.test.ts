// Columns come over the line as they are stored, whatever their numbers are, in as few bytes as hold them.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PackedNumbers } from '../../src/main/lab/contract.ts';
import { packNumbers } from '../../src/main/lab/packedNumbers.ts';
import { unpackNumbers } from '../../src/renderer/lab/packedNumbers.ts';

const overTheLine = (values: readonly number[]) =>
  unpackNumbers(JSON.parse(JSON.stringify(packNumbers(new Float64Array(values)))) as PackedNumbers);

const anyNumbers = fc.oneof(
  fc.array(fc.double()),
  fc.array(fc.integer({ min: 0, max: 300 })),
  fc.array(fc.integer({ min: -5, max: 70_000 })),
  fc.array(fc.integer({ min: -(2 ** 33), max: 2 ** 33 })),
);

const holdsRoundTrip = () =>
  fc.assert(
    fc.property(anyNumbers, (values) => {
      const wanted = values.map((value) => (value === 0 ? 0 : value));
      expect([...overTheLine(values)].map((value) => (value === 0 ? 0 : value))).toEqual(wanted);
    }),
    { numRuns: 300 },
  );

afterEach(() => vi.unstubAllGlobals());

describe('a column over the line', () => {
  it('is what it was, in a browser without fromBase64', () => {
    expect('fromBase64' in Uint8Array).toBe(false);
    holdsRoundTrip();
  });

  it('is what it was, in a browser with it', () => {
    const fromBase64 = vi.fn((text: string) => new Uint8Array(Buffer.from(text, 'base64')));
    Object.assign(Uint8Array, { fromBase64 });
    try {
      holdsRoundTrip();
    } finally {
      delete (Uint8Array as { fromBase64?: unknown }).fromBase64;
    }
    expect(fromBase64).toHaveBeenCalled();
  });

  it('keeps a missing sample as what is no number', () => {
    expect([...overTheLine([1, NaN, 3])]).toEqual([1, NaN, 3]);
    expect([...overTheLine([Infinity, -Infinity])]).toEqual([Infinity, -Infinity]);
  });

  it.each([
    { type: 'u8', values: [0, 255], bytes: 2 },
    { type: 'u16', values: [0, 256, 65_535], bytes: 6 },
    { type: 'i32', values: [65_536], bytes: 4 },
    { type: 'i32', values: [-1, 3], bytes: 8 },
    { type: 'i32', values: [-(2 ** 31), 2 ** 31 - 1], bytes: 8 },
    { type: 'f64', values: [2 ** 31], bytes: 8 },
    { type: 'f64', values: [-(2 ** 31) - 1], bytes: 8 },
    { type: 'f64', values: [0.5], bytes: 8 },
    { type: 'f64', values: [NaN], bytes: 8 },
    { type: 'u8', values: [], bytes: 0 },
  ])('takes $type for $values', ({ type, values, bytes }) => {
    const packed = packNumbers(new Float64Array(values));
    expect(packed).toMatchObject({ type, length: values.length });
    expect(Buffer.from(packed.base64, 'base64')).toHaveLength(bytes);
  });

  it('is refused when it is shorter or longer than it says', () => {
    const packed = packNumbers(Float64Array.of(1, 2, 3));
    for (const length of [2, 4]) {
      expect(() => unpackNumbers({ ...packed, length })).toThrow(
        `A column has 3 bytes instead of ${length} numbers of type u8.`,
      );
    }
    expect(() => unpackNumbers({ ...packed, type: 'f64' })).toThrow('3 numbers of type f64');
  });
});
