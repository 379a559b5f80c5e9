import { describe, expect, it } from 'vitest';
import {
  flatten,
  parsePath,
  parseValue,
  withSetting,
} from '../../../src/engine/scenario/settings.ts';

describe('a setting', () => {
  it('is found by its path', () => {
    expect(parsePath('cgroups.web-1.workloads[0].pages')).toEqual([
      'cgroups',
      'web-1',
      'workloads',
      0,
      'pages',
    ]);
  });

  it.each(['', '.a', 'a..b', 'a[x]', 'a[0', 'a b', '[0]x'])('%j is no path', (path) =>
    expect(parsePath(path)).toBeUndefined(),
  );

  it('is read as JSON where it is JSON and as text where it is not', () => {
    expect(['10', 'true', '"x"', '512M', 'max', '[1]'].map(parseValue)).toEqual([
      10,
      true,
      'x',
      '512M',
      'max',
      [1],
    ]);
  });

  it('is changed in a copy, and what is missing on the way to it is made', () => {
    const before = { kernel: { swappiness: 60 } };
    expect(withSetting(before, ['kernel', 'zswap', 'enabled'], true)).toEqual({
      kernel: { swappiness: 60, zswap: { enabled: true } },
    });
    expect(withSetting(before, ['a', 0, 'b'], 1)).toEqual({ ...before, a: [{ b: 1 }] });
    expect(before).toEqual({ kernel: { swappiness: 60 } });
  });

  it('is taken out by undefined', () => {
    expect(withSetting({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 });
    expect(withSetting({ list: [1, 2, 3] }, ['list', 1], undefined)).toEqual({ list: [1, 3] });
  });
});

it('flatten lists every leaf by its path', () => {
  expect([...flatten({ a: { b: 1 }, list: [{ c: 2 }], none: {}, empty: [] })]).toEqual([
    ['a.b', 1],
    ['list[0].c', 2],
    ['none', {}],
    ['empty', []],
  ]);
});
