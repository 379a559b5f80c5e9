/** swapoff under each design: what it looks at, what it leaves behind, and where it stops (facts 6.1, 6.6). */
import { describe, expect, it } from 'vitest';
import {
  DEVICE,
  DIRTY,
  NOWHERE,
  ONLY_RAM,
  PRESENT,
  SWAPCACHE,
  ZERO,
  ZSWAP,
} from '../../../src/engine/memory/pages.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { Swapoff } from '../../../src/engine/swap/swapoff.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { runToEnd, simulate, touched, totals } from '../../support/engine/simulate.ts';

type Kernel = ReturnType<typeof touched>['kernel'];
type Design = 'pinned' | 'reserved' | 'walk' | 'virtual';
const DESIGNS = ['pinned', 'reserved', 'walk', 'virtual'] as const;
const CLASSIC = ['pinned', 'reserved', 'walk'] as const;
const SLOTS_LEAD_BACK = { preset: 'vswap-2026' } as const;
const NO_WAY_BACK = { preset: 'vswap-2025-v2' } as const;

type Contents = NonNullable<
  NonNullable<NonNullable<ScenarioInput['cgroups']>[string]['workloads']>[number]['contents']
>;
const PACKED: Contents = [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }];

interface Setup {
  pages?: number;
  /** Pages of the process that were never swapped, in a cgroup of its own. */
  bystander?: number;
  forks?: number;
  kernel?: ScenarioInput['kernel'];
  contents?: Contents;
}

/** 4 MiB of RAM for a process that touches more than that once; the limit is then lifted. */
function swapped(swapSpace: Design, setup: Setup = {}): Kernel {
  const { pages = 2048, bystander = 0, forks = 0, kernel, contents = PACKED } = setup;
  const simulation = simulate({
    machine: { memory: '1GiB' },
    kernel: { statsFlush: '0', swapSpace, ...kernel },
    tiers: {
      ssd: { kind: 'block', device: 'nvme', size: '32MiB', priority: 2 },
      other: { kind: 'block', device: 'nvme', size: '32MiB', priority: 1 },
    },
    cgroups: {
      a: {
        memory: { max: '4MiB' },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages,
            forks,
            contents,
          },
        ],
      },
      ...(bystander > 0
        ? { b: { workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: bystander }] } }
        : {}),
    },
    run: { accesses: 4 * (pages + bystander) },
  });
  while (!simulation.advance(100_000));
  const k = simulation.kernel;
  settle(k);
  for (const memcg of k.memcgs) memcg.limits.max = Infinity;
  return k;
}

/** Lets every request complete. */
function settle(k: Kernel): void {
  while (k.io.size > 0) {
    k.now = k.io.nextTime;
    completeIo(k);
  }
}

/** Carries a swapoff through to its end. */
function finish(k: Kernel, swapoff: Swapoff): Swapoff {
  while (!swapoff.done) {
    const wait = swapoff.run(k.now + 1e6);
    if (wait > k.now) k.now = wait;
    completeIo(k);
  }
  return swapoff;
}

const off = (k: Kernel, device = 0) => finish(k, new Swapoff(k, k.devices.list[device]!));

