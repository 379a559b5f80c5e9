/** What a run's worker and the lab say to each other. */
import type { WatchedPage } from '../../engine/pageLife.ts';
import type { RunEvent } from '../../engine/result.ts';
import type { Scenario } from '../../engine/scenario/index.ts';
import type { LiveFigures, LiveSamples, PageLife, RunProgressData } from './contract.ts';
import type { EncodedResult } from './resultCodec.ts';
import type { TraceUsed } from './runStore.ts';

export interface WorkerInput {
  scenario: Scenario;
  /** By the name in the scenario: where each trace really is, absolute. */
  traces: { file: string; path: string }[];
  /** Not the result is wanted but the life of a page, of the hottest on a device if none is named. */
  question?: PageQuestion;
  /** One word of shared memory: RUN or PAUSE. */
  control: Int32Array<SharedArrayBuffer>;
}

export type PageQuestion = WatchedPage | 'hottest-on-device';

export const RUN = 0;
export const PAUSE = 1;

export type WorkerMessage =
  | { kind: 'loaded'; traces: TraceUsed[] }
  | {
      kind: 'progress';
      progress: RunProgressData;
      live: LiveSamples | null;
      events: RunEvent[];
      figures: LiveFigures | null;
    }
  | { kind: 'done'; result: EncodedResult; wallMs: number }
  | { kind: 'life'; life: PageLife }
  /** `message` is a sentence for a person. */
  | { kind: 'failed'; message: string };
