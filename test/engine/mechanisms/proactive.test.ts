/** memory.reclaim and proactive zswap writeback (facts 1.4, 8.1, 8.2 and table T14). */
import { describe, expect, it } from 'vitest';
import { DONE, type Action } from '../../../src/engine/actions/action.ts';
import { MemoryReclaim } from '../../../src/engine/actions/memoryReclaim.ts';
import { ProactiveWriteback } from '../../../src/engine/actions/proactiveWriteback.ts';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { pageOut } from '../../../src/engine/memory/pageout.ts';
import { ANON_ONLY } from '../../../src/engine/memory/scanControl.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { violations } from '../../support/engine/invariants.ts';
import { finish, scenarioOf, simulate, touched } from '../../support/engine/simulate.ts';

const PAGE = 4096;
const MIB = 2 ** 20;
const disk = { kind: 'block', device: 'nvme', size: '4GiB' } as const;
/** 4:1, every page alike. */
const contents = [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 } as const];

/** Carries a write out as its task would, with nobody else on the machine. */
function carryOut(k: Kernel, write: Action): void {
  for (;;) {
    k.blockedUntil = 0;
    const wait = write.run(k, k.now + 1e6);
    if (wait === DONE) return;
    if (wait > 0) k.now = wait;
    completeIo(k);
  }
}

describe('the fairness of proactive writeback among ten children (T14)', () => {
  const CHILDREN = 10;
  const PAGES = 52_000;

  function family(cursor: boolean, batch: number): Kernel {
    const children: NonNullable<ScenarioInput['cgroups']> = {};
    for (let i = 0; i < CHILDREN; i++)
      children[`c${i}`] = {
        workloads: [
          { name: 'w', pattern: { kind: 'sequential' }, pages: PAGES, contents, accesses: PAGES },
        ],
      };
    const simulation = simulate({
      machine: { memory: '8GiB' },
      kernel: {
        statsFlush: '0',
        zswap: {
          enabled: true,
          maxPoolPercent: 100,
          proactive: { cursor, batch, unit: 'uncompressed', secondChance: false },
        },
      },
      tiers: { disk },
      cgroups: { parent: { children } },
      run: { accesses: CHILDREN * PAGES, sampleEvery: '10s' },
    });
    finish(simulation);
    const k = simulation.kernel;
    for (const process of k.processes)
      pageOut(k, process, process.base, process.base + process.count);
    expect(k.zswap!.stored).toBe(CHILDREN * PAGES);
    return k;
  }

  const eightOfTen = [...Array<number>(8).fill(12.5), 0, 0];
  const twoOfTen = [50, 50, ...Array<number>(8).fill(0)];
  const firstTwoTwice = [16.67, 16.67, ...Array<number>(8).fill(8.33)];
  const even = Array<number>(10).fill(10);

  it.each([
    { cursor: false, mib: 1, batch: 32, shares: eightOfTen },
    { cursor: false, mib: 1, batch: 128, shares: twoOfTen },
    { cursor: false, mib: 6, batch: 128, shares: firstTwoTwice },
    { cursor: true, mib: 1, batch: 32, shares: even },
    { cursor: true, mib: 1, batch: 128, shares: even },
  ])('cursor $cursor, $mib MB, batch $batch', ({ cursor, mib, batch, shares }) => {
    const k = family(cursor, batch);
    const parent = k.memcgs[1]!;
    for (let call = 0; call < 200; call++)
      carryOut(k, new ProactiveWriteback(k, parent, mib * MIB, 0));
    const written = parent.children.map((m) => m.counters[C.zswpwb_proactive]!);
    expect(written.reduce((a, b) => a + b)).toBe((200 * mib * MIB) / PAGE);
    const all = (200 * mib * MIB) / PAGE;
    expect(written.map((w) => Number(((100 * w) / all).toFixed(2)))).toEqual(shares);
  });
});

/** A cgroup whose 1024 pages, 4 MiB, are all in zswap, stored at about the same time. */
function compressed(proactive: object = {}): Kernel {
  const { kernel: k } = touched(1024, {
    kernel: { zswap: { enabled: true, proactive } },
    tiers: { disk },
  });
  pageOut(k, k.processes[0]!, 0, 1024);
  return k;
}