describe('what swapoff looks at', () => {
  it.each(CLASSIC)('is every entry of all who have swapped in a %s swap space', (design) => {
    const walked = (hasSwapped: boolean) => {
      const k = swapped(design, { bystander: 3000 });
      expect(k.processes.map((process) => process.hasSwapped)).toEqual([true, false]);
      k.processes[1]!.hasSwapped = hasSwapped;
      return off(k).walked;
    };
    expect(walked(false)).toBe(2048);
    expect(walked(true)).toBe(2048 + 3000);
  });

  it.each(CLASSIC)('is multiplied by those who share pages in a %s swap space', (design) => {
    const k = swapped(design, { forks: 3 });
    const expected = 4 * k.processes[0]!.count;
    expect(off(k).walked).toBe(expected);
  });

  it.each(DESIGNS)('skips page tables that do not exist in a %s swap space', (design) => {
    const { kernel: k } = touched(600, {
      kernel: { swapSpace: design },
      tiers: { ssd: { kind: 'block', device: 'nvme', size: '32MiB' } },
      cgroups: {
        a: { workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 100_000 }] },
      },
    });
    k.processes[0]!.hasSwapped = true;
    // Of 600 pages touched, the second table has 88, and none is in swap.
    expect(off(k).walked).toBe(design === 'virtual' ? 0 : 1024);
  });

  it('is the slots of the device where slots lead back to descriptors', () => {
    const k = swapped('virtual', { bystander: 3000, kernel: { virtualSwap: SLOTS_LEAD_BACK } });
    const used = k.devices.list[0]!.slots.used;
    expect(used).toBeGreaterThan(500);
    expect(off(k).walked).toBe(used);
  });

  it('is every descriptor where they do not', () => {
    const k = swapped('virtual', {
      kernel: { virtualSwap: NO_WAY_BACK, zswap: { enabled: true, maxPoolPercent: 20 } },
    });
    // All in zswap: the device has nothing, and still every descriptor must be looked at.
    expect(k.devices.list[0]!.slots.used).toBe(0);
    const stored = k.zswap!.stored;
    expect(stored).toBeGreaterThan(1000);
    let descriptors = 0;
    for (let page = 0; page < 2048; page++) if (k.pages.where(page) !== NOWHERE) descriptors++;
    expect(descriptors).toBeGreaterThanOrEqual(stored);
    expect(off(k).walked).toBe(descriptors);
  });

  it('costs what the walk costs beyond the pages themselves', () => {
    const time = (walkPte: number) => {
      const k = swapped('reserved');
      (k.costs as { walkPte: number }).walkPte = walkPte;
      return off(k).duration;
    };
    // Some of it passes while pages are read ahead.
    expect(time(1000) - time(0)).toBeGreaterThan(0.9 * 2048 * 1000);
    expect(time(1000) - time(0)).toBeLessThan(1.1 * 2048 * 1000);
  });
});

describe('after swapoff', () => {
  it.each(DESIGNS)('nothing is on the device of a %s swap space, and nothing is lost', (design) => {
    const k = swapped(design);
    const before = k.devices.list[0]!.slots.used;
    const swapoff = off(k);
    expect([swapoff.failed, k.devices.list[0]!.slots.used]).toEqual([false, 0]);
    expect(swapoff.brought).toBe(before);
    expect(violations(k)).toEqual([]);
    expect(k.processes[0]!.resident).toBe(2048);
    expect(leftovers(k)).toEqual([]);
  });

  it('pages are mapped where page tables were walked', () => {
    const k = swapped('reserved');
    off(k);
    for (let page = 0; page < 2048; page++) {
      expect(k.pages.flags[page]! & (PRESENT | SWAPCACHE)).toBe(PRESENT);
    }
  });

  it('pages wait in the swap cache, with their descriptors, where they were not', () => {
    const k = swapped('virtual', { kernel: { virtualSwap: SLOTS_LEAD_BACK } });
    const out: number[] = [];
    for (let page = 0; page < 2048; page++) if (k.pages.where(page) === DEVICE) out.push(page);
    off(k);
    expect(out.length).toBeGreaterThan(1000);
    for (const page of out) {
      if ((k.pages.flags[page]! & PRESENT) !== 0) continue;
      expect(k.pages.flags[page]! & (SWAPCACHE | DIRTY)).toBe(SWAPCACHE | DIRTY);
      expect([k.pages.where(page), k.pages.slot(page)]).toEqual([ONLY_RAM, -1]);
    }
  });

  it('the metadata of the device is gone', () => {
    const k = swapped('reserved');
    expect(k.space.metadata().staticBytes).toBe(3.125 * 2 * 8191);
    off(k);
    expect(k.space.metadata()).toEqual({ staticBytes: 3.125 * 8191, dynamicBytes: 0 });
  });
});

