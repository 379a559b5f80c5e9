/** A virtual swap space beside plain swapfiles, and one in front of several devices (thread 000, facts 6.4). */
import { describe, expect, it } from 'vitest';
import { DEVICE, NOWHERE, TOUCHED, ZSWAP } from '../../../src/engine/memory/pages.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { Swapoff } from '../../../src/engine/swap/swapoff.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { touched } from '../../support/engine/simulate.ts';

type Kernel = ReturnType<typeof touched>['kernel'];
type Tiers = NonNullable<ScenarioInput['tiers']>;

/** 3072 pages touched once in 4 MiB: 2048 and a few more are out of RAM. */
function swapped(tiers: Tiers, kernel: ScenarioInput['kernel'] = {}, memory: object = {}): Kernel {
  const { kernel: k } = touched(3072, {
    kernel: { swapSpace: 'virtual', ...kernel },
    tiers,
    cgroups: {
      a: {
        memory: { max: '4MiB', ...memory },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 3072,
            contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
          },
        ],
      },
    },
  });
  settle(k);
  return k;
}

function settle(k: Kernel): void {
  while (k.io.size > 0) {
    k.now = k.io.nextTime;
    completeIo(k);
  }
}

const disk = (size: string, more: object = {}): Tiers[string] => ({
  kind: 'block',
  device: 'nvme',
  size,
  ...more,
});
const used = (k: Kernel) => k.devices.list.map(({ slots }) => slots.used);
const outOfRam = (k: Kernel) => {
  const pages: number[] = [];
  for (let p = 0; p < 3072; p++)
    if (k.pages.flags[p] === TOUCHED && k.pages.where(p) !== NOWHERE) pages.push(p);
  return pages;
};

describe('a plain swapfile beside a virtual swap space', () => {
  it('is used only when the virtual space has no place, whatever their priorities', () => {
    const k = swapped({
      plain: disk('32MiB', { plain: true, priority: 9 }),
      inside: disk('4MiB', { priority: 1 }),
    });
    const [plain, inside] = used(k);
    // 1024 slots less the header; the rest of the 2048 pages is plain.
    expect(inside).toBe(1023);
    expect(plain).toBeGreaterThanOrEqual(2048 - 1023);
    expect(violations(k)).toEqual([]);
    expect(leftovers(k)).toEqual([]);
  });

  it('takes what a full pool refuses, so that their capacities add up', () => {
    const zswap = { enabled: true, maxPoolPercent: 20 };
    const limit = { zswap: { max: '1MiB' } };
    const k = swapped({ plain: disk('32MiB', { plain: true }) }, { zswap }, limit);
    // 1024 pages at 4 to 1 in 1 MiB.
    expect(k.zswap!.stored).toBeGreaterThan(1000);
    expect(k.zswap!.stored).toBeLessThanOrEqual(1024 + 4);
    expect(used(k)[0]).toBeGreaterThan(900);
    expect(k.memcgs[1]!.counters[C.oom_kill]).toBe(0);
    const alone = swapped({}, { zswap }, limit);
    expect(alone.memcgs[1]!.counters[C.oom_kill]).toBe(1);
  });

  it('takes what finds no descriptor', () => {
    const k = swapped(
      { plain: disk('32MiB', { plain: true }), inside: disk('32MiB') },
      { virtualSwap: { reserve: 500, grows: false } },
    );
    const [plain, inside] = used(k);
    expect(inside).toBe(500);
    expect(plain).toBeGreaterThanOrEqual(2048 - 500);
  });

  it('has the metadata of today, and the virtual space its own', () => {
    const k = swapped({ plain: disk('32MiB', { plain: true }), inside: disk('4MiB') });
    const [plain, inside] = used(k);
    expect(k.space.metadata()).toEqual({
      staticBytes: 8191 * 3.125 + 1023 * 0.25,
      dynamicBytes: plain! * 8 + inside! * (24.125 + 8),
    });
  });

  it('holds its slot behind a compressed page, where a virtual page holds none', () => {
    const k = swapped(
      { plain: disk('32MiB', { plain: true }) },
      { zswap: { enabled: true, maxPoolPercent: 20 }, virtualSwap: { reserve: 300, grows: false } },
    );
    // All are in the pool: 300 with a descriptor, the rest with an idle slot.
    expect(k.zswap!.stored - k.zswap!.storedOnPlain).toBe(300);
    expect(used(k)[0]).toBe(k.zswap!.storedOnPlain);
    expect(k.idleSlots[0]).toBe(used(k)[0]);
    expect(violations(k)).toEqual([]);
  });

  it('is swapped off by a walk, the devices behind descriptors by a scan', () => {
    const k = swapped({ plain: disk('32MiB', { plain: true }), inside: disk('4MiB') });
    k.memcgs[1]!.limits.max = Infinity;
    const off = (device: number) => {
      const swapoff = new Swapoff(k, k.devices.list[device]!);
      while (!swapoff.done) {
        const wait = swapoff.run(k.now + 1e6);
        if (wait > k.now) k.now = wait;
        completeIo(k);
      }
      return swapoff;
    };
    const before = used(k);
    expect(off(0)).toMatchObject({ walked: 3072, brought: before[0], failed: false });
    expect(off(1)).toMatchObject({ walked: 1023, brought: 1023, failed: false });
    expect(used(k)).toEqual([0, 0]);
    expect(violations(k)).toEqual([]);
  });

  it('neither gives pages to the virtual space nor takes any', () => {
    const k = swapped({
      plain: disk('32MiB', { plain: true }),
      inside: disk('4MiB'),
      more: disk('32MiB', { plain: true, priority: 0 }),
    });
    const [plain, inside] = k.devices.list;
    const on = (device: typeof plain) =>
      outOfRam(k).find(
        (p) => k.pages.where(p) === DEVICE && k.devices.of(k.pages.slot(p)) === device,
      )!;
    expect(k.transfers.refusal(on(inside), plain!)).toBe('design');
    expect(k.transfers.refusal(on(k.devices.list[2]), inside!)).toBe('design');
  });

  it('is refused where every tier is one', () => {
    const check = checkScenario({
      kernel: { swapSpace: 'reserved' },
      tiers: { ssd: disk('32MiB', { plain: true }) },
      cgroups: {
        a: { workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: 1, accesses: 1 }] },
      },
    });
    expect(check.ok ? [] : check.issues.map(({ message }) => message)).toEqual([
      'tiers.ssd.plain is true; accepted: false unless kernel.swapSpace is "virtual": elsewhere every tier is a plain one',
    ]);
  });
});

describe('one virtual swap space in front of several devices', () => {
  it('fills them by priority, equals in turn, and leaves compressed pages without a slot', () => {
    const k = swapped({
      fast: disk('2MiB', { priority: 2 }),
      b: disk('32MiB', { priority: 1 }),
      c: disk('32MiB', { priority: 1 }),
    });
    const [fast, b, c] = used(k);
    expect(fast).toBe(511);
    expect(b! + c!).toBeGreaterThanOrEqual(2048 - 511);
    expect(Math.abs(b! - c!)).toBeLessThanOrEqual(512);
    const pooled = swapped(
      { b: disk('32MiB', { priority: 1 }), c: disk('32MiB', { priority: 1 }) },
      { zswap: { enabled: true, maxPoolPercent: 20 } },
    );
    expect(used(pooled)).toEqual([0, 0]);
    expect(outOfRam(pooled).every((p) => pooled.pages.where(p) === ZSWAP)).toBe(true);
  });
});
