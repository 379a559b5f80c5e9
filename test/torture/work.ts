// What a busy client asks of a lab: runs, imports, deletions and saved scenarios, until the line is dead.
import type { LabApi, RunSummary } from '../../src/main/lab/contract.ts';
import { smallScenario } from '../lab/support/scenarios.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** A run as a file, and the digest of its result. */
export interface RunFile {
  text: string;
  digest: string;
}

/** Most runs that wait or go on at a time. */
const MOST_GOING_ON = 4;

export class Work {
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #file: RunFile;
  readonly #goingOn = new Set<number>();
  #stopped = false;

  constructor(random: Random, ledger: Ledger, file: RunFile) {
    this.#random = random;
    this.#ledger = ledger;
    this.#file = file;
  }

  /** What the lab tells its clients. */
  readonly runChanged = (run: RunSummary): void => {
    if (this.#stopped) return;
    if (run.status === 'done') this.#ledger.done.set(run.id, run.digest as string);
    if (!['queued', 'running', 'paused'].includes(run.status)) this.#goingOn.delete(run.id);
  };

  /** Nothing that is heard after this counts. */
  stop(): void {
    this.#stopped = true;
  }

  /** Asks one thing after the other; ends when it is stopped, whatever becomes of the last question. */
  async keepBusy(api: LabApi): Promise<void> {
    while (!this.#stopped) await this.#askOnce(api);
  }

  async #askOnce(api: LabApi): Promise<void> {
    const draw = this.#random.next();
    if (draw < 0.35 && this.#goingOn.size < MOST_GOING_ON) return await this.#start(api);
    if (draw < 0.6) return await this.#import(api);
    if (draw < 0.9) return await this.#deleteOrRestore(api);
    const name = `Scenario ${this.#random.below(5)}`;
    const { version } = await api.saveScenario(name, smallScenario());
    if (!this.#stopped) this.#ledger.scenarios.set(name, version);
  }

  async #start(api: LabApi): Promise<void> {
    const accesses = 2000 * (1 + this.#random.below(40));
    const scenario = smallScenario({ accesses, seed: this.#random.below(1000) });
    const { id } = await api.startRun({ scenario });
    if (this.#stopped) return;
    this.#ledger.started.add(id);
    if (!this.#ledger.done.has(id)) this.#goingOn.add(id);
  }

  async #import(api: LabApi): Promise<void> {
    const { id } = await api.importRun(this.#file.text);
    if (!this.#stopped) this.#ledger.done.set(id, this.#file.digest);
  }

  async #deleteOrRestore(api: LabApi): Promise<void> {
    const known = [...this.#ledger.done.keys()];
    if (known.length < 4) return await this.#import(api);
    const ids = [...new Set([1, 2, 3].map(() => this.#random.pick(known)))];
    const deleted = this.#random.next() < 0.6;
    this.#ledger.pending = { ids, deleted };
    await (deleted ? api.deleteRuns(ids) : api.restoreRuns(ids));
    if (this.#stopped) return;
    for (const id of ids) this.#ledger.deleted.set(id, deleted);
    this.#ledger.pending = undefined;
  }
}
