/** The life of a run's page. Part of the contract of the lab (contract.ts). */
import type { WatchedPage } from '../../../engine/pageLife.ts';
import type { LifeEvent } from '../../../engine/result.ts';

/** A page of a run's workload and what happened to it; `page` is null when none fits the question. */
export interface PageLife {
  page: WatchedPage | null;
  /** `says` is the event in a few words. */
  events: (LifeEvent & { says: string })[];
  /** More happened than was recorded. */
  truncated: boolean;
  /** Of the run that was watched: the same as before, as watching changes nothing. */
  digest: string;
}

export type LifeState =
  /** 0 to 1, or null when it cannot be foreseen. */
  | { kind: 'running'; fraction: number | null }
  | { kind: 'done'; life: PageLife }
  | { kind: 'failed'; message: string }
  | { kind: 'cancelled' };
