import { describe, expect, it } from 'vitest';
import { tellingNames } from '../../src/renderer/compare/tellingNames.ts';

describe('names of compared runs', () => {
  it('leave out the words that all of them begin with', () => {
    expect(
      tellingNames(['First run: zswap.compressor lzo', 'First run: zswap.compressor lz4']),
    ).toEqual(['… lzo', '… lz4']);
    expect(
      tellingNames(['Two programs: ssd', 'Two programs: ssd, longer', 'Two programs: nvme']),
    ).toEqual(['… ssd', '… ssd, longer', '… nvme']);
  });

  it('leave out long words that all of them have in the same place, so that the values of a sweep are seen', () => {
    const name = (codec: string, percent: number) =>
      `First run: kernel.zswap.compressor ${codec}, kernel.zswap.maxPoolPercent ${percent}`;
    expect(tellingNames([name('lzo', 1), name('lzo', 2), name('zstd', 2)])).toEqual([
      '… lzo, … 1',
      '… lzo, … 2',
      '… zstd, … 2',
    ]);
    expect(tellingNames(['a small pool of 5 percent', 'one small pool of 5 percent'])).toEqual([
      'a …',
      'one …',
    ]);
    // Short words stay, and so does everything where the words do not stand at the same places.
    expect(tellingNames(['zram on nvme', 'zswap on ssd'])).toEqual([
      'zram on nvme',
      'zswap on ssd',
    ]);
    const uneven = ['lzo in front of a drive', 'zstd level 3 in front of a drive'];
    expect(tellingNames(uneven)).toEqual(uneven);
  });

  it('stay whole where they share little, where there is one, and where all are the same', () => {
    for (const names of [
      ['calm on zram', 'calm on zswap'],
      ['First run: zswap.compressor lzo'],
      ['two programs on an SSD', 'two programs on an SSD'],
    ]) {
      expect(tellingNames(names)).toEqual(names);
    }
  });
});
