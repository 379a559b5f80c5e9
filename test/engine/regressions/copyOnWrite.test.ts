/** A write to a shared page while that page is the only one left to reclaim (seed 1410 of a campaign). */
import { expect, test, vi } from 'vitest';
import { violations } from '../../support/engine/invariants.ts';
import { simulate, totals } from '../../support/engine/simulate.ts';

/** Two processes that share two pages and write to both, in a cgroup of so many. */
function run(lru: 'classic' | 'mglru', limit: number) {
  const simulation = simulate({
    machine: { memory: '64MiB', cpus: 2 },
    kernel: { statsFlush: 0, pageCluster: 0, lru },
    tiers: { fast: { kind: 'zram', codec: 'lz4', size: '1MiB' } },
    cgroups: {
      app: {
        memory: { max: limit * 4096 },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: 2,
            fill: true,
            forks: 1,
            sharing: 'apart',
            writes: 100,
            accesses: 1000,
          },
        ],
      },
    },
  });
  const { kernel } = simulation;
  // What goes round for ever stays within one step, so it cannot be timed from outside.
  const freeFrames = kernel.freeFrames.bind(kernel);
  let charges = 0;
  vi.spyOn(kernel, 'freeFrames').mockImplementation(() => {
    if (++charges > 100_000) throw new Error('the same page is charged again and again');
    return freeFrames();
  });
  while (!simulation.advance(10_000));
  expect(violations(kernel)).toEqual([]);
  const { oom_kill, cow_copies } = totals(simulation.result());
  return oom_kill === 0 ? `${cow_copies} copies` : 'killed';
}

test.each(['classic', 'mglru'] as const)('%s: a page is not reclaimed for its own copy', (lru) => {
  const ends = Array.from({ length: 12 }, (_, i) => run(lru, i + 1));
  // Killed where the page and its copy do not both fit; from there on each process has its own two pages.
  const enough = ends.indexOf('2 copies');
  expect(enough).toBeGreaterThan(0);
  expect(ends).toEqual(ends.map((_, i) => (i < enough ? 'killed' : '2 copies')));
});
