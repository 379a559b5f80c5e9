// `npm run simulate`: random scenarios, each of a seed of its own, checked while they run and run again.
// --count, --seed (of the first), --time (minutes)
import fc from 'fast-check';
import { parseArgs } from 'node:util';
import { checkedRun } from '../../support/engine/checkedRun.ts';
import { TRACES } from '../../support/engine/rarities.ts';
import { smallScenario } from '../../support/engine/scenarios.ts';
import { finish, simulate } from '../../support/engine/simulate.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    time: { type: 'string', default: '60' },
  },
});
const first = Number(values.seed);
const count = Number(values.count);
const begun = Date.now();
const seconds = () => Math.round((Date.now() - begun) / 1000);
const failures: string[] = [];
let tried = 0;
let checks = 0;
let swapped = 0;
console.log(`Scenarios of seeds ${first} to ${first + count - 1}, ${new Date().toISOString()}`);
for (; tried < count && seconds() < Number(values.time) * 60; tried++) {
  const seed = first + tried;
  const [input] = fc.sample(smallScenario, { seed, numRuns: 1 });
  const problems: string[] = [];
  try {
    const run = checkedRun(input!, 200 + ((seed * 7919) % 4800));
    checks += run.checks;
    if (run.swapped) swapped++;
    problems.push(...run.problems);
    // Every twentieth again, whole: the same digest.
    if (seed % 20 === 0) {
      const again = () => finish(simulate(input!, TRACES)).digest;
      if (again() !== again()) problems.push('another digest the second time');
    }
  } catch (error) {
    problems.push((error as Error).stack ?? String(error));
  }
  if (problems.length > 0) {
    failures.push(`seed ${seed}: ${problems.slice(0, 3).join('; ')}`);
    console.log(failures.at(-1));
  }
  if ((tried + 1) % 250 === 0) {
    console.log(
      `${tried + 1} scenarios, ${swapped} of them swapped, ${checks} checks, ${seconds()} s`,
    );
  }
}
console.log(
  `${tried} scenarios of seeds ${first} to ${first + tried - 1} in ${seconds()} s: ` +
    `${swapped} swapped, ${checks} checks of all invariants, ${failures.length} failures`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
