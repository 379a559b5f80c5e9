// Comparing in both shells: intervals over seeds, charts along accesses, saved, opened after a restart, exported.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictures, SIZES } from './pictures.ts';
import { shells, type Shell } from './shells.ts';

let shell: Shell;
let page: Page;

const button = (name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const totals = () => page.getByRole('table', { name: /What came of it/ });

/** Starts a sweep from Build: two compressors with three seeds each. */
async function startSweep(): Promise<void> {
  await page.keyboard.press('1');
  await button('Run several …').click();
  const dialog = page.getByRole('dialog', { name: 'Run several' });
  await dialog.getByLabel('Path of setting 1').fill('kernel.zswap.compressor');
  await dialog.getByLabel(/^Values of setting 1/).fill('lzo, zstd');
  await dialog.getByLabel('Seeds').fill('3');
  await dialog.getByRole('button', { name: 'Start 6 runs' }).click();
}

describe.each(shells)('comparing in $name', ({ launch }) => {
  beforeAll(async () => {
    shell = await launch();
    page = shell.page;
    await shell.host.setSize(...SIZES.usual);
    await page.getByText(/engine \d/).waitFor();
  });
  afterAll(() => shell.dispose());

  it('finds the best point of a sweep', async () => {
    await startSweep();
    const map = page.getByRole('table', { name: /^Heat map/ });
    await map.waitFor({ timeout: 90_000 });
    // The queue says it too.
    await page.locator('header').getByText('6 done', { exact: true }).waitFor({ timeout: 90_000 });
    await map.getByText('best').waitFor();
    await pictures(shell, 'sweep');
  });

  it('shows means over seeds with their interval', async () => {
    await button('Compare 2 runs').click();
    await page.getByText('× 3 seeds').first().waitFor();
    const row = totals()
      .getByRole('row')
      .filter({ has: page.getByText('throughput', { exact: true }) });
    expect(await row.innerText()).toMatch(/[▲▼].*±.*(better|worse|unclear)/s);
    await page.getByText('paired t over the seeds that both ran').waitFor();
  });

  it('lists every setting when asked, and finds one', async () => {
    const settings = page.getByRole('table', { name: /What differs/ });
    await page.getByLabel('all settings').check();
    await page.getByLabel('Search settings').fill('pageCluster');
    const row = (text: RegExp) => settings.getByRole('row').filter({ hasText: text });
    await row(/kernel\.pageCluster\s*\d+\s+in all/).waitFor();
    await page.getByLabel('Search settings').fill('compressor');
    await row(/kernel\.zswap\.compressor.*differs.*lzo.*zstd/s).waitFor();
  });

  it('explains a metric to the keyboard', async () => {
    await totals().getByRole('button', { name: 'pgmajfault', exact: true }).focus();
    await page
      .locator('.tip')
      .getByText(/Unit: count\. Counted by .+ Less is better\./)
      .waitFor();
  });

  it('draws along accesses, and zooms and pans by keyboard', async () => {
    await page.getByLabel('align by').selectOption('accesses');
    await page.getByRole('slider', { name: 'Cursor of pgmajfault' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    const shown = page.getByText(/^[\d.]+[KM]? to [\d.]+[KM]?$/);
    const before = await shown.innerText();
    await page.keyboard.press('PageDown');
    await expect.poll(() => shown.innerText()).not.toBe(before);
    await pictures(shell, 'compare-charts');
  });

  it('draws means over seeds with a band, and what they are above the baseline', async () => {
    await page.getByLabel('bands over seeds').check();
    await page
      .getByText('count per simulated second, mean of 3 seeds, band: smallest to largest')
      .waitFor();
    await page.getByLabel(/^show/).selectOption('difference');
    await page
      .getByText('count per simulated second, minus A, mean of 3 seeds, band: smallest to largest')
      .waitFor();
    await page
      .getByText(/^[+−].+\/s$/)
      .first()
      .waitFor();
    await pictures(shell, 'compare-difference');
  });

  it('is saved and opened again after a restart', async () => {
    await button('Save …').click();
    await page.getByLabel('Name', { exact: true }).fill('lzo or zstd');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await heading('lzo or zstd').waitFor();
    await shell.restart();
    page = shell.page;
    await shell.host.setSize(...SIZES.usual);
    await page.getByText(/engine \d/).waitFor();
    await page.keyboard.press('4');
    await button(/^lzo or zstd/).click();
    await heading('lzo or zstd').waitFor();
    expect(await page.getByLabel('align by').inputValue()).toBe('accesses');
    expect(await page.getByLabel(/^show/).inputValue()).toBe('difference');
    expect(await page.getByLabel('bands over seeds').isChecked()).toBe(true);
    expect(await page.getByLabel('all settings').isChecked()).toBe(true);
    await totals().waitFor();
  });

  it('is exported as one page that loads nothing, as CSV and chart by chart', async () => {
    await page.getByRole('slider', { name: 'Cursor of pgmajfault' }).waitFor();
    await page
      .getByText(/minus A, mean of 3 seeds, band/)
      .first()
      .waitFor();
    const html = await shell.host.download(() => button('Export HTML').click());
    expect(html.name).toBe('lzo-or-zstd.html');
    expect(html.text).toContain('<svg');
    expect(html.text).toContain(
      'minus A, mean of 3 seeds, band: smallest to largest, over accesses',
    );
    expect(html.text).not.toMatch(/<script|<link|src=/);
    const csv = await shell.host.download(() => button('Export CSV').click());
    expect(csv.text).toMatch(/^kind,scope,name,unit,A_value/);
    const svg = await shell.host.download(() => button('Save as SVG: pgmajfault').click());
    expect(svg.text).toMatch(/^<svg [^>]+>.*<\/svg>$/s);
    const png = await shell.host.download(() => button('Save as PNG: pgmajfault').click());
    expect(png.name).toBe('pgmajfault.png');
  });

  it('draws a sweep of two settings along either of them', async () => {
    await page.keyboard.press('1');
    await button('Run several …').click();
    const dialog = page.getByRole('dialog', { name: 'Run several' });
    await dialog.getByLabel('Path of setting 1').fill('kernel.zswap.compressor');
    await dialog.getByLabel(/^Values of setting 1/).fill('lzo, zstd');
    await dialog.getByLabel('Path of setting 2').fill('kernel.swappiness');
    await dialog.getByLabel(/^Values of setting 2/).fill('10, 60, 150');
    await dialog.getByRole('button', { name: 'Start 6 runs' }).click();
    const axis = page.getByLabel('x axis');
    await axis.waitFor({ timeout: 90_000 });
    const lines = page.locator('figure:has(select) .legend .row');
    expect(await axis.locator('option:checked').innerText()).toBe('kernel.swappiness');
    expect(await lines.allInnerTexts()).toEqual(['lzo', 'zstd']);
    await axis.selectOption('kernel.zswap.compressor');
    expect(await lines.count()).toBe(3);
    await page
      .locator('header')
      .getByText('6 done', { exact: true })
      .first()
      .waitFor({ timeout: 90_000 });
    await pictures(shell, 'sweep-two');
  });

  it('went without an error on the page', () => {
    expect(shell.problems).toEqual([]);
  });
});
