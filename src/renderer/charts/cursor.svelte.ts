/** The one point in time that all charts of a view show, and the part of the time that they show. */
export class Cursor {
  /** Simulated ns; null when nothing is pointed at. */
  at: number | null = $state(null);
  /** From and to, simulated ns; null for everything. */
  range: readonly [number, number] | null = $state.raw(null);

  /** Shows the part between two points, or everything when they are too close to mean it. */
  zoom(a: number, b: number, least: number): void {
    const from = Math.max(0, Math.min(a, b));
    const to = Math.max(a, b);
    if (to - from > least) this.range = [from, to];
  }

  reset(): void {
    this.range = null;
  }
}
