/** A chart of lines or stacked areas as plain data: what the canvas draws and what is exported as SVG. */

/** Points in the order of the x axis. */
export interface Points {
  x: readonly number[];
  y: readonly number[];
}

export interface Line extends Points {
  label: string;
  /** Name of a colour of the style sheet. */
  tone: string;
  dashed?: boolean;
  dotted?: boolean;
  /** Of a band around another line, which is filled; not a line of its own, and not in the legend. */
  edge?: 'lower' | 'upper';
  /** Whether there is a band around it. */
  hasBand?: boolean;
  /** The value at a place on the x axis, where `x` and `y` are only what is drawn of a longer column. */
  read?: (x: number) => number | undefined;
  /**
   * Another part of that column, few points of it: enough for a strip of `views` times what is shown. With it
   * the chart moves before the line is given anew; parts of one stack have the same places.
   */
  part?: (range: Range, views: number) => Points;
}

export type Range = readonly [number, number];

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
  range: Range | null;
}

/** A place on the x axis with its reason; red unless it says another tone. */
export interface Mark {
  at: number;
  label: string;
  tone?: string;
}

/** What is drawn over the lines. */
export interface Overlay {
  at: number | null;
  marks: readonly Mark[];
  /** From and to of a part that is being marked out. */
  selecting: Range | null;
}

export const BAND_OPACITY = 0.2;

export const dashOf = ({ dashed, dotted }: Pick<Line, 'dashed' | 'dotted'>): number[] =>
  dashed ? [5, 4] : dotted ? [1.5, 3] : [];

/** Each layer on top of those before it; all have the same places on the x axis. */
export function stack<L extends Points>(lines: readonly L[]): L[] {
  let below: readonly number[] = [];
  return lines.map((line) => {
    below = line.y.map((value, i) => (below[i] ?? 0) + value);
    return { ...line, y: below };
  });
}
