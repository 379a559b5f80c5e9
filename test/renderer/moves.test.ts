// Arrows beside the drawing, new entries of lists and maps, and sets of tiers as files.
import { describe, expect, it } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import { addEntry, describeEntry, namesFor } from '../../src/renderer/build/entries.ts';
import { lanesOf, movesOf } from '../../src/renderer/build/moves.ts';
import { usersOf } from '../../src/renderer/build/tierLook.ts';
import { demandOf } from '../../src/renderer/build/advice/demand.ts';
import { missRatioAt } from '../../src/renderer/build/preview/shapes.ts';
import { inventPreview } from './fixture/preview.ts';

const tiers = {
  fast: { kind: 'block', device: 'nvme', size: '1GiB' },
  slow: { kind: 'block', device: 'hdd', size: '4GiB' },
} as const;
const base: ScenarioInput = {
  kernel: { swapSpace: 'virtual', zswap: { enabled: true } },
  tiers,
  cgroups: {
    web: { workloads: [{ name: 'w', pattern: { kind: 'zipf' }, pages: '1GiB', accesses: 10 }] },
    batch: {
      memory: { swap: { tiers: ['slow'] } },
      workloads: [{ name: 'w', pattern: { kind: 'zipf' }, pages: '1GiB', accesses: 10 }],
    },
  },
};
const policy = (from: string, to: string) => ({ kind: 'demote-by-age', from, to }) as const;

describe('moves beside the drawing', () => {
  it('are those of policies and of commands', () => {
    const moves = movesOf({
      ...base,
      tierPolicies: [policy('zswap', 'fast')],
      actions: [
        { do: 'swapoff', at: '1s', tier: 'fast' },
        { do: 'move-pages', at: '2s', cgroup: '/web', from: 'fast', to: 'slow' },
      ],
    });
    expect(moves.map(({ from, to, once, path }) => [from, to, once, path])).toEqual([
      ['zswap', 'fast', false, ['tierPolicies', 0]],
      ['fast', 'slow', true, ['actions', 1]],
    ]);
  });

  it('share a column where they do not meet, and leave out what is not drawn', () => {
    const moves = movesOf({
      ...base,
      tierPolicies: [
        policy('zswap', 'fast'),
        policy('slow', 'zswap'),
        policy('tape', 'fast'),
        policy('slow', 'disk'),
      ],
    });
    const lanes = lanesOf(moves, ['', 'zswap', 'fast', 'slow', 'disk']);
    expect(lanes.map(({ from, to, column }) => [from, to, column])).toEqual([
      [1, 2, 0],
      [3, 1, 1],
      [3, 4, 0],
    ]);
  });
});

describe('an entry that is added', () => {
  it.each(['tierPolicies', 'actions', 'controllers'])('is right at once: %s', (list) => {
    const added = addEntry(base, [list]);
    const checked = checkScenario(added);
    expect(checked.ok ? [] : checked.issues).toEqual([]);
    expect(describeEntry([list, 0], added)).not.toBe('');
  });

  it('begins the range of swap tiers at -1, and the next one above', () => {
    const once = addEntry(base, ['kernel', 'swapTiers']);
    const twice = addEntry(once, ['kernel', 'swapTiers']);
    expect(Object.values(twice.kernel?.swapTiers ?? {})).toEqual([-1, 100]);
    expect(checkScenario(twice).ok).toBe(true);
  });

  it('offers the parts of the scenario by name', () => {
    expect(namesFor(['tierPolicies', 0, 'to'], base)).toEqual(['fast', 'slow', 'zswap']);
    expect(namesFor(['actions', 0, 'cgroup'], base)).toEqual(['/web', '/batch']);
    expect(namesFor(['machine', 'memory'], base)).toEqual([]);
  });
});

describe('who may use a tier', () => {
  it('is said by the shorter list', () => {
    const checked = checkScenario(base);
    if (!checked.ok) throw new Error('not ok');
    const { groups } = demandOf(checked.scenario, () => undefined);
    expect(usersOf(groups, 'slow')).toBe('all groups may use it');
    expect(usersOf(groups, 'fast')).toBe('only /web');
    expect(usersOf(groups, 'tape')).toBe('no group may use it');
  });
});

describe('the miss ratio of a preview', () => {
  it('lies between the points of the curve', () => {
    const preview = inventPreview();
    // Falls by 1/64 from one point, 192 pages, to the next.
    expect(missRatioAt(preview, 192)).toBe(1);
    expect(missRatioAt(preview, 288)).toBeCloseTo(1 - 0.5 / 64, 12);
    expect(missRatioAt(preview, 1e9)).toBeCloseTo(1 / 64, 12);
  });
});
