/** The runs that are compared: the lab's comparison, each run's result, and those of its columns that are drawn. */
import type { ColumnName, Comparison, RunOverview } from '../../main/lab/contract.ts';
import type { LabConnection } from '../lab/connection.svelte.ts';
import { errorText } from '../lab/errors.ts';
import { unpackNumbers } from '../lab/packedNumbers.ts';

/** As many runs as one can keep apart. */
export const MOST_RUNS = 12;

/** Runs that are kept for when they are compared again, the ones on the screen included. */
const MOST_KEPT = 2 * MOST_RUNS;

/** Colours of runs, by their place in the comparison; the second half has the same ones dotted. */
const TONES = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5', 'run-6'] as const;
export const runTone = (index: number): string => TONES[index % TONES.length] as string;
export const isDotted = (index: number): boolean => index >= TONES.length;
/** A short name for a run in a narrow column: A, B, C ... */
export const runLetter = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : String(index + 1);

const keyOf = (id: number, { scope, metric }: ColumnName) => `${id} ${scope} ${metric}`;

export class CompareData {
  comparison: Comparison | null = $state.raw(null);
  overviews: readonly RunOverview[] = $state.raw([]);
  problem = $state('');
  #lab: LabConnection;
  #asked = 0;
  #kept = new Map<number, RunOverview>();
  /** Null while a column is on its way and where a run has none. */
  #columns = new Map<string, Float64Array | null>();
  /** Simulated ns of each sample, by run; they come with its columns. */
  #times = new Map<number, Float64Array>();
  #arrived = $state(0);
  /** Requests for columns that are under way. */
  #pending = 0;

  /** @param drawn the columns of a run that are drawn at first; asked for as soon as the run is known. */
  constructor(
    lab: LabConnection,
    private readonly drawn: (run: RunOverview) => readonly ColumnName[] = () => [],
  ) {
    this.#lab = lab;
  }

  /** `baseline` is the id of the run that the others are compared with. */
  async load(ids: readonly number[], baseline: number): Promise<void> {
    const question = ++this.#asked;
    try {
      const [comparison, ...overviews] = await Promise.all([
        this.#lab.api.compareRuns([...ids], baseline),
        ...ids.map((id) => this.#overview(id)),
      ]);
      if (question !== this.#asked) return;
      this.comparison = comparison;
      this.overviews = overviews;
      this.problem = '';
      this.#forget();
    } catch (error) {
      if (question === this.#asked) this.problem = errorText(error);
    }
  }

  /** Fetches those columns of a run that it has and that are not here yet. */
  async want(
    { id, result }: Pick<RunOverview, 'id' | 'result'>,
    columns: readonly ColumnName[],
  ): Promise<void> {
    const has = new Set(result?.series.columns.map((each) => keyOf(id, each)));
    const missing = columns.filter((each) => {
      const key = keyOf(id, each);
      return has.has(key) && !this.#columns.has(key);
    });
    if (missing.length === 0) return;
    for (const each of missing) this.#columns.set(keyOf(id, each), null);
    this.#pending++;
    try {
      const wanted = missing.map(({ scope, metric }) => ({ scope, metric }));
      const { timeNs, columns: packed } = await this.#lab.api.getColumns(id, wanted);
      if (!this.#times.has(id)) this.#times.set(id, unpackNumbers(timeNs));
      missing.forEach((each, i) => {
        const column = packed[i];
        if (column) this.#columns.set(keyOf(id, each), unpackNumbers(column));
      });
    } catch (error) {
      for (const each of missing) this.#columns.delete(keyOf(id, each));
      this.problem = errorText(error);
    }
    // Once for all runs: each time all charts are computed again.
    if (--this.#pending === 0) this.#arrived++;
  }

  column(id: number, name: ColumnName): Float64Array | null {
    void this.#arrived;
    return this.#columns.get(keyOf(id, name)) ?? null;
  }

  /** Simulated ns of the samples of a run; null until its first columns are here. */
  times(id: number): Float64Array | null {
    void this.#arrived;
    return this.#times.get(id) ?? null;
  }

  /** A finished run does not change, so it is fetched once. */
  async #overview(id: number): Promise<RunOverview> {
    const overview = this.#kept.get(id) ?? (await this.#lab.api.getOverview(id));
    // The ones used last stand last.
    this.#kept.delete(id);
    if (overview.result) this.#kept.set(id, overview);
    void this.want(overview, this.drawn(overview));
    return overview;
  }

  /** Somebody who goes through a large library must not have all of it in the window at last. */
  #forget(): void {
    for (const id of [...this.#kept.keys()].slice(0, -MOST_KEPT)) {
      this.#kept.delete(id);
      this.#times.delete(id);
      for (const key of this.#columns.keys())
        if (key.startsWith(`${id} `)) this.#columns.delete(key);
    }
  }
}
