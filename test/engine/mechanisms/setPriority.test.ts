/** The priority of a device changes while it holds pages: they stay, follow when touched, or follow now. */
import { expect, test } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { OvertakenDevices } from '../../../src/engine/swap/overtaken.ts';
import type { SwapDevice } from '../../../src/engine/swap/devices.ts';
import { violations } from '../../support/engine/invariants.ts';
import { finish, simulate } from '../../support/engine/simulate.ts';

type Move = 'stay' | 'lazy' | 'now';
type Design = 'pinned' | 'reserved' | 'walk' | 'virtual';
type Change = { tier: 'near' | 'far'; priority: number; rate?: string; farSize?: string };

/** The app has room for 2048 of its 4096 pages; `near` (priority 10) comes before `far` (5) at first. */
function scenario(move: Move, change: Change, hot: number, swapSpace: Design): ScenarioInput {
  const { tier, priority, rate = 'max', farSize = '64MiB' } = change;
  return {
    machine: { memory: '256MiB' },
    kernel: { statsFlush: 0, pageCluster: 0, swapSpace },
    tiers: {
      near: { kind: 'block', device: 'nvme', size: '64MiB', priority: 10 },
      far: { kind: 'block', device: 'nvme', size: farSize, priority: 5 },
    },
    cgroups: {
      app: {
        memory: { max: '8MiB' },
        workloads: [
          {
            name: 'w',
            pages: '16MiB',
            fill: true,
            pattern: { kind: 'hotcold', hot, hotAccesses: 100 },
            writes: 0,
            thinkTime: '20us',
          },
        ],
      },
    },
    actions: [{ at: '200ms', do: 'set-priority', tier, priority, move, rate }],
    run: { duration: '1200ms' },
  };
}

const RAISE_FAR: Change = { tier: 'far', priority: 20 };

function machine(move: Move, change: Change, hot = 100, swapSpace: Design = 'reserved') {
  const simulation = simulate(scenario(move, change, hot, swapSpace));
  const { series, events, flows } = finish(simulation);
  const used = (tier: string) => {
    const column = series.columns.find(
      (c) => c.scope === `tier:${tier}` && c.metric === 'slots_used',
    );
    return (ms: number) => column?.values[series.timeNs.findIndex((t) => t >= ms * 1e6)] ?? NaN;
  };
  const straight = flows.find(({ from, to }) => from === 'near' && to === 'far')?.pages ?? 0;
  const said = events.filter(({ scope }) => scope === `tier:${change.tier}`);
  const messages = said.map(({ message }) => message);
  return {
    near: used('near'),
    far: used('far'),
    straight,
    messages,
    problems: violations(simulation.kernel),
  };
}

test.each<Design>(['reserved', 'virtual'])(
  'with stay only new slots follow the order: %s',
  (design) => {
    const { near, far, problems } = machine('stay', RAISE_FAR, 100, design);
    expect(far(200)).toBe(0);
    // Swap is far from half full, so a page that is only read keeps its slot.
    expect(near(200)).toBeGreaterThan(1500);
    expect(near(1200)).toBe(near(200));
    expect(problems).toEqual([]);
  },
);

test('with lazy what is read leaves for the device that has overtaken its own', () => {
  const stay = machine('stay', RAISE_FAR);
  const lazy = machine('lazy', RAISE_FAR);
  expect(lazy.near(1200)).toBeLessThan(stay.near(1200) / 2);
  expect(lazy.far(1200)).toBeGreaterThan(1500);
  expect(lazy.problems).toEqual([]);
});

test.each<[Design, boolean]>([
  ['pinned', false],
  ['reserved', false],
  ['walk', true],
  ['virtual', true],
])('now empties the overtaken device, straight where pages can move: %s', (design, straight) => {
  const result = machine('now', RAISE_FAR, 1, design);
  expect(result.near(200)).toBeGreaterThan(1500);
  expect(result.near(1200)).toBe(0);
  expect(result.straight > 1500).toBe(straight);
  expect(result.messages[0]).toBe('The priority of far is 20 now. Pages follow the new order now.');
  expect(result.messages[1]).toMatch(/^\d+ pages followed the new priority of far in .* s\.$/);
  expect(result.problems).toEqual([]);
});

test('a device that falls behind is left in the same way', () => {
  const result = machine('now', { tier: 'near', priority: 1 }, 1, 'virtual');
  expect(result.near(1200)).toBe(0);
});

test('now keeps to its rate', () => {
  // The app touches the same 40 pages only: 1 MiB a second is 256 pages in the second that is left.
  const { near } = machine('now', { ...RAISE_FAR, rate: '1MiB' }, 1);
  expect(Math.abs(near(200) - near(1200) - 256)).toBeLessThanOrEqual(1);
});

test('no more pages leave than the other device has slots for', () => {
  // 2 MiB are 512 slots, of which the first is the header.
  const { near, far, problems } = machine('now', { ...RAISE_FAR, farSize: '2MiB' }, 1, 'virtual');
  expect(far(1200)).toBe(511);
  // The 41 pages in use may leave `near` by themselves.
  expect(near(200) - near(1200)).toBeGreaterThanOrEqual(511);
  expect(near(200) - near(1200)).toBeLessThanOrEqual(511 + 41);
  expect(problems).toEqual([]);
});

test('a rate of nothing is refused', () => {
  const checked = checkScenario(scenario('now', { ...RAISE_FAR, rate: '0' }, 1, 'virtual'));
  expect(checked.ok ? [] : checked.issues.map(({ message }) => message)).toEqual([
    'actions[0].rate is "0"; accepted: a size above 0',
  ]);
});

/** A device as far as the order of priorities looks at it. */
const device = (index: number, priority: number, free = 1) =>
  ({ index, priority, plain: false, closed: false, slots: { free } }) as unknown as SwapDevice & {
    priority: number;
    slots: { free: number };
  };

test('a device is overtaken only by a change that puts another before it', () => {
  const [a, b, c] = [device(0, 10), device(1, 5), device(2, 20)];
  const all = [true, true, true];
  const overtaken = new OvertakenDevices();
  const change = (d: typeof a, priority: number, follow: boolean) => {
    const before = d.priority;
    d.priority = priority;
    overtaken.changed([a, b, c], d, before, follow);
  };
  change(b, 15, true);
  // c was before a all along.
  expect(overtaken.betterThan(a, all)).toBe(b);
  expect(overtaken.betterThan(b, all)).toBeNull();
  expect(overtaken.betterThan(a, [true, false, true])).toBeNull();
  b.slots.free = 0;
  expect(overtaken.betterThan(a, all)).toBeNull();
  b.slots.free = 1;
  // It stays ahead by a further change, and a change with which pages stay ends it.
  change(b, 16, true);
  expect(overtaken.betterThan(a, all)).toBe(b);
  change(b, 17, false);
  expect([overtaken.betterThan(a, all), overtaken.any]).toEqual([null, false]);
});
