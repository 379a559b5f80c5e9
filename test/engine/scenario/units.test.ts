import { describe, expect, it } from 'vitest';
import {
  formatSize,
  formatTime,
  parseSize,
  parseTime,
} from '../../../src/engine/scenario/units.ts';

describe('sizes', () => {
  it.each([
    ['512M', 536_870_912],
    ['2GiB', 2_147_483_648],
    ['1.5 MiB', 1_572_864],
    ['1MB', 1_000_000],
    ['4096', 4096],
    ['0', 0],
    ['3t', 3_298_534_883_328],
  ])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['', 'M', '12X', '-1M', '1e3', '12 34', '1..2M', '99999999T'])('%j is no size', (text) =>
    expect(parseSize(text)).toBeUndefined(),
  );

  it('are written so that they read back as the same number of bytes', () => {
    for (const bytes of [0, 1, 1023, 1024, 1536, 65_536, 134_217_728, 1_000_000, 2 ** 40]) {
      expect(parseSize(formatSize(bytes))).toBe(bytes);
    }
  });
});

describe('times', () => {
  it.each([
    ['100ms', 1e8],
    ['80us', 80_000],
    ['80µs', 80_000],
    ['2s', 2e9],
    ['1.5 ns', 2],
    ['5min', 3e11],
    ['1h', 3.6e12],
    ['0', 0],
  ])('%s is %i ns', (text, ns) => expect(parseTime(text)).toBe(ns));

  it.each(['', '5', '1 day', '-2s', 'ms'])('%j is no time', (text) =>
    expect(parseTime(text)).toBeUndefined(),
  );

  it.each([
    [0, '0'],
    [250, '250 ns'],
    [1_830, '1.83 µs'],
    [100e6, '100 ms'],
    [90e9, '90 s'],
    [600e9, '10 min'],
  ])('%i ns reads %s', (ns, text) => expect(formatTime(ns)).toBe(text));
});
