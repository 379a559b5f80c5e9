/** Figures with their units, as a person reads them. */
import { METRICS, type Metric } from '../../../engine/metrics/catalogue.ts';
import { formatSize, formatTime } from '../../../engine/scenario/index.ts';

const CATALOGUE = new Map(METRICS.map((metric) => [metric.name, metric]));

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const whole = (value: number) => WHOLE.format(value);
export const tenths = (value: number) => TENTHS.format(value);
export const percent = (value: number) => `${tenths(value)} %`;

export const size = (bytes: number) => formatSize(Math.round(bytes), 1);
export const time = formatTime;

/** The metric that a figure belongs to; `fault_latency p99` belongs to `fault_latency`. */
export function metricOf(name: string): Metric | undefined {
  return CATALOGUE.get(name.split(' ', 1)[0] as string);
}

export function figure(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  switch (metricOf(name)?.unit) {
    case 'bytes':
      return size(value);
    case 'ns':
      return time(Math.round(value));
    case 'percent':
      return percent(value);
    case 'per second':
      return `${whole(value)}/s`;
    case 'pages':
    case 'count':
    case undefined:
      return Number.isInteger(value) || Math.abs(value) >= 1000 ? whole(value) : tenths(value);
  }
}

/** Wall time in ms for a person. */
export const wall = (ms: number | null) => (ms === null ? '-' : time(Math.round(ms) * 1e6));

/** A moment in local time, to the second. */
export function moment(ms: number | null): string {
  if (ms === null) return '-';
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  );
}
