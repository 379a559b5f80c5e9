/** The list of kept runs: what is asked for, the page that is shown, and which runs are ticked. */
import type { RunQuery, RunStatus, RunSummary } from '../../main/lab/contract.ts';
import type { LabConnection } from '../lab/connection.svelte.ts';
import { errorText } from '../lab/errors.ts';

export const PAGE = 50;
/** Between the last key and the question; a question to 10,000 runs takes about 20 ms. */
const TYPING_MS = 40;
/** Runs that change come in bursts. */
const CHANGES_MS = 180;

export type SortKey = NonNullable<RunQuery['sort']>;

export class Library {
  search = $state('');
  statuses: readonly RunStatus[] = $state.raw([]);
  tag = $state('');
  sort: SortKey = $state('createdAt');
  descending = $state(true);
  page = $state(0);

  runs: readonly RunSummary[] = $state.raw([]);
  total = $state(0);
  /** True once an answer has come, whatever it was. */
  loaded = $state(false);
  problem = $state('');
  /** In the order in which they were ticked. */
  selected: ReadonlyMap<number, RunSummary> = $state.raw(new Map());
  /** Tags that were seen so far, to choose from. */
  tags: readonly string[] = $state.raw([]);

  readonly pages = $derived(Math.max(1, Math.ceil(this.total / PAGE)));
  readonly isFiltered = $derived(
    this.search.trim() !== '' || this.statuses.length > 0 || this.tag !== '',
  );

  #lab: LabConnection;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(lab: LabConnection) {
    this.#lab = lab;
  }

  query(): RunQuery {
    const query: RunQuery = {
      sort: this.sort,
      descending: this.descending,
      offset: this.page * PAGE,
      limit: PAGE,
    };
    if (this.search.trim() !== '') query.search = this.search.trim();
    if (this.statuses.length > 0) query.status = [...this.statuses];
    if (this.tag !== '') query.tag = this.tag;
    return query;
  }

  /** Asks for the page; an answer that was overtaken by a later question is dropped. */
  async load(): Promise<void> {
    const question = ++this.#asked;
    try {
      const { runs, total } = await this.#lab.api.listRuns(this.query());
      if (question !== this.#asked) return;
      this.runs = runs;
      this.total = total;
      this.problem = '';
      this.tags = [...new Set([...this.tags, ...runs.flatMap((run) => run.tags)])].sort();
      if (this.page >= this.pages) {
        this.page = this.pages - 1;
        await this.load();
      }
    } catch (error) {
      if (question === this.#asked) this.problem = errorText(error);
    }
    this.loaded = true;
  }

  /** Asks soon: while one types or many runs change at once, only the last question is sent. */
  loadSoon(ms = CHANGES_MS): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), ms);
  }

  searchFor(text: string): void {
    this.search = text;
    this.page = 0;
    this.loadSoon(TYPING_MS);
  }

  toggleStatus(status: RunStatus): void {
    this.statuses = this.statuses.includes(status)
      ? this.statuses.filter((each) => each !== status)
      : [...this.statuses, status];
    this.#again();
  }

  filterByTag(tag: string): void {
    this.tag = tag;
    this.#again();
  }

  clearFilters(): void {
    this.search = '';
    this.statuses = [];
    this.tag = '';
    this.#again();
  }

  /** Sorts by a column; the same column again turns the order round. */
  sortBy(key: SortKey): void {
    this.descending = this.sort === key ? !this.descending : key !== 'name' && key !== 'status';
    this.sort = key;
    this.#again();
  }

  turnTo(page: number): void {
    this.page = Math.max(0, Math.min(this.pages - 1, page));
    void this.load();
  }

  select(run: RunSummary, on: boolean): void {
    const selected = new Map(this.selected);
    if (on) selected.set(run.id, run);
    else selected.delete(run.id);
    this.selected = selected;
  }

  clearSelection(): void {
    this.selected = new Map();
  }

  #again(): void {
    this.page = 0;
    void this.load();
  }
}
