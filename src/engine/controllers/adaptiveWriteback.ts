/**
 * zswap writeback without ages, as the review of the series suggests (thread of May 2026, facts 8.4):
 * takes a little more from zswap at each interval while pages seldom come back from disk and nobody
 * waits for I/O, and backs off otherwise.
 */
import { increase, type Controller } from './controller.ts';

export interface AdaptiveWritebackSettings {
  /** Time between two calls, ns. */
  readonly interval: number;
  /** Least and most to write back at once, bytes. */
  readonly minStep: number;
  readonly maxStep: number;
  /** Factors of the step after a quiet interval and after one with too much I/O. */
  readonly grow: number;
  readonly backOff: number;
  /** Too much: pages read from swap devices a second, and io.pressure some, percent. */
  readonly swapIns: number;
  readonly ioPressure: number;
}

export function adaptiveWriteback(settings: AdaptiveWritebackSettings): Controller {
  const read = increase();
  const ioStall = increase();
  let step = settings.minStep;
  return (view, files) => {
    const swapIns = read(view.stat().pswpin) / (settings.interval / 1e9);
    const io = (100 * ioStall(view.pressure('io').some.totalNs)) / settings.interval;
    if (swapIns > settings.swapIns || io > settings.ioPressure) {
      step = Math.max(settings.minStep, step * settings.backOff);
      return;
    }
    files.writeBackZswap(step);
    step = Math.min(settings.maxStep, step * settings.grow);
  };
}
