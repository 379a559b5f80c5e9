// Comparisons and sweeps from few to as many runs as there may be, in every way that they can be looked at.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { pictures } from '../e2e/pictures.ts';
import { launchServe, type Shell } from '../e2e/shells.ts';
import { writeComparedRuns, type ComparedRuns } from './comparedRuns.ts';

let shell: Shell;
let runs: ComparedRuns;
const main = () => shell.page.getByRole('main');
const picture = (name: string) => pictures(shell, name);

async function go(route: string): Promise<void> {
  await shell.page.evaluate((hash) => void (location.hash = hash), route);
}
const compare = async (ids: readonly number[]) => {
  await go(`#/compare/${ids.join()}?baseline=${ids[0]}`);
  await main().getByRole('slider', { name: 'Cursor of pgmajfault' }).waitFor();
};
const toCharts = () =>
  main()
    .getByRole('group', { name: 'Charts over time' })
    .evaluate((group) => group.scrollIntoView());

beforeAll(async () => {
  shell = await launchServe({ prepare: (dataDir) => void (runs = writeComparedRuns(dataDir)) });
  await shell.page.getByText(/engine \d/).waitFor();
});
afterAll(() => shell?.dispose());

describe('comparisons', () => {
  it('two runs with several seeds', async () => {
    await compare(runs.few);
    await picture('compare-seeds');
    await main().getByLabel('bands over seeds').check();
    await main()
      .getByText(/band: smallest to largest/)
      .first()
      .waitFor();
    await toCharts();
    await picture('compare-seeds-bands');
    await main().getByLabel(/^show/).selectOption('difference');
    await picture('compare-seeds-difference');
  });

  it('all settings', async () => {
    await main().getByLabel('all settings').check();
    await main().getByLabel('Search settings').fill('zswap');
    await main().getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
    await main().getByRole('list', { name: 'Compared runs' }).scrollIntoViewIfNeeded();
    await picture('compare-all-settings');
    await main().getByLabel('all settings').first().uncheck();
  });

  it('as many as can be compared, with long names', async () => {
    await compare(runs.many);
    await main().getByLabel(/^show/).selectOption('values');
    await picture('compare-long-names');
    await toCharts();
    await picture('compare-long-names-charts');
    await main().getByLabel(/^show/).selectOption('difference');
    await picture('compare-long-names-difference');
    await shell.page.locator('#flows').scrollIntoViewIfNeeded();
    await picture('compare-long-names-flows');
  });
});

describe('sweeps', () => {
  it('over one setting', async () => {
    await go(`#/run/group-${runs.groups[0]}`);
    await main()
      .getByRole('table', { name: /^Heat map/ })
      .scrollIntoViewIfNeeded();
    await picture('sweep-one');
  });

  it('over two settings, along either', async () => {
    await go(`#/run/group-${runs.groups[1]}`);
    await main().getByLabel('x axis').scrollIntoViewIfNeeded();
    await picture('sweep-two');
    await main().getByLabel('x axis').selectOption('kernel.zswap.compressor');
    await picture('sweep-two-other');
  });
});
