/** frontswap's contract and the host's pool (facts 9.1 to 9.3). */
import { describe, expect, it } from 'vitest';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { Get } from '../../../src/engine/tiers/frontswap.ts';
import { runToEnd, simulate, totals, touched, traceOf } from '../../support/engine/simulate.ts';

const PAGES = 4096;

/** A guest that goes round its pages with 2048 frames, so that each of them leaves RAM. */
const guest = (name: string, pages = PAGES) => ({
  memory: { max: '8MiB' },
  workloads: [
    {
      name,
      pattern: { kind: 'sequential' as const },
      pages,
      contents: [{ class: 'incompressible' as const, share: 100 }],
    },
  ],
});

function scenario(frontswap: object, cgroups: object = { a: guest('a') }): ScenarioInput {
  return {
    machine: { memory: '256MiB' },
    kernel: { frontswap: { enabled: true, ...frontswap } },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
    cgroups,
    run: { accesses: 40_000 },
  } as ScenarioInput;
}

describe('frontswap', () => {
  it('keeps every page off a device while the host has room', () => {
    const t = totals(runToEnd(scenario({})));
    expect(t.frontswap_succ_stores).toBeGreaterThan(PAGES / 2);
    expect(t.frontswap_loads).toBeGreaterThan(0);
    expect(t.frontswap_failed_stores).toBe(0);
    expect(t.pswpout).toBe(0);
    expect(t.pswpin).toBe(0);
  });

  it('sends what the host refuses to the device, at the price of the call', () => {
    const refusing = runToEnd(scenario({ poolSize: '0', hypercall: '100us' }));
    const cheap = runToEnd(scenario({ poolSize: '0', hypercall: '0' }));
    const t = totals(refusing);
    expect(t.frontswap_succ_stores).toBe(0);
    expect(t.frontswap_failed_stores).toBe(t.pswpout);
    expect(t.pswpout).toBeGreaterThan(PAGES / 2);
    // The calls are made one after the other by the only task and are no smaller part of its time.
    expect(refusing.simulatedNs - cheap.simulatedNs).toBeGreaterThan(t.pswpout! * 50_000);
  });

  it('stops a hog at its quota, so that its neighbour is not refused', () => {
    // Clean pages in RAM keep their copies, so the hog wants 4096 pages of the pool and the meek
    // guest 2560. The pool has 5120: enough for the meek guest only where half of it is kept for it.
    const two = { hog: guest('hog'), meek: guest('meek', 2560) };
    const refused = (guestQuota: string) => {
      const simulation = simulate(scenario({ poolSize: '20MiB', guestQuota }, two));
      const { pool } = simulation.kernel.devices.frontswap!;
      let most = 0;
      while (!simulation.advance(1000)) most = Math.max(most, ...pool.usedBy);
      const { frontswap_failed_stores } = totals(simulation.result(), 'cgroup:/meek');
      return { most, refused: frontswap_failed_stores };
    };
    expect(refused('10MiB')).toEqual({ most: 2560 * 4096, refused: 0 });
    const unlimited = refused('max');
    expect(unlimited.most).toBeGreaterThan(2560 * 4096);
    expect(unlimited.refused).toBeGreaterThan(0);
  });

  it('keeps its pages and refuses further ones when the host shrinks the pool', () => {
    const shrunk = (size: string) => ({
      ...scenario({ poolSize: '4MiB' }),
      actions: [{ at: '5ms', do: 'set-host-pool' as const, size }],
    });
    // Pages that are in the pool when it shrinks are replaced in place; it holds 1024 at most.
    const same = totals(runToEnd(shrunk('4MiB')));
    const grown = totals(runToEnd(shrunk('64MiB')));
    const none = totals(runToEnd(shrunk('0')));
    expect(same.frontswap_failed_stores).toBeGreaterThan(grown.frontswap_failed_stores!);
    expect(none.frontswap_succ_stores).toBeLessThan(grown.frontswap_succ_stores!);
    expect(none.frontswap_failed_stores).toBeGreaterThan(0);
  });

  it('loses a page from the pool with an exclusive get, and puts it again', () => {
    // Clean pages stay in the pool unless a get takes them; these are only read after the first round.
    const reads = Array.from({ length: 4 * PAGES }, (_, i) => i % PAGES);
    const workloads = [{ name: 'a', trace: { file: 't' } }];
    const cgroups = { a: { memory: { max: '8MiB' }, workloads } };
    const traced = (exclusiveGets: boolean) =>
      totals(runToEnd(scenario({ exclusiveGets }, cgroups), { t: traceOf(PAGES, reads) }));
    const exclusive = traced(true);
    const kept = traced(false);
    expect(exclusive.frontswap_succ_stores).toBeGreaterThan(kept.frontswap_succ_stores!);
  });

  it('takes pages that memory.zswap.writeback keeps off devices', () => {
    const { memory, ...rest } = guest('a');
    const noDevice = { a: { memory: { ...memory, zswap: { writeback: false } }, ...rest } };
    const roomy = totals(runToEnd(scenario({}, noDevice)));
    expect(roomy.frontswap_succ_stores).toBeGreaterThan(PAGES / 2);
    expect(roomy.pswpout).toBe(0);
    // 4096 pages fit in 2048 frames and 1024 pages of the pool no more than in the frames alone.
    const tight = runToEnd(scenario({ poolSize: '4MiB' }, noDevice));
    expect(totals(tight).pswpout).toBe(0);
    expect(totals(tight).frontswap_failed_stores).toBeGreaterThan(0);
    expect(totals(tight).oom_kill).toBeGreaterThan(0);
  });

  it('measures the faults of each guest', () => {
    const two = { a: guest('a'), b: guest('b', 1024) };
    const { histograms } = runToEnd(scenario({ hypercall: '50us' }, two));
    const of = (scope: string) =>
      histograms.find((h) => h.scope === scope && h.metric === 'fault_latency')!;
    const [a, b, all] = [of('cgroup:/a'), of('cgroup:/b'), of('machine')];
    // b fits in its frames, so it faults once a page and never calls the host.
    expect(b.count).toBe(1024);
    expect(b.maxNs).toBeLessThan(50_000);
    expect(a.maxNs).toBeGreaterThan(50_000);
    expect(a.count + b.count).toBe(all.count);
  });

  it('is refused together with zswap, and without a tier', () => {
    const messages = (input: object) => {
      const check = checkScenario(input);
      return check.ok ? [] : check.issues.map((i) => i.message);
    };
    const both = { kernel: { frontswap: { enabled: true }, zswap: { enabled: true } } };
    expect(messages({ ...scenario({}), ...both }).join()).toMatch(
      /kernel\.frontswap\.enabled.*zswap/,
    );
    expect(messages({ ...scenario({}), tiers: {} }).join()).toMatch(/frontswap\.enabled.*tier/);
  });
});

