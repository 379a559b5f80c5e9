/** Clean pages of files in the RAM of the host (facts 9.2). */
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { violations } from '../../support/engine/invariants.ts';
import { finish, simulate, totals, traceOf } from '../../support/engine/simulate.ts';

const PAGE = 4096;
const FILE_PAGES = 2048;
const ROUNDS = 4;

type Frontswap = NonNullable<NonNullable<ScenarioInput['kernel']>['frontswap']>;

/** A process goes through a file of 8 MiB four times, page by page, with 4 MiB of RAM. */
function scenario(frontswap: Frontswap, more: ScenarioInput['cgroups'] = {}): ScenarioInput {
  return {
    machine: { memory: '256MiB', cpus: 2 },
    kernel: { pageCluster: 0, statsFlush: '0', frontswap: { enabled: true, ...frontswap } },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '64MiB' } },
    cgroups: {
      reads: {
        memory: { max: '4MiB' },
        workloads: [
          {
            name: 'w',
            trace: { file: 'rounds' },
            file: { access: 'read', advice: 'random' },
          },
        ],
      },
      ...more,
    },
  } as ScenarioInput;
}

const rounds = (write = false) =>
  traceOf(
    FILE_PAGES,
    Array.from({ length: FILE_PAGES * ROUNDS }, (_, i) => i % FILE_PAGES),
    write,
  );

function run(input: ScenarioInput, trace = rounds()) {
  const simulation = simulate(input, { rounds: trace });
  const result = finish(simulation);
  expect(violations(simulation.kernel)).toEqual([]);
  return { result, t: totals(result), kernel: simulation.kernel };
}

describe('cleancache', () => {
  it('reads each page from the disk once where the pool has room for what RAM has not', () => {
    const without = run(scenario({})).t;
    const { t, kernel } = run(scenario({ cleancache: true }));
    expect(without.file_read).toBe(FILE_PAGES * ROUNDS);
    expect(t.file_read).toBe(FILE_PAGES);
    // Every other read is a get that succeeds, and each get was a put before.
    expect(t.cleancache_failed_gets).toBe(FILE_PAGES);
    expect(t.cleancache_succ_gets).toBe(FILE_PAGES * (ROUNDS - 1));
    // A page is in RAM or with the host, never in both.
    const { pool } = kernel.devices.frontswap!;
    expect(t.cleancache_puts! - t.cleancache_succ_gets!).toBe(pool.used / PAGE);
    expect(pool.used / PAGE + kernel.memcgs[1]!.cached).toBe(FILE_PAGES);
  });

  it('costs its calls and gives nothing where the host has no room', () => {
    const { t, result } = run(scenario({ cleancache: true, poolSize: '0' }));
    const without = run(scenario({})).result;
    expect(t.file_read).toBe(FILE_PAGES * ROUNDS);
    expect(t.cleancache_succ_gets).toBe(0);
    expect(result.simulatedNs).toBeGreaterThan(without.simulatedNs);
  });

  it('keeps the newest pages in a small pool, which do not come round in time', () => {
    // An LRU of RAM and pool together, 4 and 2 of 8 MiB, never holds the next page of a round.
    const { t, kernel } = run(scenario({ cleancache: true, poolSize: '2MiB' }));
    expect(t.cleancache_succ_gets).toBe(0);
    expect(kernel.devices.frontswap!.pool.used).toBe(512 * PAGE);
  });

  it('gives way to pages that are swapped', () => {
    const hog: ScenarioInput['cgroups'] = {
      swaps: {
        memory: { max: '2MiB' },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'uniform' },
            pages: '4MiB',
            fill: true,
            start: '200ms',
            contents: [{ class: 'incompressible', share: 100 }],
          },
        ],
      },
    };
    const input = scenario({ cleancache: true, poolSize: '4MiB' }, hog);
    input.run = { duration: '400ms' };
    const { t, kernel } = run(input);
    expect(t.cleancache_puts).toBeGreaterThan(1000);
    // The pool was full of clean pages, and not one page of the hog was refused for them.
    expect(t.frontswap_failed_stores).toBe(0);
    expect(kernel.devices.frontswap!.pool.bytesOf(2)).toBeGreaterThan(1.5 * 2 ** 20);
  });

  it('forgets what is overwritten, and the file when its process ends', () => {
    const input = scenario({ cleancache: true });
    // Somebody else goes on, so that the end of the writer frees its file.
    input.cgroups!['stays'] = {
      workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: '64KiB', thinkTime: '1ms' }],
    };
    input.run = { duration: '4s' };
    const { t, kernel } = run(input, rounds(true));
    expect(t.cleancache_succ_gets).toBe(0);
    expect(t.cleancache_invalidates).toBeGreaterThan(FILE_PAGES);
    expect(kernel.devices.frontswap!.pool.used).toBe(0);
  });
});
