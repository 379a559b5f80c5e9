/** Whatever the scenario, the state of the kernel adds up and the run ends, always in the same way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedRun } from '../../support/engine/checkedRun.ts';
import { TRACES } from '../../support/engine/rarities.ts';
import { ALL_MECHANISMS, type Mechanism } from '../../support/engine/reached.ts';
import { schemaOptions, usedOptions } from '../../support/engine/schemaCoverage.ts';
import { smallScenario } from '../../support/engine/scenarios.ts';
import { finish, simulate } from '../../support/engine/simulate.ts';

/** FUZZ_SEED and FUZZ_RUNS explore further (`npm run simulate` is the long form); else the draws are the same. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_251_121);
const runs = Number(process.env['FUZZ_RUNS'] ?? 0);

describe('any scenario', () => {
  it('keeps pages, lists, charges, slots and pools consistent, and leaves nothing behind', () => {
    let tried = 0;
    const times = new Map<Mechanism, number>(ALL_MECHANISMS.map((name) => [name, 0]));
    fc.assert(
      fc.property(smallScenario, fc.integer({ min: 200, max: 5000 }), (input, budget) => {
        const run = checkedRun(input, budget);
        expect(run.problems).toEqual([]);
        tried++;
        for (const name of run.mechanisms) times.set(name, times.get(name)! + 1);
      }),
      { seed, numRuns: runs || 150 },
    );
    // What no scenario went through, the property says nothing about.
    if (tried >= 150) expect([...times].filter(([, count]) => count < 2)).toEqual([]);
  }, 300_000);

  it('gives the same digest again, however the run is cut into steps', () => {
    fc.assert(
      fc.property(
        smallScenario,
        fc.infiniteStream(
          fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9999 })),
        ),
        (input, budgets) => {
          const whole = finish(simulate(input, TRACES));
          const again = finish(simulate(input, TRACES));
          expect(again.digest).toBe(whole.digest);
          const cut = simulate(input, TRACES);
          for (const budget of budgets) if (cut.advance(budget)) break;
          expect(cut.result().digest).toBe(whole.digest);
        },
      ),
      { seed, numRuns: runs || 60 },
    );
  }, 300_000);
});

describe('the scenarios that are drawn', () => {
  // Each field, each branch of a union and each word of a list, as the schema itself has them.
  it('use every option of the schema', { timeout: 180_000 }, () => {
    const missing = schemaOptions();
    for (let seed = 1; seed <= 16 && missing.size > 0; seed++) {
      for (const input of fc.sample(smallScenario, { seed, numRuns: 250 })) {
        const used = new Set<string>();
        usedOptions(input, used);
        for (const option of used) missing.delete(option);
      }
    }
    expect([...missing].sort()).toEqual([]);
    expect(schemaOptions().size).toBeGreaterThan(500);
  });
});
