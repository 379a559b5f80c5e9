/**
 * A load that rises and falls over a day: from its trough at the start of the period in a straight
 * line to full load in the middle, and back. The published shape of user-facing services is a smooth
 * wave with one peak and one trough a day; the straight lines are a simplification.
 */
import type { Workload } from '../scenario/schema.ts';

export class DailyLoad {
  private readonly periodNs: number;
  private readonly trough: number;
  private readonly baseNs: number;
  private readonly thinkNs: number;

  /**
   * @param periodNs length of the day, ns
   * @param troughPercent least load, percent of the full one, above 0
   * @param baseNs what an access takes at any load, ns
   * @param thinkNs computing or waiting between two accesses at full load, ns
   */
  constructor(periodNs: number, troughPercent: number, baseNs: number, thinkNs: number) {
    this.periodNs = periodNs;
    this.trough = troughPercent / 100;
    this.baseNs = baseNs;
    this.thinkNs = thinkNs;
  }

  /** From one access to the next at a moment, ns: half the load leaves twice as long between two. */
  accessNs(nowNs: number): number {
    const ofDay = (nowNs % this.periodNs) / this.periodNs;
    const height = ofDay < 0.5 ? 2 * ofDay : 2 - 2 * ofDay;
    const load = this.trough + (1 - this.trough) * height;
    return Math.max(1, Math.round(this.baseNs + this.thinkNs / load));
  }
}

/**
 * The daily load of a workload; null where it has none.
 * @param baseNs what an access takes at any load, ns
 */
export function dailyLoadOf({ daily, thinkTime }: Workload, baseNs: number): DailyLoad | null {
  return daily ? new DailyLoad(daily.period, daily.trough, baseNs, thinkTime) : null;
}
