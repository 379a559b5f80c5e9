/** What runs on the simulated processors. */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';

/** Why a task stopped running. */
export const Stop = {
  /** Its time was up; it can go on at once. */
  Quantum: 0,
  /** It waits until `wakeAt`, or until somebody wakes it when that is Infinity. */
  Blocked: 1,
  /** It has ended. */
  Done: 2,
} as const;
export type Stop = (typeof Stop)[keyof typeof Stop];

export interface Task {
  /** Where its states count as pressure; not given: with the machine's own tasks. */
  readonly memcg?: Memcg;
  /** Why it is blocked, as bits of TaskState; none when it sleeps for reasons of its own. */
  readonly waiting?: number;
  /** Simulated time (ns) at which a blocked task goes on. */
  wakeAt: number;
  /** Page accesses made so far. */
  readonly accesses: number;
  /** Runs from `k.now` until about `until` (ns), at most `limit` accesses; leaves `k.now` where it stopped. */
  run(k: Kernel, until: number, limit: number): Stop;
}
