/** Policies and commands that move pages from tier to tier, and the orders that they follow. */
import { describe, expect, it } from 'vitest';
import { demoteByPressure } from '../../../src/engine/policy/demoteByPressure.ts';
import { promoteByAge } from '../../../src/engine/policy/promoteByAge.ts';
import { promoteIntoRoom } from '../../../src/engine/policy/promoteIntoRoom.ts';
import { AgeHeap } from '../../../src/engine/swap/ageHeap.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { violations } from '../../support/engine/invariants.ts';
import { finish, simulate, totals } from '../../support/engine/simulate.ts';

type Policy = NonNullable<ScenarioInput['tierPolicies']>[number];
type Action = NonNullable<ScenarioInput['actions']>[number];

/**
 * 8 MiB in 4 MiB of RAM, of which only the last 1 % is used after about 50 ms: the other half lies on
 * `fast` (2047 slots), `slow` and `far` are empty.
 */
function scenario(more: {
  kernel?: ScenarioInput['kernel'];
  tierPolicies?: Policy[];
  actions?: Action[];
  duration?: string;
}): ScenarioInput {
  return {
    machine: { memory: '256MiB', cpus: 2 },
    kernel: { swapSpace: 'virtual', statsFlush: '0', pageCluster: 0, ...more.kernel },
    tiers: {
      fast: { kind: 'block', device: 'nvme', size: '8MiB', priority: 3 },
      slow: { kind: 'block', device: 'sata-ssd', size: '16MiB', priority: 2 },
      far: { kind: 'block', device: 'hdd', size: '16MiB', priority: 1 },
    },
    cgroups: {
      a: {
        memory: { max: '4MiB' },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'hotcold', hot: 1, hotAccesses: 100, shuffle: false },
            pages: '8MiB',
            fill: true,
            writes: 0,
            thinkTime: '10us',
            contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
          },
        ],
      },
    },
    tierPolicies: more.tierPolicies ?? [],
    actions: more.actions ?? [],
    run: { duration: more.duration ?? '1s', sampleEvery: '10ms' },
  };
}

function outcome(input: ScenarioInput) {
  const simulation = simulate(input);
  const result = finish(simulation);
  expect(violations(simulation.kernel)).toEqual([]);
  const held = (tier: string) =>
    tier === 'zswap'
      ? simulation.kernel.zswap!.stored
      : result.series.columns
          .find((c) => c.scope === `tier:${tier}` && c.metric === 'held')!
          .values.at(-1)!;
  const flow = (from: string, to: string) =>
    result.flows.find((f) => f.from === from && f.to === to)?.pages ?? 0;
  return { result, held, flow, k: simulation.kernel };
}

const BY_AGE = {
  kind: 'demote-by-age',
  from: 'fast',
  to: 'slow',
  interval: '10ms',
  after: '300ms',
} as const;

describe('what a policy asks for', () => {
  const fill = (used: number) => ({ used, size: 200 });

  it('by pressure: from above the high mark down to the low mark, the oldest', () => {
    const policy = demoteByPressure({ high: 90, low: 80 });
    expect(policy({ from: fill(180), to: fill(0) })).toBeNull();
    expect(policy({ from: fill(181), to: fill(0) })).toEqual({
      pages: 21,
      order: 'oldest',
      olderThan: 0,
      youngerThan: Infinity,
    });
  });

  it('into room: from below the low mark up to the high mark, the newest', () => {
    const policy = promoteIntoRoom({ high: 80, low: 70 });
    expect(policy({ from: fill(200), to: fill(140) })).toBeNull();
    expect(policy({ from: fill(200), to: fill(139) })).toEqual({
      pages: 21,
      order: 'newest',
      olderThan: 0,
      youngerThan: Infinity,
    });
  });
});

it('promotion by age asks for what is young, as much as there is room for', () => {
  const policy = promoteByAge({ within: 5 });
  expect(policy({ from: { used: 9, size: 9 }, to: { used: 200, size: 200 } })).toBeNull();
  expect(policy({ from: { used: 9, size: 9 }, to: { used: 150, size: 200 } })).toEqual({
    pages: 50,
    order: 'newest',
    olderThan: 0,
    youngerThan: 5,
  });
});

describe('demotion by age', () => {
  it.each(['walk', 'virtual'] as const)('empties a tier that nobody reads (%s)', (swapSpace) => {
    const { held, flow, k } = outcome(scenario({ kernel: { swapSpace }, tierPolicies: [BY_AGE] }));
    expect(held('fast')).toBe(0);
    expect(held('slow')).toBeGreaterThan(900);
    expect(flow('fast', 'slow')).toBe(
      totals(outcome(scenario({ kernel: { swapSpace }, tierPolicies: [BY_AGE] })).result)[
        'swap_moved'
      ],
    );
    expect(k.transfers.active).toBe(0);
  });

  it('waits for the age', () => {
    const { flow } = outcome(scenario({ tierPolicies: [{ ...BY_AGE, after: '2s' }] }));
    expect(flow('fast', 'slow')).toBe(0);
  });

  it('keeps to the rate', () => {
    // From 300 ms after the swap-outs of the first 50 ms until 1 s: at most 0.7 s of 100 pages each.
    const { flow } = outcome(scenario({ tierPolicies: [{ ...BY_AGE, rate: '400KiB', batch: 8 }] }));
    expect(flow('fast', 'slow')).toBeGreaterThanOrEqual(48);
    expect(flow('fast', 'slow')).toBeLessThanOrEqual(78);
  });
});

