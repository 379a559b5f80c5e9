/** What swap-space metadata takes: the overhead table of the virtual swap series (facts T7). */
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { C, createCounters } from '../../../src/engine/metrics/counters.ts';
import type { Memcg } from '../../../src/engine/memory/memcg.ts';
import { ZSWAP_ENTRY_BYTES } from '../../../src/engine/scenario/presets.ts';
import { VIRTUAL_SWAP, type VirtualSwapName } from '../../../src/engine/scenario/virtualPresets.ts';
import { ReservedSwapSpace } from '../../../src/engine/swap/reserved.ts';
import { VirtualSwapSpace } from '../../../src/engine/swap/virtual.ts';
import { touched } from '../../support/engine/simulate.ts';

const MIB = 2 ** 20;
/** 32 GiB of pages. */
const SLOTS = 8 * MIB;
const memcg = { counters: createCounters(), allowed: [], parent: null } as unknown as Memcg;

/** A kernel whose devices have so many slots, and which keeps so many pages in zswap. */
const kernel = (totalSlots: number, usedSlots: number, stored: number) =>
  ({
    now: 0,
    costs: { slotAllocate: 0, slotFree: 0 },
    devices: { counts: () => ({ provisioned: totalSlots, used: usedSlots }) },
    zswap: { enabled: true, stored },
    freeFrames: () => 1,
    memcgOf: () => memcg,
    pages: touched(1).kernel.pages,
  }) as unknown as Kernel;

const total = ({ staticBytes, dynamicBytes }: { staticBytes: number; dynamicBytes: number }) =>
  staticBytes + dynamicBytes;

const onDemand = (preset: VirtualSwapName) => ({
  ...VIRTUAL_SWAP[preset],
  reserve: 0,
  grows: true,
});

function virtual(devices: 'none' | 'disk', pages: number): number {
  const k = devices === 'none' ? kernel(0, 0, pages) : kernel(SLOTS, pages, 0);
  const space = new VirtualSwapSpace(k, onDemand('vswap-2026'));
  for (let i = 0; i < pages; i++) space.allocate(0, memcg);
  return total(space.metadata());
}

const reserved = (pages: number, inZswap: boolean) =>
  total(new ReservedSwapSpace(kernel(SLOTS, pages, inZswap ? pages : 0)).metadata());

describe('32 GB of swap', () => {
  it.each([
    // MiB: zswap today, zswap under virtual swap, disk today, disk under virtual swap.
    [0, 25, 0, 25, 2],
    [25, 57, 48.25, 41, 66.25],
    [50, 89, 96.5, 57, 130.5],
    [75, 121, 144.75, 73, 194.75],
    [100, 153, 193, 89, 259],
  ])('at %i %% take %d and %d MiB for zswap, %d and %d for disk', (percent, zr, zv, dr, dv) => {
    const pages = (SLOTS * percent) / 100;
    expect(reserved(pages, true) / MIB).toBe(zr);
    expect(virtual('none', pages) / MIB).toBe(zv);
    expect(reserved(pages, false) / MIB).toBe(dr);
    expect(virtual('disk', pages) / MIB).toBe(dv);
  });

  it('cost the same in both designs at 38.5 % for zswap and 11.9 % for disk', () => {
    // 3.125 S + 16 U = 24.125 U, and 3.125 S + 8 U = 0.25 S + 32.125 U.
    for (const [devices, share] of [
      ['none', 3.125 / 8.125],
      ['disk', 2.875 / 24.125],
    ] as const) {
      const before = Math.floor(SLOTS * share);
      const inZswap = devices === 'none';
      expect(virtual(devices, before)).toBeLessThanOrEqual(reserved(before, inZswap));
      expect(virtual(devices, before + 1)).toBeGreaterThan(reserved(before + 1, inZswap));
    }
    expect(Math.round((1000 * 3.125) / 8.125)).toBe(385);
    expect(Math.round((1000 * 2.875) / 24.125)).toBe(119);
  });
});

it('counts 56 bytes for each entry of zswap beside that, in every design', () => {
  expect(ZSWAP_ENTRY_BYTES).toBe(56);
  const k = kernel(1000, 0, 50);
  for (const space of [new ReservedSwapSpace(k), new VirtualSwapSpace(k, onDemand('vswap-2026'))]) {
    expect(space.metadataBytes() - total(space.metadata())).toBe(50 * 56);
  }
});

it('takes RAM away from the machine', () => {
  // 16 GiB of swap on 1 GiB: 4 Mi slots of 3.125 bytes are 3200 pages.
  const tiers = { disk: { kind: 'block' as const, device: 'nvme' as const, size: '16GiB' } };
  const free = (input: object) => touched(1, input).kernel.freeFrames();
  expect(free({}) - free({ tiers })).toBe(3200);
});

