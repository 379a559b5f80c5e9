// What somebody sees who has never seen the app: a result without being asked, and a way to a better
// one. The steps are counted, because each is one that a newcomer must find. With SWAPLAB_README=1 a picture
// of what they come to becomes docs/images/run.png, which the README shows.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { root } from './host.ts';
import { pictures } from './pictures.ts';
import { shells, type Shell } from './shells.ts';

/** Clicks and choices from the first screen to the sentence that says which was better. */
const MOST_STEPS = 3;

describe.each(shells)('the first start in $name', ({ launch }) => {
  let shell: Shell;
  let began = 0;
  let steps = 0;
  const main = () => shell.page.getByRole('main');
  const step = async (
    what: Locator,
    how: (what: Locator) => Promise<unknown> = (it) => it.click(),
  ) => {
    steps++;
    await how(what);
  };

  beforeAll(async () => {
    began = performance.now();
    shell = await launch({ firstRun: true });
  });
  afterAll(() => shell?.dispose());

  it('shows the result of the first run without asking anything', async () => {
    await main().getByRole('region', { name: 'Headline figures' }).waitFor({ timeout: 60_000 });
    const seconds = (performance.now() - began) / 1000;
    console.log(`${shell.name}: the first result stood there after ${seconds.toFixed(1)} s.`);
    await main().getByText('What would be better?').waitFor();
    await pictures(shell, 'first-start');
  });

  it(`says which compressor is better and by how much after ${MOST_STEPS} steps`, async () => {
    await step(main().getByRole('button', { name: 'Try another compressor' }));
    await step(main().getByLabel('Compressor', { exact: true }), (it) => it.selectOption('zstd'));
    await step(main().getByRole('button', { name: /^Run( |$)(?!several)/ }));
    const outcome = main().getByRole('region', { name: 'Against the run before' });
    await outcome.waitFor({ timeout: 60_000 });
    expect(steps).toBeLessThanOrEqual(MOST_STEPS);
    const text = (await outcome.innerText()).replace(/\s+/g, ' ');
    expect(text).toMatch(/^(Better|Worse) than run 1 by [\d.]+ % in throughput/);
    expect(text).toContain('kernel.zswap.compressor zstd instead of lzo');
    await pictures(shell, 'outcome');
    if (process.env.SWAPLAB_README === '1' && shell.name === 'electron') {
      copyFileSync(
        join(root, 'test-results/screenshots/outcome-light-1440x900-electron.png'),
        join(root, 'docs/images/run.png'),
      );
    }
    await outcome.getByRole('button', { name: 'Compare with run 1' }).click();
    await shell.page.getByRole('table', { name: /What differs/ }).waitFor();
  });

  it('does not run it again at the next start', async () => {
    await shell.restart();
    await shell.page.keyboard.press('3');
    await main()
      .getByText(/^2 runs/)
      .waitFor();
    expect(shell.problems).toEqual([]);
  });
});
