/** What each controller asks for, worked out by hand from a scripted view (facts 8.4 and 8.5). */
import { describe, expect, it } from 'vitest';
import { adaptiveWriteback } from '../../../src/engine/controllers/adaptiveWriteback.ts';
import type {
  CgroupFiles,
  CgroupView,
  Controller,
  IdleAges,
} from '../../../src/engine/controllers/controller.ts';
import { gSwap } from '../../../src/engine/controllers/gSwap.ts';
import { senpai } from '../../../src/engine/controllers/senpai.ts';
import { senpaiLimit } from '../../../src/engine/controllers/senpaiLimit.ts';
import { twiceCold } from '../../../src/engine/controllers/twiceCold.ts';
import { scenarioOf } from '../../support/engine/simulate.ts';

const MIB = 2 ** 20;
const S = 1e9;

/** What user space sees; tests change it between calls. */
function scripted() {
  const state = {
    now: 0,
    current: 1000 * MIB,
    high: Infinity,
    memoryStall: 0,
    ioStall: 0,
    pswpin: 0,
    idle: null as IdleAges | null,
  };
  const line = (totalNs: number) => ({ avg10: 0, avg60: 0, avg300: 0, totalNs });
  const writes: { reclaim?: number; high?: number; writeback?: number; olderThan?: number }[] = [];
  const view: CgroupView = {
    get now() {
      return state.now;
    },
    pageBytes: 4096,
    current: () => state.current,
    high: () => state.high,
    stat: () => ({
      anon: 0,
      file: 0,
      zswap: 0,
      zswapped: 0,
      pgmajfault: 0,
      pswpin: state.pswpin,
      pswpout: 0,
      zswpin: 0,
      zswpout: 0,
      zswpwb: 0,
      workingset_refault_anon: 0,
      workingset_refault_file: 0,
    }),
    pressure: (resource) => {
      const total = line(resource === 'io' ? state.ioStall : state.memoryStall);
      return { some: total, full: total };
    },
    idleAges: () => state.idle,
  };
  const files: CgroupFiles = {
    reclaim: (reclaim) => void writes.push({ reclaim }),
    setHigh: (high) => {
      state.high = high;
      writes.push({ high });
    },
    writeBackZswap: (writeback, olderThan = 0) => void writes.push({ writeback, olderThan }),
  };
  const call = (controller: Controller) => {
    writes.length = 0;
    controller(view, files);
    return writes[0] ?? {};
  };
  return { state, call };
}

/** The settings of a controller as the schema gives them. */
function defaults<K extends string>(kind: K, given: object = {}) {
  const scenario = scenarioOf({
    cgroups: {
      a: { workloads: [{ name: 'w', pages: 1, pattern: { kind: 'uniform' }, accesses: 1 }] },
    },
    controllers: [{ kind, cgroup: '/a', ...given } as never],
  });
  return scenario.controllers[0] as Extract<(typeof scenario.controllers)[number], { kind: K }>;
}

describe('senpai', () => {
  it('reclaims 0.05 % at no pressure, less the nearer 0.1 % is, nothing beyond', () => {
    const { state, call } = scripted();
    const controller = senpai(defaults('senpai'));
    expect(call(controller).reclaim).toBeCloseTo(0.5 * MIB, 3);
    // 3 ms of 6 s are 0.05 %, half the threshold.
    state.memoryStall += 3e6;
    expect(call(controller).reclaim).toBeCloseTo(0.25 * MIB, 3);
    state.ioStall += 4.5e6;
    expect(call(controller).reclaim).toBeCloseTo(0.125 * MIB, 3);
    state.memoryStall += 7e6;
    expect(call(controller).reclaim).toBe(0);
    expect(call(controller).reclaim).toBeCloseTo(0.5 * MIB, 3);
  });

  it('takes at most 1 % at once', () => {
    const { call } = scripted();
    expect(call(senpai(defaults('senpai', { ratio: 20 }))).reclaim).toBeCloseTo(10 * MIB, 3);
  });
});

