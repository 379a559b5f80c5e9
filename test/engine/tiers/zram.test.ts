/** zram beyond compression: huge and idle pages, writeback with a budget, recompression (facts 5). */
import { describe, expect, it } from 'vitest';
import { RecompressZram, WriteZramBack } from '../../../src/engine/actions/zramActions.ts';
import { areaOf } from '../../../src/engine/memory/area.ts';
import { pageOut } from '../../../src/engine/memory/pageout.ts';
import { READING } from '../../../src/engine/memory/pages.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';
import { tryCharge } from '../../../src/engine/memory/charge.ts';
import { swapIn } from '../../../src/engine/swap/swapIn.ts';
import type { Zram } from '../../../src/engine/tiers/zram.ts';
import { markIdle, ZramWriteback } from '../../../src/engine/tiers/zramPostProcessing.ts';
import { violations } from '../../support/engine/invariants.ts';
import { runToEnd, touched, traceOf } from '../../support/engine/simulate.ts';

const PAGE = 4096;
const PAGES = 100;

type Contents = NonNullable<
  NonNullable<NonNullable<ScenarioInput['cgroups']>[string]['workloads']>[number]['contents']
>;
const QUARTER: Contents = [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }];
const HUGE: Contents = [{ class: 'incompressible', share: 100 }];

/** A kernel that has just sent all its pages to a zram. */
function filled(contents: Contents, tier: object = {}) {
  const workload = { name: 'w', pattern: { kind: 'sequential' as const }, pages: PAGES, contents };
  const simulation = touched(PAGES, {
    tiers: {
      z: {
        kind: 'zram',
        codec: 'lzo',
        size: '16MiB',
        recompress: 'zstd',
        backing: { device: 'nvme', size: '16MiB' },
        ...tier,
      },
    },
    cgroups: { a: { workloads: [workload] } },
  });
  const k = simulation.kernel;
  pageOut(k, k.processes[0]!, 0, PAGES);
  const device = k.devices.list[0]!;
  const zram = device.backend as Zram;
  expect(device.slots.used).toBe(PAGES);
  /** Carries an action out at once; returns how long it took, ns. */
  const act = (action: WriteZramBack | RecompressZram) => {
    const from = k.now;
    for (;;) {
      const wait = action.run(k, Infinity);
      if (wait === 0) return k.now - from;
      if (wait > 0) k.now = wait;
    }
  };
  return {
    k,
    zram,
    writeBack: (pages: 'idle' | 'huge' | 'huge_idle' | 'incompressible', rest: object = {}) =>
      act(
        new WriteZramBack(k, {
          at: 0,
          do: 'zram-writeback',
          tier: 'z',
          pages,
          batch: 1,
          ...rest,
        }),
      ),
    recompress: (pages: 'all' | 'huge' | 'idle', threshold = 0) =>
      act(new RecompressZram(k, { at: 0, do: 'zram-recompress', tier: 'z', pages, threshold })),
    /** Reads a page back, as a fault would. */
    fault: (page: number) => {
      const process = k.processes[0]!;
      const from = k.now;
      expect(tryCharge(k, process.memcg, 1, false)).toBe(0);
      swapIn(k, page, process.memcg, areaOf(process, page));
      return { waits: (k.pages.flags[page]! & READING) !== 0, ns: k.now - from };
    },
  };
}

describe('huge pages', () => {
  it('are kept whole and counted', () => {
    const { zram } = filled(HUGE);
    expect(zram.counters()).toMatchObject({
      orig_data_size: PAGES * PAGE,
      zram_compressed: PAGES * PAGE,
      zram_used: PAGES * PAGE,
      mem_used_max: PAGES * PAGE,
      zram_huge: PAGES,
      huge_pages_since: PAGES,
    });
    expect(filled(QUARTER).zram.counters()).toMatchObject({ zram_huge: 0, huge_pages_since: 0 });
  });
});

