/** How a comparison is looked at: along which axis, how smooth, which metrics; saved with it. */
import type {
  ColumnName,
  ComparisonView,
  Saved,
  SavedComparison,
  Scope,
} from '../../main/lab/contract.ts';
import { Cursor } from '../charts/cursor.svelte.ts';

export type Align = ComparisonView['align'];

const AT_FIRST: readonly ColumnName[] = [
  { scope: 'machine', metric: 'pgmajfault' },
  { scope: 'machine', metric: 'stall_memory' },
];

export class CompareView {
  align: Align = $state('time');
  /** Samples over which lines are the mean. */
  smoothing = $state(1);
  /** Whether lines are drawn as what they are above or below the baseline. */
  isDifference = $state(false);
  /** Whether lines are means over seeds with a band, where a run has replicates. */
  hasBands = $state(false);
  charts: readonly ColumnName[] = $state.raw(AT_FIRST);
  /** Whose latencies are shown, as scope and metric of a histogram. */
  latency: ColumnName = $state.raw({ scope: 'machine', metric: 'fault_latency' });
  /** Whether the settings that all runs share are listed too. */
  allSettings = $state(false);
  readonly cursor = new Cursor();
  /** The saved comparison that was opened or saved last. */
  #origin: Saved<SavedComparison> | null = $state.raw(null);

  alignBy(align: Align): void {
    this.align = align;
    this.cursor.at = null;
    this.cursor.reset();
  }

  add(): void {
    this.charts = [...this.charts, { scope: 'machine', metric: 'accesses' }];
  }
  remove(index: number): void {
    this.charts = this.charts.filter((_, i) => i !== index);
  }
  choose(index: number, scope: Scope, metric: string): void {
    this.charts = this.charts.with(index, { scope, metric });
  }

  get kept(): ComparisonView {
    const { align, smoothing, charts, latency, allSettings, isDifference, hasBands } = this;
    return { align, smoothing, charts: [...charts], latency, allSettings, isDifference, hasBands };
  }

  open(origin: Saved<SavedComparison>): void {
    const { view } = origin.value;
    this.#origin = origin;
    this.alignBy(view.align);
    this.smoothing = view.smoothing;
    this.charts = view.charts;
    this.latency = view.latency;
    this.allSettings = view.allSettings ?? false;
    this.isDifference = view.isDifference ?? false;
    this.hasBands = view.hasBands ?? false;
  }

  saved(origin: Saved<SavedComparison>): void {
    this.#origin = origin;
  }

  /** The name under which these runs were saved or opened; empty for others. */
  nameOf(ids: readonly number[]): string {
    const { name = '', value } = this.#origin ?? {};
    return value?.runs.join() === ids.join() ? name : '';
  }
}
