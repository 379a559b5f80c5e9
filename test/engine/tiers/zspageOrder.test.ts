// The allocator's own LRU: zspages by their last store, and what writeback of zswap takes from it.
import { describe, expect, it } from 'vitest';
import { ZspageOrder } from '../../../src/engine/tiers/zspageOrder.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';
import { runToEnd, totals } from '../../support/engine/simulate.ts';

/** Takes pages from the old end until nothing is left. */
function drain(order: ZspageOrder, zspageOf: readonly number[]): number[] {
  const taken: number[] = [];
  for (let page = order.oldest(); page >= 0; page = order.oldest()) {
    taken.push(page);
    order.dropped(page, zspageOf[page]!);
  }
  return taken;
}

describe('the order of zspages', () => {
  it('empties the zspage whose last store is longest ago before the next one', () => {
    const order = new ZspageOrder(6);
    const zspageOf = [7, 100, 7, 8, 100, 7];
    // 8 was last stored into before 100, and that before 7, although 7 holds the oldest page.
    for (const page of [0, 1, 2, 3, 4, 5]) order.stored(page, zspageOf[page]!);
    expect(drain(order, zspageOf)).toEqual([3, 4, 1, 5, 2, 0]);
  });

  it('forgets pages that leave by themselves, and puts off a zspage that cannot be emptied', () => {
    const order = new ZspageOrder(4);
    const zspageOf = [1, 1, 2, 3];
    for (const page of [0, 1, 2, 3]) order.stored(page, zspageOf[page]!);
    order.dropped(1, 1);
    expect(order.oldest()).toBe(0);
    order.postpone(1);
    expect(order.oldest()).toBe(2);
    order.dropped(2, 2);
    expect(drain(order, zspageOf)).toEqual([3, 0]);
  });
});

const full = (lru: 'entries' | 'zspages', writeback = true): ScenarioInput => ({
  machine: { memory: '128MiB' },
  kernel: { statsFlush: '0', cgroup: 'v1', zswap: { enabled: true, maxPoolPercent: 2, lru } },
  tiers: { ssd: { kind: 'block', device: 'nvme', size: '64MiB' } },
  cgroups: {
    old: {
      memory: { max: '2MiB', zswap: { writeback } },
      workloads: [
        { name: 'idle', pattern: { kind: 'sequential' }, pages: '6MiB', fill: true, accesses: 1 },
      ],
    },
    young: {
      memory: { max: '2MiB' },
      workloads: [
        {
          name: 'busy',
          pattern: { kind: 'uniform' },
          pages: '12MiB',
          start: '1s',
          accesses: 20_000,
        },
      ],
    },
  },
});

describe('writeback by zspages', () => {
  it('writes without second chances, so that a full pool refuses less', () => {
    const [entries, zspages] = (['entries', 'zspages'] as const).map((lru) =>
      totals(runToEnd(full(lru))),
    );
    expect(zspages!['zswpwb']).toBeGreaterThan(0);
    expect(zspages!['zswap_reject']).toBeLessThan(entries!['zswap_reject']!);
  });

  it('is refused together with what came after it', () => {
    const check = checkScenario(full('zspages', false));
    expect(check.ok ? [] : check.issues.map(({ path }) => path)).toEqual([
      'cgroups.old.memory.zswap.writeback',
    ]);
  });
});
