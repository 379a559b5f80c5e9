/**
 * A chart of lines on a canvas. The lines are drawn on a layer of their own, which is copied: the cursor and
 * what moves along the axis cost no more than the copy, and the axes around it are a dozen words.
 */
import { stack, type ChartLook, type Line, type Overlay, type Range } from './chart.ts';
import {
  drawAreas,
  drawGrid,
  drawLines,
  drawOverlay,
  drawX,
  labelWidth,
  type Area,
} from './drawing.ts';
import { extent, xScale, yScale, type Scale } from './scales.ts';
import { covers, isAsWide, runsOut, stripAround } from './strip.ts';

export interface Picture {
  lines: readonly Line[];
  look: ChartLook;
}

const TOP = 6;
const RIGHT = 8;
const BOTTOM = 22;
/** What is drawn at the edge is drawn whole. */
const EDGE = 4;
const X_TICK_EVERY = 75;
const Y_TICK_EVERY = 32;

/** The lines as they were drawn last, on a canvas that may be wider than the chart. */
interface Layer {
  /** Of the x axis. */
  from: number;
  to: number;
  /** What was shown when it was drawn. */
  shown: Range;
}

export class Plot {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #layerCanvas = document.createElement('canvas');
  #layer: Layer | null = null;
  #ratio = 1;
  #width = 0;
  #height = 0;
  #font = '';
  /** The lines that the y axis was fitted to. */
  #lines: readonly Line[] | null = null;
  #area: Area = { left: 0, top: 0, right: 0, bottom: 0 };
  #x: Scale | null = null;
  #y: Scale | null = null;
  #step = 0;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  /** Takes the size that the page gives it; whether that is another than before. */
  resize(): boolean {
    const { clientWidth, clientHeight } = this.#canvas;
    const ratio = window.devicePixelRatio;
    if (clientWidth === this.#width && clientHeight === this.#height && ratio === this.#ratio) {
      return false;
    }
    [this.#width, this.#height, this.#ratio] = [clientWidth, clientHeight, ratio];
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    this.forget();
    return true;
  }

  /** Draws everything anew the next time: size, colours or font have changed. */
  forget(): void {
    this.#lines = null;
    this.#font = `11px ${getComputedStyle(document.body).fontFamily}`;
  }

  /** The value at a distance from the left of the canvas; undefined before it was drawn. */
  valueAt = (place: number): number | undefined => this.#x?.invert(place);

  /** Width of what is shown, CSS pixels. */
  get across(): number {
    return this.#area.right - this.#area.left;
  }

  draw({ lines, look }: Picture, overlay: Overlay): void {
    if (this.#width === 0 || this.#height === 0) return;
    if (this.#lines !== lines) this.#fit(lines, look);
    else if (look.range) this.#moveTo(look.range, { lines, look });
    const [x, y, layer] = [this.#x, this.#y, this.#layer];
    if (!x || !y || !layer) return;
    const context = this.#context;
    const { left, right, top } = this.#area;
    this.#prepare(context);
    context.clearRect(0, 0, this.#width, this.#height);
    drawGrid(context, y, look, this.#area);
    const source = this.#layerCanvas;
    context.save();
    context.beginPath();
    // Points are drawn whole; of a line its next part lies beyond the edge.
    const edge = look.points ? EDGE : 0;
    context.rect(left - edge, 0, right - left + 2 * edge, this.#height);
    context.clip();
    // In whole pixels of the screen: what lies between them would have to be computed anew.
    const at = Math.round((x.at(layer.from) - EDGE) * this.#ratio) / this.#ratio;
    context.drawImage(
      source,
      at,
      top - EDGE,
      source.width / this.#ratio,
      source.height / this.#ratio,
    );
    context.restore();
    drawX(context, x, look, this.#area, this.#width);
    drawOverlay(context, overlay, x.at, this.#area);
  }

  /** Whether a part that was not drawn yet will soon come into sight. */
  get runsOut(): boolean {
    const [layer, x] = [this.#layer, this.#x];
    return !!layer && !!x && runsOut([layer.from, layer.to], x.domain, this.#step);
  }

  /** Draws the strip around what is shown now, so that the frame that needs it finds it. */
  drawAhead(picture: Picture): void {
    if (this.#x && this.#lines === picture.lines) this.#drawStrip(this.#x.domain, picture);
  }

  /** The axes for these lines, and their layer as wide as the chart. */
  #fit(lines: readonly Line[], look: ChartLook): void {
    const context = this.#context;
    this.#prepare(context);
    const layers = look.stacked ? stack(lines) : lines;
    const [top, bottom] = [TOP, this.#height - BOTTOM];
    this.#y = this.#fitY(extent(layers, look.logarithmic), look, top, bottom);
    const left = labelWidth(context, this.#y, look);
    this.#area = { left, top, right: this.#width - RIGHT, bottom };
    this.#x = this.#fitX(lines, look, look.range);
    this.#lines = lines;
    this.#step = 0;
    this.#drawLayer(layers, look, this.#x.domain);
  }

  #fitY(values: Range, look: ChartLook, top: number, bottom: number): Scale {
    const ticks = Math.min(5, Math.max(2, Math.round((bottom - top) / Y_TICK_EVERY)));
    return yScale(values, look, [bottom, top], ticks);
  }

  #fitX(lines: readonly Line[], look: ChartLook, range: Range | null): Scale {
    const { left, right } = this.#area;
    const ticks = Math.max(2, Math.min(8, Math.round((right - left) / X_TICK_EVERY)));
    return xScale(lines, look, range, [left, right], ticks);
  }

  /** Shows another part of the axis than the lines were given for, from parts of the columns behind them. */
  #moveTo(range: Range, picture: Picture): void {
    const before = this.#x?.domain;
    if (!before || (range[0] === before[0] && range[1] === before[1])) return;
    const { lines, look } = picture;
    this.#step = range[0] - before[0];
    this.#x = this.#fitX(lines, look, range);
    const layer = this.#layer;
    const fits = layer && isAsWide(layer.shown, range) && covers([layer.from, layer.to], range);
    if (!fits) this.#drawStrip(range, picture);
  }

  #drawStrip(shown: Range, { lines, look }: Picture): void {
    const strip = stripAround(shown, this.across * this.#ratio);
    const views = (strip[1] - strip[0]) / (shown[1] - shown[0]);
    // What has no other parts is there as a whole.
    const parts = lines.map((line) => ({ ...line, ...line.part?.(strip, views) }));
    const layers = look.stacked ? stack(parts) : parts;
    // While it moves the axis of values only grows: it is fitted when it has come to rest.
    const [low, high] = extent(layers, look.logarithmic);
    const { top, bottom } = this.#area;
    const [least, most] = this.#y?.domain ?? [0, 0];
    if (low < least || high > most) {
      const values: Range = [Math.min(low, least), Math.max(high, most)];
      this.#y = this.#fitY(values, look, top, bottom);
    }
    this.#drawLayer(layers, look, strip);
  }

  /** Draws lines, already stacked, on the layer. */
  #drawLayer(layers: readonly Line[], look: ChartLook, [from, to]: Range): void {
    const [x, y] = [this.#x, this.#y];
    const context = this.#layerCanvas.getContext('2d');
    if (!x || !y || !context) return;
    const { top, bottom } = this.#area;
    const across = x.at(to) - x.at(from);
    this.#layerCanvas.width = Math.ceil((across + 2 * EDGE) * this.#ratio);
    this.#layerCanvas.height = Math.ceil((bottom - top + 2 * EDGE) * this.#ratio);
    this.#layer = { from, to, shown: x.domain };
    const left = x.at(from) - EDGE;
    const atX = (value: number) => x.at(value) - left;
    const atY = (value: number) => y.at(value) - top + EDGE;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    if (look.stacked) drawAreas(context, layers, atX, atY);
    else drawLines(context, layers, look.points, atX, atY, across);
  }

  #prepare(context: CanvasRenderingContext2D): void {
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.font = this.#font;
  }
}
