/** Pressure worked out by hand over scripted stalls (facts 8.3, kernel/sched/psi.c). */
import { describe, expect, it } from 'vitest';
import { Psi, PSI_PERIOD, TaskState } from '../../../src/engine/metrics/psi.ts';
import { runToEnd, totals } from '../../support/engine/simulate.ts';

const { Running, IoWait, MemStall } = TaskState;
const MS = 1e6;
const S = 1e9;

describe('the states of one CPU', () => {
  it.each([
    ['a task that runs stalls nobody', [Running], [0, 0, 0, 0]],
    ['a task that waits alone is a full stall', [IoWait], [0, 0, 1, 1]],
    ['beside one that runs it is only some', [IoWait, Running], [0, 0, 1, 0]],
    ['a sleeping memory stall alone is full', [MemStall], [1, 1, 0, 0]],
    ['beside one that runs it is only some', [MemStall, Running], [1, 0, 0, 0]],
    [
      'one that reclaims while the other stalls is full',
      [MemStall, Running | MemStall],
      [1, 1, 0, 0],
    ],
    ['a refault is both', [IoWait | MemStall], [1, 1, 1, 1]],
  ])('%s', (_, tasks, [memSome, memFull, ioSome, ioFull]) => {
    const psi = new Psi([-1, 0], 1);
    for (const state of tasks) psi.change(1, 0, 0, state, 0);
    for (const group of [0, 1]) {
      const memory = psi.peek(group, 'memory', 100 * MS);
      const io = psi.peek(group, 'io', 100 * MS);
      const share = [memory.some, memory.full, io.some, io.full].map((l) => l.totalNs / (100 * MS));
      expect(share).toEqual([memSome, memFull, ioSome, ioFull]);
    }
  });

  it('a task that reclaims on the CPU is a full stall although another could run', () => {
    const psi = new Psi([-1], 1);
    psi.change(0, 0, 0, Running, 0);
    psi.change(0, 0, 0, Running, 0);
    psi.stallRunning(0, 0, 10 * MS, 25 * MS);
    const { some, full } = psi.peek(0, 'memory', 50 * MS);
    expect([some.totalNs, full.totalNs]).toEqual([15 * MS, 15 * MS]);
  });
});

it('CPUs count by the time in which they were not idle', () => {
  // CPU 0 is busy for 300 ms and stalled for 100 of them, CPU 1 is stalled for all of its 100 ms:
  // (100 * 300 + 100 * 100) / 400 = 100 ms. CPU 2 is idle and does not count.
  const psi = new Psi([-1], 3);
  psi.change(0, 0, 0, Running, 0);
  psi.change(0, 1, 0, MemStall, 0);
  psi.change(0, 1, MemStall, 0, 100 * MS);
  psi.change(0, 0, Running, MemStall, 200 * MS);
  psi.change(0, 0, MemStall, 0, 300 * MS);
  expect(psi.peek(0, 'memory', 400 * MS).some.totalNs).toBe(100 * MS);
});

describe('the averages', () => {
  // One task, stalled for half of the first two periods and never again.
  const half = () => {
    const psi = new Psi([-1], 1);
    let at = 0;
    let before = 0;
    for (let period = 0; period < 2; period++) {
      psi.change(0, 0, before, MemStall, at);
      psi.change(0, 0, MemStall, Running, at + PSI_PERIOD / 2);
      before = Running;
      at += PSI_PERIOD;
    }
    return psi;
  };

  it('take up a period when it ends, in fixed point', () => {
    // 50 % is 102400. After one period: (102400 * 371 + 2047) / 2048 = 18550.99, cut: 18550, 9.05 %.
    const psi = half();
    expect(psi.peek(0, 'memory', PSI_PERIOD).some.avg10).toBe(9.05);
    // 60 s: (102400 * 67 + 2047) / 2048 = 3350.99: 3350, 1.63 %; 300 s: 102400 * 14: 700, 0.34 %.
    expect(psi.peek(0, 'memory', PSI_PERIOD).some.avg60).toBe(1.63);
    expect(psi.peek(0, 'memory', PSI_PERIOD).some.avg300).toBe(0.34);
  });

  it('decay by e^(-2/10) in a period', () => {
    const psi = half();
    // (18550 * 1677 + 102400 * 371 + 2047) / 2048 = 33740.7: 33740, 16.47 %.
    expect(psi.peek(0, 'memory', 2 * PSI_PERIOD).some.avg10).toBe(16.47);
    // Then (33740 * 1677) / 2048 = 27627.8: 27627, 13.48 %.
    expect(psi.peek(0, 'memory', 3 * PSI_PERIOD).some.avg10).toBe(13.48);
    expect(psi.peek(0, 'memory', 3 * PSI_PERIOD).some.totalNs).toBe(PSI_PERIOD);
  });

  it('of a cgroup that sleeps are made up for when somebody reads them', () => {
    const psi = half();
    psi.change(0, 0, Running, 0, 2 * PSI_PERIOD);
    // The worker runs once more, finds the cgroup idle and stops: 33740 -> 27627. A read 5 periods
    // later has missed 4: 1677^4 in fixed point is (1677^2 + 1024) / 2048 = 1373, squared 920;
    // (27627 * 920) / 2048 = 12410.5: 12410, and its own (12410 * 1677) / 2048 = 10161: 4.96 %.
    psi.peek(0, 'memory', 3 * PSI_PERIOD);
    expect(psi.read(0, 'memory', 8 * PSI_PERIOD).some.avg10).toBe(4.96);
  });

  it('know whole percents only: 19 ms in a period of two seconds leave no trace', () => {
    const psi = new Psi([-1], 1);
    psi.change(0, 0, 0, MemStall, 0);
    psi.change(0, 0, MemStall, Running, 19 * MS);
    const { some } = psi.peek(0, 'memory', 3 * S);
    expect(some.totalNs).toBe(19 * MS);
    expect([some.avg10, some.avg60, some.avg300]).toEqual([0, 0, 0]);
  });
});

it('a run counts waits for its disk as I/O, and those for its working set as memory too', () => {
  const result = runToEnd({
    machine: { memory: '64MiB', cpus: 1 },
    kernel: { statsFlush: '0' },
    tiers: { disk: { kind: 'block', device: 'sata-ssd', size: '64MiB' } },
    cgroups: {
      a: {
        memory: { max: '8MiB' },
        workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: '16MiB', accesses: 30_000 }],
      },
      idle: {},
    },
  });
  const a = totals(result, 'cgroup:/a');
  // One task on one CPU: it stalls alone, so some and full are the same, and the sum of its waits.
  expect(a['psi_io_some']).toBe(a['psi_io_full']);
  expect(a['psi_io_some']! / a['stall_io']!).toBeGreaterThan(0.99);
  expect(a['psi_io_some']! / result.simulatedNs).toBeGreaterThan(0.3);
  expect(a['psi_memory_some']!).toBeGreaterThan(0);
  expect(totals(result, 'cgroup:/idle')['psi_io_some']).toBe(0);
  expect(totals(result)['psi_io_some']).toBe(a['psi_io_some']);
});