describe('a call', () => {
  const PAGE = 4096;
  const HYPERCALL = 1000;
  const COPY = 500;

  function guestWith(more: { exclusiveGets?: boolean; refuse?: number } = {}) {
    const { kernel: k } = touched(16, {
      kernel: {
        frontswap: {
          enabled: true,
          poolSize: '1MiB',
          hypercall: '1us',
          copy: '500ns',
          ...more,
        },
      },
      tiers: { disk: { kind: 'block', device: 'nvme', size: '4MiB' } },
    });
    const memcg = k.memcgs[1]!;
    const frontswap = k.devices.frontswap!;
    const timed = <T>(call: () => T): [T, number] => {
      const before = k.now;
      const answer = call();
      return [answer, k.now - before];
    };
    return {
      pool: frontswap.pool,
      put: (slot: number) => timed(() => frontswap.put(slot, 0, memcg)),
      get: (slot: number) => timed(() => frontswap.get(slot, memcg)),
      invalidate: (slot: number) => timed(() => frontswap.invalidate(slot))[1],
      invalidateArea: () => timed(() => frontswap.invalidateArea(k.devices.list[0]!))[1],
    };
  }

  it('is synchronous, and a second put replaces the page', () => {
    const { pool, put, get } = guestWith();
    for (let twice = 0; twice < 2; twice++) {
      expect(put(5)).toEqual([true, HYPERCALL + COPY]);
      expect(pool.used).toBe(PAGE);
    }
    expect(get(5)).toEqual([Get.Loaded, HYPERCALL + COPY]);
    expect(pool.holds(5)).toBe(true);
  });

  it('that refuses a second put loses the page, so that stale data never returns', () => {
    const { pool, put, get } = guestWith({ refuse: 50 });
    let taken = false;
    let refused = 0;
    while (refused < 5) {
      const [answer, time] = put(5);
      expect(time).toBe(answer ? HYPERCALL + COPY : HYPERCALL);
      expect([pool.holds(5), pool.used]).toEqual([answer, answer ? PAGE : 0]);
      if (taken && !answer) {
        refused++;
        // The guest knows by its own map, without a call.
        expect(get(5)).toEqual([Get.Missed, 0]);
      }
      taken = answer;
    }
  });

  it('takes the page out of the pool where gets are exclusive', () => {
    const { pool, put, get } = guestWith({ exclusiveGets: true });
    put(5);
    expect(get(5)).toEqual([Get.Taken, HYPERCALL + COPY]);
    expect([pool.holds(5), pool.used]).toEqual([false, 0]);
  });

  it('gives up a page, or all of a device at once', () => {
    const { pool, put, invalidate, invalidateArea } = guestWith();
    for (const slot of [5, 6, 7]) put(slot);
    expect([invalidate(5), invalidate(5)]).toEqual([HYPERCALL, 0]);
    expect(pool.used).toBe(2 * PAGE);
    expect(invalidateArea()).toBe(HYPERCALL);
    expect([pool.used, pool.holds(6), pool.holds(7)]).toEqual([0, false, false]);
  });
});
