// Pictures of the studies: before one was ever run, while it goes on, cancelled, and with claims refuted.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launchServe, type Shell } from '../e2e/shells.ts';
import { handAt } from './hand.ts';

let shell: Shell;
const { page, main, button, picture, go } = handAt(() => shell);
const MINUTE = 60_000;

describe('studies', () => {
  beforeAll(async () => {
    shell = await launchServe();
    await page().getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(() => shell?.dispose());

  it('not run yet, while it goes on, cancelled', async () => {
    await go('#/studies/pool-size');
    await main().getByText('Not run yet.').first().waitFor();
    await picture('study-fresh');
    await button(/^Run /).click();
    await main().getByRole('progressbar').first().waitFor();
    await picture('study-running');
    await go('#/studies');
    await main().getByRole('progressbar').first().waitFor();
    await picture('studies-running');
    await button(/^Cancel /).click();
    await main()
      .getByText(/cancelled/)
      .first()
      .waitFor();
    await picture('studies-cancelled');
  });

  it.each(['descriptor-cost', 'fast-and-slow', 'spill-is-linear'])('%s', async (name) => {
    await go(`#/studies/${name}`);
    await button(/^Run /).click();
    await main()
      .getByText(/claims hold/)
      .first()
      .waitFor({ timeout: 3 * MINUTE });
    await picture(`study-${name}`);
    await main().getByRole('table', { name: 'Table' }).scrollIntoViewIfNeeded();
    await picture(`study-${name}-table`);
  });

  it('the gallery with verdicts', async () => {
    await go('#/studies');
    await main()
      .getByText(/claims hold/)
      .first()
      .scrollIntoViewIfNeeded();
    await picture('studies-verdicts');
  });
});
