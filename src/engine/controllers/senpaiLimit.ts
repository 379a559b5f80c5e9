/**
 * The older senpai.py (facts 8.4): finds the memory.high at which the cgroup stalls for a target time
 * in each interval, by small steps down and large ones up.
 */
import { increase, type Controller } from './controller.ts';

export interface SenpaiLimitSettings {
  /** Calls to wait after a step; the program calls itself once a second and waits 6. */
  readonly graceTicks: number;
  /** Stall to aim at between two steps, ns. */
  readonly pressure: number;
  /** Range of memory.high, bytes. */
  readonly min: number;
  readonly max: number;
  /** Steps, as shares of memory.high: the largest, and how many times the target is far. */
  readonly maxProbe: number;
  readonly maxBackoff: number;
  readonly coeffProbe: number;
  readonly coeffBackoff: number;
}

const US = 1000;

export function senpaiLimit(settings: SenpaiLimitSettings): Controller {
  const stall = increase();
  let limit = NaN;
  let stalled = 0;
  let grace = settings.graceTicks;
  return (view, files) => {
    const set = (bytes: number) => {
      const pages = Math.floor(
        Math.min(settings.max, Math.max(settings.min, bytes)) / view.pageBytes,
      );
      limit = pages * view.pageBytes;
      files.setHigh(limit);
      stalled = 0;
      grace = settings.graceTicks;
    };
    stalled += stall(view.pressure('memory').some.totalNs);
    // At the start, and when somebody else has changed it, it begins with what is in use.
    if (view.high() !== limit) return set(view.current());
    if (stalled > settings.pressure) {
      const far = stalled / settings.pressure / settings.coeffBackoff;
      return set(limit * (1 + Math.min(far * far, 1) * settings.maxBackoff));
    }
    if (grace > 0) return void grace--;
    const far = settings.pressure / Math.max(stalled, US) / settings.coeffProbe;
    set(limit * (1 - Math.min(far * far, 1) * settings.maxProbe));
  };
}
