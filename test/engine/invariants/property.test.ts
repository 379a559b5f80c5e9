/** Whatever the scenario, the state of the kernel adds up and the run ends, always in the same way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { smallScenario } from '../../support/engine/scenarios.ts';
import { finish, simulate } from '../../support/engine/simulate.ts';

/** FUZZ_SEED and FUZZ_RUNS explore further; without them the same scenarios are tried every time. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_251_121);
const runs = Number(process.env['FUZZ_RUNS'] ?? 0);

/** Steps after which a run that makes at most 40 000 accesses in 2 s hangs. */
const MOST_STEPS = 20_000;

/** Sends a few pages that are out of RAM to other tiers, singly and in batches. */
function moveSome(k: Kernel, step: number): void {
  const { pages, devices, transfers } = k;
  const batch: number[] = [];
  for (let i = 0, page = (step * 7919) % pages.count; i < 64; i++, page++) {
    if (page === pages.count) page = 0;
    batch.push(page);
  }
  const targets = [...devices.list, 'zswap' as const];
  const to = targets[step % targets.length]!;
  if (step % 2 === 0) transfers.begin(batch, to);
  else for (const page of batch) transfers.begin([page], to);
}

/** Whether any page was sent to a device, to zswap or to a host. */
function wroteSwap({ root, memcgs }: Kernel): boolean {
  const written = [C.pswpout, C.zswpout, C.frontswap_succ_stores];
  return [root, ...memcgs].some(({ counters }) => written.some((c) => counters[c]! > 0));
}

describe('any scenario', () => {
  it('keeps pages, lists, charges, slots and pools consistent, and leaves nothing behind', () => {
    let tried = 0;
    let swapped = 0;
    fc.assert(
      fc.property(smallScenario, fc.integer({ min: 200, max: 5000 }), (input, budget) => {
        const simulation = simulate(input);
        let steps = 0;
        let check = 1;
        for (;;) {
          const ended = simulation.advance(budget);
          if (!ended) moveSome(simulation.kernel, steps);
          // Often at first, when pages begin to leave RAM, then at longer and longer intervals.
          if (ended || ++steps === check) {
            expect(violations(simulation.kernel)).toEqual([]);
            check = Math.ceil(check * 1.5);
          }
          if (ended) break;
          expect(steps).toBeLessThan(MOST_STEPS);
        }
        tried++;
        if (wroteSwap(simulation.kernel)) swapped++;
        expect(leftovers(simulation.kernel)).toEqual([]);
      }),
      { seed, numRuns: runs || 150 },
    );
    // Scenarios that swap nothing out say nothing about swap.
    if (tried >= 100) expect(swapped).toBeGreaterThan(tried / 4);
  }, 180_000);

  it('gives the same digest again, however the run is cut into steps', () => {
    fc.assert(
      fc.property(
        smallScenario,
        fc.infiniteStream(
          fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9999 })),
        ),
        (input, budgets) => {
          const whole = finish(simulate(input));
          const again = finish(simulate(input));
          expect(again.digest).toBe(whole.digest);
          const cut = simulate(input);
          for (const budget of budgets) if (cut.advance(budget)) break;
          expect(cut.result().digest).toBe(whole.digest);
        },
      ),
      { seed, numRuns: runs || 60 },
    );
  }, 180_000);
});
