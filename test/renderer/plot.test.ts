// A chart that is moved copies what was drawn ahead, draws anew before that ends, and fits its axis at rest.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChartLook, Line, Range } from '../../src/renderer/charts/chart.ts';
import { Plot } from '../../src/renderer/charts/plot.ts';
import { extent, xScale, yScale } from '../../src/renderer/charts/scales.ts';
import { covers, isAsWide, runsOut, stripAround } from '../../src/renderer/charts/strip.ts';

describe('a strip', () => {
  it('reaches as far again on both sides', () => {
    expect(stripAround([100, 200], 600)).toEqual([0, 300]);
  });

  it('is never wider than a canvas may be', () => {
    // 8192 / 4096: half of what is shown on each side. Of 10,000 pixels nothing is left over.
    expect(stripAround([100, 200], 4096)).toEqual([50, 250]);
    expect(stripAround([100, 200], 10_000)).toEqual([100, 200]);
  });

  it('covers what lies in it, rounding aside', () => {
    expect(covers([0, 300], [0, 100])).toBe(true);
    expect(covers([0, 300], [200.00001, 300.00001])).toBe(true);
    expect(covers([0, 300], [201, 301])).toBe(false);
    expect(covers([0, 300], [-1, 99])).toBe(false);
  });

  it('runs out in the direction of the move alone', () => {
    expect(runsOut([0, 300], [160, 260], 5)).toBe(true);
    expect(runsOut([0, 300], [160, 260], -5)).toBe(false);
    expect(runsOut([0, 300], [140, 240], 5)).toBe(false);
    expect(runsOut([0, 300], [40, 140], -5)).toBe(true);
    expect(runsOut([0, 300], [290, 300], 0)).toBe(false);
  });

  it('tells a move from a zoom', () => {
    expect(isAsWide([0.1, 0.3], [0.7, 0.9])).toBe(true);
    expect(isAsWide([0, 100], [0, 101])).toBe(false);
  });
});

describe('the axes', () => {
  const linear = { logarithmic: false };
  const line = (y: number[]) => ({ x: y.map((_, i) => i), y });

  it('begin at zero, and below it where values do', () => {
    expect(yScale(extent([line([3, 17])], false), linear, [100, 0]).domain).toEqual([0, 20]);
    expect(yScale(extent([line([-3, 17])], false), linear, [100, 0]).domain).toEqual([-5, 20]);
    expect(yScale(extent([line([NaN])], false), linear, [100, 0]).domain).toEqual([0, 1]);
    expect(yScale(extent([line([-5, -2])], false), linear, [100, 0]).domain).toEqual([-5, 0]);
  });

  it('are whole powers of ten where they are logarithmic', () => {
    const { domain, ticks } = yScale(
      extent([line([0, 300, 40_000])], true),
      { logarithmic: true },
      [100, 0],
    );
    expect(domain).toEqual([100, 100_000]);
    expect(ticks).toEqual([100, 1000, 10_000, 100_000]);
  });

  it('have labels as far apart as they are told', () => {
    const look = { ...linear, stepY: 256 };
    const { domain, ticks } = yScale(extent([line([0, 700])], false), look, [100, 0]);
    expect(domain).toEqual([0, 768]);
    expect(ticks).toEqual([0, 256, 512, 768]);
  });

  it('have labels where all lies within one power of ten', () => {
    const { domain, ticks } = xScale(
      [{ x: [5000, 7000], y: [0, 1] }],
      { logarithmicX: true },
      null,
      [0, 9],
    );
    expect(domain).toEqual([1000, 10_000]);
    expect(ticks).toEqual([1000, 10_000]);
  });

  it('give the value at a place', () => {
    const { at, invert } = xScale([line([1, 2])], {}, [50, 150], [10, 210]);
    expect(at(100)).toBe(110);
    expect(invert(110)).toBe(100);
  });
});

/** A canvas context that notes what was called. */
function fakeContext() {
  const calls: string[] = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get(own, name: string) {
      if (name in own) return own[name];
      return (...args: unknown[]) => {
        calls.push(name);
        if (name === 'measureText') return { width: 7 * String(args[0]).length };
        return name === 'getTransform' ? { a: 1 } : undefined;
      };
    },
  });
  return { calls, context: context as unknown as CanvasRenderingContext2D };
}

