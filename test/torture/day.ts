// A day at the queue in minutes: what people start, stop and look at in each of 24 hours, drawn from a seed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunStatus, RunSummary } from '../../src/main/lab/contract.ts';
import { LabError } from '../../src/main/lab/errors.ts';
import { createLab, type Lab } from '../../src/main/lab/index.ts';
import { smallScenario } from '../lab/support/scenarios.ts';
import { Ledger } from './ledger.ts';
import { memoryNow, type Memory } from './longUse.ts';
import { Random } from './random.ts';
import { verify } from './verify.ts';

const HOURS = 24;
const ACTS_AN_HOUR = 24;

/** How long a queue that nobody holds back may take to run dry, ms. */
const PATIENCE = 120_000;

const GOING: readonly RunStatus[] = ['queued', 'running', 'paused'];

export interface DayResult {
  acts: number;
  /** Acts that came too late, such as a pause of a run that had just ended. */
  refused: number;
  runs: number;
  done: number;
  cancelled: number;
  ms: number;
  /** After the third hour, and after the last. */
  early: Memory;
  late: Memory;
}

/** Throws when a run fails, hangs or is not as it was told; the folder is checked as after a kill. */
export async function day(dataDir: string, seed: number): Promise<DayResult> {
  const begun = performance.now();
  const people = new People(createLab({ host: 'cli', dataDir, concurrency: 2 }), new Random(seed));
  let early = memoryNow();
  let late = early;
  try {
    for (let hour = 1; hour <= HOURS; hour++) {
      for (let i = 0; i < ACTS_AN_HOUR; i++) await people.act();
      await people.letAllEnd();
      late = memoryNow();
      if (hour === 3) early = late;
    }
  } finally {
    await people.lab.close();
  }
  await verify(dataDir, people.ledger);
  const count = (status: RunStatus) =>
    [...people.runs.values()].filter((run) => run.status === status).length;
  return {
    acts: HOURS * ACTS_AN_HOUR,
    refused: people.refused,
    runs: people.runs.size,
    done: count('done'),
    cancelled: count('cancelled'),
    ms: performance.now() - begun,
    early,
    late,
  };
}

class People {
  readonly lab: Lab;
  readonly ledger = new Ledger();
  /** As the lab told it last. */
  readonly runs = new Map<number, RunSummary>();
  refused = 0;
  readonly #random: Random;
  readonly #cancelled = new Set<number>();

  constructor(lab: Lab, random: Random) {
    this.lab = lab;
    this.#random = random;
    lab.on({
      runChanged: (run) => {
        this.runs.set(run.id, run);
        if (run.status === 'done' && run.digest) this.ledger.done.set(run.id, run.digest);
      },
    });
  }

  async act(): Promise<void> {
    try {
      await this.#random.pick(this.#acts)();
    } catch (error) {
      if (!(error instanceof LabError) || error.kind === 'internal') throw error;
      this.refused++;
    }
    await sleep(this.#random.below(20));
  }

  /** Nothing is held back any more; afterwards every run is as it should be. */
  async letAllEnd(): Promise<void> {
    const until = performance.now() + PATIENCE;
    for (let going = this.#of(GOING); going.length > 0; going = this.#of(GOING)) {
      if (performance.now() > until) throw new Error(`${going.length} runs do not end`);
      for (const { id } of this.#of(['paused'])) await this.lab.continueRun(id).catch(() => {});
      await sleep(20);
    }
    for (const { id, status, error } of this.runs.values()) {
      if (status === 'done' || (status === 'cancelled' && this.#cancelled.has(id))) continue;
      throw new Error(`run ${id} is ${status}${error === null ? '' : `: ${error}`}`);
    }
  }

  #of(statuses: readonly RunStatus[]): RunSummary[] {
    return [...this.runs.values()].filter(({ status }) => statuses.includes(status));
  }

  #one(statuses: readonly RunStatus[]): number {
    const found = this.#of(statuses);
    return found.length === 0 ? 0 : this.#random.pick(found).id;
  }

  #scenario() {
    return smallScenario({
      name: `Shift ${this.#random.below(5)}`,
      accesses: 2000 + this.#random.below(60_000),
      seed: this.#random.below(1000),
    });
  }

  async #start(): Promise<void> {
    const { id } = await this.lab.startRun({ scenario: this.#scenario() });
    this.ledger.started.add(id);
  }

  async #startGroup(): Promise<void> {
    const { runs } = await this.lab.startGroup({
      scenario: this.#scenario(),
      axes: [{ path: 'cgroups.web.memory.max', values: ['6MiB', '8MiB'] }],
      seeds: [1, 2],
    });
    for (const id of runs) this.ledger.started.add(id);
  }

  async #cancel(): Promise<void> {
    const id = this.#one(GOING);
    this.#cancelled.add(id);
    await this.lab.cancelRun(id);
  }

  async #delete(deleted: boolean): Promise<void> {
    const ids = this.#of(['done', 'cancelled'])
      .map(({ id }) => id)
      .filter((id) => (this.ledger.deleted.get(id) ?? false) !== deleted)
      .slice(0, 3);
    if (ids.length === 0) return;
    await (deleted ? this.lab.deleteRuns(ids) : this.lab.restoreRuns(ids));
    for (const id of ids) this.ledger.deleted.set(id, deleted);
  }

  async #compare(): Promise<void> {
    const done = this.#of(['done']).filter(({ id }) => !this.ledger.deleted.get(id));
    const ids = done.slice(-3).map(({ id }) => id);
    if (ids.length > 1) await this.lab.compareRuns(ids);
  }

  readonly #acts: readonly (() => Promise<unknown>)[] = [
    () => this.#start(),
    () => this.#start(),
    () => this.#start(),
    () => this.#start(),
    () => this.#startGroup(),
    () => this.lab.pauseRun(this.#one(['running', 'queued'])),
    () => this.lab.pauseRun(this.#one(['running', 'queued'])),
    () => this.lab.continueRun(this.#one(['paused'])),
    () => this.#cancel(),
    () => this.lab.setConcurrency(1 + this.#random.below(3)),
    () => this.#delete(true),
    () => this.#delete(false),
    () => this.#compare(),
    () => this.lab.listRuns({ search: 'Shift 3', limit: 50 }),
    () => this.lab.exportRun(this.#one(['done']), 'json'),
  ];
}
