/** Chart.js with only what is used here, and the settings that keep it fast with many points. */
import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
} from 'chart.js';
import { colour } from './colour.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler);

export interface Line {
  label: string;
  /** Name of a colour of the style sheet. */
  tone: string;
  x: readonly number[];
  y: readonly number[];
  dashed?: boolean;
  dotted?: boolean;
  /** Of a band around another line, which is filled; not a line of its own, and not in the legend. */
  edge?: 'lower' | 'upper';
  /** Whether there is a band around it. */
  hasBand?: boolean;
  /** The value at a place on the x axis, where `x` and `y` are only what is drawn of a longer column. */
  read?: (x: number) => number | undefined;
}

export interface ChartLook {
  stacked: boolean;
  logarithmic: boolean;
  logarithmicX?: boolean;
  /** Whether points are marked, for few of them. */
  points: boolean;
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  /** Distance of the labels of the y axis; chosen by the chart, in powers of ten, when not given. */
  stepY?: number | undefined;
  /** Values of the x axis that get a label; chosen by the chart when not given. */
  xTicks?: readonly number[];
  range: readonly [number, number] | null;
}

/** A place on the x axis with its reason; red unless it says another tone. */
export interface Mark {
  at: number;
  label: string;
  tone?: string;
}

/** What is drawn over the lines, read anew at each drawing. */
export interface Overlay {
  at: number | null;
  marks: readonly Mark[];
  /** From and to of a part that is being marked out. */
  selecting: readonly [number, number] | null;
}

export const BAND_OPACITY = 0.2;

export function datasets(lines: readonly Line[], look: ChartLook): ChartDataset<'line'>[] {
  return lines.map((line, index) => {
    const { label, tone, edge } = line;
    return {
      label,
      data: pointsOf(line),
      borderColor: colour(tone),
      backgroundColor: colour(tone, look.stacked ? 0.7 : edge ? BAND_OPACITY : 1),
      borderWidth: edge ? 0 : look.stacked ? 1 : 1.5,
      borderDash: dashOf(line),
      pointRadius: look.points ? 3 : 0,
      pointHoverRadius: look.points ? 3 : 0,
      fill: edge === 'upper' ? '-1' : look.stacked ? (index === 0 ? 'origin' : '-1') : false,
      stack: 'one',
    };
  });
}

export const pointsOf = ({ x, y }: Line): { x: number; y: number }[] =>
  x.map((each, i) => ({ x: each, y: y[i] as number }));

export const dashOf = ({ dashed, dotted }: Pick<Line, 'dashed' | 'dotted'>): number[] =>
  dashed ? [5, 4] : dotted ? [1.5, 3] : [];

/** Whole powers of ten around the values, so that a logarithmic axis always has labels. */
export function decades(lines: readonly Line[]): { min?: number; max?: number } {
  let low = Infinity;
  let high = 0;
  for (const { y } of lines) {
    for (const value of y) {
      if (value > 0 && value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (high === 0) return {};
  // Below 1 ns or 1 page there is nothing to tell apart.
  const min = Math.max(1, 10 ** Math.floor(Math.log10(low)));
  return { min, max: Math.max(min * 10, 10 ** Math.ceil(Math.log10(high))) };
}

/** `read` gives the look of the moment: how figures are written may change without new options. */
export function options(
  read: () => ChartLook,
  bounds: { min?: number; max?: number },
): ChartOptions<'line'> {
  const look = read();
  const ink = colour('mute');
  const grid = { color: colour('line'), drawTicks: false };
  const font = { family: getComputedStyle(document.body).fontFamily, size: 11 };
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { right: 6, top: 4 } },
    scales: {
      x: {
        type: look.logarithmicX ? 'logarithmic' : 'linear',
        ...(look.xTicks ? { min: look.xTicks[0], max: look.xTicks.at(-1), offset: true } : {}),
        border: { color: colour('line') },
        grid: { display: false },
        ticks: {
          color: ink,
          font,
          maxRotation: 0,
          maxTicksLimit: 6,
          autoSkipPadding: 18,
          ...(look.xTicks ? { stepSize: 1 } : {}),
          callback: (value) =>
            look.logarithmicX && !isPowerOfTen(Number(value))
              ? null
              : read().formatX(Number(value)),
        },
      },
      y: {
        type: look.logarithmic ? 'logarithmic' : 'linear',
        stacked: look.stacked,
        ...(look.logarithmic ? bounds : { beginAtZero: true }),
        border: { display: false },
        grid,
        ticks: {
          color: ink,
          font,
          padding: 6,
          maxTicksLimit: 5,
          ...(look.stepY === undefined ? {} : { stepSize: look.stepY }),
          callback: (value) => yLabel(Number(value), read()),
        },
      },
    },
  };
}

/** Shows a part of the x axis, in place. */
export function setRange(chart: Chart<'line'>, range: readonly [number, number] | null): void {
  // The next update resolves its options from here; `chart.options` is only what came of it.
  const x = chart.config.options?.scales?.['x'];
  if (x && range) [x.min, x.max] = range;
}

/** On a logarithmic axis only powers of ten are labelled. */
function yLabel(value: number, look: ChartLook): string | null {
  return !look.logarithmic || isPowerOfTen(value) ? look.formatY(value) : null;
}

function isPowerOfTen(value: number): boolean {
  const exponent = Math.log10(value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9;
}

export function overlayPlugin(read: () => Overlay): Plugin<'line'> {
  return {
    id: 'overlay',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      const x = scales['x'];
      if (!x || !chartArea) return;
      const { at, marks, selecting } = read();
      const line = (value: number, tone: string, dash: number[]) => {
        const pixel = x.getPixelForValue(value);
        if (pixel < chartArea.left - 1 || pixel > chartArea.right + 1) return undefined;
        ctx.strokeStyle = colour(tone);
        ctx.setLineDash(dash);
        ctx.beginPath();
        ctx.moveTo(pixel, chartArea.top);
        ctx.lineTo(pixel, chartArea.bottom);
        ctx.stroke();
        return pixel;
      };
      ctx.save();
      ctx.lineWidth = 1;
      if (selecting) {
        const [a, b] = selecting.map((value) => x.getPixelForValue(value)) as [number, number];
        ctx.fillStyle = colour('accent', 0.15);
        ctx.fillRect(
          Math.min(a, b),
          chartArea.top,
          Math.abs(b - a),
          chartArea.bottom - chartArea.top,
        );
      }
      ctx.font = `11px ${getComputedStyle(document.body).fontFamily}`;
      let free = chartArea.left;
      for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
        const pixel = line(mark.at, mark.tone ?? 'bad', [2, 3]);
        if (pixel === undefined) continue;
        ctx.fillStyle = colour(mark.tone ?? 'bad');
        const width = ctx.measureText(mark.label).width + 8;
        const left = pixel + width > chartArea.right ? pixel - width : pixel;
        // A label that would cover its neighbour stays away; its line is still there.
        if (left < free) continue;
        ctx.fillText(mark.label, left + 4, chartArea.top + 10);
        free = left + width;
      }
      if (at !== null) line(at, 'mute', []);
      ctx.restore();
    },
  };
}

export { Chart };
