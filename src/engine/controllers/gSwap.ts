/**
 * g-swap's choice of a cold age (SDFM, ASPLOS 2019; facts 8.5): the lowest age at which no more than
 * a small part of the working set would have been wanted back in a minute, judged by the promotions
 * of the last interval and of its history, and everything that has been idle so long is reclaimed.
 */
import { type Controller } from './controller.ts';

export interface GSwapSettings {
  /** Most promotions in a minute, percent of the working set. */
  readonly promotionRate: number;
  /** Percentile of the history of best ages that a threshold must not be below. */
  readonly percentile: number;
  /** Nothing is reclaimed before this time since the start, ns. */
  readonly warmUp: number;
}

const MINUTE = 60e9;
const ANON_ONLY = 201;

export function gSwap(settings: GSwapSettings): Controller {
  let scans = 0;
  let before: readonly number[] = [];
  /** How often each age was the best one. */
  const history: number[] = [];
  let threshold = Infinity;

  /** Lowest age whose promotions stay within the budget; 0 scans would be pages in use. */
  const bestAge = (promotions: readonly number[], budget: number): number => {
    let sum = 0;
    for (let age = promotions.length - 1; age >= 1; age--) {
      sum += promotions[age];
      if (sum > budget) return age + 1;
    }
    return 1;
  };

  const percentileOfHistory = (): number => {
    const total = history.reduce((sum, n) => sum + n, 0);
    let seen = 0;
    for (let age = 0; age < history.length; age++) {
      seen += history[age];
      if (seen >= (total * settings.percentile) / 100) return age;
    }
    return history.length;
  };

  return (view, files) => {
    const ages = view.idleAges();
    if (ages === null) return;
    if (ages.scans > scans) {
      const minutes = ((ages.scans - scans) * ages.scanNs) / MINUTE;
      const budget = (settings.promotionRate / 100) * ages.accessed * minutes;
      const best = bestAge(
        ages.promotions.map((n, age) => n - (before[age] ?? 0)),
        budget,
      );
      while (history.length <= best) history.push(0);
      history[best]++;
      threshold = Math.max(best, percentileOfHistory());
      scans = ages.scans;
      before = ages.promotions;
    }
    if (view.now < settings.warmUp || threshold >= ages.resident.length) return;
    const cold = ages.resident.slice(threshold).reduce((sum, pages) => sum + pages, 0);
    files.reclaim(cold * view.pageBytes, ANON_ONLY);
  };
}
