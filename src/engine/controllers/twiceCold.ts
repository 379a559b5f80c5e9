/**
 * Two stages by age, as the deployment in the thread on proactive writeback has them (facts 8.2):
 * pages that were idle long enough are reclaimed into zswap while the cgroup is above its target, and
 * entries that have stayed there as long again ("twice cold") are written back whatever it uses.
 */
import type { Controller } from './controller.ts';

export interface TwiceColdSettings {
  /** Idle for so long is cold, ns. */
  readonly coldAfter: number;
  /** In zswap for so long is twice cold, ns; Infinity: never written back. */
  readonly twiceColdAfter: number;
  /** memory.current below which nothing is reclaimed, bytes. */
  readonly target: number;
}

/** "max": a controller of anonymous memory leaves the page cache alone. */
const ANON_ONLY = 201;

export function twiceCold(settings: TwiceColdSettings): Controller {
  return (view, files) => {
    const ages = view.idleAges();
    if (ages !== null) {
      const from = Math.ceil(settings.coldAfter / ages.scanNs);
      const cold = ages.resident.slice(from).reduce((sum, pages) => sum + pages, 0);
      const above = Math.max(0, view.current() - settings.target);
      files.reclaim(Math.min(cold * view.pageBytes, above), ANON_ONLY);
    }
    if (settings.twiceColdAfter < Infinity) files.writeBackZswap(Infinity, settings.twiceColdAfter);
  };
}