describe('idle pages', () => {
  it('are all that are there, until they are accessed', () => {
    const { k, zram, fault, writeBack } = filled(QUARTER);
    expect(markIdle(k, zram, 0)).toBe(PAGES);
    fault(7);
    writeBack('idle');
    expect(zram.counters()['bd_writes']).toBe(PAGES - 1);
  });

  it('are those of an age, when an age is given', () => {
    const trace = Array.from({ length: 3000 }, (_, i) => i);
    const input: ScenarioInput = {
      machine: { memory: '64MiB' },
      tiers: {
        z: { kind: 'zram', size: '64MiB', backing: { device: 'nvme', size: '64MiB' } },
      },
      cgroups: {
        a: {
          memory: { max: '4MiB' },
          // A page each 10 us: the pages of the first 10 ms are about 1000.
          workloads: [{ name: 'w', trace: { file: 't' }, thinkTime: '10us' }],
        },
      },
      actions: [
        { at: '30ms', do: 'zram-idle', tier: 'z', olderThan: '20ms' },
        { at: '30ms', do: 'zram-writeback', tier: 'z' },
      ],
    };
    const t = { t: traceOf(3000, trace, true) };
    const messages = runToEnd(input, t).events.map(({ message }) => message);
    const idle = Number(/(\d+) pages of z are idle/.exec(messages.join())?.[1]);
    // What was swapped out in the first 10 ms, by a task that has 1024 frames and takes over 10 us a page.
    expect(idle).toBeLessThan(1000);
    const all = { ...input, actions: [{ at: '30ms', do: 'zram-idle' as const, tier: 'z' }] };
    const every = runToEnd(all, t).events.map(({ message }) => message);
    expect(Number(/(\d+) pages of z are idle/.exec(every.join())?.[1])).toBeGreaterThan(idle + 500);
  });
});

describe('writeback', () => {
  it('moves pages to the backing device, from which a fault then waits for them', () => {
    const { k, zram, writeBack, fault } = filled(HUGE);
    writeBack('huge');
    expect(zram.counters()).toMatchObject({
      orig_data_size: PAGES * PAGE,
      zram_used: 0,
      mem_used_max: PAGES * PAGE,
      zram_huge: 0,
      huge_pages_since: PAGES,
      bd_count: PAGES,
      bd_reads: 0,
      bd_writes: PAGES,
    });
    expect(fault(3)).toMatchObject({ waits: true });
    expect(zram.counters()).toMatchObject({ bd_reads: 1, bd_count: PAGES });
    expect(violations(k)).toEqual([]);
  });

  it('takes only what it is asked for', () => {
    const { k, zram, writeBack } = filled([
      { class: 'compressible', share: 50, ratio: 4, sigma: 0 },
      { class: 'incompressible', share: 50 },
    ]);
    const huge = zram.hugePages;
    expect(huge).toBeGreaterThan(0);
    writeBack('huge_idle');
    expect(zram.backedPages).toBe(0);
    writeBack('incompressible');
    expect(zram.backedPages).toBe(0);
    markIdle(k, zram, 0);
    writeBack('huge_idle');
    expect(zram.backedPages).toBe(huge);
    writeBack('idle');
    expect(zram.backedPages).toBe(PAGES);
    expect(violations(k)).toEqual([]);
  });

  it('stops when its budget is spent, and goes on with a new one', () => {
    const { zram, writeBack } = filled(HUGE);
    writeBack('huge', { limit: 25 * PAGE });
    expect(zram.backedPages).toBe(25);
    writeBack('huge');
    expect(zram.backedPages).toBe(25);
    writeBack('huge', { limit: 10 * PAGE, batch: 32 });
    expect(zram.backedPages).toBe(35);
    writeBack('huge', { limit: Infinity });
    expect(zram.backedPages).toBe(PAGES);
  });

  it('stops when the device is full; its first block is never used', () => {
    const { zram, writeBack } = filled(HUGE, { backing: { device: 'nvme', size: '80KiB' } });
    writeBack('huge');
    expect(zram.backedPages).toBe(19);
  });

  it('takes a fraction of the time in batches', () => {
    const { writeBack } = filled(HUGE);
    const one = writeBack('huge', { limit: 32 * PAGE });
    const batch = writeBack('huge', { limit: 32 * PAGE, batch: 32 });
    // At 20 us a write at the median, one by one, against 32 of them side by side.
    expect(one).toBeGreaterThan(32 * 15e3);
    expect(batch).toBeLessThan(one / 3);
  });

  it('leaves alone what is accessed while it is written', () => {
    const { k, zram, fault } = filled(HUGE);
    const writeback = new ZramWriteback(k, zram);
    const slotOf = (page: number) => k.pages.slot(page) - k.devices.list[0]!.firstSlot;
    const [kept, gone] = [slotOf(1), slotOf(2)];
    for (const slot of [kept, gone]) expect(writeback.begin(slot)).toBe(true);
    expect(zram.backing!.count).toBe(2);
    fault(1);
    writeback.end();
    expect(writeback.written).toBe(1);
    expect(zram.backing!.count).toBe(1);
    expect(zram.hasObject(gone)).toBe(false);
    expect(violations(k)).toEqual([]);
  });

  it('frees the block with the slot', () => {
    const { k, zram, writeBack } = filled(HUGE);
    writeBack('huge');
    k.space.release(5);
    k.space.allocate(5, k.processes[0]!.memcg);
    expect(zram.counters()).toMatchObject({ bd_count: PAGES - 1 });
  });
});

