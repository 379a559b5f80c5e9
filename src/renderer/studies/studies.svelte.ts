/** The studies as the lab knows them, kept up to date while they run. */
import type { StudySummary } from '../../main/lab/contract.ts';
import type { LabConnection } from '../lab/connection.svelte.ts';
import { errorText } from '../lab/errors.ts';

export class Studies {
  list: readonly StudySummary[] = $state.raw([]);
  loaded = $state(false);
  /** Why they cannot be listed; empty when they can. */
  problem = $state('');
  #lab: LabConnection;

  constructor(lab: LabConnection) {
    this.#lab = lab;
    lab.on('studyChanged', (study) => this.#replace(study.name, () => study));
    lab.on('studyProgress', (name, progress) =>
      // News of a study that has ended meanwhile comes too late.
      this.#replace(name, (study) => (study.progress ? { ...study, progress } : study)),
    );
    lab.onReady(() => this.loaded && void this.load());
  }

  async load(): Promise<void> {
    try {
      this.list = await this.#lab.api.listStudies();
      this.problem = '';
    } catch (error) {
      this.problem = errorText(error);
    }
    this.loaded = true;
  }

  find(name: string | undefined): StudySummary | undefined {
    return this.list.find((study) => study.name === name);
  }

  #replace(name: string, change: (study: StudySummary) => StudySummary): void {
    this.list = this.list.map((study) => (study.name === name ? change(study) : study));
  }
}
