/** How long the engine takes for what a run does, here, going by the runs that this lab has made. */
import type { RunSpeed } from '../../../main/lab/contract.ts';

/**
 * What a run costs on the machine of docs/performance.md, in CPU time: to begin with, while nothing is
 * compiled; for an access to a resident page; for a fault that finds no page; for one that waits for its page.
 */
const START_MS = 20;
const ACCESS_NS = 18;
const FIRST_TOUCH_NS = 700;
const MAJOR_FAULT_NS = 2800;

/** Without runs to go by. The scenarios that ship with the lab stay within it, but for one in twelve (docs/performance.md). */
const UNKNOWN_FACTOR = 2.5;
/** Fewer runs than this say little about how much they differ. */
const ENOUGH_RUNS = 5;

export type Work = Omit<RunSpeed, 'wallMs'>;

export const workMs = ({ accesses, firstTouches, majorFaults }: Work): number =>
  START_MS +
  (accesses * ACCESS_NS + firstTouches * FIRST_TOUCH_NS + majorFaults * MAJOR_FAULT_NS) / 1e6;

/** Times `workMs` that runs took here. */
export interface Pace {
  middle: number;
  least: number;
  most: number;
  /** Runs that it goes by. */
  runs: number;
}

/** Eight in ten of the runs lie between the least and the most. */
export function paceOf(speeds: readonly RunSpeed[]): Pace {
  const ratios = speeds.map((each) => each.wallMs / workMs(each)).sort((a, b) => a - b);
  const runs = ratios.length;
  const at = (part: number) => ratios[Math.round(part * (runs - 1))] ?? 1;
  const middle = at(0.5);
  return runs < ENOUGH_RUNS
    ? { middle, least: middle / UNKNOWN_FACTOR, most: middle * UNKNOWN_FACTOR, runs }
    : { middle, least: at(0.1), most: at(0.9), runs };
}
