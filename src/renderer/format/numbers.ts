/** Figures as people read them, by the unit of their metric. */
import { formatSize, formatTime } from '../../engine/scenario/index.ts';
import type { MetricUnit } from '../../main/lab/contract.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const percent = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const short = new Intl.NumberFormat('en', {
  notation: 'compact',
  maximumSignificantDigits: 3,
});

/** 12,345 in full below a million, 1.23M above. */
export const formatCount = (value: number): string =>
  Math.abs(value) < 1e6
    ? Number.isInteger(value) || Math.abs(value) >= 1000
      ? whole.format(value)
      : fine.format(value)
    : short.format(value);

export const formatShort = (value: number): string => short.format(value);

export const formatRate = (perSecond: number): string => `${short.format(perSecond)}/s`;

/** A value of a metric with its unit. */
export function formatMetric(value: number, unit: MetricUnit | undefined): string {
  switch (unit) {
    case 'bytes':
      return formatSize(Math.round(value), 1);
    case 'ns':
      return formatTime(value);
    case 'percent':
      return `${percent.format(value)} %`;
    case 'per second':
      return formatRate(value);
    default:
      return formatCount(value);
  }
}

/** So many bytes from one label of an axis to the next that at most four reach the largest value: 1, 2 or 5 KiB, MiB, ... */
export function byteStep(most: number): number {
  const least = Math.max(1, most / 4);
  const unit = 1024 ** Math.floor(Math.log2(least) / 10);
  const factors = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1024];
  return unit * (factors.find((factor) => unit * factor >= least) ?? 1024);
}

/** A difference with its sign; a true minus sign, so that columns line up. */
export function formatDelta(value: number, unit: MetricUnit | undefined): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '−'}${formatMetric(Math.abs(value), unit)}`;
}

export function formatPercentDelta(percent: number): string {
  if (percent === 0) return '0 %';
  const size = Math.abs(percent);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const text = size < 1000 ? size.toFixed(digits) : formatCount(Math.round(size));
  return `${percent > 0 ? '+' : '−'}${text} %`;
}