describe('senpai.py', () => {
  it('begins at memory.current, waits 6 calls and probes by at most 1 %', () => {
    const { call } = scripted();
    const controller = senpaiLimit(defaults('senpai-limit'));
    expect(call(controller).high).toBe(1000 * MIB);
    for (let tick = 0; tick < 6; tick++) expect(call(controller)).toEqual({});
    // No stall counts as 1 us: (10000 / 1 / 10)^2 is far above 1, so the largest step.
    expect(call(controller).high).toBe(990 * MIB);
  });

  it('probes by less the nearer the stall is to 10 ms', () => {
    const { state, call } = scripted();
    const controller = senpaiLimit(defaults('senpai-limit'));
    call(controller);
    for (let tick = 0; tick < 6; tick++) call(controller);
    state.memoryStall += 5e6;
    // ((10 / 5) / 10)^2 = 0.04 of 1 %: 1000 MiB * 0.9996 = 999.6 MiB, whole pages.
    expect(call(controller).high).toBe(Math.floor((1000 * MIB * 0.9996) / 4096) * 4096);
  });

  it('backs off at once, by the square of the excess', () => {
    const { state, call } = scripted();
    const controller = senpaiLimit(defaults('senpai-limit'));
    call(controller);
    state.memoryStall += 100e6;
    // ((100 / 10) / 20)^2 = 0.25.
    expect(call(controller).high).toBe(1250 * MIB);
    state.memoryStall += 1e9;
    expect(call(controller).high).toBe(2500 * MIB);
  });

  it('starts afresh when somebody else has written memory.high, and stays within its range', () => {
    const { state, call } = scripted();
    const controller = senpaiLimit(defaults('senpai-limit'));
    call(controller);
    state.high = 4096;
    expect(call(controller).high).toBe(1000 * MIB);
    state.current = 10 * MIB;
    state.high = 4096;
    expect(call(controller).high).toBe(100 * MIB);
  });
});

/** Ages in scans of 60 s. */
const idle = (
  resident: number[],
  promotions: number[],
  scans = 1,
  accessed = 10_000,
): IdleAges => ({
  scanNs: 60 * S,
  scans,
  accessed,
  resident,
  promotions,
});

describe('twice cold', () => {
  it('reclaims what was idle for four minutes and writes back what was stored ten minutes ago', () => {
    const { state, call } = scripted();
    const controller = twiceCold(defaults('twice-cold'));
    state.idle = idle([1000, 100, 100, 50, 25, 16], [0, 0, 0, 0, 0, 0]);
    expect(call(controller)).toEqual({ reclaim: (25 + 16) * 4096 });
    state.idle = null;
    expect(call(controller)).toEqual({ writeback: Infinity, olderThan: 600 * S });
  });

  it('reclaims nothing below its target, and no more than what is above it', () => {
    const { state, call } = scripted();
    const controller = twiceCold(defaults('twice-cold', { target: '1000MiB' }));
    state.idle = idle([0, 0, 0, 0, 0, 0, 100_000], []);
    expect(call(controller).reclaim).toBe(0);
    state.current = 1010 * MIB;
    expect(call(controller).reclaim).toBe(10 * MIB);
  });
});

describe('adaptive writeback', () => {
  it('takes more while it is quiet, and halves its step after swap-ins or I/O pressure', () => {
    const { state, call } = scripted();
    const controller = adaptiveWriteback(defaults('adaptive-writeback', { minStep: '1MiB' }));
    expect(call(controller).writeback).toBe(MIB);
    expect(call(controller).writeback).toBe(1.5 * MIB);
    // 61 pages in 6 s are more than 10 a second; the next step was to be 2.25 MiB.
    state.pswpin += 61;
    expect(call(controller)).toEqual({});
    expect(call(controller).writeback).toBe(1.125 * MIB);
    // 6.1 ms of 6 s are more than 0.1 %.
    state.ioStall += 6.1e6;
    expect(call(controller)).toEqual({});
    expect(call(controller).writeback).toBe(MIB);
  });
});

describe('g-swap', () => {
  it('takes the lowest age whose promotions stay below 0.2 % of the working set in a minute', () => {
    const { state, call } = scripted();
    const controller = gSwap(defaults('g-swap'));
    // Budget 20 a minute: ages 4 and above were wanted 15 times, 3 and above 40 times.
    state.idle = idle([9000, 500, 400, 300, 200, 100], [9000, 300, 100, 25, 10, 5]);
    expect(call(controller).reclaim).toBe((200 + 100) * 4096);
    // The same scan again: nothing new to learn, the threshold holds.
    expect(call(controller).reclaim).toBe((200 + 100) * 4096);
  });

  it('does not go below the percentile of its history, but follows a worse minute', () => {
    const { state, call } = scripted();
    const controller = gSwap(defaults('g-swap', { percentile: 98 }));
    state.idle = idle([0, 8, 4, 2, 1], [0, 0, 0, 25, 0], 1);
    // 25 promotions at age 3 are too many: from age 4 on.
    expect(call(controller).reclaim).toBe(4096);
    // A minute without promotions would allow age 1; the 98th percentile of {1, 4} is 4.
    state.idle = idle([0, 8, 4, 2, 1], [0, 0, 0, 25, 0], 2);
    expect(call(controller).reclaim).toBe(4096);
    // Now even the oldest age was wanted too often: nothing is cold.
    state.idle = idle([0, 8, 4, 2, 1], [0, 0, 0, 25, 30], 3);
    expect(call(controller)).toEqual({});
  });

  it('waits for its warm-up', () => {
    const { state, call } = scripted();
    const controller = gSwap(defaults('g-swap', { warmUp: '300s' }));
    state.idle = idle([0, 8], [0, 0]);
    expect(call(controller)).toEqual({});
    state.now = 300 * S;
    expect(call(controller).reclaim).toBe(8 * 4096);
  });
});
