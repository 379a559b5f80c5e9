// How fast a comparison of eight runs with 20,000 samples each opens, is drawn again and is panned.
// Prints medians; nothing here fails because a machine is slow.
import type { Page } from 'playwright-core';
import { describe, it } from 'vitest';
import { SIZES } from '../e2e/pictures.ts';
import { shells } from '../e2e/shells.ts';
import { writeLongRuns } from './longRuns.ts';

const RUNS = 8;
const SAMPLES = 20_000;
const ROUNDS = 7;
const PAN_STEPS = 180;
const AIM_DRAW_MS = 300;
const AIM_FRAMES = 60;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Notes on each canvas of the page when its lines were put on it last and in how many frames. */
const watchDrawing = (page: Page) =>
  page.addInitScript(() => {
    const { drawImage } = CanvasRenderingContext2D.prototype;
    const seen = ((window as unknown as Watched).drawn = new Map());
    CanvasRenderingContext2D.prototype.drawImage = function (
      this: CanvasRenderingContext2D,
      ...image: unknown[]
    ) {
      Reflect.apply(drawImage, this, image);
      const at = document.timeline.currentTime as number;
      const { frames = 0, at: before } = seen.get(this.canvas) ?? {};
      seen.set(this.canvas, { at, frames: at === before ? frames : frames + 1 });
    };
  });
interface Watched {
  drawn: Map<HTMLCanvasElement, { at: number; frames: number }>;
}

/**
 * Does something and waits until all charts that can be seen have been drawn, ms: the lines of all runs over
 * time, and where the pages of each were.
 */
