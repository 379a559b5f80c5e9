// The whole way through both shells: build, run, find again after a restart, vary, compare. Pictures
// of every screen are kept in test-results/screenshots.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictures, SIZES } from './pictures.ts';
import { shells, type Shell } from './shells.ts';

let shell: Shell;
let page: Page;

const picture = (name: string) => pictures(shell, name);

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: typeof name === 'string' });
const main = () => page.getByRole('main');
const heading = () => page.getByRole('heading', { level: 1 });
const isDone = () => main().getByText('done', { exact: true }).first().waitFor({ timeout: 90_000 });

/** Replays both traces of the first scenario so many times. */
async function repeatTraces(times: number): Promise<void> {
  for (const workload of ['sort', 'sqlite3']) {
    await button(workload).click();
    await page.getByLabel('Repeat', { exact: true }).fill(String(times));
  }
}

async function rename(to: string): Promise<void> {
  await button('Edit …').click();
  await page.getByLabel('Name', { exact: true }).fill(to);
  await page.getByLabel('Tags, separated by commas').fill('journey');
  await button('Save').click();
  await page.getByRole('heading', { level: 1, name: to }).waitFor();
}

/** The total of a metric on the page of a run, as it is written there. */
async function total(metric: string): Promise<string> {
  const table = main().getByRole('table', { name: 'machine', exact: true });
  const row = table.getByRole('row').filter({ has: page.getByText(metric, { exact: true }) });
  return (await row.getByRole('cell').first().innerText()).trim();
}

describe.each(shells)('the journey in $name', ({ launch }) => {
  let digest = '';
  const faults = { before: '', after: '' };

  beforeAll(async () => {
    shell = await launch();
    page = shell.page;
    await shell.host.setSize(...SIZES.usual);
  });
  afterAll(() => shell.dispose());

  it('opens with the first scenario', async () => {
    await heading().getByText('First run').waitFor();
    await page.getByText('as in first-run').waitFor();
    await picture('build');
  });

  it('says what is wrong while one types, and undoes it', async () => {
    const ram = page.getByLabel('RAM', { exact: true });
    await ram.fill('lots');
    await page.getByRole('alert').getByText('"lots" is not accepted').waitFor();
    expect(await button('Run').isDisabled()).toBe(true);
    await shell.screenshot('build-problem');
    await page.keyboard.press('Control+z');
    expect(await ram.inputValue()).toBe('64MiB');
  });

  it('shows how a changed scenario runs, pauses it and cancels it', async () => {
    // Replayed so often that it cannot end while it is watched.
    await repeatTraces(2000);
    await page.getByText('2 settings differ from first-run').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('slider', { name: /Where the pages are/ }).waitFor({ timeout: 30_000 });
    const simulated = main()
      .getByText(/ simulated$/)
      .last();
    const before = await simulated.innerText();
    await expect.poll(() => simulated.innerText(), { timeout: 20_000 }).not.toBe(before);
    await button(/^Pause/, main())
      .last()
      .click();
    await main().getByText('paused').first().waitFor();
    await picture('run-live');
    await button(/^Continue/, main())
      .last()
      .click();
    await button(/^Cancel/, main())
      .last()
      .click();
    await main().getByText('It was cancelled').waitFor();
  });

  it('runs it to its end', async () => {
    await page.keyboard.press('1');
    await repeatTraces(8);
    await page.keyboard.press('Control+Enter');
    await isDone();
  });

  it('keeps the result', async () => {
    await rename('zswap in front');
    faults.before = await total('pgmajfault');
    expect(faults.before).toMatch(/^[\d,.]+[KM]?$/);
    digest = await main()
      .getByText(/^Digest/)
      .innerText();
    expect(digest).toMatch(/[0-9a-f]{64}/);
    await picture('run-result');
  });

  it('finds it again after a restart', async () => {
    await shell.restart();
    page = shell.page;
    await shell.host.setSize(...SIZES.usual);
    await heading().waitFor();
    await page.keyboard.press('3');
    await page.getByLabel('Search runs').fill('front journey');
    await button('zswap in front').click();
    await page.getByRole('heading', { level: 1, name: 'zswap in front' }).waitFor();
    expect(
      await main()
        .getByText(/^Digest/)
        .innerText(),
    ).toBe(digest);
  });

  it('tells the life of a page of it', async () => {
    const panel = page.getByRole('region', { name: 'A page’s life' });
    await button('Find a hot page on a device', panel).click();
    await panel.getByRole('heading', { name: /^Page [\d,.K]+ of \w+ in \// }).waitFor({
      timeout: 60_000,
    });
    await panel.getByText('new → ram').waitFor();
    expect(await panel.getByText(/took another course/).count()).toBe(0);
    await panel.scrollIntoViewIfNeeded();
    await picture('page-life');
    await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
  });

  it('runs a variant of it', async () => {
    await button('Open in Build').click();
    // Totals on the page of the run begin with that word too.
    await page.getByText(/as in run \d/).waitFor();
    await button(/^zswap/)
      .first()
      .click();
    await page.getByRole('checkbox', { name: 'zswap' }).uncheck();
    await page.getByText(/1 setting differs from run \d/).waitFor();
    await page.keyboard.press('Control+Enter');
    await isDone();
    await rename('straight to the SSD');
    faults.after = await total('pgmajfault');
    expect(faults.after).not.toBe(faults.before);
  });

  it('compares the two', async () => {
    await page.keyboard.press('3');
    await page.getByLabel('Search runs').fill('');
    await page.getByLabel('Tick zswap in front').check();
    await page.getByLabel('Tick straight to the SSD').check();
    await picture('library');
    await button('Compare 2 runs').click();
    const settings = page.getByRole('table', { name: /What differs/ });
    await settings.waitFor();
    const setting = settings.getByRole('row').filter({ hasText: 'kernel.zswap.enabled' });
    expect(await setting.getByRole('cell').allInnerTexts()).toEqual([
      'kernel.zswap.enabled',
      'true',
      'false',
    ]);
    expect(await settings.getByRole('row').count()).toBe(2);
    const totals = page.getByRole('table', { name: /What came of it/ });
    const row = totals
      .getByRole('row')
      .filter({ has: page.getByText('pgmajfault', { exact: true }) });
    const [before, after, change] = await row.getByRole('cell').allInnerTexts();
    expect([before, after]).toEqual([faults.before, faults.after]);
    expect(change).toMatch(/[▲▼]\s*[+−][\d,.]+K?\s+[+−][\d,.]+K? %/);
    await page.getByRole('slider', { name: 'Cursor of pgmajfault' }).focus();
    await page.keyboard.press('ArrowRight');
    await picture('compare');
  });

  it('deletes a run and takes it back', async () => {
    await page.keyboard.press('3');
    await button('Delete straight to the SSD').click();
    await button('straight to the SSD').waitFor({ state: 'detached' });
    await button('Undo').click();
    await button('straight to the SSD').waitFor();
  });

  it('exports a run to a file', async () => {
    await button('zswap in front').click();
    const file = await shell.host.download(() => button('Export JSON').click());
    expect(file.name).toMatch(/\.swrun$/);
    expect(file.text).toContain(/[0-9a-f]{64}/.exec(digest)?.[0]);
  });

  it('lists its shortcuts', async () => {
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard' });
    await list.getByText('Run the scenario that is being built').waitFor();
    await shell.screenshot('shortcuts');
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
  });

  it('went without an error on the page', () => {
    expect(shell.problems).toEqual([]);
  });
});