describe('proactive writeback', () => {
  it('does little after a burst of stores: the second chance of 1024 entries is 16 turns of 32', () => {
    const k = compressed();
    const write = new ProactiveWriteback(k, k.memcgs[1]!, 4 * MIB, 0);
    carryOut(k, write);
    // 16 fruitless turns took 512 second chances; the rest of the turns belong to the second call.
    expect([write.written, write.short]).toEqual([0, true]);
    const again = new ProactiveWriteback(k, k.memcgs[1]!, Infinity, 0);
    carryOut(k, again);
    // That one takes the other 512 chances in its 16 turns.
    expect([again.written, again.short]).toEqual([0, true]);
    // All there is, is not short of "max"; it would be of an amount.
    const all = new ProactiveWriteback(k, k.memcgs[1]!, Infinity, 0);
    carryOut(k, all);
    expect([k.zswap!.stored, all.short]).toEqual([0, false]);
    expect(violations(k)).toEqual([]);
  });

  it('counts compressed bytes towards the amount, or whole pages', () => {
    for (const unit of ['compressed', 'uncompressed'] as const) {
      const k = compressed({ unit, secondChance: false });
      const size = k.zswap!.codec.size(0);
      const write = new ProactiveWriteback(k, k.memcgs[1]!, MIB, 0);
      carryOut(k, write);
      const pages = unit === 'compressed' ? Math.ceil(MIB / size) : MIB / PAGE;
      expect(k.memcgs[1]!.counters[C.zswpwb_proactive]).toBe(pages);
      expect(k.memcgs[1]!.counters[C.zswpwb_proactive_b]).toBe(pages * size);
      expect(write.short).toBe(false);
    }
  });

  it('takes only entries of the age that was asked for', () => {
    const k = compressed({ secondChance: false });
    const stored = k.now;
    k.now += 1e9;
    pageOut(k, k.processes[0]!, 0, 1024);
    carryOut(k, new ProactiveWriteback(k, k.memcgs[1]!, Infinity, 2e9));
    expect(k.memcgs[1]!.counters[C.zswpwb_proactive]).toBe(0);
    k.now = stored + 2.1e9;
    carryOut(k, new ProactiveWriteback(k, k.memcgs[1]!, Infinity, 2e9));
    expect(k.memcgs[1]!.counters[C.zswpwb_proactive]).toBe(1024);
    expect(k.zswap!.ages.atWriteback.count).toBe(1024);
    expect(k.zswap!.ages.atWriteback.min).toBeGreaterThanOrEqual(2e9);
  });

  it('falls short of more than there is', () => {
    const k = compressed({ unit: 'uncompressed', secondChance: false });
    const write = new ProactiveWriteback(k, k.memcgs[1]!, 5 * MIB, 0);
    carryOut(k, write);
    expect([write.written, write.short]).toEqual([4 * MIB, true]);
  });

  it('writes nothing where memory.zswap.writeback is off', () => {
    const k = compressed({ secondChance: false });
    k.memcgs[1]!.limits.zswapWriteback = false;
    const write = new ProactiveWriteback(k, k.memcgs[1]!, MIB, 0);
    carryOut(k, write);
    expect([write.written, write.short, k.zswap!.stored]).toEqual([0, true, 1024]);
  });
});

describe('memory.reclaim', () => {
  const zram = { kind: 'zram', size: '64MiB' } as const;

  it('asks for a quarter of the rest at a time and reclaims all of it', () => {
    const { kernel: k } = touched(4096, { tiers: { zram } });
    const a = k.memcgs[1]!;
    const write = new MemoryReclaim(k, a, 4 * MIB, ANON_ONLY);
    carryOut(k, write);
    expect(write.short).toBe(false);
    expect(write.reclaimed).toBeGreaterThanOrEqual(1024);
    // Each round stops at the batch of 32 that reaches its goal; the last ask for 32 at least.
    expect(write.reclaimed).toBeLessThan(1024 + 64);
    expect(a.counters[C.pgsteal_proactive]).toBe(write.reclaimed);
    expect(a.counters[C.pgsteal_direct]).toBe(0);
    expect(a.counters[C.reclaim_requested]).toBe(4 * MIB);
    expect(k.psi.peek(1, 'memory', k.now).some.totalNs).toBe(0);
    expect(violations(k)).toEqual([]);
  });

  it('gives up after 16 rounds in vain and one more', () => {
    const { kernel: k } = touched(256);
    const write = new MemoryReclaim(k, k.memcgs[1]!, MIB, null);
    carryOut(k, write);
    expect([write.short, write.reclaimed]).toEqual([true, 0]);
  });

  it('spares anonymous memory at a swappiness of 0, whatever vm.swappiness is', () => {
    const { kernel: k } = touched(4096, { kernel: { swappiness: 100 }, tiers: { zram } });
    const none = new MemoryReclaim(k, k.memcgs[1]!, MIB, 0);
    carryOut(k, none);
    expect([none.short, none.reclaimed]).toEqual([true, 0]);
    const some = new MemoryReclaim(k, k.memcgs[1]!, MIB, null);
    carryOut(k, some);
    expect(some.reclaimed).toBeGreaterThanOrEqual(256);
  });

  it('is an action of the scenario, with its result as an event', () => {
    const simulation = simulate({
      machine: { memory: '64MiB' },
      kernel: { statsFlush: '0' },
      tiers: { zram },
      cgroups: {
        a: {
          workloads: [
            { name: 'w', pages: '16MiB', pattern: { kind: 'sequential' }, thinkTime: '5us' },
          ],
        },
      },
      actions: [{ at: '50ms', do: 'memory-reclaim', cgroup: '/a', amount: '1MiB' }],
      run: { duration: '100ms' },
    });
    const event = finish(simulation).events.find(({ kind }) => kind === 'reclaim');
    expect(event?.message).toMatch(/^memory\.reclaim of \/a got 1\d{6} bytes\.$/);
  });

  it.each([
    [{ amount: 'max' }, /^actions\[0\]\.amount is "max"/],
    [{ amount: '1MiB', olderThan: '1s' }, /olderThan is "1s"; accepted: nothing unless/],
    [{ amount: '1MiB', swappiness: 201 }, /swappiness is 201; .* from 0 to 200, or "max"/],
  ])('refuses %j', (given, message) => {
    expect(() =>
      scenarioOf({
        cgroups: {
          a: { workloads: [{ name: 'w', pages: 1, pattern: { kind: 'sequential' }, accesses: 1 }] },
        },
        actions: [{ at: 0, do: 'memory-reclaim', cgroup: '/a', ...(given as object) }],
      }),
    ).toThrow(message);
  });
});
