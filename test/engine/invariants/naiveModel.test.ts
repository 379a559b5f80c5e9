/**
 * The engine's columns of numbers beside models that are plain arrays and maps: the same random
 * operations on both, and after each one the same order, the same owners and the same sums.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LruList } from '../../../src/engine/memory/lruList.ts';
import type { Pages } from '../../../src/engine/memory/pages.ts';
import { CLUSTER_SLOTS, ClusterAllocator } from '../../../src/engine/swap/clusters.ts';
import type { Zram } from '../../../src/engine/tiers/zram.ts';
import { touched } from '../../support/engine/simulate.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 20_251_121);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 0) || 60;

it('an LRU list is an array from head to tail', () => {
  const operation = fc.record({
    kind: fc.constantFrom('addHead', 'addHead', 'addTail', 'remove', 'take'),
    page: fc.nat(299),
    limit: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 600 }), fc.boolean(), (operations, stamped) => {
      const positions = new Map<number, number>();
      const pages = {
        setPosition: (page: number, at: number) => void positions.set(page, at),
        position: (page: number) => positions.get(page) ?? 0,
      } as unknown as Pages;
      const list = new LruList(stamped);
      let model: number[] = [];
      const out = new Int32Array(64);
      for (const { kind, page, limit } of operations) {
        const listed = model.includes(page);
        if (kind === 'remove' && listed) {
          list.remove(pages, page);
          model = model.filter((each) => each !== page);
        } else if (kind === 'take') {
          const taken = list.take(limit, out);
          const expected = model.splice(Math.max(0, model.length - limit)).reverse();
          expect([...out.subarray(0, taken)]).toEqual(expected);
        } else if (kind === 'addHead' && !listed) {
          list.addHead(pages, page);
          model.unshift(page);
        } else if (kind === 'addTail' && !listed && !stamped) {
          list.addTail(pages, page);
          model.push(page);
        }
        expect(list.size).toBe(model.length);
        expect(list.oldest()).toBe(model.at(-1) ?? -1);
      }
      expect([...list.pages()]).toEqual(model);
    }),
    { seed, numRuns },
  );
});

/** Clusters on four lists, as sets of slots that are taken (facts 2.2). */
class NaiveSlots {
  readonly owners = new Map<number, number>();
  readonly lists: Record<'free' | 'nonfull' | 'fragmented' | 'full', number[]>;
  private readonly slots: number;

  constructor(slots: number) {
    this.slots = slots;
    const clusters = Array.from({ length: Math.ceil(slots / CLUSTER_SLOTS) }, (_, c) => c);
    // Slot 0 is the header's and what lies beyond the last slot is nobody's.
    const whole = (c: number) => c > 0 && (c + 1) * CLUSTER_SLOTS <= slots;
    this.lists = {
      free: clusters.filter(whole),
      nonfull: clusters.filter((c) => !whole(c)),
      fragmented: [],
      full: [],
    };
  }

  private slotsOf(cluster: number): number[] {
    const first = Math.max(1, cluster * CLUSTER_SLOTS);
    const end = Math.min(this.slots, (cluster + 1) * CLUSTER_SLOTS);
    return Array.from({ length: end - first }, (_, i) => first + i);
  }

  private put(cluster: number, list: keyof NaiveSlots['lists']): void {
    if (this.lists[list].includes(cluster)) return;
    for (const each of Object.values(this.lists)) {
      const at = each.indexOf(cluster);
      if (at >= 0) each.splice(at, 1);
    }
    this.lists[list].push(cluster);
  }

  allocate(page: number): number {
    const { nonfull, free, fragmented } = this.lists;
    const cluster = nonfull[0] ?? free[0] ?? fragmented[0];
    if (cluster === undefined) return -1;
    const open = this.slotsOf(cluster).filter((slot) => !this.owners.has(slot));
    this.owners.set(open[0]!, page);
    this.put(cluster, open.length === 1 ? 'full' : 'fragmented');
    return open[0]!;
  }

