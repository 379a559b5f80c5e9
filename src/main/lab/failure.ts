/** What is said of a run whose thread failed: why, and which scenario did it, so that it can be done again. */
import { createHash } from 'node:crypto';
import { ENGINE_VERSION } from '../../engine/run.ts';
import type { Scenario } from '../../engine/scenario/index.ts';
import { messageOf } from './errors.ts';

/** Digits of a scenario's digest that tell it from others of the same name. */
const DIGEST_DIGITS = 12;

/** SHA-256 of the checked scenario; limits that are infinite are null in JSON. */
const digestOf = (scenario: Scenario) =>
  createHash('sha256').update(JSON.stringify(scenario)).digest('hex').slice(0, DIGEST_DIGITS);

const which = (scenario: Scenario) =>
  `The scenario is "${scenario.name}" (seed ${scenario.run.seed}, engine ${ENGINE_VERSION}, digest ${digestOf(scenario)}).`;

/** An error that nobody foresaw, thrown while a scenario was simulated. */
export function whySimulationFailed(error: unknown, scenario: Scenario): string {
  const isAllocation =
    error instanceof RangeError && /alloc|array (buffer )?length/i.test(error.message);
  return isAllocation
    ? `It needs more memory than this machine can give; make its workloads or tiers smaller. ${which(scenario)}`
    : `A defect in Swap Lab: ${messageOf(error).replace(/\.?$/, '.')} ${which(scenario)}`;
}

/** The thread itself came to its end; whatever else runs is on threads of its own. */
export function whyThreadFailed(error: unknown, scenario: Scenario, heapLimitMiB: number): string {
  const { code } = error as { code?: string };
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `It ran out of memory: results and bookkeeping passed ${heapLimitMiB} MiB. Sample less often, or use fewer cgroups. ${which(scenario)}`
    : whySimulationFailed(error, scenario);
}

export const whyNoResult = (exitCode: number, scenario: Scenario): string =>
  `Its worker thread ended without a result (exit code ${exitCode}). ${which(scenario)}`;
