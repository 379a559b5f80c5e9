/** Runs a scenario: build the machine, advance simulated time, read the result. */
import type { RunEvent, RunProgress, RunResult, Scope } from './result.ts';
import type { Scenario } from './scenario/schema.ts';

/** Goes into every result and its digest; changes whenever a result can change. */
export const ENGINE_VERSION = '0.1.0';

/** A recorded stream of page accesses. */
export interface Trace {
  /** One entry an access: page number in bits 0 to 30, bit 31 set for a write. */
  accesses: Uint32Array;
  /** Pages are numbered 0 to pages - 1. */
  pages: number;
  /** Mapped areas in ascending order; pages of different areas are not neighbours in memory. */
  regions: readonly { start: number; pages: number }[];
}

export interface RunInputs {
  /** As `checkScenario` gave it. */
  scenario: Scenario;
  /** By the `trace.file` of the workloads. */
  traces?: ReadonlyMap<string, Trace>;
}

/** Samples taken since the last call, columns in a fixed order. */
export interface Samples {
  timeNs: number[];
  columns: { scope: Scope; metric: string; values: number[] }[];
}

export class Simulation {
  constructor(_inputs: RunInputs) {
    throw new Error('The engine is not there yet');
  }
  /** Runs until about `budget` more page accesses were made or events handled; true when the run has ended. */
  advance(_budget: number): boolean {
    return true;
  }
  get progress(): RunProgress {
    return { simulatedNs: 0, accesses: 0, fraction: undefined };
  }
  /** Samples and events since the last call, for a live view; the result keeps them all. */
  takeLive(): { samples: Samples; events: RunEvent[] } {
    return { samples: { timeNs: [], columns: [] }, events: [] };
  }
  result(): RunResult {
    throw new Error('The engine is not there yet');
  }
}

/** Runs to the end. */
export function run(inputs: RunInputs): RunResult {
  const simulation = new Simulation(inputs);
  while (!simulation.advance(1_000_000));
  return simulation.result();
}
