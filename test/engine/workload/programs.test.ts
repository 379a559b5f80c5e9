// The patterns that stand for whole programs: a phone's apps, a leak, and a load that varies by day.
import { describe, expect, it } from 'vitest';
import { PAGE_MASK } from '../../../src/engine/memory/pages.ts';
import type { Pattern } from '../../../src/engine/scenario/schema.ts';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';
import { DailyLoad } from '../../../src/engine/workload/dailyLoad.ts';
import { createPatternStream } from '../../../src/engine/workload/patterns.ts';
import { runToEnd } from '../../support/engine/simulate.ts';

function draw(pattern: Pattern, pages: number, count: number, writePercent = 0) {
  const buffer = new Uint32Array(count);
  createPatternStream({ pattern, pages, seed: 3, writePercent }).fill(buffer);
  return [...buffer];
}

describe('apps', () => {
  const SESSION = 200;
  const accesses = draw(
    { kind: 'apps', apps: 10, session: SESSION, launch: 40, exponent: 1 },
    1000,
    SESSION * 5000,
  );
  const sessions = Array.from({ length: 5000 }, (_, i) =>
    accesses.slice(i * SESSION, (i + 1) * SESSION),
  );

  it('come to the foreground one at a time, each with a launch in order', () => {
    for (const session of sessions) {
      const base = Math.floor((session[0] as number) / 100) * 100;
      // 40 % of the 100 pages of an app.
      expect(session.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, i) => base + i));
      expect(session.every((page) => page >= base && page < base + 100)).toBe(true);
    }
  });

  it('come as often as Zipf has it', () => {
    const counts = new Array<number>(10).fill(0);
    for (const session of sessions) counts[Math.floor((session[0] as number) / 100)]!++;
    // With exponent 1, rank r has the share 1 / (r H(10)), H(10) = 2.928968.
    counts.forEach((count, i) => {
      const expected = 5000 / ((i + 1) * 2.928968);
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    });
  });
});

describe('a leak', () => {
  it('writes a new page at every n-th access until there are none, and never returns', () => {
    const accesses = draw({ kind: 'leak', workingSet: 10, every: 4 }, 100, 1000);
    const fourths = accesses.filter((_, i) => i % 4 === 3);
    // 90 pages leak, each once and as a write; 250 fourths there are.
    expect(fourths.slice(0, 90)).toEqual(
      Array.from({ length: 90 }, (_, i) => ((10 + i) | 0x8000_0000) >>> 0),
    );
    const others = [...accesses.filter((_, i) => i % 4 !== 3), ...fourths.slice(90)];
    expect(new Set(others.map((word) => word & PAGE_MASK)).size).toBe(10);
    expect(Math.max(...others)).toBe(9);
  });
});

describe('a daily load', () => {
  it('is least at the start of a day and full in the middle of it', () => {
    const load = new DailyLoad(1000, 25, 100, 3000);
    // At a quarter of the load the think time is four times that of full load.
    expect(load.accessNs(0)).toBe(100 + 12_000);
    expect(load.accessNs(500)).toBe(100 + 3000);
    // Half way up: 25 % and half of the 75 % above it.
    expect(load.accessNs(250)).toBe(100 + 3000 / 0.625);
    expect(load.accessNs(750)).toBe(load.accessNs(250));
    expect(load.accessNs(3500)).toBe(load.accessNs(500));
  });

  it('makes a workload as busy as its mean over the days', () => {
    const workload = (daily?: { period: string; trough: number }) => ({
      name: 'web',
      pattern: { kind: 'uniform' as const },
      pages: 16,
      thinkTime: '10us',
      ...(daily ? { daily } : {}),
    });
    const accesses = (daily?: { period: string; trough: number }) =>
      runToEnd({
        machine: { costs: { access: '0', minorFault: '0' } },
        cgroups: { a: { workloads: [workload(daily)] } },
        run: { duration: '4s' },
      }).accesses;
    expect(accesses()).toBeGreaterThan(399_900);
    // From 20 to 100 % in straight lines: 60 % in the mean.
    const mean = accesses({ period: '2s', trough: 20 }) / 400_000;
    expect(mean).toBeGreaterThan(0.59);
    expect(mean).toBeLessThan(0.61);
  });

  it('needs a day that lasts', () => {
    const checked = checkScenario({
      cgroups: {
        a: {
          workloads: [
            { name: 'w', pattern: { kind: 'uniform' }, pages: 16, daily: { period: '0' } },
          ],
        },
      },
      run: { duration: '1s' },
    });
    expect(checked.ok ? [] : checked.issues.map(({ message }) => message)).toEqual([
      'cgroups.a.workloads[0].daily.period is "0"; accepted: a time above 0',
    ]);
  });
});
