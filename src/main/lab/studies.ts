/** Runs studies: all scenarios of one through the queue, then its table and its verdict. */
import { STUDIES } from '../../../resources/studies/index.ts';
import type { RunResult } from '../../engine/result.ts';
import { ENGINE_VERSION } from '../../engine/run.ts';
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import { evaluate } from '../../studies/evaluate.ts';
import type { Study } from '../../studies/study.ts';
import type {
  LabEvents,
  RunProgressUpdate,
  RunSummary,
  StartStudy,
  StudyProgress,
  StudyRun,
  StudySummary,
  StudyVerdict,
} from './contract.ts';
import { asLabError } from './database/failures.ts';
import { invalid, messageOf, notFound } from './errors.ts';
import type { Runs } from './runs.ts';
import type { StudyStore } from './studyStore.ts';

/** Between two messages about the progress of a study, ms. */
const TELL_EVERY = 200;

/** A study that is going on. */
interface Going {
  study: Study;
  save: boolean;
  startedAt: number;
  toldAt: number;
  /** Its runs, in the order of its scenarios. */
  runs: { id: number; scenario: string; fraction: number; result: RunResult | null }[];
}

export interface StudiesOptions {
  runs: Runs;
  store: StudyStore;
  databaseFile: string;
  studies?: readonly Study[] | undefined;
  emit<E extends 'studyChanged' | 'studyProgress'>(
    event: E,
    ...args: Parameters<LabEvents[E]>
  ): void;
}

export class Studies {
  readonly #options: StudiesOptions;
  readonly #studies: readonly Study[];
  readonly #going = new Map<string, Going>();
  /** Why the last attempt at a study came to no verdict. */
  readonly #errors = new Map<string, string>();

  constructor(options: StudiesOptions) {
    this.#options = options;
    this.#studies = options.studies ?? STUDIES;
  }

  list(): StudySummary[] {
    return this.#studies.map((study) => this.#summary(study));
  }

  start({ name, save = false }: StartStudy): void {
    const study = this.#find(name);
    if (this.#going.has(name)) throw invalid(`The study ${name} is going on already.`);
    const going: Going = { study, save, startedAt: Date.now(), toldAt: 0, runs: [] };
    this.#errors.delete(name);
    this.#going.set(name, going);
    try {
      for (const scenario of Object.keys(study.scenarios)) {
        const { id } = this.#options.runs.start({
          scenario: this.scenario(name, scenario),
          save,
        });
        going.runs.push({ id, scenario, fraction: 0, result: null });
        this.#options.runs.update(id, { tags: [`study:${name}`] });
      }
    } catch (error) {
      this.#fail(going, messageOf(error));
      throw error;
    }
    this.#options.emit('studyChanged', this.#summary(study));
  }

  cancel(name: string): void {
    const going = this.#going.get(this.#find(name).name);
    if (!going) throw invalid(`The study ${name} is not going on.`);
    this.#fail(going, 'It was cancelled.');
  }

  /** One scenario of a study, to be changed and run by itself. */
  scenario(name: string, scenario: string): ScenarioInput {
    const study = this.#find(name);
    const found = Object.hasOwn(study.scenarios, scenario) ? study.scenarios[scenario] : undefined;
    if (!found) {
      const known = Object.keys(study.scenarios).map((each) => `"${each}"`);
      throw notFound(
        `The study ${name} has no scenario "${scenario}"; it has ${known.join(', ')}.`,
      );
    }
    return { ...found, name: `${study.title}: ${scenario}`, description: study.method };
  }

  /** What the lab hears of a run; those of no study are none of ours. */
  runChanged(run: RunSummary): void {
    const going = this.#goingWith(run.id);
    const own = going?.runs.find(({ id }) => id === run.id);
    if (!going || !own || own.result) return;
    if (run.status === 'done') {
      own.result = this.#options.runs.get(run.id).result;
      own.fraction = 1;
      if (going.runs.length < Object.keys(going.study.scenarios).length) return;
      if (going.runs.every(({ result }) => result)) this.#finish(going);
      else this.#tellProgress(going);
    } else if (['failed', 'cancelled', 'interrupted'].includes(run.status)) {
      this.#fail(going, `"${own.scenario}" ended without a result: ${run.error ?? run.status}`);
    }
  }

  runProgress({ id, progress }: RunProgressUpdate): void {
    const going = this.#goingWith(id);
    const own = going?.runs.find((run) => run.id === id);
    if (!going || !own) return;
    own.fraction = Math.max(own.fraction, Math.min(1, progress.fraction ?? 0));
    if (Date.now() - going.toldAt >= TELL_EVERY) this.#tellProgress(going);
  }

  #find(name: string): Study {
    const found = this.#studies.find((study) => study.name === name);
    if (found) return found;
    const known = this.#studies.map((study) => study.name).join(', ');
    throw notFound(`There is no study "${name}"; accepted: ${known}.`);
  }

  #goingWith(id: number): Going | undefined {
    for (const going of this.#going.values()) {
      if (going.runs.some((run) => run.id === id)) return going;
    }
    return undefined;
  }

  #finish(going: Going): void {
    const { study, runs, startedAt } = going;
    this.#going.delete(study.name);
    try {
      this.#options.store.keep(study.name, this.#verdict(going, runs, Date.now() - startedAt));
    } catch (error) {
      const { message } = asLabError(error, this.#options.databaseFile);
      this.#errors.set(study.name, `It ran to its end, but came to no verdict. ${message}`);
    }
    this.#options.emit('studyChanged', this.#summary(study));
  }

  #verdict({ study, save }: Going, runs: Going['runs'], wallMs: number): StudyVerdict {
    const results = Object.fromEntries(
      runs.map(({ scenario, result }) => [scenario, result as RunResult]),
    );
    return {
      ...evaluate(study, results),
      engineVersion: ENGINE_VERSION,
      endedAt: Date.now(),
      wallMs,
      runs: runs.map(({ scenario, id, result }): StudyRun => ({
        scenario,
        digest: (result as RunResult).digest,
        id: save ? id : null,
      })),
    };
  }

  #fail(going: Going, reason: string): void {
    this.#going.delete(going.study.name);
    this.#errors.set(going.study.name, reason);
    for (const { id } of going.runs) {
      if (this.#options.runs.queue.stateOf(id)) this.#options.runs.cancel(id);
    }
    this.#options.emit('studyChanged', this.#summary(going.study));
  }

  #tellProgress(going: Going): void {
    going.toldAt = Date.now();
    this.#options.emit('studyProgress', going.study.name, progressOf(going));
  }

  #summary(study: Study): StudySummary {
    const going = this.#going.get(study.name);
    const { name, title, argument, source, method, columns, charts } = study;
    return {
      ...{ name, title, argument, source, method },
      columns: [...columns],
      charts: [...charts],
      scenarios: Object.keys(study.scenarios),
      claims: study.claims.map((claim) => ({
        statement: claim.statement,
        recorded: claim.recorded,
        reason: claim.recorded === 'refuted' ? claim.reason : null,
      })),
      verdict: this.#options.store.last(name),
      progress: going ? progressOf(going) : null,
      error: this.#errors.get(name) ?? null,
    };
  }
}

function progressOf({ study, runs }: Going): StudyProgress {
  const total = Object.keys(study.scenarios).length;
  return {
    done: runs.filter(({ result }) => result).length,
    total,
    fraction: runs.reduce((sum, run) => sum + run.fraction, 0) / total,
  };
}