describe('descriptors', () => {
  const settings = (reserve: number, grows: boolean) => ({
    ...onDemand('vswap-2026'),
    reserve,
    grows,
  });

  it('of the reserve take their RAM at boot, and run dry', () => {
    const space = new VirtualSwapSpace(kernel(0, 0, 0), settings(3, false));
    expect(total(space.metadata())).toBe(3 * 24.125);
    expect([1, 2, 3, 4].map(() => space.allocate(0, memcg))).toEqual([true, true, true, false]);
    expect(total(space.metadata())).toBe(3 * 24.125);
    expect(memcg.counters[C.descriptor_fail]).toBe(1);
    space.release(0);
    expect(space.allocate(0, memcg)).toBe(true);
  });

  it('are allocated beyond the reserve while RAM is free', () => {
    const k = kernel(0, 0, 0);
    const space = new VirtualSwapSpace(k, settings(1, true));
    expect([space.allocate(0, memcg), space.allocate(0, memcg)]).toEqual([true, true]);
    expect(total(space.metadata())).toBe(2 * 24.125);
    (k as { freeFrames: () => number }).freeFrames = () => 0;
    expect(space.allocate(0, memcg)).toBe(false);
  });

  it.each([
    // Bytes a page in zswap, and a page on a device.
    ['vswap-2026', 24.125, 32.125],
    ['vswap-table-2026', 18, 26],
    ['vswap-2025-v1', 64, 64],
    ['vswap-2025-v2', 48, 48],
    ['swap-desc-2023', 24, 24],
    ['swap-desc-2023-reverse', 24, 32],
  ] as const)('of %s take %d and %d bytes a page', (preset, inZswap, onDevice) => {
    const grown = (slots: number, pages: number) => {
      const space = new VirtualSwapSpace(kernel(slots, pages, 0), onDemand(preset));
      for (let i = 0; i < pages; i++) space.allocate(0, memcg);
      return total(space.metadata());
    };
    expect(grown(0, 0)).toBe(0);
    const pool = new VirtualSwapSpace(
      { ...kernel(100, 0, 100), freeFrames: () => 1 } as unknown as Kernel,
      onDemand(preset),
    );
    const empty = total(pool.metadata());
    for (let i = 0; i < 100; i++) pool.allocate(0, memcg);
    expect(total(pool.metadata()) - empty).toBeCloseTo(100 * inZswap, 9);
    expect(grown(100, 100) - empty).toBeCloseTo(100 * onDevice, 9);
  });
});

describe('costs that are derived', () => {
  const derived = Object.entries(VIRTUAL_SWAP).filter(([, p]) => p.costCertainty === 'derived');

  it('say so, and no cost passes for published', () => {
    expect(derived.map(([name]) => name)).toEqual([
      'vswap-2026-v5',
      'vswap-2025-v2',
      'vswap-2025-v1',
    ]);
    for (const preset of Object.values(VIRTUAL_SWAP))
      expect(preset.costCertainty).not.toBe('published');
  });

  it('are what the published figures give', () => {
    const rfc = VIRTUAL_SWAP['vswap-2025-v2'];
    const swapped = (16 * 2 ** 30) / 4096;
    const frees = 16 * (3.192 - 2.079) * 1e9;
    expect(rfc.free / (frees / swapped)).toBeCloseTo(1, 2);
    const out = ((373.0 - 341.1) * 1e9 - frees) / swapped;
    expect((rfc.allocate + rfc.lookup) / out).toBeCloseTo(1, 2);
    const v5 = VIRTUAL_SWAP['vswap-2026-v5'];
    expect(v5.allocate + v5.lookup).toBe(3300 - 1930);
    expect(v5.free / (((5.0 - 3.04) * 1e9) / ((24 * 2 ** 30) / 4096))).toBeCloseTo(1, 2);
  });
});

it('the time of a slot is paid for once at swap-out, with the descriptor in front of it', () => {
  const { kernel: k } = touched(3072, {
    kernel: { swapSpace: 'virtual', virtualSwap: { preset: 'vswap-2026-v5' } },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
    cgroups: {
      a: {
        memory: { max: '4MiB' },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 3072,
            contents: [{ class: 'incompressible', share: 100 }],
          },
        ],
      },
    },
  });
  const { counters } = k.memcgs[1]!;
  expect(counters[C.pswpout]).toBeGreaterThan(2000);
  // A slot 100 ns, a descriptor 1000 ns more, a look-up 370 ns.
  expect(counters[C.cpu_metadata]).toBe(counters[C.pswpout]! * (100 + 1000 + 370));
});