describe('a chain of tiers', () => {
  const chain: Policy[] = [
    { ...BY_AGE, after: '400ms' },
    { ...BY_AGE, from: 'slow', to: 'far', after: '400ms' },
  ];

  it('is passed a tier at a time where each tier has its own order', () => {
    // 0.4 s on fast, then 0.4 s on slow from about 0.45 s on: far is reached after 0.85 s.
    const { flow } = outcome(scenario({ tierPolicies: chain, duration: '800ms' }));
    expect([flow('fast', 'slow') > 900, flow('slow', 'far')]).toEqual([true, 0]);
  });

  it('is passed at once where one order goes over all tiers', () => {
    const { flow } = outcome(
      scenario({ kernel: { swapLru: 'global' }, tierPolicies: chain, duration: '800ms' }),
    );
    expect(flow('slow', 'far')).toBeGreaterThan(20);
  });
});

describe('demotion by pressure', () => {
  it('goes on from above the high mark down to the low mark', () => {
    const policy = {
      kind: 'demote-by-pressure',
      from: 'fast',
      to: 'slow',
      interval: '1ms',
    } as const;
    const { k, flow, result } = outcome(
      scenario({ tierPolicies: [{ ...policy, high: 40, low: 25 }] }),
    );
    const { used } = k.devices.list[0]!.slots;
    // 2047 slots: the marks are at 818 and 511.
    expect(flow('fast', 'slow')).toBeGreaterThan(0);
    expect(used).toBeLessThanOrEqual(818);
    expect(used).toBeGreaterThanOrEqual(511);
    // Each time that it was above the mark is an event, with what moved.
    const moved = result.events.flatMap(
      ({ message }) =>
        /^demote-by-pressure from fast to slow moved (\d+) pages/.exec(message)?.[1] ?? [],
    );
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.reduce((sum, pages) => sum + Number(pages), 0)).toBe(flow('fast', 'slow'));
  });

  it('leaves a tier below the high mark alone', () => {
    const policy = {
      kind: 'demote-by-pressure',
      from: 'fast',
      to: 'slow',
      interval: '1ms',
    } as const;
    expect(
      outcome(scenario({ tierPolicies: [{ ...policy, high: 90 }] })).flow('fast', 'slow'),
    ).toBe(0);
  });
});

it('promotion takes the pages that came last, and stops at the high mark', () => {
  const away: Action = { at: '300ms', do: 'move-pages', cgroup: '/a', from: 'fast', to: 'far' };
  const { k, held, flow } = outcome(
    scenario({
      actions: [away],
      duration: '3s',
      tierPolicies: [
        { kind: 'promote-into-room', from: 'far', to: 'slow', interval: '500ms', low: 5, high: 10 },
      ],
    }),
  );
  // 4095 slots: up to the 409th.
  expect(flow('far', 'slow')).toBe(409);
  expect(held('slow')).toBe(409);
  const on = (index: number) =>
    Array.from({ length: 2048 }, (_, page) => page).filter(
      (page) => k.pages.slot(page) >= 0 && k.devices.of(k.pages.slot(page)).index === index,
    );
  // The fill goes in order of address: of some 1070 pages the newest 409 are 535 further on average.
  const mean = (all: number[]) => all.reduce((sum, page) => sum + page, 0) / all.length;
  expect(mean(on(1)) - mean(on(2))).toBeGreaterThan(450);
});

describe('promotion by age', () => {
  // The commands put 200 pages on `slow` at 300 ms and 100 more at 600 ms.
  const away = { do: 'move-pages', cgroup: '/a', from: 'fast', to: 'slow' } as const;
  const actions: Action[] = [
    { ...away, at: '300ms', amount: '800KiB' },
    { ...away, at: '600ms', amount: '400KiB' },
  ];
  const policy = { kind: 'promote-by-age', from: 'slow', to: 'fast', interval: '850ms' } as const;
  const promoted = (within: string, kernel: ScenarioInput['kernel'] = {}) =>
    outcome(scenario({ kernel, actions, tierPolicies: [{ ...policy, within }] })).flow(
      'slow',
      'fast',
    );

  it('takes what came within the time, and leaves what came before', () => {
    expect([promoted('10ms'), promoted('260ms'), promoted('700ms')]).toEqual([0, 100, 300]);
  });

  it('goes by when pages left RAM where one order goes over all tiers', () => {
    // All were swapped out in the first 50 ms, so at 850 ms none is younger than 700 ms.
    expect(promoted('700ms', { swapLru: 'global' })).toBe(0);
    expect(promoted('850ms', { swapLru: 'global' })).toBe(300);
  });

  it('ends where the other tier is full', () => {
    const input = scenario({ actions, tierPolicies: [{ ...policy, to: 'top', within: '1s' }] });
    input.tiers!['top'] = { kind: 'block', device: 'nvme', size: '256KiB', priority: 0 };
    // 64 pages less the header.
    expect(outcome(input).flow('slow', 'top')).toBe(63);
  });
});