  release(slot: number): void {
    this.owners.delete(slot);
    const cluster = Math.floor(slot / CLUSTER_SLOTS);
    const isEmpty =
      this.slotsOf(cluster).length === CLUSTER_SLOTS &&
      this.slotsOf(cluster).every((each) => !this.owners.has(each));
    this.put(cluster, isEmpty ? 'free' : 'nonfull');
  }
}

it('the slots of a device are a map from slot to owner and four lists of clusters', () => {
  // A burst of allocations or of frees, so that clusters fill up and empty again.
  const burst = fc.record({
    free: fc.boolean(),
    count: fc.integer({ min: 1, max: 700 }),
    step: fc.nat(50),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(600, 1024, 1536, 2000),
      fc.array(burst, { maxLength: 12 }),
      (slots, bursts) => {
        const engine = new ClusterAllocator(slots, false, () => false);
        const model = new NaiveSlots(slots);
        let page = 0;
        for (const { free, count, step } of bursts) {
          for (let i = 0; i < count; i++) {
            if (free) {
              const used = [...model.owners.keys()];
              if (used.length === 0) break;
              const slot = used[(i * (step + 1)) % used.length]!;
              engine.release(slot);
              model.release(slot);
              expect(engine.ownerOf(slot)).toBe(-1);
            } else {
              const slot = engine.allocate(++page, false);
              expect(slot).toBe(model.allocate(page));
              if (slot >= 0) expect(engine.ownerOf(slot)).toBe(page);
            }
            expect(engine.used).toBe(model.owners.size);
          }
        }
      },
    ),
    { seed, numRuns: Math.ceil(numRuns / 3) },
  );
});

it('a zram is a map from slot to what it holds', () => {
  const PAGES = 64;
  const { kernel: k } = touched(PAGES, {
    tiers: { z: { kind: 'zram', codec: 'lzo', size: '1MiB' } },
    cgroups: {
      a: {
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: PAGES,
            contents: [
              { class: 'zero', share: 20 },
              { class: 'same', share: 10 },
              { class: 'incompressible', share: 20 },
              { class: 'compressible', share: 50, ratio: 3, sigma: 0.5 },
            ],
          },
        ],
      },
    },
  });
  const zram = k.devices.list[0]!.backend as Zram;
  const operation = fc.record({
    kind: fc.constantFrom('write', 'write', 'read', 'discard'),
    slot: fc.integer({ min: 1, max: 100 }),
    page: fc.nat(PAGES - 1),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const model = new Map<number, number>();
      for (const { kind, slot, page } of operations) {
        if (kind === 'write') {
          // Zero and same-filled pages have no object; what lzo hardly shrinks is kept whole (facts 5).
          const size = k.pages.content(page) <= 1 ? 0 : zram.codec.size(page);
          expect(zram.write(slot, page)).toBeGreaterThanOrEqual(0);
          model.set(slot, zram.isHuge(size) ? 4096 : size);
        } else if (kind === 'discard') {
          zram.discard(slot);
          model.delete(slot);
        } else if (model.has(slot)) zram.read(slot, 1);
        const held = [...model.values()];
        const objects = held.filter((bytes) => bytes > 0);
        expect({
          same: zram.samePages,
          huge: zram.hugePages,
          objects: zram.pool.objects,
          bytes: zram.compressedBytes,
        }).toEqual({
          same: held.length - objects.length,
          huge: objects.filter((bytes) => bytes === 4096).length,
          objects: objects.length,
          bytes: objects.reduce((sum, bytes) => sum + bytes, 0),
        });
        expect(zram.pool.poolBytes).toBeGreaterThanOrEqual(zram.compressedBytes);
      }
      for (const slot of model.keys()) zram.discard(slot);
      expect([zram.pool.objects, zram.pool.poolPages]).toEqual([0, 0]);
    }),
    { seed, numRuns },
  );
});
