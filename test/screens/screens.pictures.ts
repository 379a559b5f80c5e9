// npm run screenshots: a picture of every screen in every state that matters (light and dark, small,
// usual and large; empty, at work, full, refused, with long names), in test-results/screenshots. On the
// way axe must find nothing and nothing may stick out of the window.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launchServe, type Shell } from '../e2e/shells.ts';
import { handAt } from './hand.ts';
import { writeManyRuns } from './manyRuns.ts';

const LONG_RUN = 5000;

let shell: Shell;
const { page, main, button, press, picture, go } = handAt(() => shell);

describe('an empty lab', () => {
  beforeAll(async () => {
    shell = await launchServe();
    await page().getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(() => shell?.dispose());

  it.each([
    ['build', 'First run'],
    ['run', 'Nothing is running'],
    ['library', 'No runs yet'],
    ['compare', 'Compare'],
    ['studies', 'Studies'],
  ])('%s', async (screen, text) => {
    await go(`#/${screen}`);
    await main().getByText(text).first().waitFor();
    await picture(`empty-${screen}`);
  });
});

describe('a lab at work', () => {
  beforeAll(async () => {
    shell = await launchServe({ firstRun: true });
  });
  afterAll(() => shell?.dispose());

  it('the first result and its parts', async () => {
    await main().getByText('What would be better?').waitFor({ timeout: 90_000 });
    await picture('result');
    await main().getByRole('region', { name: 'A page’s life' }).scrollIntoViewIfNeeded();
    await picture('result-end');
  });

  it('a variant, and the comparison', async () => {
    await page().getByRole('heading', { level: 1 }).first().scrollIntoViewIfNeeded();
    await button('Try another compressor').click();
    await main().getByLabel('Compressor', { exact: true }).selectOption('zstd');
    await picture('build-zswap');
    await press('Control+Enter');
    await main()
      .getByText(/than run 1 by/)
      .waitFor({ timeout: 90_000 });
    await picture('result-outcome');
    await button('Compare with run 1').click();
    await page()
      .getByRole('table', { name: /What differs/ })
      .waitFor();
    await picture('compare-two');
  });

  it('a sweep', async () => {
    await press('1');
    await button('Run several …').click();
    const dialog = page().getByRole('dialog', { name: 'Run several' });
    await dialog.getByLabel('Path of setting 1').fill('kernel.zswap.compressor');
    await dialog.getByLabel(/^Values of setting 1/).fill('lzo, zstd');
    await dialog.getByLabel('Path of setting 2').fill('kernel.zswap.maxPoolPercent');
    await dialog.getByLabel(/^Values of setting 2/).fill('1, 2, 5, 10, 15, 20');
    await picture('dialog-group');
    await button('Start 12 runs').click();
    await main().getByText('12 done').first().waitFor({ timeout: 200_000 });
    await picture('group');
  });

  it('a comparison of as many runs as can be compared', async () => {
    await button('Compare 12 runs').click();
    await main()
      .getByRole('slider', { name: /Cursor of pgmajfault/ })
      .waitFor();
    await picture('compare-twelve');
    await main().getByRole('group', { name: 'Charts over time' }).scrollIntoViewIfNeeded();
    await main()
      .getByRole('slider', { name: /Cursor of stall_memory/ })
      .scrollIntoViewIfNeeded();
    await picture('compare-twelve-charts');
    await page().locator('#flows').scrollIntoViewIfNeeded();
    await picture('compare-twelve-flows');
  });

  it('runs that go on', async () => {
    await press('1');
    for (const workload of ['sort', 'sqlite3']) {
      await button(workload).click();
      await page().getByLabel('Repeat', { exact: true }).fill(String(LONG_RUN));
    }
    await press('Control+Enter');
    await page()
      .getByRole('heading', { name: /Fault latency so far/ })
      .waitFor({ timeout: 60_000 });
    await button(/^Pause First run/).click();
    await main().getByText('paused').first().waitFor();
    await picture('run-live');
  });

  it('dialogs, the palette and what is wrong in Build', async () => {
    await press('Control+k');
    await page().getByRole('dialog', { name: 'Commands' }).waitFor();
    await picture('palette');
    await press('Escape');
    await press('Shift+?');
    await page().getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await picture('shortcuts');
    await press('Escape');
    await press('1');
    await button('Open …').click();
    await page().getByRole('dialog').waitFor();
    await picture('dialog-open');
    await press('Escape');
    await button('JSON').click();
    await picture('build-json');
    await button('Form').click();
    await button(/^RAM/).click();
    await page().getByLabel('RAM', { exact: true }).fill('lots');
    await page().getByRole('alert').first().waitFor();
    await picture('build-wrong');
  });

  it('a study', async () => {
    await go('#/studies/descriptor-cost');
    await button('Run What a descriptor costs').click();
    await page()
      .getByText(/claims hold/)
      .first()
      .waitFor({ timeout: 60_000 });
    await picture('study');
  });

  it('what is not there', async () => {
    await go('#/run/999');
    await main().getByText('This run cannot be shown').waitFor();
    await picture('run-missing');
    await go('#/run/group-999');
    await main().getByText('This group cannot be shown').waitFor();
    await picture('group-missing');
  });
});

describe('a lab with 10,000 runs', () => {
  beforeAll(async () => {
    shell = await launchServe({ prepare: (dataDir) => writeManyRuns(dataDir, 10_000) });
    await page().getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(() => shell?.dispose());

  it('the library, its filters and long names', async () => {
    await press('3');
    await main().getByText('10,000 runs').waitFor();
    await picture('library-many');
    await page().getByLabel('Search runs').fill('no such run anywhere');
    await main().getByText('No run matches').waitFor();
    await picture('library-nothing');
    await page().getByLabel('Search runs').fill('');
    await main().getByText('10,000 runs').waitFor();
    await main()
      .getByRole('table')
      .getByRole('button', { name: /^zswap_in_front/ })
      .click();
    await main().getByRole('heading', { level: 1 }).waitFor();
    await picture('run-long-name');
  });

  it('a run that failed', async () => {
    await press('3');
    await button('failed').click();
    await main().getByText('1,429 runs').waitFor();
    await main().getByRole('row').nth(1).getByRole('button').first().click();
    await main().getByText('It needs more memory').first().waitFor();
    await picture('run-failed');
  });

  it('the choice of runs to compare', async () => {
    await press('4');
    await main().getByRole('heading', { level: 1 }).waitFor();
    await picture('compare-choose');
  });
});
