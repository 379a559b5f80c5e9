/** The one point that all charts of a view show, and the part of the axis that they show. */
import type { Range } from './chart.ts';

export class Cursor {
  /** On the x axis: simulated ns, or accesses; null when nothing is pointed at. */
  at: number | null = $state(null);
  /** From and to, on the x axis; null for everything. */
  range: Range | null = $state.raw(null);
  /** The part that was shown when it last came to rest: what moves is drawn from what is behind the lines. */
  settled: Range | null = $state.raw(null);
  #rest: ReturnType<typeof setTimeout> | undefined;

  /** Shows the part between two points, unless they are too close to mean it. */
  zoom(a: number, b: number, least: number): void {
    const from = Math.max(0, Math.min(a, b));
    const to = Math.max(a, b);
    if (to - from > least) this.#settle([from, to]);
  }

  /** Shows `factor` times as much, with `around` staying where it is. */
  scale(factor: number, around: number, end: number): void {
    const [from, to] = this.range ?? [0, end];
    const width = Math.max((to - from) * factor, end / MOST_ZOOM);
    if (width >= end) return this.reset();
    const share = (around - from) / (to - from || 1);
    this.#show(around - share * width, width, end);
  }

  /** Moves what is shown by a share of its width. */
  pan(share: number, end: number): void {
    if (!this.range) return;
    const [from, to] = this.range;
    this.#show(from + share * (to - from), to - from, end);
  }

  reset(): void {
    this.#settle(null);
  }

  #show(from: number, width: number, end: number): void {
    const start = Math.max(0, Math.min(from, end - width));
    const range: Range = [start, start + width];
    this.range = range;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#settle(range), REST_MS);
  }

  #settle(range: Range | null): void {
    clearTimeout(this.#rest);
    this.range = range;
    this.settled = range;
  }
}

/** After so long without a change the part that is shown is drawn in full. */
const REST_MS = 150;

/** Beyond this a chart would show the space between two samples. */
const MOST_ZOOM = 10_000;
