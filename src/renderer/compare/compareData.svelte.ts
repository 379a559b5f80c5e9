/** The runs that are compared: the lab's comparison and each run's result, loaded together. */
import type { Comparison, RunRecord } from '../../main/lab/contract.ts';
import type { LabConnection } from '../lab/connection.svelte.ts';
import { errorText } from '../lab/errors.ts';

/** As many runs as one can keep apart. */
export const MOST_RUNS = 12;

/** Colours of runs, by their place in the comparison. */
const TONES = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5', 'run-6'] as const;
export const runTone = (index: number): string => TONES[index % TONES.length] as string;
/** A short name for a run in a narrow column: A, B, C ... */
export const runLetter = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : String(index + 1);

export class CompareData {
  comparison: Comparison | null = $state.raw(null);
  records: readonly RunRecord[] = $state.raw([]);
  problem = $state('');
  #lab: LabConnection;
  #asked = 0;
  #kept = new Map<number, RunRecord>();

  constructor(lab: LabConnection) {
    this.#lab = lab;
  }

  /** `baseline` is the id of the run that the others are compared with. */
  async load(ids: readonly number[], baseline: number): Promise<void> {
    const question = ++this.#asked;
    try {
      const [comparison, ...records] = await Promise.all([
        this.#lab.api.compareRuns([...ids], baseline),
        ...ids.map((id) => this.#record(id)),
      ]);
      if (question !== this.#asked) return;
      this.comparison = comparison;
      this.records = records;
      this.problem = '';
    } catch (error) {
      if (question === this.#asked) this.problem = errorText(error);
    }
  }

  /** A finished run does not change, so it is fetched once. */
  async #record(id: number): Promise<RunRecord> {
    const record = this.#kept.get(id) ?? (await this.#lab.api.getRun(id));
    if (record.result) this.#kept.set(id, record);
    return record;
  }
}
