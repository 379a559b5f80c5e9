/**
 * Which part of the axis is drawn ahead while a chart is moved: a strip of more than what is shown, of which
 * each frame takes its part, and which is drawn anew before its end is reached.
 */
import type { Range } from './chart.ts';

/** On each side of what is shown, as a share of it. */
const MARGIN = 1;
/** With less than this left ahead it is time for the next one. */
const LEFT_OVER = 0.5;
/** Canvases that are wider fail in some browsers, pixels of the screen. */
const MOST_PIXELS = 8192;

const widthOf = ([from, to]: Range): number => to - from;

/** @param pixels of the screen that what is shown takes */
export function stripAround(shown: Range, pixels: number): Range {
  const margin = Math.max(0, Math.min(MARGIN, (MOST_PIXELS / pixels - 1) / 2)) * widthOf(shown);
  return [shown[0] - margin, shown[1] + margin];
}

/** Rounding may not tell two places apart that are this near, as a share of what is shown. */
const ROUNDING = 1e-6;

export function covers(strip: Range, shown: Range): boolean {
  const slack = ROUNDING * widthOf(shown);
  return strip[0] <= shown[0] + slack && strip[1] >= shown[1] - slack;
}

/** @param step by which it moved last; its sign tells where to */
export function runsOut(strip: Range, shown: Range, step: number): boolean {
  const left = step < 0 ? shown[0] - strip[0] : strip[1] - shown[1];
  return step !== 0 && left < LEFT_OVER * widthOf(shown);
}

/** Whether as much is shown as before: then it was moved and not zoomed. */
export const isAsWide = (one: Range, other: Range): boolean =>
  Math.abs(widthOf(one) - widthOf(other)) <= ROUNDING * widthOf(other);
