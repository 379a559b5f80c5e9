/** Where the next swap slot comes from (facts 2.2). */
import { finish, simulate } from '../../support/engine/simulate.ts';
import { describe, expect, it } from 'vitest';
import { SwapDevice, SwapDevices, type Backend } from '../../../src/engine/swap/devices.ts';

const backend: Backend = {
  write: () => 0,
  read: () => 0,
  discard: () => undefined,
  busyUntil: () => 0,
  ramPages: () => 0,
  counters: () => ({}),
};

/** Devices of `[priority, slots]` each; nothing in RAM refers to any slot. */
function devices(list: [number, number][], reclaim: (slot: number) => boolean = () => false) {
  let first = 0;
  const full: number[] = [];
  const all = list.map(([priority, slots], i) => {
    const device = new SwapDevice(
      i,
      `d${i}`,
      priority,
      first,
      slots,
      false,
      false,
      backend,
      reclaim,
    );
    first += slots;
    return device;
  });
  return { all, full, swap: new SwapDevices(all, 2, (d) => full.push(d.index)) };
}

/** Allocates `count` slots on one CPU; [device, slots in a row] until it changes. */
function runs(swap: SwapDevices, count: number, allowed: boolean[], cpu = 0): [number, number][] {
  const found: [number, number][] = [];
  for (let page = 0; page < count; page++) {
    const slot = swap.allocate(page, cpu, allowed);
    const device = slot < 0 ? -1 : swap.of(slot).index;
    const last = found.at(-1);
    if (last?.[0] === device) last[1]++;
    else found.push([device, 1]);
  }
  return found;
}

describe('equal priorities', () => {
  it('take turns by cluster of 512, the first of which lacks the header', () => {
    const { swap } = devices([
      [0, 4096],
      [0, 4096],
    ]);
    expect(runs(swap, 511 * 2 + 512 * 3 + 7, [true, true])).toEqual([
      [0, 511],
      [1, 511],
      [0, 512],
      [1, 512],
      [0, 512],
      [1, 7],
    ]);
  });

  it('end balanced, and slot 0 of no device is ever given out', () => {
    const { swap, all, full } = devices([
      [5, 2048],
      [5, 2048],
      [5, 2048],
    ]);
    runs(swap, 3 * 2047, [true, true, true]);
    expect(all.map((d) => d.slots.used)).toEqual([2047, 2047, 2047]);
    expect(all.map((d) => d.slots.ownerOf(0))).toEqual([-2, -2, -2]);
    expect([...full].sort()).toEqual([0, 1, 2]);
    expect(swap.free).toBe(0);
    expect(swap.allocate(0, 0, [true, true, true])).toBe(-1);
  });
});

it('gives each CPU a cluster of its own', () => {
  const { swap } = devices([[0, 4096]]);
  const slots = Array.from({ length: 4 }, (_, i) => swap.allocate(i, i % 2, [true]));
  expect(slots).toEqual([1, 512, 2, 513]);
});

describe('different priorities', () => {
  it('fill the highest completely before the next', () => {
    const { swap } = devices([
      [-3, 1024],
      [7, 2048],
      [-2, 1024],
    ]);
    expect(runs(swap, 2047 + 1023 + 1023 + 1, [true, true, true])).toEqual([
      [1, 2047],
      [2, 1023],
      [0, 1023],
      [-1, 1],
    ]);
  });

  it('go back to the highest as soon as the CPU needs a new cluster', () => {
    const { swap } = devices([
      [1, 512],
      [0, 4096],
    ]);
    runs(swap, 511 + 100, [true, true]);
    swap.release(5);
    swap.release(6);
    expect(runs(swap, 411 + 2 + 1, [true, true])).toEqual([
      [1, 411],
      [0, 2],
      [1, 1],
    ]);
  });
});

it('a CPU does not go on beyond the last slot of a device, where the next one begins', () => {
  const { swap } = devices([
    [2, 101],
    [1, 101],
  ]);
  expect(runs(swap, 99, [true, true])).toEqual([[0, 99]]);
  swap.release(5);
  // Slot 100, the last one, and then the one that is free again.
  expect([swap.allocate(1, 0, [true, true]), swap.allocate(1, 0, [true, true])]).toEqual([100, 5]);
});

describe('a mask of allowed tiers', () => {
  it('filters and does not spill: without a slot on an allowed tier there is none', () => {
    const { swap } = devices([
      [1, 512],
      [0, 512],
    ]);
    expect(runs(swap, 513, [false, true])).toEqual([
      [1, 511],
      [-1, 2],
    ]);
    expect(swap.free).toBe(511);
  });

  it('also holds for the cluster that the CPU is in', () => {
    const { swap } = devices([
      [1, 4096],
      [0, 4096],
    ]);
    expect(swap.of(swap.allocate(0, 0, [true, true])).index).toBe(0);
    expect(swap.of(swap.allocate(1, 0, [false, true])).index).toBe(1);
  });
});

describe('the 50 % rule', () => {
  it('begins when less than half of all slots of the machine are free', () => {
    const { swap } = devices([
      [1, 1025],
      [0, 1025],
    ]);
    runs(swap, 1024, [true, true]);
    expect(swap.halfUsed).toBe(false);
    swap.allocate(0, 0, [true, true]);
    expect(swap.halfUsed).toBe(true);
  });

  it('takes slots from pages in RAM only from then on', () => {
    let asked = 0;
    const { swap } = devices([[0, 1025]], () => (asked++, false));
    runs(swap, 513, [true]);
    expect(asked).toBe(0);
    // The other CPU finds only full clusters and the one that is in use.
    runs(swap, 1, [true], 1);
    expect(asked).toBeGreaterThan(0);
  });
});

it('says once a second at most that a device which hovers at full is full', () => {
  const simulation = simulate({
    machine: { memory: '256MiB' },
    kernel: { statsFlush: 0, pageCluster: 0 },
    // 63 slots beside the header: a tenth of them comes free and is taken again all the time.
    tiers: {
      small: { kind: 'block', device: 'pmem', size: '256KiB', priority: 5 },
      rest: { kind: 'block', device: 'pmem', size: '64MiB', priority: 1 },
    },
    cgroups: {
      app: {
        memory: { max: '8MiB' },
        workloads: [
          {
            name: 'w',
            pages: '16MiB',
            pattern: { kind: 'uniform' },
            writes: 100,
            thinkTime: '1us',
          },
        ],
      },
    },
    run: { duration: '2500ms' },
  });
  const { events } = finish(simulation);
  const times = events.filter(({ kind }) => kind === 'tier_full').map(({ timeNs }) => timeNs);
  expect(times.length).toBeGreaterThanOrEqual(1);
  expect(times.length).toBeLessThanOrEqual(3);
  for (let i = 1; i < times.length; i++)
    expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(1e9);
});
