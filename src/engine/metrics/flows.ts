/** Pages that moved from one place to another, counted by pair of places. */
import type { Flow } from '../result.ts';

export const RAM = 0;
export const NEW = 1;
export const FREED = 2;
export const ZEROS = 3;
export const POOL = 4;
/** Place of device d is FIRST_DEVICE + d. */
export const FIRST_DEVICE = 5;

export class FlowMatrix {
  readonly names: readonly string[];
  private readonly counts: Float64Array;

  constructor(devices: readonly string[]) {
    this.names = ['ram', 'new', 'freed', 'zero', 'zswap', ...devices];
    this.counts = new Float64Array(this.names.length ** 2);
  }

  add(from: number, to: number): void {
    this.counts[from * this.names.length + to]++;
  }

  data(): Flow[] {
    const flows: Flow[] = [];
    this.counts.forEach((pages, i) => {
      if (pages === 0) return;
      const from = Math.floor(i / this.names.length);
      flows.push({ from: this.names[from], to: this.names[i % this.names.length], pages });
    });
    return flows;
  }
}
