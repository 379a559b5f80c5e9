/** Runs that go on or ended while the app was open, with the samples that they sent on the way. */
import type {
  LiveFigures,
  RunEvent,
  RunProgressUpdate,
  RunStatus,
  RunSummary,
} from '../../main/lab/contract.ts';
import { append, asSeries, NO_SERIES, thin, type SeriesSet } from '../charts/series.ts';
import type { LabConnection } from '../lab/connection.svelte.ts';

/** Samples that are kept of a run before neighbours are put together. */
const MOST_SAMPLES = 1600;
const MOST_EVENTS = 200;
const MOST_ENDED = 20;
/** Ended runs that are known without asking the lab: as many as two groups may have. */
const MOST_KNOWN = 2000;
/** Ended runs whose samples are kept: a saved result is shown in their place, and one without is seldom gone back to. */
const MOST_SAMPLED = 8;
const DRAW_EVERY_MS = 250;

const GOING: readonly RunStatus[] = ['running', 'paused', 'queued'];

export const isGoing = (run: RunSummary): boolean => GOING.includes(run.status);

/** A run that was made for a study and not kept: it would only crowd out those of the user. */
const isStudyOnly = ({ id, tags }: RunSummary): boolean =>
  id < 0 && tags.some((tag) => tag.startsWith('study:'));

export interface LiveRun {
  samples: SeriesSet;
  events: readonly RunEvent[];
  /** Latencies and flows as they were told last. */
  figures: LiveFigures | null;
}

const NOTHING: LiveRun = { samples: NO_SERIES, events: [], figures: null };

export class LiveRuns {
  /** Runs that go on, and those that ended last while the app was open, by id. */
  #runs: ReadonlyMap<number, RunSummary> = $state.raw(new Map());
  #live: ReadonlyMap<number, LiveRun> = $state.raw(new Map());
  #lab: LabConnection;
  #waiting: RunProgressUpdate[] = [];

  /** Queued, running and paused runs, oldest first. */
  readonly active: readonly RunSummary[] = $derived(
    [...this.#runs.values()].filter(isGoing).sort((a, b) => a.id - b.id),
  );
  /** Runs that ended while the app was open, newest first. */
  readonly ended: readonly RunSummary[] = $derived(
    [...this.#runs.values()]
      .filter((run) => !isGoing(run) && run.deletedAt === null && !isStudyOnly(run))
      .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
      .slice(0, MOST_ENDED),
  );

  constructor(lab: LabConnection) {
    this.#lab = lab;
    lab.onReady(() => void this.#refresh());
    lab.on('runChanged', (run) => this.#put(run));
    lab.on('runProgress', (update) => this.#progress(update));
  }

  /** The runs of a group that were heard of, in their order. */
  inGroup(id: number): RunSummary[] {
    return [...this.#runs.values()]
      .filter((run) => run.group?.id === id && run.deletedAt === null)
      .sort((a, b) => a.id - b.id);
  }

  get(id: number): RunSummary | undefined {
    return this.#runs.get(id);
  }

  of(id: number): LiveRun {
    return this.#live.get(id) ?? NOTHING;
  }

  /** After a break the lab may have gone on without this page: ask how everything stands. */
  async #refresh(): Promise<void> {
    try {
      const { runs } = await this.#lab.api.listRuns({ status: [...GOING], limit: 1000 });
      const known = [...this.active].filter((run) => !runs.some(({ id }) => id === run.id));
      for (const run of runs) this.#put(run);
      for (const { id } of known) this.#put(await this.#lab.api.getRun(id));
    } catch {
      // The connection went again: the next time it is ready this runs once more.
    }
  }

  #put(run: RunSummary): void {
    const known = this.#runs.get(run.id);
    const progress = isGoing(run) ? (run.progress ?? known?.progress ?? null) : run.progress;
    // A run that ended before this page was opened and is only being edited is no news here.
    if (!known && !isGoing(run) && (run.endedAt ?? 0) < OPENED_AT) return;
    this.#runs = new Map(this.#runs).set(run.id, { ...run, progress });
    if (!isGoing(run)) this.#forget();
  }

  /** Lets go of what ended long ago: a session may see thousands of runs. */
  #forget(): void {
    const ended = [...this.#runs.values()]
      .filter((run) => !isGoing(run))
      .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
    const sampled = new Set(ended.slice(0, MOST_SAMPLED).map(({ id }) => id));
    const stays = (id: number) => sampled.has(id) || this.#isGoing(id);
    if ([...this.#live.keys()].some((id) => !stays(id)))
      this.#live = new Map([...this.#live].filter(([id]) => stays(id)));
    if (ended.length <= MOST_KNOWN) return;
    const gone = new Set(ended.slice(MOST_KNOWN).map(({ id }) => id));
    this.#runs = new Map([...this.#runs].filter(([id]) => !gone.has(id)));
  }

  #isGoing(id: number): boolean {
    const run = this.#runs.get(id);
    return run !== undefined && isGoing(run);
  }

  /** Updates come ten times a second from each run; charts are drawn less often than that. */
  #progress(update: RunProgressUpdate): void {
    this.#waiting.push(update);
    if (this.#waiting.length > 1) return;
    setTimeout(() => this.#waiting.splice(0).forEach((each) => this.#take(each)), DRAW_EVERY_MS);
  }

  #take({ id, progress, live, events, figures }: RunProgressUpdate): void {
    const run = this.#runs.get(id);
    if (run) this.#runs = new Map(this.#runs).set(id, { ...run, progress });
    if (!live && !figures && events.length === 0) return;
    const before = this.of(id);
    let samples = before.samples;
    if (live) {
      // The live charts show the machine and its tiers; cgroups can be a thousand.
      const columns = live.columns.filter(({ scope }) => !scope.startsWith('cgroup:'));
      samples = append(samples, asSeries({ ...live, columns }, this.#lab.levels));
    }
    if (samples.timeNs.length > MOST_SAMPLES) samples = thin(samples, MOST_SAMPLES / 2);
    const kept = [...before.events, ...events].slice(-MOST_EVENTS);
    this.#live = new Map(this.#live).set(id, {
      samples,
      events: kept,
      figures: figures ?? before.figures,
    });
  }
}

const OPENED_AT = Date.now();
