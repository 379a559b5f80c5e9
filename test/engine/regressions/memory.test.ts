/** RAM that is not there cannot be used. */
import { expect, it } from 'vitest';
import { violations } from '../../support/engine/invariants.ts';
import { simulate } from '../../support/engine/simulate.ts';

it('does not let a compressed pool grow into pages that do not exist', () => {
  // The pool takes up to eight pages at a time, on a machine with little to spare.
  for (const memory of [4 << 20, 5 << 20, 6 << 20]) {
    const simulation = simulate({
      machine: { memory, kernelMemory: '1MiB', pageSize: '16KiB' },
      kernel: { minFree: 0, statsFlush: '0' },
      tiers: { zram: { kind: 'zram', codec: 'zstd', size: '24MiB' } },
      cgroups: {
        a: {
          workloads: [
            {
              name: 'w',
              pattern: { kind: 'cycle' },
              pages: 600,
              contents: [{ class: 'compressible', share: 100, ratio: 1.5, sigma: 0.5 }],
            },
          ],
        },
      },
      run: { accesses: 3000 },
    });
    while (!simulation.advance(20)) expect(violations(simulation.kernel)).toEqual([]);
  }
});