describe('compressed and zero pages', () => {
  const contents: Contents = [
    { class: 'zero', share: 50 },
    { class: 'compressible', share: 50, ratio: 4, sigma: 0 },
  ];
  const zswap = { enabled: true, maxPoolPercent: 20 } as const;
  const places = (k: Kernel) => {
    const count = [0, 0, 0, 0, 0, 0];
    for (let page = 0; page < 2048; page++) count[k.pages.where(page)]!++;
    return { zero: count[ZERO]!, zswap: count[ZSWAP]! };
  };

  it('come back with the device behind them in a reserved swap space', () => {
    const k = swapped('reserved', { contents, kernel: { zswap } });
    expect(places(k).zero).toBeGreaterThan(300);
    expect(places(k).zswap).toBeGreaterThan(300);
    off(k);
    expect(places(k)).toEqual({ zero: 0, zswap: 0 });
  });

  it.each([SLOTS_LEAD_BACK, NO_WAY_BACK])('stay in a virtual one, $preset', (virtualSwap) => {
    const k = swapped('virtual', { contents, kernel: { zswap, virtualSwap } });
    const before = places(k);
    expect(before.zero).toBeGreaterThan(300);
    const swapoff = off(k);
    expect([swapoff.brought, swapoff.failed]).toEqual([0, false]);
    expect(places(k)).toEqual(before);
  });

  it.each(['reserved', 'walk', 'virtual'] as const)(
    'leave zswap as a tier of its own in a %s swap space',
    (design) => {
      const k = swapped(design, { contents, kernel: { zswap } });
      const { zero, zswap: stored } = places(k);
      const swapoff = finish(k, new Swapoff(k, k.zswap!));
      expect([swapoff.brought, k.zswap!.stored, k.zswap!.pool.poolPages]).toEqual([stored, 0, 0]);
      expect(places(k)).toEqual({ zero, zswap: 0 });
      expect(violations(k)).toEqual([]);
      expect(leftovers(k)).toEqual([]);
    },
  );
});

describe('when memory runs out', () => {
  /** As much again is in swap as RAM can take; the other tier takes `other` pages. */
  const tight = (swapSpace: Design, other: string, zswap = false): ScenarioInput => ({
    machine: { memory: '16MiB' },
    kernel: { statsFlush: '0', swapSpace, zswap: { enabled: zswap, maxPoolPercent: 40 } },
    tiers: {
      ssd: { kind: 'block', device: 'nvme', size: '64MiB', priority: 2 },
      other: { kind: 'block', device: 'nvme', size: other, priority: 1 },
    },
    cgroups: {
      a: {
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'uniform' },
            pages: '24MiB',
            fill: true,
            thinkTime: '10us',
            contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
          },
        ],
      },
    },
    actions: [{ at: '200ms', do: 'swapoff', tier: zswap ? 'zswap' : 'ssd' }],
    run: { duration: '2s', sampleEvery: '10ms' },
  });

  it.each(DESIGNS)('it stops and says so in a %s swap space, and nobody is killed', (design) => {
    const result = runToEnd(tight(design, '1MiB'));
    const counted = totals(result);
    expect([counted['oom_kill'], counted['swapoff_fail']]).toEqual([0, 1]);
    const messages = result.events.filter(({ kind }) => kind === 'swapoff').map((e) => e.message);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatch(/^swapoff of ssd began: it has \d+ pages\.$/);
    expect(messages[1]).toMatch(/^swapoff of ssd stopped after .*There was no memory for more/);
  });

  it.each(DESIGNS)('the other tier takes what RAM cannot in a %s swap space', (design) => {
    const result = runToEnd(tight(design, '64MiB'));
    const counted = totals(result);
    expect([counted['oom_kill'], counted['swapoff_fail']]).toEqual([0, 0]);
    expect(result.events.at(-1)?.message).toMatch(/^swapoff of ssd ended after/);
    // About 2048 pages at least were out, and the workload went on meanwhile.
    expect(counted['swapoff_pages']).toBeGreaterThan(2048);
    expect(counted['swapoff_faults']).toBeGreaterThan(100);
    expect(counted['swapoff_time']).toBeGreaterThan(0);
  });

  it('an emptied pool stores again when its swapoff stops', () => {
    const input = tight('virtual', '1MiB', true);
    const result = runToEnd({ ...input, tiers: {}, run: { duration: '400ms' } });
    const counted = totals(result);
    expect([counted['oom_kill'], counted['swapoff_fail']]).toEqual([0, 1]);
    expect(counted['swapoff_pages']).toBeGreaterThan(0);
  });
});

