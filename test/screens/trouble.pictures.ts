// Pictures of what goes wrong: no lab, a lab that is gone, an app that was killed, a damaged library.
import { join } from 'node:path';
import { afterEach, describe, it } from 'vitest';
import { servers } from '../e2e/serve.ts';
import { launchServe, type Shell } from '../e2e/shells.ts';
import { damage } from '../support/damage.ts';
import { handAt } from './hand.ts';
import { writeLongRuns } from './longRuns.ts';
import { underPressure } from './underPressure.ts';

let shell: Shell;
const { page, main, button, press, picture, build } = handAt(() => shell);
const heading = () => page().getByRole('heading', { level: 1 }).first();
const library = (table: string) => (dataDir: string) => {
  writeLongRuns(dataDir, 40, 50);
  damage(join(dataDir, 'swap-lab.db'), table);
};

describe('trouble', () => {
  afterEach(() => shell?.dispose());

  it('a lab that is gone, and a page that finds none', async () => {
    shell = await launchServe();
    await heading().waitFor();
    await build(underPressure('10000s'));
    await press('Control+Enter');
    await main()
      .getByRole('heading', { name: /Fault latency so far/ })
      .waitFor({ timeout: 60_000 });
    servers.get(shell.host)!.kill('SIGKILL');
    await main().getByText('The connection to the lab was lost.').waitFor();
    await picture('lost-live');
    await button(/^Cancel /).click();
    await page().getByRole('alert').nth(1).waitFor();
    await picture('lost-toast');
    await press('1');
    await picture('lost-build');
    await press('3');
    await picture('lost-library');
    await press('5');
    await picture('lost-studies');
  });

  it('a page that finds no lab', async () => {
    shell = await launchServe();
    await page().routeWebSocket('**/rpc', (socket) => socket.close());
    await page().reload();
    await main().getByText('Looking for the lab').waitFor();
    await picture('no-lab');
  });

  it('a run that was interrupted', async () => {
    shell = await launchServe();
    await heading().waitFor();
    await build(underPressure('10000s'));
    await press('Control+Enter');
    await main()
      .getByText(/ simulated$/)
      .first()
      .waitFor();
    await shell.kill();
    await shell.start();
    await page().getByText('was interrupted when').waitFor();
    await picture('toast-interrupted');
    await page().evaluate(() => void (location.hash = '#/library/1'));
    await main().getByText('interrupted', { exact: true }).first().waitFor();
    await picture('run-interrupted');
  });

  it('a damaged library, the ways out, and what came of it', async () => {
    shell = await launchServe({ prepare: library('runs') });
    await heading().waitFor();
    await button('Ways out …').waitFor();
    await picture('damaged-build');
    await press('3');
    await main().getByText('cannot be listed').waitFor();
    await picture('damaged-library');
    await build(underPressure('10000s'));
    await press('Control+Enter');
    await main()
      .getByText(/ simulated$/)
      .first()
      .waitFor();
    await button('Ways out …').click();
    await picture('damaged-ways');
    await button('Save what can be read').click();
    await main().getByText('This is another library').waitFor({ timeout: 60_000 });
    await picture('repaired');
  });
});
