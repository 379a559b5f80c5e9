/** What every design of the swap space must do alike: count sharers, free, and find neighbours (facts 2.4, 2.5, 6.1). */
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/engine/memory/fault.ts';
import { exitProcess } from '../../../src/engine/memory/oom.ts';
import { DEVICE, NOWHERE, PRESENT, SWAPCACHE, TOUCHED } from '../../../src/engine/memory/pages.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { MixedSwapSpace } from '../../../src/engine/swap/mixed.ts';
import { VirtualSwapSpace } from '../../../src/engine/swap/virtual.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { touched } from '../../support/engine/simulate.ts';

type Kernel = ReturnType<typeof touched>['kernel'];

const DESIGNS: Record<string, NonNullable<ScenarioInput['kernel']>> = {
  pinned: { swapSpace: 'pinned' },
  reserved: { swapSpace: 'reserved' },
  walk: { swapSpace: 'walk' },
  virtual: { swapSpace: 'virtual' },
  'virtual without a reverse map': { swapSpace: 'virtual', virtualSwap: { reverseMap: false } },
};
/** A swapfile outside of a virtual space that can take nothing. */
const PLAIN = 'plain beside virtual';
const NAMES = [...Object.keys(DESIGNS), PLAIN];

/** 2048 pages touched once in 4 MiB: a little more than 1024 of them are on a device. */
function swapped(design: string, forks = 0, device: 'nvme' | 'hdd' = 'nvme'): Kernel {
  const plain = design === PLAIN;
  const { kernel: k } = touched(2048, {
    kernel: plain
      ? { swapSpace: 'virtual', virtualSwap: { reserve: 0, grows: false } }
      : DESIGNS[design]!,
    tiers: { disk: { kind: 'block', device, size: '64MiB', ...(plain ? { plain } : {}) } },
    cgroups: {
      a: {
        memory: { max: '4MiB' },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 2048,
            forks,
            contents: [{ class: 'incompressible', share: 100 }],
          },
        ],
      },
    },
  });
  settle(k);
  k.memcgs[1]!.limits.max = Infinity;
  return k;
}

function settle(k: Kernel): void {
  while (k.io.size > 0) {
    k.now = k.io.nextTime;
    completeIo(k);
  }
}

/** Pages that are only on the device, in order of address. */
function onDevice(k: Kernel): number[] {
  const pages: number[] = [];
  for (let page = 0; page < 2048; page++)
    if (k.pages.flags[page] === TOUCHED && k.pages.where(page) === DEVICE) pages.push(page);
  return pages;
}

/** Lets the process fault on the page until it is mapped. */
function access(k: Kernel, page: number, write = false): void {
  const fault = new Fault();
  for (;;) {
    const wait = fault.handle(k, k.processes[0]!, page, write);
    if (wait === 0) break;
    k.now = wait;
    completeIo(k);
  }
}

const descriptors = ({ space }: Kernel) => {
  if (space instanceof MixedSwapSpace) return space.virtual.used;
  return space instanceof VirtualSwapSpace ? space.used : null;
};

describe.each(NAMES)('%s', (design) => {
  it('has one entry for a page, however many processes share it', () => {
    const k = swapped(design, 3);
    const memcg = k.memcgs[1]!;
    const entries = memcg.swapped + memcg.swapcached;
    expect(memcg.swapped).toBeGreaterThan(1000);
    expect([k.devices.used, memcg.swap]).toEqual([entries, entries]);
    if (descriptors(k) !== null) expect(descriptors(k)).toBe(design === PLAIN ? 0 : entries);
  });

  it('lets all who share a page map it, and frees its entry once', () => {
    const k = swapped(design, 3);
    const memcg = k.memcgs[1]!;
    const [page] = onDevice(k);
    const used = k.devices.used;
    const faults = memcg.counters[C.pgfault]!;
    access(k, page!, true);
    settle(k);
    // The one that is served and a fault of each of the others.
    expect(memcg.counters[C.pgfault]! - faults).toBe(4);
    expect(k.pages.flags[page!]! & (PRESENT | SWAPCACHE)).toBe(PRESENT);
    expect([k.pages.where(page!), k.pages.slot(page!)]).toEqual([NOWHERE, -1]);
    expect(k.devices.used).toBe(used - 1);
    expect(violations(k)).toEqual([]);
  });

  it('keeps the entry of a page that was only read', () => {
    const k = swapped(design);
    const [page] = onDevice(k);
    const slot = k.pages.slot(page!);
    access(k, page!);
    expect(k.pages.flags[page!]! & (PRESENT | SWAPCACHE)).toBe(PRESENT | SWAPCACHE);
    expect([k.pages.where(page!), k.pages.slot(page!)]).toEqual([DEVICE, slot]);
  });

  it('frees everything when the process ends, also in the middle of a read', () => {
    const k = swapped(design, 1);
    const fault = new Fault();
    expect(fault.handle(k, k.processes[0]!, onDevice(k)[500]!, false)).toBeGreaterThan(k.now);
    exitProcess(k, k.processes[0]!);
    expect(k.devices.used).toBeGreaterThan(0);
    settle(k);
    expect([k.devices.used, k.memcgs[1]!.swap, descriptors(k) ?? 0]).toEqual([0, 0, 0]);
    expect(leftovers(k)).toEqual([]);
  });

  it('reads ahead the neighbours in address', () => {
    const k = swapped(design);
    const out = onDevice(k);
    const page = out[500]!;
    const read = () => out.filter((p) => (k.pages.flags[p]! & SWAPCACHE) !== 0);
    access(k, page);
    // Two more than the four hits of the start, rounded up to 8 pages, three of them before the page.
    const window = Array.from({ length: 8 }, (_, i) => page - 3 + i);
    expect(read()).toEqual(window);
  });

  it('reads ahead the neighbours in slot of a disk with heads, where a slot leads to its page', () => {
    const k = swapped(design, 0, 'hdd');
    const out = onDevice(k);
    const page = out[500]!;
    const slots = new Map(out.map((p) => [p, k.pages.slot(p)]));
    access(k, page);
    const read = out.filter((p) => (k.pages.flags[p]! & SWAPCACHE) !== 0);
    const block = Math.floor(slots.get(page)! / 8);
    const expected = k.space.leadsBack(slots.get(page)!)
      ? out.filter((p) => Math.floor(slots.get(p)! / 8) === block)
      : [page];
    expect(read).toEqual(expected);
    expect(k.space.leadsBack(slots.get(page)!)).toBe(design !== 'virtual without a reverse map');
    expect(read).toHaveLength(design === 'virtual without a reverse map' ? 1 : 8);
  });
});
