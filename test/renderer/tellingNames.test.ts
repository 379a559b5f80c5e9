import { describe, expect, it } from 'vitest';
import { tellingNames } from '../../src/renderer/compare/compareData.svelte.ts';

describe('names of compared runs', () => {
  it('leave out the words that all of them begin with', () => {
    expect(
      tellingNames(['First run: zswap.compressor lzo', 'First run: zswap.compressor lz4']),
    ).toEqual(['… lzo', '… lz4']);
    expect(
      tellingNames(['Two programs: ssd', 'Two programs: ssd, longer', 'Two programs: nvme']),
    ).toEqual(['… ssd', '… ssd, longer', '… nvme']);
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
