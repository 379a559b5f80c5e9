/** A process ends while its pages are being written or brought back. */
import { expect, it } from 'vitest';
import { exitProcess } from '../../../src/engine/memory/oom.ts';
import { bringBack } from '../../../src/engine/swap/bringBack.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { simulate, touched } from '../../support/engine/simulate.ts';

it('does not evict a page that was freed while reclaim of cgroup v1 waited for its write', () => {
  for (let seed = 0; seed < 12; seed++) {
    const simulation = simulate({
      machine: { memory: '16MiB', cpus: 1 },
      kernel: { cgroup: 'v1', statsFlush: '0' },
      tiers: { disk: { kind: 'block', device: 'emmc', size: '16MiB' } },
      cgroups: {
        a: {
          memory: { max: '256KiB' },
          workloads: [
            { name: 'ends', pattern: { kind: 'uniform' }, pages: 512, stop: '21ms' },
            { name: 'stays', pattern: { kind: 'cycle' }, pages: 512, start: '1ms' },
          ],
        },
      },
      run: { accesses: 1000, seed },
    });
    while (!simulation.advance(10)) expect(violations(simulation.kernel)).toEqual([]);
    expect(leftovers(simulation.kernel)).toEqual([]);
  }
});

it('does not bring back a page that was freed while the call waited for memory', () => {
  const { kernel: k } = touched(10);
  exitProcess(k, k.processes[0]!);
  expect(bringBack(k, 3)).toBe(0);
  expect(k.framesUsed).toBe(0);
  expect(violations(k)).toEqual([]);
});
