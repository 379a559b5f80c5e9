/**
 * Sizes and times the way people write them, to and from bytes and nanoseconds.
 *
 * K, M, G, T and KiB, MiB, GiB, TiB are powers of 1024, as the kernel's own size parser has it;
 * KB, MB, GB, TB are powers of 1000. A time always names its unit.
 */

const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
};

const TIME_UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 60e9,
  m: 60e9,
  h: 3600e9,
};

export const SIZE_ACCEPTED =
  'a size of 0 or more such as "512M", "2GiB" or 4096 (bytes); units B, K, M, G, T, KiB … TiB (1024), KB … TB (1000)';
export const TIME_ACCEPTED =
  'a time of 0 or more with its unit such as "250ns", "80us", "100ms", "2s", "5min" or "1h"';

/** Bytes of a written size (a bare number is bytes), or undefined when it is none. */
export function parseSize(text: string | number): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(text));
  if (!match) return undefined;
  const factor = match[2] === '' ? 1 : SIZE_UNITS[(match[2] as string).toLowerCase()];
  if (factor === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Nanoseconds of a written time, or undefined when it is none. Only 0 may stand without a unit. */
export function parseTime(text: string | number): number | undefined {
  if (text === 0 || text === '0') return 0;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-zµμ]+)\s*$/i.exec(String(text));
  if (!match) return undefined;
  const factor = TIME_UNITS[(match[2] as string).toLowerCase()];
  if (factor === undefined) return undefined;
  const ns = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(ns) ? ns : undefined;
}

/** The shortest exact binary spelling of a size in bytes, or a rounded one with `digits` decimals. */
export function formatSize(bytes: number, digits?: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    if (digits === undefined && value % 1024 !== 0) break;
    value /= 1024;
    unit++;
  }
  const text = digits === undefined || unit === 0 ? String(value) : value.toFixed(digits);
  return `${text} ${units[unit]}`;
}

/** A time in nanoseconds in the unit in which it reads best, with three significant digits. */
export function formatTime(ns: number): string {
  if (ns === 0) return '0';
  const steps: [number, string][] = [
    [1, 'ns'],
    [1e3, 'µs'],
    [1e6, 'ms'],
    [1e9, 's'],
    [60e9, 'min'],
    [3600e9, 'h'],
  ];
  let pick = steps[0] as [number, string];
  for (const step of steps) {
    const threshold = step[1] === 'min' || step[1] === 'h' ? step[0] * 2 : step[0];
    if (Math.abs(ns) >= threshold) pick = step;
  }
  return `${Number((ns / pick[0]).toPrecision(3))} ${pick[1]}`;
}
