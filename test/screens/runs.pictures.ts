// Pictures of runs in every state: live with all that moves, queued, cancelled, interrupted, done with events,
// ages and a page's life; groups in progress; and what a person can open over them.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launchServe, type Shell } from '../e2e/shells.ts';
import { handAt } from './hand.ts';
import { underPressure } from './underPressure.ts';

let shell: Shell;
const { page, main, button, press, picture, build, askForGroup } = handAt(() => shell);
const START = 'Control+Enter';
const MINUTE = 60_000;

describe('runs', () => {
  beforeAll(async () => {
    shell = await launchServe();
    await page().getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(() => shell?.dispose());

  it('live, with another one waiting', async () => {
    await build(underPressure('10000s'));
    await press(START);
    await main()
      .getByText(/^([3-9]|1\d)(\.\d+)? s simulated$/)
      .first()
      .waitFor({ timeout: MINUTE });
    await picture('live');
    await main().getByRole('heading', { name: 'Events' }).scrollIntoViewIfNeeded();
    await picture('live-end');
    await press('1');
    await press(START);
    await main().getByText('waiting for a free worker').last().waitFor();
    await picture('run-queued');
  });

  it('the palette, with commands, with hits and without', async () => {
    await press('Control+k');
    await page().keyboard.type('every run');
    await page()
      .getByRole('option', { name: /Pause every run/ })
      .waitFor();
    await picture('palette-live');
    const search = page().getByRole('combobox', { name: 'Search commands' });
    await search.fill('pressure');
    await page().getByRole('option', { name: /run 2/ }).waitFor();
    await picture('palette-hits');
    await search.fill('no such thing anywhere');
    await page().getByText('Nothing matches.').waitFor();
    await picture('palette-none');
    await press('Escape');
  });

  it('cancelled', async () => {
    for (let left = 2; left > 0; left--) await button(/^Cancel Four tiers/).click();
    await press('2');
    await main().getByText('0', { exact: true }).first().waitFor();
    await button(/^Four tiers under pressure run 1$/).click();
    await main().getByText('It was cancelled').waitFor();
    await picture('run-cancelled');
  });

  it('done: many tiers, ages, events, totals', async () => {
    await build(underPressure('6s'));
    await press(START);
    const ages = main().getByRole('heading', { name: /^Age of entries/ });
    await ages.waitFor({ timeout: MINUTE });
    await picture('result-tiers');
    await ages.scrollIntoViewIfNeeded();
    await picture('result-ages');
    await main()
      .getByRole('heading', { name: /^Events/ })
      .scrollIntoViewIfNeeded();
    await picture('result-events');
    await main().getByLabel('Search totals').fill('no such counter');
    await picture('totals-nothing');
    await main().getByLabel('Search totals').fill('');
  });

  it('the life of a page: found, named, and none to be found', async () => {
    const life = () => main().getByRole('region', { name: 'A page’s life' });
    await button('Find a hot page on a device').click();
    await life().getByRole('progressbar').waitFor();
    await life().scrollIntoViewIfNeeded();
    await picture('life-running');
    await life().getByRole('heading', { level: 3 }).waitFor({ timeout: MINUTE });
    await life().scrollIntoViewIfNeeded();
    await picture('life-found');
    await build({ ...underPressure('200ms'), tiers: {}, tierPolicies: [], kernel: {} });
    await press(START);
    await main().getByText('Digest').waitFor({ timeout: MINUTE });
    await button('Find a hot page on a device').click();
    await life().getByText('No page that faulted').waitFor({ timeout: MINUTE });
    await life().scrollIntoViewIfNeeded();
    await picture('life-none');
  });

  it('its dialog, and a message that can be undone', async () => {
    await button('Edit …').click();
    await page().getByLabel('Tags, separated by commas').fill('nightly, no swap');
    await page().getByLabel('Note').fill('What happens where there is no swap at all.');
    await picture('dialog-edit');
    await button('Save').click();
    await main().getByText('no swap at all').waitFor();
    await button('Delete').click();
    await button('Undo').waitFor();
    await picture('toast-undo');
    await button('Undo').click();
  });
});

describe('groups', () => {
  beforeAll(async () => {
    shell = await launchServe();
    await page().getByRole('heading', { level: 1 }).first().waitFor();
    await build(underPressure('1s'));
  });
  afterAll(() => shell?.dispose());

  it('a sweep in progress, paused, cancelled', async () => {
    await askForGroup(
      [
        ['run.duration', '1s, 2s, 10000s'],
        ['kernel.zswap.maxPoolPercent', '10, 20'],
      ],
      '2',
    );
    await picture('dialog-grid');
    await button('Start 12 runs').click();
    await main()
      .getByText(/8 done/)
      .first()
      .waitFor({ timeout: 2 * MINUTE });
    await picture('group-running');
    await button(/^Pause all/).click();
    await main()
      .getByText(/4 paused/)
      .first()
      .waitFor();
    await picture('group-paused');
    await button(/^Cancel all/).click();
    await main()
      .getByText(/4 cancelled/)
      .first()
      .waitFor();
    await picture('group-cancelled');
  });

  it('replicates', async () => {
    await askForGroup([], '5');
    await picture('dialog-replicates');
    await button('Start 5 runs').click();
    await main()
      .getByText(/5 done/)
      .first()
      .waitFor({ timeout: 2 * MINUTE });
    await picture('group-replicates');
  });

  it('what cannot be started', async () => {
    await askForGroup([['kernel.swappiness', '60, 201']], '1');
    await button('Start 2 runs').click();
    await page()
      .getByText(/With kernel.swappiness 201/)
      .waitFor();
    await picture('dialog-group-refused');
    await press('Escape');
  });
});
