// How long the library takes with 10,000 runs, from the key or the click to the rows on the screen.
// Prints the medians; nothing here fails because a machine is slow.
import type { Page } from 'playwright-core';
import { describe, it } from 'vitest';
import { SIZES } from '../e2e/pictures.ts';
import { shells } from '../e2e/shells.ts';
import { writeManyRuns } from './manyRuns.ts';

const RUNS = 10_000;
const ROUNDS = 15;
const AIM_MS = 100;

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

interface Measured {
  /** From the event to the frame after the list has changed, ms. */
  whole: number;
}

/** Does something to the page and waits until it says what is expected, or another run comes first. */
function measure(page: Page, action: string, text: string): Promise<Measured> {
  return page.evaluate(
    ([code, expected]) =>
      new Promise<Measured>((resolve, reject) => {
        const began = performance.now();
        const main = document.querySelector('main')!;
        const first = () => main.querySelector('tbody tr')?.textContent;
        const before = first();
        const isThere = () =>
          expected === 'another first row'
            ? first() !== undefined && first() !== before
            : main.textContent.includes(expected);
        const observer = new MutationObserver(() => {
          if (!isThere()) return;
          observer.disconnect();
          // The frame in which it is drawn, and its end.
          requestAnimationFrame(() =>
            setTimeout(() => resolve({ whole: performance.now() - began })),
          );
        });
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        setTimeout(() => reject(new Error(`“${expected}” did not come`)), 10_000);
        const act: Record<string, () => void> = {
          open: () => document.querySelectorAll<HTMLElement>('nav .screen')[2]!.click(),
          leave: () => document.querySelectorAll<HTMLElement>('nav .screen')[4]!.click(),
          failed: () => chip('failed').click(),
          throughput: () => sort('throughput').click(),
          name: () => sort('name').click(),
          next: () => button('Next page').click(),
          previous: () => button('Previous page').click(),
        };
        const button = (name: string) =>
          [...document.querySelectorAll('button')].find(
            (each) => each.textContent.trim() === name,
          )!;
        const chip = button;
        const sort = (name: string) =>
          [...document.querySelectorAll<HTMLElement>('.sort')].find((each) =>
            each.textContent.trim().startsWith(name),
          )!;
        if (code.startsWith('type ')) {
          const input = document.querySelector<HTMLInputElement>('input[type="search"]')!;
          input.value = code.slice(5);
          input.dispatchEvent(new Event('input', { bubbles: true }));
        } else act[code]!();
      }),
    [action, text] as const,
  );
}

describe.each(shells)(`the library of ${RUNS} runs in $name`, ({ launch }) => {
  it('opens, filters, sorts, turns pages and searches', async () => {
    const shell = await launch({ prepare: (dataDir) => writeManyRuns(dataDir, RUNS) });
    try {
      await shell.host.setSize(...SIZES.usual);
      const { page } = shell;
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      const times: Record<string, number[]> = {};
      const take = async (what: string, action: string, text: string) => {
        const { whole } = await measure(page, action, text);
        (times[what] ??= []).push(whole);
      };
      for (let round = 0; round < ROUNDS; round++) {
        await take('open', 'open', '10,000 runs');
        await take('filter by status', 'failed', '1,429 runs');
        await take('show all again', 'failed', '10,000 runs');
        await take('sort by throughput', 'throughput', 'another first row');
        await take('sort by name', 'name', 'another first row');
        await take('next page', 'next', '51–100 of 10,000');
        await take('previous page', 'previous', '1–50 of 10,000');
        await take('search, pause of typing included', 'type zram attempt 99', ' runs. Tick');
        await page.getByRole('searchbox', { name: 'Search runs' }).fill('');
        await page.getByText('10,000 runs').waitFor();
        await measure(page, 'leave', 'Studies');
      }
      const rows = Object.entries(times).map(([what, all]) => {
        const [middle, worst] = [median([...all]), Math.max(...all)];
        const sign = middle <= AIM_MS ? 'ok' : 'OVER';
        return `  ${what.padEnd(34)} ${middle.toFixed(0).padStart(5)} ms   worst ${worst.toFixed(0).padStart(5)} ms   ${sign}`;
      });
      console.log(
        [`${RUNS} runs in ${shell.name}, medians of ${ROUNDS}, aim ${AIM_MS} ms:`, ...rows].join(
          '\n',
        ),
      );
    } finally {
      await shell.dispose();
    }
  });
});
