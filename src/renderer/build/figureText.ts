/** Sizes and times as a draft has them, spelled as every other figure is; what is none of these stays as it stands. */
import { formatSize, formatTime, parseSize, parseTime } from '../../engine/scenario/index.ts';

export function sizeText(value: unknown): string {
  const bytes = typeof value === 'string' ? parseSize(value) : undefined;
  return bytes === undefined || !Number.isFinite(bytes) ? String(value) : formatSize(bytes);
}

export function timeText(value: unknown): string {
  const ns = typeof value === 'string' ? parseTime(value) : undefined;
  return ns === undefined ? String(value) : formatTime(ns);
}

/** The same words with each figure and its unit on one line. */
export const withUnitsKept = (text: string): string =>
  text.replace(/(\d) (?=%|(?:[nµm]?s|min|h|B|[KMGT]i?B|CPUs?)(?![a-z]))/g, '$1\u00a0');
