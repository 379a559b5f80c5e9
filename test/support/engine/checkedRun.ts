/** Runs a random scenario to its end with pages sent about, and checks every so often that all adds up. */
import type { Kernel } from '../../../src/engine/kernel.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { leftovers, violations } from './invariants.ts';
import { TRACES } from './rarities.ts';
import { reached, type Mechanism } from './reached.ts';
import { simulate } from './simulate.ts';

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

export interface CheckedRun {
  /** What did not add up, a sentence each. */
  problems: string[];
  checks: number;
  swapped: boolean;
  /** What the run went through; nothing where it was broken off. */
  mechanisms: readonly Mechanism[];
}

/** @param budget accesses and events of one step; the state is checked between steps */
export function checkedRun(input: ScenarioInput, budget: number): CheckedRun {
  const simulation = simulate(input, TRACES);
  const { kernel } = simulation;
  let steps = 0;
  let check = 1;
  let checks = 0;
  for (;;) {
    const ended = simulation.advance(budget);
    if (!ended) moveSome(kernel, steps);
    // Often at first, when pages begin to leave RAM, then at longer and longer intervals.
    if (ended || ++steps === check) {
      const problems = violations(kernel);
      checks++;
      if (problems.length > 0) return { problems, checks, swapped: true, mechanisms: [] };
      check = Math.ceil(check * 1.5);
    }
    if (ended) break;
    if (steps >= MOST_STEPS) {
      const problems = ['it does not end'];
      return { problems, checks, swapped: true, mechanisms: [] };
    }
  }
  const swapped = wroteSwap(kernel);
  const mechanisms = reached(input, kernel);
  return { problems: leftovers(kernel), checks: checks + 1, swapped, mechanisms };
}
