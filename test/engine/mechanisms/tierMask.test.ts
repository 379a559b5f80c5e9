/** The tier mask of a cgroup changes while pages are on a tier that it forbids. */
import { expect, test } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { violations } from '../../support/engine/invariants.ts';
import { finish, simulate, totals } from '../../support/engine/simulate.ts';

type Move = 'stay' | 'lazy' | 'now';
type Design = 'reserved' | 'walk' | 'virtual';

/** The app has room for 2048 of its 4096 pages and goes from `near` to `far` after 200 ms. */
function machine(
  move: Move,
  more: { rate?: string; writes?: number; hot?: number; swapSpace?: Design } = {},
) {
  const { rate = 'max', writes = 0, hot = 100, swapSpace = 'reserved' } = more;
  const input: ScenarioInput = {
    machine: { memory: '256MiB' },
    kernel: { statsFlush: 0, pageCluster: 0, swapSpace },
    tiers: {
      near: { kind: 'block', device: 'nvme', size: '64MiB' },
      far: { kind: 'block', device: 'nvme', size: '64MiB' },
    },
    cgroups: {
      app: {
        memory: { max: '8MiB', swap: { tiers: ['near'] } },
        children: {
          child: {
            workloads: [
              {
                name: 'w',
                pages: '16MiB',
                fill: true,
                pattern: { kind: 'hotcold', hot, hotAccesses: 100 },
                writes,
                thinkTime: '20us',
              },
            ],
          },
        },
      },
    },
    actions: [{ at: '200ms', do: 'set-tiers', cgroup: '/app', tiers: ['far'], move, rate }],
    run: { duration: '1200ms' },
  };
  const simulation = simulate(input);
  const { series, events, flows } = finish(simulation);
  const used = (tier: string) => {
    const column = series.columns.find(
      (c) => c.scope === `tier:${tier}` && c.metric === 'slots_used',
    );
    return (ms: number) => column?.values[series.timeNs.findIndex((t) => t >= ms * 1e6)] ?? NaN;
  };
  const straight = flows.find(({ from, to }) => from === 'near' && to === 'far')?.pages ?? 0;
  const problems = violations(simulation.kernel);
  return { near: used('near'), far: used('far'), straight, events, problems };
}

test.each<Design>(['reserved', 'virtual'])('a new mask filters allocation only: %s', (design) => {
  const { near, far, problems } = machine('stay', { swapSpace: design });
  expect(far(200)).toBe(0);
  // Swap is far from half full, so a page that is only read keeps its slot, wherever that is.
  expect(near(200)).toBeGreaterThan(1500);
  expect(near(1200)).toBe(near(200));
  expect(far(1200)).toBeGreaterThan(0);
  expect(problems).toEqual([]);
});

test('with lazy a page that was read or written leaves; with stay a read page keeps its slot', () => {
  const stay = machine('stay');
  const lazy = machine('lazy');
  expect(lazy.near(1200)).toBeLessThan(stay.near(1200) / 2);
  expect(lazy.far(1200)).toBeGreaterThan(stay.far(1200));
  expect(lazy.problems).toEqual([]);
});

test.each<Design>(['reserved', 'virtual'])('now empties the tier: %s', (design) => {
  const { near, far, events, problems } = machine('now', { swapSpace: design, writes: 30 });
  expect(near(1200)).toBe(0);
  // At least 2048 of the 4096 pages are out of RAM.
  expect(far(1200)).toBeGreaterThanOrEqual(2048);
  expect(events.at(-1)?.message).toMatch(/pages of \/app left their tiers in/);
  expect(problems).toEqual([]);
});

test('now keeps to its rate', () => {
  // The app touches the same 40 pages only: 1 MiB a second is 256 pages in the second that is left.
  const { near } = machine('now', { rate: '1MiB', hot: 1 });
  expect(Math.abs(near(200) - near(1200) - 256)).toBeLessThanOrEqual(1);
});

test.each<[Design, boolean]>([
  ['reserved', false],
  ['walk', true],
  ['virtual', true],
])('now goes from tier to tier where pages can move: %s', (swapSpace, straight) => {
  const result = machine('now', { swapSpace, hot: 1 });
  expect(result.straight > 1500).toBe(straight);
  expect(result.near(1200)).toBe(0);
  expect(result.problems).toEqual([]);
});

/** Cold pages wait in zswap; their cgroup goes from `near` to `far`, and then they are written back. */
function writtenBack(swapSpace: Design) {
  const simulation = simulate({
    machine: { memory: '256MiB' },
    kernel: { statsFlush: 0, pageCluster: 0, swapSpace, zswap: { enabled: true } },
    tiers: {
      near: { kind: 'block', device: 'nvme', size: '64MiB' },
      far: { kind: 'block', device: 'nvme', size: '64MiB' },
    },
    cgroups: {
      app: {
        memory: { max: '8MiB', swap: { tiers: ['near'] } },
        workloads: [
          {
            name: 'w',
            pages: '16MiB',
            fill: true,
            pattern: { kind: 'hotcold', hot: 1, hotAccesses: 100 },
            writes: 0,
            thinkTime: '20us',
            contents: [{ class: 'compressible', share: 100, ratio: 3, sigma: 0 }],
          },
        ],
      },
    },
    actions: [
      { at: '400ms', do: 'set-tiers', cgroup: '/app', tiers: ['far'], move: 'lazy' },
      // Each gives up when it has passed 16 batches of second chances.
      ...Array.from({ length: 12 }, (_, i) => ({
        at: `${500 + 10 * i}ms`,
        do: 'memory-reclaim' as const,
        cgroup: '/app',
        source: 'zswap' as const,
        amount: 'max' as const,
      })),
    ],
    run: { duration: '1s' },
  });
  const result = finish(simulation);
  const to = (tier: string) =>
    result.flows.find((flow) => flow.from === 'zswap' && flow.to === tier)?.pages ?? 0;
  return { near: to('near'), far: to('far'), moving: totals(result)['cpu_move'] ?? 0 };
}

test('with lazy a page in zswap changes its device only where, and for what, the design can', () => {
  const reserved = writtenBack('reserved');
  expect(reserved.near).toBeGreaterThan(100);
  expect([reserved.far, reserved.moving]).toEqual([0, 0]);
  const walk = writtenBack('walk');
  expect(walk.far).toBeGreaterThan(100);
  expect(walk.near).toBe(0);
  // Each page walks at least the 4,000 entries of its process that are in use, at 45 ns.
  expect(walk.moving).toBeGreaterThan(walk.far * 4000 * 45);
});
