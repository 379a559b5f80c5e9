// Build in both shells: previews, the drawing, forms of lists, advice, undo, JSON, sets of tiers, dropped files.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictures, SIZES } from './pictures.ts';
import { shells, type Shell } from './shells.ts';

let shell: Shell;
let page: Page;

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: typeof name === 'string' });
const region = (name: string | RegExp) => page.getByRole('region', { name });
const form = () => region('Settings of the selected part');
const heading = () => page.getByRole('heading', { level: 1 });
const heat = (within: Page | Locator) => within.getByRole('img', { name: /^Accesses over/ });
const toast = (text: string | RegExp) => page.getByText(text).first().waitFor();

/** Drops a file on the window, as the desktop would. */
async function drop(name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file));
      return transfer;
    },
    [name, text] as const,
  );
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', event, { dataTransfer });
}

/** Names as long as they may be, six levels of groups, and several workloads. */
function crowded(): string {
  const long = (letter: string) => letter.repeat(64);
  const work = (n: number) => ({
    name: `${n}-`.padStart(3, 'w') + long('x').slice(3),
    pattern: { kind: 'zipf' },
    pages: '4MiB',
    accesses: 100_000,
  });
  const nest = (depth: number): object => ({
    memory: { max: `${64 - 8 * depth}MiB`, low: '4MiB', high: `${60 - 8 * depth}MiB` },
    workloads: [work(depth)],
    children: depth === 5 ? {} : { [long('abcdef'[depth]!)]: nest(depth + 1) },
  });
  return JSON.stringify({
    name: 'A scenario whose name goes on and on, '.repeat(5).trim(),
    machine: { memory: '128MiB' },
    kernel: { statsFlush: '0' },
    tiers: {
      [long('S')]: { kind: 'block', device: 'nvme', size: '64MiB' },
      [long('H')]: { kind: 'block', device: 'hdd', size: '1GiB' },
    },
    cgroups: { [long('g')]: nest(0), b: { workloads: [7, 8, 9].map(work) } },
  });
}

