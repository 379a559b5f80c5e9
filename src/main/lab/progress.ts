/** How far a run is, how fast it goes and how long it will still take. */
import type { RunProgress } from '../../engine/result.ts';
import type { RunProgressData } from './contract.ts';

/** Weight of the newest rate in the smoothed one; at ten updates a second it follows within a second. */
const SMOOTHING = 0.2;

/** An estimate made from less than this is a guess, ms. */
const SETTLING_TIME = 500;

export class ProgressMeter {
  #rate: number | undefined;
  #last = { accesses: 0, wallMs: 0 };

  /** @param wallMs time spent on the run so far, pauses left out */
  update({ simulatedNs, accesses, fraction }: RunProgress, wallMs: number): RunProgressData {
    const elapsed = wallMs - this.#last.wallMs;
    if (elapsed > 0) {
      const rate = ((accesses - this.#last.accesses) / elapsed) * 1000;
      this.#rate = this.#rate === undefined ? rate : this.#rate + SMOOTHING * (rate - this.#rate);
      this.#last = { accesses, wallMs };
    }
    const canForesee = fraction !== undefined && fraction > 0 && wallMs >= SETTLING_TIME;
    return {
      simulatedNs,
      accesses,
      wallMs,
      accessesPerSecond: this.#rate ?? 0,
      fraction: fraction ?? null,
      etaMs: canForesee ? (wallMs * (1 - fraction)) / fraction : null,
    };
  }
}
