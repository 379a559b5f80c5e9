/** Pages that are out of RAM change tiers (facts 6.1, 6.6; thread 000). */
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/engine/memory/fault.ts';
import { DEVICE, PRESENT, SWAPCACHE, TOUCHED, ZSWAP } from '../../../src/engine/memory/pages.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { bringBack } from '../../../src/engine/swap/bringBack.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { violations } from '../../support/engine/invariants.ts';
import { touched } from '../../support/engine/simulate.ts';

type Design = 'pinned' | 'reserved' | 'walk' | 'virtual';

/** 2048 pages touched once in 4 MiB: about half of them are on `fast`, and `slow` is empty. */
function swapped(
  swapSpace: Design,
  more: Partial<ScenarioInput['kernel']> = {},
  slow = '16MiB',
  forks = 0,
) {
  const { kernel: k } = touched(2048, {
    kernel: { swapSpace, ...more },
    tiers: {
      fast: { kind: 'block', device: 'nvme', size: '16MiB', priority: 2 },
      slow: { kind: 'block', device: 'sata-ssd', size: slow, priority: 1 },
    },
    cgroups: {
      a: {
        memory: { max: '4MiB' },
        workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 2048, forks }],
      },
    },
  });
  settle(k);
  const [fast, target] = k.devices.list;
  const out: number[] = [];
  for (let page = 0; page < 2048; page++)
    if (k.pages.flags[page] === TOUCHED && k.pages.where(page) >= ZSWAP) out.push(page);
  return { k, fast: fast!, slow: target!, out };
}

/** Lets every request complete. */
function settle(k: ReturnType<typeof touched>['kernel']): void {
  while (k.io.size > 0) {
    k.now = k.io.nextTime;
    completeIo(k);
  }
}

describe('a page on a device', () => {
  it.each(['walk', 'virtual'] as const)('moves to another one in a %s swap space', (design) => {
    const { k, fast, slow, out } = swapped(design);
    const used = fast.slots.used;
    const moving = out.slice(0, 20);
    let ended: number[] = [];
    expect(k.transfers.begin(moving, slow, { ended: (...end) => (ended = end) })).toBe(20);
    expect(violations(k)).toEqual([]);
    settle(k);
    expect(ended).toEqual([20, 0]);
    expect([fast.slots.used, slow.slots.used]).toEqual([used - 20, 20]);
    for (const page of moving) {
      expect(k.devices.of(k.pages.slot(page))).toBe(slow);
      expect([k.pages.flags[page], k.pages.where(page)]).toEqual([TOUCHED, DEVICE]);
    }
    expect(k.memcgs[1]!.counters[C.swap_moved]).toBe(20);
    expect(violations(k)).toEqual([]);
  });

  it.each(['pinned', 'reserved'] as const)('stays in a %s swap space', (design) => {
    const { k, slow, out } = swapped(design);
    expect(k.transfers.refusal(out[0]!, slow)).toBe('design');
    expect(k.transfers.begin(out, slow)).toBe(0);
  });

  it('moves only as far as the target has slots', () => {
    const { k, slow, out } = swapped('virtual', {}, '64KiB');
    // The first of 16 slots holds the header.
    expect(k.transfers.begin(out.slice(0, 40), slow)).toBe(15);
    settle(k);
    expect([slow.slots.free, k.transfers.refusal(out[30]!, slow)]).toEqual([0, 'no slot']);
    expect(violations(k)).toEqual([]);
  });

  it('does not go where it is, nor while it is on its way', () => {
    const { k, fast, slow, out } = swapped('virtual');
    expect(k.transfers.refusal(out[0]!, fast)).toBe('same tier');
    k.transfers.begin([out[0]!], slow);
    expect(k.transfers.refusal(out[0]!, slow)).toBe('not in swap');
  });
});

it('a page in zswap moves to a device, whose slot it did not have under virtual', () => {
  const { k, slow, out } = swapped('virtual', { zswap: { enabled: true } });
  expect(k.pages.where(out[0]!)).toBe(ZSWAP);
  const swap = k.memcgs[1]!.swap;
  expect(k.transfers.begin([out[0]!], slow)).toBe(1);
  settle(k);
  expect(k.pages.where(out[0]!)).toBe(DEVICE);
  expect(k.memcgs[1]!.swap).toBe(swap + 1);
  expect(violations(k)).toEqual([]);
});

describe('the price', () => {
  it('of a walk is every page-table entry of the machine, once for a batch', () => {
    const { k, slow, out } = swapped('walk');
    const { walkPte, slotAllocate, slotFree } = k.costs;
    const owed = (pages: number[]) => {
      k.transfers.takeOwed();
      k.transfers.begin(pages, slow);
      settle(k);
      const before = k.memcgs[1]!.counters[C.cpu_metadata]!;
      return before;
    };
    const start = owed([]);
    const one = owed(out.slice(0, 1)) - start;
    const many = owed(out.slice(1, 11)) - start - one;
    // 2048 pages were touched, and each is mapped or swapped.
    expect(one).toBeCloseTo(2048 * walkPte + slotAllocate + slotFree, 3);
    expect(many).toBeCloseTo(2048 * walkPte + 10 * (slotAllocate + slotFree), 3);
  });
});

it('of a walk grows with every process that shares the pages', () => {
  const price = (forks: number) => {
    const { k } = swapped('walk', {}, '16MiB', forks);
    return k.space.moveCost([]) / k.costs.walkPte;
  };
  expect([price(0), price(3)]).toEqual([2048, 4 * 2048]);
});

describe('a fault on a page in transfer', () => {
  it.each(['read', 'written'] as const)('while it is %s finds the page and keeps it', (phase) => {
    const { k, fast, slow, out } = swapped('virtual');
    const page = out[0]!;
    const used = fast.slots.used;
    k.transfers.begin([page], slow);
    if (phase === 'written') {
      k.now = k.io.nextTime;
      completeIo(k);
    }
    const fault = new Fault();
    const process = k.processes[0]!;
    for (let wait = fault.handle(k, process, page, false); wait > 0;) {
      k.now = wait;
      completeIo(k);
      wait = fault.handle(k, process, page, false);
    }
    settle(k);
    expect(k.pages.flags[page]! & (PRESENT | SWAPCACHE)).toBe(PRESENT | SWAPCACHE);
    expect(k.devices.of(k.pages.slot(page))).toBe(fast);
    expect([fast.slots.used, slow.slots.used]).toEqual([used, 0]);
    expect(k.memcgs[1]!.counters[C.swap_move_fail]).toBe(1);
    expect(violations(k)).toEqual([]);
  });
});

it('a page that is put away while swapoff waits for it is looked at again', () => {
  const { k, slow, out } = swapped('walk');
  const page = out[0]!;
  k.transfers.begin([page], slow);
  k.now = k.io.nextTime;
  completeIo(k);
  // The write to the target is complete, but nobody has applied that yet.
  k.now = k.io.nextTime;
  expect(bringBack(k, page)).toBe(k.now + 1);
  expect(k.devices.of(k.pages.slot(page))).toBe(slow);
  expect(violations(k)).toEqual([]);
});
