import { describe, expect, it } from 'vitest';
import { sizeText, timeText, withUnitsKept } from '../../src/renderer/build/figureText.ts';

describe('figures of a draft', () => {
  it('are spelled as other figures are, and stay as they stand where they are wrong', () => {
    expect([sizeText('48MiB'), sizeText('max'), sizeText('lots')]).toEqual([
      '48 MiB',
      'max',
      'lots',
    ]);
    expect([timeText('80ns'), timeText('1us'), timeText('soon')]).toEqual([
      '80 ns',
      '1 µs',
      'soon',
    ]);
    expect([sizeText(undefined), timeText(null)]).toEqual(['undefined', 'null']);
  });

  it('stay on one line with their units, and only with these', () => {
    const kept = '4 KiB, 530 MB/s in, 55 µs, 20 %'.replace(/(\d) /g, '$1\u00a0');
    expect(withUnitsKept('4 KiB, 530 MB/s in, 55 µs, 20 %')).toBe(kept);
    expect(withUnitsKept('swappiness 60 by age, 3 times')).toBe('swappiness 60 by age, 3 times');
  });
});
