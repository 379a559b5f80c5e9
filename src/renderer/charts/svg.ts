/** Charts as SVG, for files and reports: the lines, axes and marks that a canvas shows, with title and legend. */
import {
  BAND_OPACITY,
  dashOf,
  stack,
  type ChartLook,
  type Line,
  type Mark,
  type Range,
} from './chart.ts';
import { extent, xScale, yScale, type Scale } from './scales.ts';

export interface SvgChart {
  title: string;
  note: string;
  lines: readonly Line[];
  look: Pick<ChartLook, 'stacked' | 'logarithmic' | 'logarithmicX' | 'points'> &
    Pick<ChartLook, 'formatX' | 'formatY' | 'stepY' | 'xTicks'>;
  range: Range | null;
  marks?: readonly Mark[];
}

/** Colours stand there as `var(--ram)`: a report has them in its style sheet, a file needs `resolved`. */
const paint = (tone: string) => `var(--${tone})`;

const WIDTH = 720;
const HEIGHT = 300;
const LEFT = 74;
const RIGHT = 14;
/** Points at the edge are drawn whole. */
const EDGE = 4;
const LEGEND_TOP = 40;
const LEGEND_ROW = 16;
const LEGEND_COLUMNS = 3;

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** A whole SVG document; the font is that of the page, or the reader's own. */
export function chartSvg(chart: SvgChart): string {
  const { title, note, lines, look, marks = [] } = chart;
  const named = lines.filter(({ edge }) => !edge);
  const legendRows = Math.ceil(named.length / LEGEND_COLUMNS);
  const top = LEGEND_TOP + legendRows * LEGEND_ROW;
  const bottom = top + HEIGHT - 90;
  const height = bottom + 34;
  const layers = look.stacked ? stack(lines) : lines;
  const x = xScale(lines, look, chart.range, [LEFT, WIDTH - RIGHT]);
  const y = yScale(extent(layers, look.logarithmic), look, [bottom, top]);
  const text = (at: [number, number], words: string, more: string) =>
    `<text x="${round(at[0])}" y="${round(at[1])}" ${more}>${escapeXml(words)}</text>`;
  const rows: string[] = [
    text([LEFT, 16], title, `font-size="14" font-weight="600" fill="${paint('ink')}"`),
    text([LEFT, 31], note, `font-size="11" fill="${paint('mute')}"`),
  ];
  named.forEach(({ label, tone, dashed, dotted, hasBand }, i) => {
    const left = LEFT + (i % LEGEND_COLUMNS) * ((WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS);
    const row = LEGEND_TOP + Math.floor(i / LEGEND_COLUMNS) * LEGEND_ROW;
    if (hasBand) {
      rows.push(
        `<path d="M${round(left)} ${row + 4}h18" stroke="${paint(tone)}" stroke-opacity="${BAND_OPACITY}" stroke-width="10"/>`,
      );
    }
    rows.push(
      `<path d="M${round(left)} ${row + 4}h18" fill="none" stroke="${paint(tone)}" stroke-width="${look.stacked ? 8 : 2}"${dash({ dashed, dotted })}/>`,
      text([left + 24, row + 8], shorten(label), `fill="${paint('ink')}"`),
    );
  });
  for (const tick of y.ticks) {
    const at = round(y.at(tick));
    rows.push(
      `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="${paint('line')}"/>`,
      text([LEFT - 6, at + 4], look.formatY(tick), `text-anchor="end" fill="${paint('mute')}"`),
    );
  }
  for (const tick of x.ticks) {
    rows.push(
      text(
        [x.at(tick), bottom + 18],
        look.formatX(tick),
        `text-anchor="middle" fill="${paint('mute')}"`,
      ),
    );
  }
  // A drawing inside the drawing cuts off what lies beyond the part that is shown.
  const plot = [LEFT - EDGE, top - EDGE, WIDTH - LEFT - RIGHT + 2 * EDGE, bottom - top + 2 * EDGE];
  const [plotX, plotY, plotWidth, plotHeight] = plot;
  rows.push(
    `<svg x="${plotX}" y="${plotY}" width="${plotWidth}" height="${plotHeight}" viewBox="${plot.join(' ')}">`,
  );
  lines.forEach((line, i) => {
    if (line.edge !== 'upper') return;
    rows.push(
      `<path d="${area(line, lines[i - 1], x.at, y.at)}" fill="${paint(line.tone)}" fill-opacity="${BAND_OPACITY}"/>`,
    );
  });
  layers.forEach((line, i) => {
    if (line.edge) return;
    const colour = paint(line.tone);
    if (look.stacked) {
      const floor = i === 0 ? undefined : layers[i - 1];
      rows.push(`<path d="${area(line, floor, x.at, y.at)}" fill="${colour}" fill-opacity="0.7"/>`);
      return;
    }
    rows.push(
      `<path d="${pathOf(line, x.at, y.at)}" fill="none" stroke="${colour}" stroke-width="1.5"${dash(line)}/>`,
    );
    if (!look.points) return;
    line.x.forEach((each, at) => {
      const value = line.y[at] as number;
      if (Number.isNaN(value)) return;
      rows.push(
        `<circle cx="${round(x.at(each))}" cy="${round(y.at(value))}" r="3" fill="${colour}"/>`,
      );
    });
  });
  rows.push('</svg>');
  for (const { at, label, tone = 'bad' } of marks) {
    rows.push(
      `<path d="M${round(x.at(at))} ${top}V${bottom}" stroke="${paint(tone)}" stroke-dasharray="2 3"/>`,
      text([x.at(at) + 4, top + 10], label, `fill="${paint(tone)}"`),
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="${escapeXml(`${title}, ${note}`)}">${rows.join('')}</svg>`;
}

type At = Scale['at'];

function pathOf({ x, y }: Line, atX: At, atY: At): string {
  let pen = 'M';
  let path = '';
  x.forEach((each, i) => {
    const value = y[i] as number;
    if (Number.isNaN(value)) {
      pen = 'M';
      return;
    }
    path += `${pen}${round(atX(each))} ${round(atY(value))}`;
    pen = 'L';
  });
  return path;
}

function area(line: Line, floor: Line | undefined, atX: At, atY: At): string {
  const back = line.x
    .map((each, i) => `L${round(atX(each))} ${round(atY(floor?.y[i] ?? 0))}`)
    .reverse();
  return line.x.length === 0 ? '' : `${pathOf(line, atX, atY)}${back.join('')}Z`;
}

const dash = (line: Pick<Line, 'dashed' | 'dotted'>): string => {
  const pattern = dashOf(line);
  return pattern.length > 0 ? ` stroke-dasharray="${pattern.join(' ')}"` : '';
};

const MOST_LABEL = 30;
const shorten = (label: string): string =>
  label.length > MOST_LABEL ? `${label.slice(0, MOST_LABEL - 1)}…` : label;

const round = (value: number): number => Math.round(value * 10) / 10;
