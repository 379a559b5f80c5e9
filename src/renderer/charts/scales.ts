/** The axes of a chart: where values lie and which of them are labelled, on the canvas and in the SVG alike. */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { ChartLook, Points, Range } from './chart.ts';

export interface Scale {
  at: (value: number) => number;
  /** The value at a place. */
  invert: (place: number) => number;
  ticks: readonly number[];
  domain: Range;
}

type Place = [number, number];

/** @param ticks about how many, where the look does not name them */
export function xScale(
  lines: readonly Points[],
  look: Pick<ChartLook, 'logarithmicX' | 'xTicks'>,
  range: Range | null,
  place: Place,
  ticks = 6,
): Scale {
  const [low, high] = range ?? ends(lines);
  if (look.logarithmicX) {
    const domain: Range = [Math.max(1, low), Math.max(10, high)];
    const scale = logarithmic(domain, place);
    // Within one power of ten there would be nothing to label.
    return scale.ticks.length < 2 ? logarithmic(decades(domain), place) : scale;
  }
  // Few named places, such as percentiles, stand away from the edges.
  const apart = look.xTicks ? 0.5 : 0;
  const domain: Range = [low - apart, high + apart];
  const scale = scaleLinear(domain, place);
  return {
    ...{ at: scale, invert: (at) => scale.invert(at), domain },
    ticks: look.xTicks ?? scale.ticks(ticks),
  };
}

function ends(lines: readonly Points[]): Range {
  const all = lines.flatMap(({ x }) => [x[0], x.at(-1)]).filter((each) => each !== undefined);
  return all.length > 0 ? [Math.min(...all), Math.max(...all)] : [0, 1];
}

/** @param values lowest and highest that is drawn */
export function yScale(
  values: Range,
  look: Pick<ChartLook, 'logarithmic' | 'stepY'>,
  place: Place,
  ticks = 5,
): Scale {
  const [low, high] = values;
  if (look.logarithmic) return logarithmic(decades(values), place);
  if (look.stepY !== undefined) return stepped(values, look.stepY, place);
  const scale = scaleLinear([Math.min(0, low), low < 0 || high > 0 ? Math.max(0, high) : 1], place);
  scale.nice(ticks);
  const domain = scale.domain() as [number, number];
  return { at: scale, invert: (at) => scale.invert(at), ticks: scale.ticks(ticks), domain };
}

function stepped([low, high]: Range, step: number, place: Place): Scale {
  const first = Math.floor(Math.min(0, low) / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  const domain: Range = [first * step, last * step];
  const scale = scaleLinear(domain, place);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { at: scale, invert: (at) => scale.invert(at), ticks, domain };
}

function logarithmic(domain: Range, place: Place): Scale {
  const scale = scaleLog(domain, place).clamp(true);
  const powers = scale.ticks().filter((tick) => Number.isInteger(Math.log10(tick)));
  return { at: scale, invert: (at) => scale.invert(at), ticks: powers, domain };
}

/** Lowest and highest of what is drawn; on a logarithmic axis of what is above zero. */
export function extent(lines: readonly Points[], isLogarithmic: boolean): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of lines) {
    for (const value of y) {
      if (isLogarithmic && value <= 0) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 0];
}

/** Whole powers of ten around the values, so that a logarithmic axis always has labels. */
function decades([low, high]: Range): Range {
  if (high <= 0) return [1, 10];
  // Below 1 ns or 1 page there is nothing to tell apart.
  const min = Math.max(1, 10 ** Math.floor(Math.log10(low)));
  return [min, Math.max(min * 10, 10 ** Math.ceil(Math.log10(high)))];
}
