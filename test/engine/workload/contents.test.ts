import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentClass } from '../../../src/engine/scenario/schema.ts';
import { compressedBytes, ContentModel } from '../../../src/engine/workload/contents.ts';
import { Random } from '../../../src/engine/workload/random.ts';

function sample(classes: ContentClass[], draws: number, seed = 3): number[] {
  const model = new ContentModel(classes);
  const random = new Random(seed);
  return Array.from({ length: draws }, () => model.draw(random.next(), random.next()));
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('ContentModel', () => {
  it('draws classes by their shares', () => {
    const codes = sample(
      [
        { class: 'zero', share: 12 },
        { class: 'same', share: 1 },
        { class: 'incompressible', share: 17 },
        { class: 'compressible', share: 70, ratio: 3, sigma: 0.35 },
      ],
      100_000,
    );
    const share = (of: (code: number) => boolean) => codes.filter(of).length / codes.length;
    // Three standard errors of a share p in 100,000 draws: 3 sqrt(p (1 - p) / 1e5) < 0.0045.
    expect(share((code) => code === 0)).toBeCloseTo(0.12, 2);
    expect(share((code) => code === 1)).toBeCloseTo(0.01, 2);
    expect(share((code) => code === 4096)).toBeCloseTo(0.17, 2);
    expect(share((code) => code > 1 && code < 4096)).toBeCloseTo(0.7, 2);
  });

  it.each([
    [2, 0.2],
    [3, 0.35],
    [8, 0.35],
  ])('has a mean of 4096 bytes / %d (spread %d)', (ratio, sigma) => {
    const sizes = sample([{ class: 'compressible', share: 100, ratio, sigma }], 200_000);
    expect(mean(sizes) / (4096 / ratio)).toBeCloseTo(1, 2);
    const logs = sizes.map(Math.log);
    const middle = mean(logs);
    const spread = Math.sqrt(mean(logs.map((each) => (each - middle) ** 2)));
    expect(spread / sigma).toBeGreaterThan(0.98);
    expect(spread / sigma).toBeLessThan(1.02);
  });

  it('clips to 64 and 3900 bytes', () => {
    // Median 4096 e^(-1/2) = 2484; P(size > 3900) = P(z > 0.451) = 0.326.
    const large = sample([{ class: 'compressible', share: 100, ratio: 1, sigma: 1 }], 100_000);
    expect(Math.max(...large)).toBe(3900);
    expect(large.filter((code) => code === 3900).length / large.length).toBeCloseTo(0.326, 2);
    const small = sample([{ class: 'compressible', share: 100, ratio: 64, sigma: 0 }], 10);
    expect(small).toEqual(Array.from({ length: 10 }, () => 64));
    const tiny = sample([{ class: 'compressible', share: 100, ratio: 64, sigma: 2 }], 10_000);
    expect(Math.min(...tiny)).toBe(64);
  });

  it('never draws a class without a share, whatever the random number', () => {
    const model = new ContentModel([
      { class: 'zero', share: 0 },
      { class: 'incompressible', share: 33.3 },
      { class: 'same', share: 66.7 },
      { class: 'compressible', share: 0, ratio: 3, sigma: 0.35 },
    ]);
    expect(model.draw(0, 0)).toBe(4096);
    expect(model.draw(0xffffffff, 0xffffffff)).toBe(1);
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), (a, b) => {
        expect([1, 4096]).toContain(model.draw(a, b));
      }),
    );
  });
});

describe('compressedBytes', () => {
  it('scales with codec and page', () => {
    expect(compressedBytes(1000, 1, 4096)).toBe(1000);
    expect(compressedBytes(1000, 0.68, 4096)).toBe(680);
    expect(compressedBytes(1000, 0.68, 16384)).toBe(2720);
    expect(compressedBytes(1, 2, 4096)).toBe(32);
  });

  it('is the page when nothing is gained', () => {
    expect(compressedBytes(4096, 0.5, 4096)).toBe(4096);
    expect(compressedBytes(3900, 1.1, 4096)).toBe(4096);
    expect(compressedBytes(4096, 0.5, 65536)).toBe(65536);
  });
});