describe('interrupted', () => {
  it.each(DESIGNS)('by the end of the process, nothing is left in a %s swap space', (design) => {
    const result = runToEnd({
      machine: { memory: '64MiB' },
      kernel: { statsFlush: '0', swapSpace: design },
      tiers: { hdd: { kind: 'block', device: 'hdd', size: '64MiB' } },
      cgroups: {
        a: {
          memory: { max: '4MiB' },
          workloads: [
            { name: 'w', pattern: { kind: 'sequential' }, pages: '8MiB', stop: '2050ms' },
            { name: 'x', pattern: { kind: 'sequential' }, pages: 16, thinkTime: '1ms' },
          ],
        },
      },
      actions: [
        { at: '1999ms', do: 'set-limits', cgroup: '/a', max: 'max' },
        { at: '2s', do: 'swapoff', tier: 'hdd' },
      ],
      run: { duration: '4s' },
    });
    expect(result.events.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^swapoff of hdd ended/),
    );
    expect(totals(result)['swapoff_fail']).toBe(0);
  });

  it('by the end of the run, it says what is left', () => {
    const result = runToEnd({
      machine: { memory: '64MiB' },
      kernel: { statsFlush: '0' },
      tiers: { hdd: { kind: 'block', device: 'hdd', size: '64MiB' } },
      cgroups: {
        a: {
          memory: { max: '4MiB' },
          workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: '8MiB' }],
        },
      },
      actions: [
        { at: '1s', do: 'set-limits', cgroup: '/a', max: 'max' },
        { at: '1s', do: 'swapoff', tier: 'hdd' },
      ],
      run: { duration: '1010ms' },
    });
    expect(result.events.at(-1)?.message).toMatch(
      /^swapoff of hdd has not ended: \d+ pages are left\.$/,
    );
  });

  it('a device that is off cannot be swapped off again', () => {
    const result = runToEnd({
      tiers: { ssd: { kind: 'block', device: 'nvme', size: '64MiB' } },
      cgroups: {
        a: {
          workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 16, thinkTime: '1ms' }],
        },
      },
      actions: [
        { at: '1ms', do: 'swapoff', tier: 'ssd' },
        { at: '2ms', do: 'swapoff', tier: 'ssd' },
      ],
      run: { duration: '10ms' },
    });
    const messages = result.events.filter(({ kind }) => kind === 'swapoff').map((e) => e.message);
    expect(messages.at(-1)).toBe('swapoff of ssd is not possible: it is not in use.');
  });
});

it('waits for a transfer that holds a slot on the device, and refuses it there', () => {
  const k = swapped('virtual');
  const [ssd, other] = k.devices.list;
  const page = Array.from({ length: 2048 }, (_, p) => p).find(
    (p) => k.pages.where(p) === DEVICE && (k.pages.flags[p]! & SWAPCACHE) === 0,
  )!;
  expect(k.transfers.begin([page], other!)).toBe(1);
  expect(other!.slots.used).toBe(1);
  const swapoff = off(k, 1);
  expect([swapoff.done, swapoff.failed, other!.slots.used]).toEqual([true, false, 0]);
  expect(k.devices.of(k.pages.slot(page))).toBe(ssd);
  expect(k.counters[C.swapoff_fail]).toBe(0);
  expect(violations(k)).toEqual([]);
});
