import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digest, sha256 } from '../../../src/engine/metrics/digest.ts';

const reference = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

describe('sha256', () => {
  it('gives the published values', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('pads texts of every length as node:crypto does', () => {
    for (let length = 0; length < 200; length++) {
      const text = 'x'.repeat(length);
      expect(sha256(text)).toBe(reference(text));
    }
  });

  it('hashes any text, broken surrogate pairs included, as node:crypto does', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd7ff, max: 0xe000 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 100 }), (units) => {
        const text = String.fromCharCode(...units);
        expect(sha256(text)).toBe(reference(text));
      }),
    );
    expect(sha256('swap: µs, 😀, \u{10ffff}')).toBe(reference('swap: µs, 😀, \u{10ffff}'));
  });
});

describe('canonicalJson', () => {
  it('sorts keys and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, { z: null, a: 'é"' }], a: -0, gone: undefined })).toBe(
      '{"a":0,"b":[1,{"a":"é\\"","z":null}]}',
    );
    expect(canonicalJson({ gone: undefined })).toBe('{}');
    expect(canonicalJson([])).toBe('[]');
  });

  it('means the same as JSON, and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (record) => {
        const turned = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(record));
      }),
    );
  });

  it('names what it cannot spell', () => {
    expect(() => canonicalJson({ a: [1, NaN] })).toThrow('$.a[1] is NaN');
    expect(() => canonicalJson({ a: Infinity })).toThrow('$.a is Infinity');
    expect(() => canonicalJson([undefined])).toThrow('$[0] is no plain data');
    expect(() => canonicalJson({ a: new Map() })).toThrow('$.a is no plain data');
    expect(() => canonicalJson({ a: new Float64Array(2) })).toThrow('[object Float64Array]');
  });
});

it('digest is the hash of the canonical spelling', () => {
  expect(digest({ b: 1, a: [true] })).toBe(reference('{"a":[true],"b":1}'));
});