describe('a command', () => {
  const move: Action = { at: '200ms', do: 'move-pages', cgroup: '/a', from: 'fast', to: 'slow' };

  it('moves as much as it is told to', () => {
    const { flow, result } = outcome(scenario({ actions: [{ ...move, amount: '400KiB' }] }));
    expect(flow('fast', 'slow')).toBe(100);
    expect(result.events.map(({ message }) => message).join('\n')).toMatch(
      /100 pages of \/a moved from fast to slow in 0\.\d+ s\.$/m,
    );
  });

  it.each(['pinned', 'reserved'] as const)('is refused by %s, and says why', (swapSpace) => {
    const { flow, result } = outcome(scenario({ kernel: { swapSpace }, actions: [move] }));
    expect(flow('fast', 'slow')).toBe(0);
    expect(result.events.map(({ message }) => message).join('\n')).toMatch(
      /Others stayed, because the swap space keeps a page in the slot that it got/,
    );
  });

  it('keeps to the tiers that the cgroup may use', () => {
    const input = scenario({ actions: [move] });
    input.cgroups!['a']!.memory = { max: '4MiB', swap: { tiers: ['fast'] } };
    const { flow, result } = outcome(input);
    expect(flow('fast', 'slow')).toBe(0);
    expect(result.events.map(({ message }) => message).join('\n')).toMatch(
      /stayed, because their cgroup may not use the target/,
    );
  });
});

describe('zswap as a tier', () => {
  const zswap = { enabled: true, maxPoolPercent: 20 };
  const out = { at: '200ms', do: 'move-pages', cgroup: '/a', from: 'zswap', to: 'fast' } as const;
  const back = { ...out, at: '500ms', from: 'fast', to: 'zswap' } as const;

  it('gives pages to the slots behind it without a walk, and takes them back', () => {
    const { held, flow, k } = outcome(
      scenario({ kernel: { swapSpace: 'reserved', zswap }, actions: [out, back] }),
    );
    expect(flow('zswap', 'fast')).toBeGreaterThan(900);
    expect(flow('fast', 'zswap')).toBe(flow('zswap', 'fast'));
    expect([held('fast'), held('zswap') > 900]).toEqual([0, true]);
    // The slots stay reserved.
    expect(k.devices.list[0]!.slots.used).toBeGreaterThan(900);
  });

  it('passes over a cgroup that may have no more slots', () => {
    const input = scenario({ kernel: { zswap }, actions: [] });
    const app = input.cgroups!['a']!;
    input.cgroups = {
      full: { ...app, memory: { max: '4MiB', swap: { max: '40KiB' } } },
      later: { ...app, workloads: [{ ...app.workloads![0]!, start: '50ms' }] },
    };
    input.tierPolicies = [
      { kind: 'demote-by-age', from: 'zswap', to: 'fast', after: '100ms', interval: '20ms' },
    ];
    const { flow, k } = outcome(input);
    expect(k.memcgs[1]!.swap).toBe(10);
    expect(flow('zswap', 'fast')).toBeGreaterThan(900);
  });

  it('frees the slots of what it takes in a virtual space', () => {
    const { held, k } = outcome(scenario({ kernel: { zswap }, actions: [out, back] }));
    expect(held('zswap')).toBeGreaterThan(900);
    expect(k.devices.list[0]!.slots.used).toBe(0);
  });
});

it('an order costs its bytes for each page in it, and nothing where there is none', () => {
  const bytes = (kernel: ScenarioInput['kernel']) => {
    const { k, held } = outcome(scenario({ kernel: { ...kernel }, duration: '200ms' }));
    return [k.metadataBytes() - k.space.metadataBytes(), held('fast')];
  };
  expect(bytes({})[0]).toBe(0);
  const [own, pages] = bytes({ swapLru: 'global' });
  expect(own).toBe(24 * pages!);
});

it('a heap gives pages by time and then by number, without those that left', () => {
  const since = new Map<number, number>();
  const heap = new AgeHeap((page, key) => since.get(page) === key);
  for (let i = 0; i < 300; i++) {
    since.set(i, (i * 37) % 100);
    heap.push(i, since.get(i)!);
    if (i % 3 === 0) heap.push(i, since.get(i)!);
  }
  for (let i = 0; i < 300; i += 7) since.delete(i);
  const expected = [...since].sort(([a, x], [b, y]) => x - y || a - b).map(([page]) => page);
  const taken: number[] = [];
  for (let page = heap.first(); page >= 0; page = heap.first()) {
    taken.push(page);
    heap.take();
  }
  expect(taken).toEqual(expected);
});
