/** Draws the parts of a chart of lines on a canvas; lengths are CSS pixels. */
import { BAND_OPACITY, dashOf, type ChartLook, type Line, type Overlay } from './chart.ts';
import { colour } from './colour.ts';
import type { Scale } from './scales.ts';

type Context = CanvasRenderingContext2D;
type At = (value: number) => number;

/** Where the lines are; the labels of the axes stand around it. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const POINT_RADIUS = 3;
/** Length of the stroke for a value that has no neighbours. */
const ALONE = 3;
const AREA_OPACITY = 0.7;
const LABEL_GAP = 6;
const X_LABEL_GAP = 12;
/** Least distance of two labels of the y axis. */
const LABEL_HEIGHT = 13;

/** Lines that go up and down so many times the width of the chart are drawn as thin as the screen can. */
const NOISY = 3;

/**
 * Without a GPU a noisy line of one pixel of the screen is drawn some thirty times as fast as one that is
 * 1.5 wide, whose outline is filled; and more of it is to be seen. On fine screens it would be too thin.
 */
function widthOf(line: Line, y: At, across: number, ratio: number): number {
  if (climbOf(line, y) < NOISY * across) return 1.5;
  return ratio < 2 ? 1 / ratio : 1;
}

/** How far it goes up and down, pixels. */
function climbOf({ y: values }: Line, y: At): number {
  let climb = 0;
  let last = NaN;
  for (const value of values) {
    const place = y(value);
    if (!Number.isNaN(place - last)) climb += Math.abs(place - last);
    last = place;
  }
  return climb;
}

/** @param across the width that the points lie on */
export function drawLines(
  context: Context,
  lines: readonly Line[],
  isMarked: boolean,
  x: At,
  y: At,
  across: number,
): void {
  lines.forEach((line, i) => {
    if (line.edge === 'upper') fillBetween(context, line, lines[i - 1], BAND_OPACITY, x, y);
  });
  context.lineJoin = 'round';
  const ratio = context.getTransform().a;
  // The first stays on top.
  for (const line of lines.toReversed()) {
    if (line.edge) continue;
    context.strokeStyle = context.fillStyle = colour(line.tone);
    context.lineWidth = widthOf(line, y, across, ratio);
    context.setLineDash(dashOf(line));
    context.beginPath();
    trace(context, line, x, y);
    context.stroke();
    context.setLineDash([]);
    if (!isMarked) continue;
    line.x.forEach((each, i) => {
      const value = line.y[i] as number;
      if (Number.isNaN(value)) return;
      context.beginPath();
      context.arc(x(each), y(value), POINT_RADIUS, 0, 2 * Math.PI);
      context.fill();
    });
  }
}

/** What is no number leaves a gap; a value between two gaps is a short stroke of its own. */
function trace(context: Context, line: Line, x: At, y: At): void {
  let isDown = false;
  line.x.forEach((each, i) => {
    const value = line.y[i] as number;
    if (Number.isNaN(value)) {
      isDown = false;
      return;
    }
    const [across, down] = [x(each), y(value)];
    if (isDown) context.lineTo(across, down);
    else if (Number.isNaN(line.y[i + 1] ?? NaN)) {
      context.moveTo(across - ALONE / 2, down);
      context.lineTo(across + ALONE / 2, down);
    } else {
      context.moveTo(across, down);
      isDown = true;
    }
  });
}

/** @param layers each already on top of those before it */
export function drawAreas(context: Context, layers: readonly Line[], x: At, y: At): void {
  context.lineWidth = 1 / context.getTransform().a;
  layers.forEach((layer, index) => {
    fillBetween(context, layer, layers[index - 1], AREA_OPACITY, x, y);
    context.strokeStyle = colour(layer.tone);
    context.beginPath();
    trace(context, layer, x, y);
    context.stroke();
  });
}

/** Down to the axis where there is no floor; both have the same places. */
function fillBetween(
  context: Context,
  { tone, x: places, y: values }: Line,
  floor: Line | undefined,
  opacity: number,
  x: At,
  y: At,
): void {
  context.fillStyle = colour(tone, opacity);
  context.beginPath();
  places.forEach((each, i) => context.lineTo(x(each), y(values[i] as number)));
  for (let i = places.length - 1; i >= 0; i--) {
    context.lineTo(x(places[i] as number), y(floor?.y[i] ?? 0));
  }
  context.fill();
}

/** Room for the labels of the y axis. */
export function labelWidth(context: Context, { ticks }: Scale, look: ChartLook): number {
  const widths = ticks.map((tick) => context.measureText(look.formatY(tick)).width);
  return Math.ceil(Math.max(0, ...widths)) + LABEL_GAP;
}

/** The middle of a pixel, so that a line of one pixel fills it. */
const crisp = (place: number): number => Math.floor(place) + 0.5;

export function drawGrid(context: Context, y: Scale, look: ChartLook, area: Area): void {
  context.strokeStyle = colour('line');
  context.fillStyle = colour('mute');
  context.lineWidth = 1;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.beginPath();
  let above = Infinity;
  for (const tick of y.ticks) {
    const place = y.at(tick);
    context.moveTo(area.left, crisp(place));
    context.lineTo(area.right, crisp(place));
    if (above - place < LABEL_HEIGHT) continue;
    context.fillText(look.formatY(tick), area.left - LABEL_GAP, place);
    above = place;
  }
  context.stroke();
}

/** @param width of the canvas, which no label leaves */
export function drawX(
  context: Context,
  x: Scale,
  look: ChartLook,
  area: Area,
  width: number,
): void {
  context.strokeStyle = colour('line');
  context.fillStyle = colour('mute');
  context.lineWidth = 1;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.beginPath();
  context.moveTo(area.left, crisp(area.bottom));
  context.lineTo(area.right, crisp(area.bottom));
  context.stroke();
  let free = 0;
  for (const tick of x.ticks) {
    const place = x.at(tick);
    if (place < area.left - 1 || place > area.right + 1) continue;
    const text = look.formatX(tick);
    const half = context.measureText(text).width / 2;
    const middle = Math.min(Math.max(place, half), width - half);
    if (middle - half < free) continue;
    context.fillText(text, middle, area.bottom + LABEL_GAP);
    free = middle + half + X_LABEL_GAP;
  }
}

export function drawOverlay(context: Context, overlay: Overlay, x: At, area: Area): void {
  const { at, marks, selecting } = overlay;
  const line = (value: number, tone: string, dash: number[]) => {
    const place = x(value);
    if (place < area.left - 1 || place > area.right + 1) return undefined;
    context.strokeStyle = colour(tone);
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(place, area.top);
    context.lineTo(place, area.bottom);
    context.stroke();
    context.setLineDash([]);
    return place;
  };
  context.lineWidth = 1;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  if (selecting) {
    const [a, b] = [x(selecting[0]), x(selecting[1])];
    context.fillStyle = colour('accent', 0.15);
    context.fillRect(Math.min(a, b), area.top, Math.abs(b - a), area.bottom - area.top);
  }
  let free = area.left;
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    const place = line(mark.at, mark.tone ?? 'bad', [2, 3]);
    if (place === undefined) continue;
    context.fillStyle = colour(mark.tone ?? 'bad');
    const width = context.measureText(mark.label).width + 8;
    const left = place + width > area.right ? place - width : place;
    // A label that would cover its neighbour stays away; its line is still there.
    if (left < free) continue;
    context.fillText(mark.label, left + 4, area.top + 10);
    free = left + width;
  }
  if (at !== null) line(at, 'mute', []);
}
