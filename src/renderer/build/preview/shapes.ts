/** A preview as curves between 0 and 1, and in the words that stand beside them. */
import { formatSize, formatTime } from '../../../engine/scenario/index.ts';
import type { WorkloadPreview } from '../../../main/lab/contract.ts';
import { formatShort } from '../../format/numbers.ts';

type Points = (readonly [number, number])[];

/** Distinct pages since the start, as a share of all pages, at the end of each column. */
export const footprintLine = ({ footprint, pages }: WorkloadPreview): Points => [
  [0, 0],
  ...footprint.map((touched, i) => [(i + 1) / footprint.length, touched / pages] as const),
];

/** Distinct pages within each column, as steps. */
export const workingSetArea = ({ workingSet, pages }: WorkloadPreview): Points =>
  workingSet.flatMap((distinct, i) => [
    [i / workingSet.length, distinct / pages],
    [(i + 1) / workingSet.length, distinct / pages],
  ]);

export const missLine = ({ lruCurve, pages }: WorkloadPreview): Points => [
  [0, 1],
  ...lruCurve.map((point) => [point.pages / pages, point.missRatio] as const),
];

/** Share of accesses that exact LRU misses with so many pages. */
export function missRatioAt({ lruCurve }: WorkloadPreview, frames: number): number {
  let before = { pages: 0, missRatio: 1 };
  for (const point of lruCurve) {
    if (point.pages >= frames) {
      const part = (frames - before.pages) / (point.pages - before.pages);
      return before.missRatio + part * (point.missRatio - before.missRatio);
    }
    before = point;
  }
  return before.missRatio;
}

/** How much of it was looked at, and what it touched. */
export function describePreview(preview: WorkloadPreview): string {
  const { accesses, of, spanNs, footprint, pageBytes, writePercent } = preview;
  const part = of === accesses ? '' : `the first ${formatShort(accesses)} accesses, `;
  const touched = formatSize((footprint.at(-1) ?? 0) * pageBytes, 1);
  const writes = `${writePercent.toFixed(0)} % writes`;
  return `${part}${formatTime(spanNs)} if nothing faults · touches ${touched} · ${writes}`;
}

export const percentText = (share: number): string =>
  `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