describe('recompression', () => {
  it('keeps what falls into a smaller class, and reads it with the second codec', () => {
    const { k, zram, recompress, fault } = filled(QUARTER);
    const before = zram.compressedBytes;
    const first = fault(0).ns;
    const took = recompress('all');
    // Published sizes of the same data: 3.96 with zstd where lzo has 2.69.
    expect(zram.compressedBytes / before).toBeCloseTo(2.69 / 3.96, 2);
    // Each is read with lzo (2 us) and compressed with zstd (12 us).
    expect(took).toBe(PAGES * 14e3);
    // zstd reads a page in 4 us, lzo in 2 us.
    expect(fault(1).ns - first).toBe(2000);
    expect(violations(k)).toEqual([]);
  });

  it('does it once, and only from the threshold on', () => {
    const { zram, recompress } = filled(QUARTER);
    expect(recompress('all', 2000)).toBe(0);
    expect(recompress('all', 1000)).toBeGreaterThan(0);
    const after = zram.compressedBytes;
    expect(recompress('all')).toBe(0);
    expect(zram.compressedBytes).toBe(after);
  });

  it('marks what does not get smaller as incompressible, which writeback can take', () => {
    const { zram, recompress, writeBack } = filled(HUGE);
    // Raw pages need not be decompressed.
    expect(recompress('huge')).toBe(PAGES * 12e3);
    expect(zram.hugePages).toBe(PAGES);
    expect(recompress('huge')).toBe(0);
    writeBack('incompressible');
    expect(zram.backedPages).toBe(PAGES);
  });

  it('does not begin while another one or writeback goes on', () => {
    const { k, zram, writeBack } = filled(HUGE);
    zram.postProcessing = true;
    writeBack('huge');
    expect(zram.backedPages).toBe(0);
    expect(k.events.at(-1)?.message).toContain('EAGAIN');
  });
});

describe('a scenario', () => {
  it('is refused when an action asks for what its tier does not have', () => {
    const messages = (tier: object, action: object) => {
      const check = checkScenario({
        tiers: { z: tier },
        cgroups: {
          a: { workloads: [{ name: 'w', pattern: { kind: 'cycle' }, pages: 16, accesses: 1 }] },
        },
        actions: [{ at: '1ms', tier: 'z', ...action }],
      });
      return check.ok ? '' : check.issues.map(({ message }) => message).join();
    };
    const zram = { kind: 'zram', size: '1MiB' };
    const nvme = { kind: 'block', device: 'nvme', size: '1MiB' };
    expect(messages(zram, { do: 'zram-idle' })).toBe('');
    expect(messages(nvme, { do: 'zram-idle' })).toMatch(/tier.*kind "zram"/);
    expect(messages(zram, { do: 'zram-writeback' })).toMatch(/tier.*backing/);
    expect(messages(zram, { do: 'zram-recompress' })).toMatch(/tier.*recompress/);
  });
});
