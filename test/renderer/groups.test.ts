import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/main/lab/contract.ts';
import { byteStep, formatPercentDelta } from '../../src/renderer/format/numbers.ts';
import { etaOf } from '../../src/renderer/runs/groups.ts';

const MIB = 1024 * 1024;

function run(status: RunSummary['status'], wallMs: number | null, etaMs?: number): RunSummary {
  const progress = etaMs === undefined ? null : { etaMs, fraction: 0.5 };
  return { status, wallMs, progress } as unknown as RunSummary;
}

describe('what is left of a group', () => {
  const done = [run('done', 1000), run('done', 3000)];

  it('is not known before one of its runs has ended', () => {
    expect(etaOf([run('running', null, 500), run('queued', null)], 2)).toBeNull();
  });

  it('is what those that wait take, so many at once', () => {
    expect(etaOf([...done, run('queued', null), run('queued', null)], 1)).toBe(4000);
    expect(etaOf([...done, run('queued', null), run('queued', null)], 2)).toBe(2000);
  });

  it('is no less than what a single run says of itself', () => {
    expect(etaOf([...done, run('running', null, 60_000), run('queued', null)], 2)).toBe(60_000);
  });
});

describe('labels of an axis of bytes', () => {
  it.each([
    [300e6, 100 * MIB],
    [4 * MIB, MIB],
    [4 * MIB + 4, 2 * MIB],
    [3000 * MIB, 1024 * MIB],
    [3, 1],
  ])('up to %i stand %i apart', (most, step) => {
    expect(byteStep(most)).toBe(step);
  });
});

describe('changes in percent', () => {
  it('have three digits where they are small, and are counted out where they are large', () => {
    const told = [0, -0.774, 51.93, 219.4, 2054.3, 12_413].map(formatPercentDelta);
    expect(told).toEqual(['0 %', '−0.77 %', '+51.9 %', '+219 %', '+2,054 %', '+12,413 %']);
  });
});
