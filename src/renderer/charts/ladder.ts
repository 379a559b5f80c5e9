/** Latency percentiles as lines over a ladder of percentiles. */
import { formatTime } from '../../engine/scenario/index.ts';
import type { HistogramData } from '../../main/lab/contract.ts';
import type { Line } from './chart.ts';

export interface Rung extends Pick<Line, 'label' | 'tone' | 'dashed' | 'dotted'> {
  histogram: HistogramData;
}

export const STEPS = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p999', 'p99.9'],
  ['p9999', 'p99.99'],
] as const;
const xs = STEPS.map((_, index) => index);

export const LADDER_LOOK = {
  stacked: false,
  logarithmic: true,
  points: true,
  formatX: (value: number) => STEPS[value]?.[1] ?? '',
  formatY: formatTime,
  xTicks: xs,
  range: null,
};

export const ladderLines = (rungs: readonly Rung[]): Line[] =>
  rungs.map(({ histogram, ...look }) => ({
    ...look,
    x: xs,
    // Zero has no place on a logarithmic axis; 1 ns is its foot.
    y: STEPS.map(([key]) => Math.max(1, histogram.percentilesNs[key])),
  }));