describe.each(shells)('Build in $name', ({ launch }) => {
  beforeAll(async () => {
    shell = await launch();
    page = shell.page;
    await shell.host.setSize(...SIZES.usual);
    await heading().getByText('First run').waitFor();
  });
  afterAll(() => shell.dispose());

  it('previews each workload, and the one that is chosen in large', async () => {
    const tree = region('Control groups and workloads');
    await expect.poll(() => heat(tree).count(), { timeout: 20_000 }).toBe(2);
    await button('sqlite3').click();
    await heat(form()).waitFor();
    await form()
      .getByRole('img', { name: /LRU misses/ })
      .waitFor();
    await form()
      .getByText(/touches 4\d\.\d MiB/)
      .waitFor();
    await pictures(shell, 'build-workload');
  });

  it('draws another preview when the workload changes', async () => {
    await button('a pattern')
      .or(page.getByRole('radio', { name: 'a pattern' }))
      .click();
    await form()
      .getByText(/touches [\d.]+ MiB · 30 % writes/)
      .waitFor();
    await page.keyboard.press('Control+z');
    await form()
      .getByText(/touches 4\d\.\d MiB/)
      .waitFor();
  });

  it('edits the machine with the keyboard alone', async () => {
    await button('+ zram').focus();
    await page.keyboard.press('Enter');
    await form().getByLabel('disksize').waitFor();
    await button(/^zram/, region(/Machine and tiers/))
      .first()
      .waitFor();
    await page.keyboard.press('Control+z');
    await button('+ block device').focus();
    await page.keyboard.press('Enter');
    await form().getByLabel('Device', { exact: true }).selectOption('hdd');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await region(/Machine and tiers/)
      .getByText(/hdd · read 8\sms/)
      .waitFor();
  });

  it('draws a policy as an arrow, and opens its form from there', async () => {
    await button('+ demotion or promotion').click();
    await button('Scenario and run')
      .or(button(/^Scenario and run/))
      .click();
    await button(/^zswap to ssd:/).click();
    await form().getByRole('heading', { name: 'Tier policies' }).waitFor();
    await form().locator('summary').first().click();
    await form().getByLabel('To', { exact: true }).waitFor();
    await pictures(shell, 'build-policies');
  });

  it('adds an action by form, and says what is wrong with it there', async () => {
    await button(/^Actions/).click();
    await button('+ action').click();
    await form().getByLabel('Tier', { exact: true }).fill('floppy');
    await form()
      .getByRole('alert')
      .getByText(/"floppy" is not accepted/)
      .waitFor();
    await form().getByLabel('Tier', { exact: true }).fill('ssd');
    await form().getByRole('alert').waitFor({ state: 'detached' });
    await button(/^Actions 1/).waitFor();
  });

  it('warns with a reason and a fix', async () => {
    await button(/^reclaim · swappiness/).click();
    await form().getByLabel('vm.swappiness').fill('0');
    const warning = page.getByRole('listitem').filter({ hasText: 'swappiness is 0' });
    await warning.getByText('Why').click();
    await warning.getByText('mm/vmscan.c get_scan_count()').waitFor();
    await button('Back to 60', warning).click();
    await warning.waitFor({ state: 'detached' });
    expect(await form().getByLabel('vm.swappiness').inputValue()).toBe('');
  });

  it('shows the same as JSON with one key, editable both ways', async () => {
    await heading().click();
    await page.keyboard.press('j');
    const editor = page.getByLabel('Scenario as JSON');
    const text = await editor.inputValue();
    expect(text).toContain('"demote-by-age"');
    await editor.fill(text.replace('"name": "First run', '"name": "Edited: first run'));
    await heading().getByText('Edited: first run').waitFor();
    await editor.fill('{');
    await page.getByText(/The scenario keeps its last readable state/).waitFor();
    await shell.screenshot('build-json-problem');
    await button('Form').click();
    await heading().getByText('Edited: first run').waitFor();
  });

  it('keeps sets of tiers with their versions, and writes and reads them as files', async () => {
    await button('Presets …').click();
    const dialog = page.getByRole('dialog', { name: 'Machines and tiers' });
    await dialog.getByLabel('Name for the tiers of this scenario').fill('rack 7');
    await button('Save', dialog).click();
    await button('Save version 2', dialog).click();
    await button('Earlier versions of rack 7', dialog).click();
    await button(/^version 1/, dialog).waitFor();
    await pictures(shell, 'build-presets');
    const file = await shell.host.download(() => button('Export rack 7', dialog).click());
    expect(file.name).toBe('rack-7.tiers.json');
    await button('Close', dialog).click();
    await drop(file.name, file.text);
    await toast('Kept the tiers “rack 7”, version 3.');
    // Seen before it is done, and undone from where it says so.
    await button('Use them here …').click();
    await dialog.getByText('It changes nothing').waitFor();
    await button('Back', dialog).click();
    await button('Close', dialog).click();
    await button('+ zram').click();
    await button('Presets …').click();
    await button(/^rack 7/, dialog).click();
    await dialog
      .getByRole('row', { name: /^tier zram/ })
      .getByText('none')
      .waitFor();
    await pictures(shell, 'build-preset-preview');
    await button('Use it', dialog).click();
    await toast('Put “rack 7” under the scenario: 1 change.');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await drop(
      'wrong.json',
      '{"format":"swap-lab-tiers","version":1,"name":"x","tiers":{"a":{"kind":"tape"}}}',
    );
    await toast(/wrong\.json: tiers\.a.* is wrong; accepted: a tier with kind/);
  });

  it('puts the scenario on another machine', async () => {
    await button('Presets …').click();
    await button(/^Phone/).click();
    await button('Use it').click();
    await region(/Machine and tiers/)
      .getByText('8 GiB')
      .first()
      .waitFor();
    await page.keyboard.press('Control+z');
  });

  it('opens a scenario that is dropped, with long names, and stays within the window', async () => {
    await drop('crowded.json', crowded());
    await heading().getByText('A scenario whose name goes on').waitFor();
    await page.getByText('as in crowded.json').waitFor();
    await expect.poll(() => heat(page).count(), { timeout: 20_000 }).toBeGreaterThan(0);
    await pictures(shell, 'build-long');
  });

  it('keeps a trace that is dropped, and shows what it does', async () => {
    const pages = Array.from({ length: 6000 }, (_, i) => (i * 7) % 500);
    await drop('my trace.txt', `${pages.join('\n')}\n`);
    await toast('Kept my trace.txt as a trace; my-trace replays it.');
    await heat(form()).waitFor();
    await form()
      .getByText(/touches 2\.0 MiB/)
      .waitFor();
    await drop('letter.txt', 'Dear all,\nthis is no trace\n');
    await toast(/letter\.txt looks like no trace; accepted/);
  });

  it('went without an error on the page', () => {
    expect(shell.problems).toEqual([]);
  });
});
