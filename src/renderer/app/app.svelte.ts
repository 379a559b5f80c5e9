/** The app's stores and the few actions that more than one screen offers. */
import type {
  LabInfo,
  RunSummary,
  Saved,
  StartGroup,
  StartRun,
  TierConfiguration,
  TraceInfo,
} from '../../main/lab/contract.ts';
import type { Path } from '../build/formSchema.ts';
import { readScenarioText } from '../build/scenarioText.ts';
import { Draft } from '../build/draft.svelte.ts';
import { Previews } from '../build/preview/previews.svelte.ts';
import { CompareView } from '../compare/view.svelte.ts';
import { LabConnection } from '../lab/connection.svelte.ts';
import { errorText } from '../lab/errors.ts';
import type { Channel } from '../lab/transport.ts';
import { Library } from '../library/library.svelte.ts';
import { LiveRuns } from '../runs/liveRuns.svelte.ts';
import { Studies } from '../studies/studies.svelte.ts';
import { Router } from './router.svelte.ts';
import { Theme } from './theme.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Tips } from './tips.svelte.ts';

export const FIRST_SCENARIO = 'first-run';

export class App {
  readonly lab: LabConnection;
  readonly router = new Router();
  readonly theme = new Theme();
  readonly toasts = new Toasts();
  readonly tips = new Tips();
  readonly draft = new Draft();
  readonly previews: Previews;
  readonly live: LiveRuns;
  readonly library: Library;
  readonly studies: Studies;
  readonly compareView = new CompareView();
  traces: TraceInfo[] = $state.raw([]);
  /** Whether the dialog that starts a group of runs is open. */
  groupIsAsked = $state(false);
  /** The dialog of machines and sets of tiers, or one of these to look at there. */
  tierSetsAsked: boolean | Saved<TierConfiguration> = $state.raw(false);
  #noticed = false;

  constructor(channel: Channel) {
    this.lab = new LabConnection(channel);
    this.previews = new Previews(this.lab);
    this.live = new LiveRuns(this.lab);
    this.library = new Library(this.lab);
    this.studies = new Studies(this.lab);
    this.draft.restore();
    this.lab.onReady(() => void this.#arrive());
    this.lab.on('fileOpened', () => void this.#showOpened());
    this.lab.on('libraryDamaged', () => void this.attempt(this.lab.refresh()));
    // What is shown, followed and cached is of the library before: a new page knows nothing of it.
    this.lab.on('libraryReplaced', () => location.reload());
  }

  /** Does something that the lab may refuse, and says so if it does. */
  async attempt<T>(what: Promise<T>): Promise<T | undefined> {
    try {
      return await what;
    } catch (error) {
      this.toasts.error(errorText(error));
      return undefined;
    }
  }

  /** Starts a run and shows it. */
  async start(request: StartRun): Promise<void> {
    const started = await this.attempt(this.lab.api.startRun(request));
    if (started) this.router.go({ screen: 'run', ids: [started.id] });
  }

  /** Starts a group of runs and shows it; rejects where the lab refuses one of them. */
  async startGroup(request: StartGroup): Promise<void> {
    const { id } = await this.lab.api.startGroup(request);
    this.router.go({ screen: 'run', ids: [], group: id });
  }

  async startDraft(): Promise<void> {
    const { check, scenario, origin } = this.draft;
    if (!check.ok || this.lab.state !== 'ready') return;
    await this.start({ scenario, ...(origin.baseDir && { baseDir: origin.baseDir }) });
  }

  async runAgain(run: RunSummary): Promise<void> {
    const record = await this.attempt(this.lab.api.getRun(run.id));
    if (!record) return;
    const { scenario, name, seed, baseDir } = record;
    await this.start({ scenario, name, seed, ...(baseDir !== null && { baseDir }) });
  }

  /** @param part what is selected there */
  async openInBuild(run: RunSummary, part?: Path): Promise<void> {
    const record = await this.attempt(this.lab.api.getRun(run.id));
    if (!record) return;
    const { scenario, baseDir } = record;
    const label = `run ${record.id}, ${record.name}`;
    this.draft.open({ label, scenario, ...(baseDir !== null && { baseDir }) });
    if (part) this.draft.selection = part;
    this.router.show('build');
  }

  /** Opens one scenario of a study in Build, to be changed. */
  async openStudyScenario(study: string, scenario: string): Promise<void> {
    const opened = await this.attempt(this.lab.api.openAsScenario(study, scenario));
    if (!opened) return;
    this.draft.open({ label: `study ${study}, ${scenario}`, scenario: opened });
    this.router.show('build');
  }

  /** Deletes runs and offers to take it back. */
  async deleteRuns(runs: readonly RunSummary[], changed: () => void): Promise<void> {
    const ids = runs.map((run) => run.id);
    const [only] = runs;
    const what = runs.length === 1 && only ? `“${only.name}”` : `${runs.length} runs`;
    try {
      await this.lab.api.deleteRuns(ids);
    } catch (error) {
      this.toasts.error(errorText(error));
      return;
    }
    changed();
    this.toasts.info(`Deleted ${what}.`, {
      label: 'Undo',
      run: () => void this.attempt(this.lab.api.restoreRuns(ids).then(changed)),
    });
  }

  /** At the first start, and again when a release brings a new edition that nobody has edited. */
  #openFirst(builtIn: LabInfo['builtIn']): void {
    const { draft } = this;
    if (draft.canUndo || draft.changes.length > 0) return;
    const wanted = draft.isOpen ? draft.origin.label : FIRST_SCENARIO;
    const found = builtIn.find(({ id }) => id === wanted);
    if (found) draft.open({ label: found.id, scenario: found.scenario });
  }

  /** Shows what the desktop gave the app to open: the last file is the one that is seen. */
  async #showOpened(): Promise<void> {
    for (const file of (await this.attempt(this.lab.api.takeOpened())) ?? []) {
      if (file.kind === 'run') this.router.go({ screen: 'library', ids: [file.id] });
      else if (file.kind === 'refused') this.toasts.error(`${file.name}: ${file.message}`);
      else this.#openScenario(file);
    }
  }

  #openScenario({ name, text, baseDir }: { name: string; text: string; baseDir: string }): void {
    const read = readScenarioText(text);
    if (!read.ok) return this.toasts.error(`${name}: ${read.message}`);
    this.draft.open({ label: name, scenario: read.scenario, baseDir });
    this.router.show('build');
  }

  #tell(notice: string): void {
    const show = { label: 'Open the Library', run: () => this.router.show('library') };
    this.toasts.info(notice, show);
  }

  /** Nobody has run anything yet: the first scenario shows what a result is. */
  async #runFirst(builtIn: LabInfo['builtIn']): Promise<void> {
    const { total } = await this.lab.api.listRuns({ limit: 1 });
    const first = builtIn.find(({ id }) => id === FIRST_SCENARIO);
    if (total === 0 && first) await this.start({ scenario: first.scenario });
  }

  async #arrive(): Promise<void> {
    const { info } = this.lab;
    if (info) this.#openFirst(info.builtIn);
    if (!this.#noticed) info?.notices.forEach((notice) => this.#tell(notice));
    this.#noticed = true;
    if (info?.firstStart && location.hash === '') await this.#runFirst(info.builtIn);
    await this.#showOpened();
    this.traces = (await this.attempt(this.lab.api.listTraces())) ?? [];
  }
}
