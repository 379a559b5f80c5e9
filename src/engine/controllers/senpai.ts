/**
 * Senpai as TMO runs it (ASPLOS 2022, section 3.3; facts 8.4): reclaims a small share of the cgroup at
 * each interval, less the nearer its pressure is to a threshold, and none above it.
 */
import { increase, type Controller } from './controller.ts';

export interface SenpaiSettings {
  /** Time between two calls, ns; pressure is the share of it that was stalled. */
  readonly interval: number;
  /** Share of memory.current to reclaim at no pressure, percent. */
  readonly ratio: number;
  /** Pressures, percent, at which reclaim ends. */
  readonly memoryPressure: number;
  readonly ioPressure: number;
  /** Most to reclaim at once, percent of memory.current. */
  readonly most: number;
}

export function senpai(settings: SenpaiSettings): Controller {
  const memoryStall = increase();
  const ioStall = increase();
  return (view, files) => {
    // Not avg10: the averages know whole percents of two seconds only, far above the threshold.
    const percent = 100 / settings.interval;
    const memory = memoryStall(view.pressure('memory').some.totalNs) * percent;
    const io = ioStall(view.pressure('io').some.totalNs) * percent;
    const pressure = Math.max(memory / settings.memoryPressure, io / settings.ioPressure);
    const share = Math.min(settings.ratio * Math.max(0, 1 - pressure), settings.most);
    files.reclaim((view.current() * share) / 100);
  };
}
