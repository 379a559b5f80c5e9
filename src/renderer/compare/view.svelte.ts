/** How a comparison is looked at: along which axis, how smooth, which metrics; saved with it. */
import type { ColumnName, ComparisonView, Scope } from '../../main/lab/contract.ts';
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
  charts: readonly ColumnName[] = $state.raw(AT_FIRST);
  /** Whose latencies are shown, as scope and metric of a histogram. */
  latency: ColumnName = $state.raw({ scope: 'machine', metric: 'fault_latency' });
  readonly cursor = new Cursor();

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

  get saved(): ComparisonView {
    const { align, smoothing, charts, latency } = this;
    return { align, smoothing, charts: [...charts], latency };
  }
  show({ align, smoothing, charts, latency }: ComparisonView): void {
    this.alignBy(align);
    this.smoothing = smoothing;
    this.charts = charts;
    this.latency = latency;
  }
}
