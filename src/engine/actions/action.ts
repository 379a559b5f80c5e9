/** Something that an administrator does while the run goes, carried out step by step. */
import type { Kernel } from '../kernel.ts';

/** What `Action.run` returns when it is done, and when it has only used up its time. */
export const DONE = 0;
export const UNFINISHED = -1;

export interface Action {
  /** Goes on until `until` (ns). Returns DONE, UNFINISHED, or a time (ns) until which it waits. */
  run(k: Kernel, until: number): number;
}
