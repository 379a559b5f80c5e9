// Runs in both shells, demand by demand: several at once, what a live run shows and that it moves, pause and
// continue, replicates, a sweep over two settings, and the life of a page.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handAt } from '../screens/hand.ts';
import { underPressure } from '../screens/underPressure.ts';
import { SIZES } from './pictures.ts';
import { shells, type Shell } from './shells.ts';

let shell: Shell;
const { page, main, button, press, build, askForGroup } = handAt(() => shell);
const START = 'Control+Enter';
const MINUTE = 60_000;
const LONG = '10000s';

const chart = (title: string) => main().getByRole('figure').filter({ hasText: title });
const card = (run: number) =>
  main()
    .getByRole('complementary', { name: 'Queue' })
    .getByRole('listitem')
    .filter({ hasText: new RegExp(`run ${run}\\b`) });
/** A figure of a chart's legend, without its unit. */
async function reading(title: string, label: string): Promise<number> {
  const item = chart(title)
    .getByRole('listitem')
    .filter({ has: page().getByText(label, { exact: true }) });
  const text = await item.locator('.value').innerText();
  const [, digits = '', letter = ''] = /^([\d.]+)([KM]?)/.exec(text) ?? [];
  return Number(digits) * ({ K: 1e3, M: 1e6 }[letter] ?? 1);
}
/** The cells of the row of a table that begins with a word. */
async function row(table: string | RegExp, name: string): Promise<string[]> {
  const found = main()
    .getByRole('table', { name: table })
    .getByRole('row')
    .filter({ hasText: name });
  return (await found.first().innerText()).split(/\s*[\t\n]\s*/);
}
const count = (text: string | undefined) => Number(text?.replace(/,/g, ''));