const measure = (page: Page, action: { hash: string } | { smoothing: number }) =>
  page.evaluate(
    ([act, runs]) =>
      new Promise<number>((resolve, reject) => {
        const began = performance.now();
        if ('hash' in act) location.hash = act.hash;
        else {
          const select = document.querySelectorAll<HTMLSelectElement>('main .bar select')[2]!;
          select.selectedIndex = act.smoothing;
          select.dispatchEvent(new Event('change', { bubbles: true }));
        }
        const { drawn } = window as unknown as Watched;
        const hasAll = () => {
          const figures = [...document.querySelectorAll('main figure:has([role="slider"])')];
          const values = figures.flatMap((each) => [...each.querySelectorAll('.legend .value')]);
          return (
            figures.length >= runs + 2 &&
            values.every(({ textContent }) => textContent !== '–') &&
            figures
              .map((each) => each.querySelector('canvas')!)
              // The part that scrolls ends a little above the window's edge.
              .filter((each) => each.getBoundingClientRect().top < innerHeight - 30)
              .every((each) => (drawn.get(each)?.at ?? -1) >= began - 20)
          );
        };
        let last = -1;
        let still = 0;
        const look = () => {
          if (performance.now() - began > 20_000) reject(new Error('the charts did not come'));
          const now = Math.max(-1, ...[...drawn.values()].map(({ at }) => at));
          still = now === last ? still + 1 : 0;
          last = now;
          // Four frames in which nothing was drawn; their time does not count.
          if (still >= 4 && hasAll()) resolve(last - began);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    [action, RUNS] as const,
  );

/**
 * Shows a fifth of the axis and pans once a frame: by a quarter of what is shown, four times there and back, as
 * keys do, or by a fiftieth from one end of the axis to the other, as a wheel does. The time that each frame
 * took, ms, and redraws of each chart.
 */
const pan = (page: Page, steps: number, by: 'keys' | 'wheel') =>
  page.evaluate(
    async ([count, by]) => {
      const chart = document.querySelector<HTMLElement>('main [role="slider"]')!;
      chart.scrollIntoView({ block: 'center' });
      chart.focus();
      const press = (key: string) =>
        chart.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      // What a person does comes between two frames, not in the middle of one.
      const frame = () =>
        new Promise<number>((resolve) => {
          requestAnimationFrame((now) => setTimeout(() => resolve(now)));
        });
      press('Escape');
      for (let i = 0; i < 4; i++) press('+');
      for (let i = 0; i < 20; i++) await frame();
      const canvas = chart.querySelector('canvas')!;
      const roll = (deltaX: number) =>
        canvas.dispatchEvent(new WheelEvent('wheel', { deltaX, bubbles: true, cancelable: true }));
      const step = canvas.clientWidth / 50;
      const { drawn } = window as unknown as Watched;
      drawn.clear();
      const took: number[] = [];
      let last = await frame();
      for (let i = 0; i < count; i++) {
        if (by === 'keys') press(i % 8 < 4 ? 'PageDown' : 'PageUp');
        else roll(i % 180 < 90 ? step : -step);
        const now = await frame();
        took.push(now - last);
        last = now;
      }
      const own = drawn.get(chart.querySelector('canvas')!)?.frames ?? 0;
      const others = [...drawn.values()].map(({ frames }) => frames).sort((a, b) => a - b);
      return { took, own, slowest: others[0] ?? 0, charts: others.length };
    },
    [steps, by] as const,
  );

/** How many frames a second this browser draws of a page on which nothing happens. */
const idle = (page: Page) =>
  page.evaluate(async () => {
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const began = await frame();
    let last = began;
    for (let i = 0; i < 60; i++) last = await frame();
    return 60_000 / (last - began);
  });

describe.each(shells)(`a comparison of ${RUNS} runs in $name`, ({ launch }) => {
  it('opens, is drawn again and is panned', async () => {
    const shell = await launch({ prepare: (dataDir) => writeLongRuns(dataDir, RUNS, SAMPLES) });
    try {
      await shell.host.setSize(...SIZES.usual);
      const { page } = shell;
      await watchDrawing(page);
      await page.reload();
      await page.getByText(/engine \d/).waitFor();
      const ids = Array.from({ length: RUNS }, (_, i) => i + 1).join();
      const opened: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await page.evaluate(() => void (location.hash = '#/library'));
        await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
        opened.push(await measure(page, { hash: `#/compare/${ids}?baseline=1` }));
      }
      const redrawn: number[] = [];
      await page.getByRole('slider').first().scrollIntoViewIfNeeded();
      for (const smoothing of [2, 0, 3, 0, 4, 0, 1])
        redrawn.push(await measure(page, { smoothing }));
      const atRest = await idle(page);
      const panned = [];
      for (const by of ['keys', 'wheel'] as const) {
        panned.push({ by, ...(await pan(page, PAN_STEPS, by)) });
      }
      const line = (what: string, figure: number | undefined, unit: string, aim = '') =>
        `  ${what.padEnd(44)} ${(figure ?? NaN).toFixed(0).padStart(5)} ${unit}${aim && `   aim ${aim}`}`;
      console.log(
        [
          `${RUNS} runs of ${SAMPLES} samples in ${shell.name}, medians of ${ROUNDS}:`,
          line('opened from the database and drawn', median(opened), 'ms', `${AIM_DRAW_MS}`),
          line('  the first time, with nothing compiled', opened[0], 'ms'),
          line('smoothed anew and drawn', median(redrawn), 'ms', `${AIM_DRAW_MS}`),
          ...panned.flatMap(({ by, took, own, slowest, charts }) => {
            const seconds = took.reduce((sum, each) => sum + each, 0) / 1000;
            return [
              line(
                `panned by ${by}, a step a frame`,
                took.length / seconds,
                'frames/s',
                `${AIM_FRAMES}`,
              ),
              line('  the chart that is panned is drawn', own / seconds, 'times/s'),
              line(`  the slowest of ${charts} charts in sight`, slowest / seconds, 'times/s'),
              line('  frame at the median', median(took), 'ms'),
              line('  longest frame', Math.max(...took), 'ms'),
            ];
          }),
          line('the same page at rest', atRest, 'frames/s'),
        ].join('\n'),
      );
    } finally {
      await shell.dispose();
    }
  });
});