describe('a chart', () => {
  const layer = fakeContext();
  const shown = fakeContext();
  let plot: Plot;
  let parts: Range[] = [];

  const look = (range: Range): ChartLook => ({
    ...{ stacked: false, logarithmic: false, points: false, range },
    ...{ formatX: String, formatY: (value: number) => `y${value}` },
  });
  const nothing = { at: null, marks: [], selecting: null };
  const column = (x: number) => (x === 333 ? 95 : 8);
  const points = ([from, to]: Range) => {
    const x = Array.from({ length: 101 }, (_, i) => Math.round(from + (i / 100) * (to - from)));
    return { x, y: x.map(column) };
  };
  const lineFor = (range: Range): Line => ({
    ...{ label: 'A', tone: 'run-1', ...points(range) },
    part(strip) {
      parts.push(strip);
      return points(strip);
    },
  });
  /** Draws and tells what it took. */
  const draw = (lines: readonly Line[], range: Range) => {
    layer.calls.length = shown.calls.length = 0;
    plot.draw({ lines, look: look(range) }, nothing);
    return {
      lines: layer.calls.filter((call) => call === 'stroke').length,
      copies: shown.calls.filter((call) => call === 'drawImage').length,
    };
  };

  beforeEach(() => {
    parts = [];
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(layer.context as never);
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(150);
    plot = new Plot(document.createElement('canvas'), shown.context);
    plot.resize();
  });
  afterEach(() => vi.restoreAllMocks());

  it('draws its lines once, and copies them for the cursor', () => {
    const lines = [lineFor([0, 100])];
    expect(draw(lines, [0, 100])).toEqual({ lines: 1, copies: 1 });
    expect(draw(lines, [0, 100])).toEqual({ lines: 0, copies: 1 });
  });

  it('draws a strip when it begins to move, and nothing more within it', () => {
    const lines = [lineFor([0, 100])];
    draw(lines, [0, 100]);
    expect(draw(lines, [10, 110])).toEqual({ lines: 1, copies: 1 });
    expect(parts).toEqual([[-90, 210]]);
    for (const from of [30, 60, 110]) {
      expect(draw(lines, [from, from + 100])).toEqual({ lines: 0, copies: 1 });
    }
    expect(draw(lines, [111, 211])).toEqual({ lines: 1, copies: 1 });
  });

  it('draws the next strip before the last one ends', () => {
    const lines = [lineFor([0, 100])];
    draw(lines, [0, 100]);
    draw(lines, [10, 110]);
    draw(lines, [50, 150]);
    expect(plot.runsOut).toBe(false);
    draw(lines, [70, 170]);
    expect(plot.runsOut).toBe(true);
    plot.drawAhead({ lines, look: look([70, 170]) });
    expect(parts.at(-1)).toEqual([-30, 270]);
    expect(draw(lines, [150, 250])).toEqual({ lines: 0, copies: 1 });
  });

  it('lets its axis grow for what comes into sight, and fits it when it rests', () => {
    const labels = () => {
      const texts: string[] = [];
      shown.context.fillText = (text) => void texts.push(text);
      return texts;
    };
    const before = labels();
    const lines = [lineFor([0, 100])];
    draw(lines, [0, 100]);
    expect(before).toContain('y8');
    expect(before).not.toContain('y100');
    const moving = labels();
    draw(lines, [280, 380]);
    expect(moving).toContain('y100');
    draw(lines, [0, 100]);
    const resting = labels();
    draw([lineFor([0, 100])], [0, 100]);
    expect(resting).toContain('y8');
    expect(resting).not.toContain('y100');
  });

  it('tells the value under the pointer while it moves', () => {
    const lines = [lineFor([0, 100])];
    draw(lines, [0, 100]);
    const before = plot.valueAt(200)!;
    draw(lines, [40, 140]);
    expect(plot.valueAt(200)! - before).toBeCloseTo(40);
  });
});