describe.each(shells)('runs in $name', ({ launch }) => {
  beforeAll(async () => {
    shell = await launch();
    await shell.host.setSize(...SIZES.usual);
    await page().getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(() => shell?.dispose());

  it('shows how a live run goes: progress, rate, what is left', async () => {
    await build(underPressure(LONG));
    await press(START);
    const progress = main()
      .getByRole('progressbar', { name: /^Progress of Four tiers/ })
      .last();
    await progress.waitFor();
    const said = () => main().locator('.progress.full').innerText();
    await expect
      .poll(said, { timeout: MINUTE })
      .toMatch(
        /^[\d.]+ %\s+[\d.]+ (ms|s) simulated\s+[\d,.]+[KM]? accesses\s+[\d.]+[KM]?\/s\s+.+ left$/,
      );
    const before = await progress.evaluate((bar: HTMLProgressElement) => bar.value);
    await expect
      .poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value), { timeout: MINUTE })
      .toBeGreaterThan(before);
  });

  it('shows where the pages are, pressure, latencies, flows and events, and they move', async () => {
    // The tiers fill up, the leak starts at 0.5 s, the limit changes at 2 s.
    await chart('Where the pages are')
      .getByText(/^Marked: .*limit at 2 s/)
      .waitFor({ state: 'attached', timeout: 2 * MINUTE });
    for (const tier of ['RAM', 'zswap', 'fast', 'slow'])
      expect(await reading('Where the pages are', tier), tier).toBeGreaterThan(100);
    for (const line of ['memory some', 'io some', 'io full'])
      await expect
        .poll(() => reading('Pressure (PSI)', line), { timeout: MINUTE, message: line })
        .toBeGreaterThan(0);

    const faults = async () => count((await row(/Fault latency so far/, 'all faults')).at(-1));
    const moved = async () => count((await row('Flows of pages', 'ram → zswap')).at(-1));
    const first = { faults: await faults(), moved: await moved() };
    expect(await row(/Fault latency so far/, 'slow')).toEqual([
      'slow',
      ...Array.from({ length: 5 }, () => expect.stringMatching(/^[\d.]+ (ns|µs|ms)$/) as string),
      expect.stringMatching(/^[\d,]+$/) as string,
    ]);
    await expect.poll(faults, { timeout: MINUTE }).toBeGreaterThan(first.faults);
    await expect.poll(moved, { timeout: MINUTE }).toBeGreaterThan(first.moved);

    await button(/^Show all \d+/).click();
    const events = main().getByRole('region', { name: 'Events' });
    await events.getByText('The zswap pool reached its limit.').first().waitFor();
    await events
      .getByText(/demote-by-age from fast to slow moved \d+ pages/)
      .first()
      .waitFor();
  });

  it('runs several at once, and lets the others wait', async () => {
    await main().getByLabel('Runs at a time').selectOption('2');
    for (const next of [2, 3]) {
      await press('1');
      await press(START);
      await card(next).waitFor();
    }
    await card(2).getByText('running', { exact: true }).waitFor();
    await card(3).getByText('queued', { exact: true }).waitFor();
    await card(3).getByText('waiting for a free worker').waitFor();
    expect(await card(1).getByText('running', { exact: true }).count()).toBe(1);
    await card(2)
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await card(2).getByText('cancelled').waitFor();
    await card(3).getByText('running', { exact: true }).waitFor();
    await card(3)
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await card(3).getByText('cancelled').waitFor();
  });

  it('stands still while it is paused, goes on, and ends when cancelled', async () => {
    const simulated = card(1).getByText(/ simulated$/);
    await card(1)
      .getByRole('button', { name: /^Pause/ })
      .click();
    await card(1).getByText('paused', { exact: true }).waitFor();
    await page().waitForTimeout(500);
    const standing = await simulated.innerText();
    await page().waitForTimeout(1500);
    expect(await simulated.innerText()).toBe(standing);
    await card(1)
      .getByRole('button', { name: /^Continue/ })
      .click();
    await expect.poll(() => simulated.innerText(), { timeout: MINUTE }).not.toBe(standing);
    await card(1)
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await card(1).getByText('cancelled', { exact: true }).waitFor();
  });

  it('replicates a scenario over seeds', async () => {
    await build(underPressure('400ms'));
    await askForGroup([], '3');
    await page().getByText('3 seeds = 3 runs').waitFor();
    await button('Start 3 runs').click();
    await main()
      .getByText('3 done')
      .first()
      .waitFor({ timeout: 2 * MINUTE });
    const table = main().getByRole('table', { name: 'Runs of this group' });
    const seeds = await table.getByRole('row').allInnerTexts();
    expect(
      seeds.slice(1, 4).map((text) => /^seed (\d)\s+✓\s*done\s+[\d.]+K\/s$/.exec(text)?.[1]),
    ).toEqual(['1', '2', '3']);
    expect(seeds[4]).toMatch(/of 3\s+[\d.]+K\/s ± [\d.]+K?\/s$/);
  });

  it('sweeps over two settings, a run for each point of the grid', async () => {
    await askForGroup(
      [
        ['kernel.zswap.compressor', 'lzo, zstd'],
        ['cgroups.web.memory.max', '24MiB, 40MiB, 80MiB'],
      ],
      '1',
    );
    await button('Start 6 runs').click();
    await main()
      .getByText('6 done')
      .first()
      .waitFor({ timeout: 2 * MINUTE });
    const map = main().getByRole('table', { name: 'Heat map of throughput' });
    await map.getByText('best').waitFor();
    for (const value of ['24MiB', '40MiB', '80MiB'])
      await map.getByRole('columnheader', { name: value }).waitFor();
    expect(await map.getByRole('button').count()).toBe(6);
    // A point opens its run, which has the settings of that point.
    await map
      .getByRole('button', { name: /^kernel.zswap.compressor zstd, cgroups.web.memory.max 24MiB/ })
      .click();
    await main().getByText('Scenario', { exact: true }).click();
    const scenario = JSON.parse(
      await main().getByRole('region', { name: 'Scenario as JSON' }).innerText(),
    ) as ReturnType<typeof underPressure>;
    expect(scenario.kernel.zswap.compressor).toBe('zstd');
    expect(scenario.cgroups.web.memory.max).toBe('24MiB');
  });

  it('tells the life of a page that is named, and of one that ended on the slow tier while hot', async () => {
    await build(underPressure('2s'));
    await press(START);
    const life = main().getByRole('region', { name: 'A page’s life' });
    await life.waitFor({ timeout: MINUTE });
    await life.getByLabel('Workload').selectOption({ label: 'scan in /batch' });
    await life.getByLabel('Page', { exact: true }).fill('7');
    await button('Show its life').click();
    await life
      .getByRole('heading', { name: 'Page 7 of scan in /batch' })
      .waitFor({ timeout: MINUTE });
    const told = () => life.getByRole('row').allInnerTexts();
    const [born = '', touched = ''] = await told();
    expect(born).toMatch(/^[\d.]+ (µs|ms|s)\s+move\s+new → ram$/);
    expect(touched).toMatch(/fault\s+first-touch, (read|write), \d+ ns$/);

    await button('Find a hot page on a device').click();
    await life
      .getByRole('heading', { name: /^Page [\d,]+ of \w+ in \// })
      .waitFor({ timeout: MINUTE });
    await expect.poll(async () => (await told()).length, { timeout: MINUTE }).toBeGreaterThan(5);
    const events = await told();
    // Hot: it was read back at least once. On a device: that had it when its frame was last taken, for a page
    // that was only read keeps its slot and is not written again.
    expect(events.filter((text) => /fault\s+major/.test(text)).length).toBeGreaterThan(0);
    expect(events.filter((text) => /\s(move|drop)\s/.test(text)).at(-1)).toMatch(
      /→ (fast|slow)$|free, (fast|slow) has it$/,
    );
    expect(await life.getByText('took another course').count()).toBe(0);
  });

  it('went without an error on the page', () => {
    expect(shell.problems).toEqual([]);
  });
});
