// Closing the window of the real app while a run goes on: it asks, and does what it was told.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applications } from './electron.ts';
import { root } from './host.ts';
import { launchElectron, type Shell } from './shells.ts';

const LONG = 2000;
const [LEAVE, QUIT, BACK] = [0, 1, 2];

describe.skipIf(!process.env.SWAPLAB_ELECTRON)('closing the window', () => {
  let shell: Shell;
  const app = () => applications.get(shell.host)!;
  const isVisible = () =>
    app().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());

  /** Starts the first scenario, its traces replayed so many times. */
  async function startRun(times: number): Promise<void> {
    await shell.page.keyboard.press('1');
    for (const workload of ['sort', 'sqlite3']) {
      await shell.page.getByRole('button', { name: workload, exact: true }).click();
      await shell.page.getByLabel('Repeat', { exact: true }).fill(String(times));
    }
    await shell.page.keyboard.press('Control+Enter');
    await shell.page.getByRole('main').getByText('running', { exact: true }).first().waitFor();
  }

  /** Answers the next question with a choice; gives what was asked. */
  async function closeAndAnswer(choice: number): Promise<{ message: string; buttons: string[] }> {
    return app().evaluate(
      ({ dialog, BrowserWindow }, response) =>
        new Promise((resolve) => {
          dialog.showMessageBox = ((_window: unknown, options: unknown) => {
            setTimeout(() => resolve(options as { message: string; buttons: string[] }));
            return Promise.resolve({ response, checkboxChecked: false });
          }) as typeof dialog.showMessageBox;
          BrowserWindow.getAllWindows()[0]!.close();
        }),
      choice,
    );
  }

  beforeEach(async () => {
    shell = await launchElectron();
  });
  afterEach(() => shell.dispose());

  it('asks, and goes back when told to', async () => {
    await startRun(LONG);
    const asked = await closeAndAnswer(BACK!);
    expect(asked.message).toBe('A run is still going.');
    expect(asked.buttons).toHaveLength(3);
    expect(await isVisible()).toBe(true);
  });

  it('leaves the run going, and comes back when the app is started again', async () => {
    await startRun(LONG);
    await closeAndAnswer(LEAVE!);
    await expect.poll(isVisible).toBe(false);
    const simulated = shell.page.getByText(/ simulated$/).last();
    const before = await simulated.textContent();
    await expect.poll(() => simulated.textContent(), { timeout: 20_000 }).not.toBe(before);
    const again = spawn(
      process.env.SWAPLAB_ELECTRON!,
      ['--no-sandbox', `--user-data-dir=${join(shell.dataDir, 'electron')}`, root],
      { env: { ...process.env, SWAPLAB_DATA: shell.dataDir }, stdio: 'ignore' },
    );
    const code = await new Promise((resolve) => again.once('exit', resolve));
    expect(code).toBe(0);
    await expect.poll(isVisible).toBe(true);
  });

  it('closes by itself once the run that was left going is done', async () => {
    await startRun(3);
    const gone = new Promise((resolve) => app().process().once('exit', resolve));
    await closeAndAnswer(LEAVE!);
    await gone;
    await shell.start();
    await shell.page.keyboard.press('3');
    await shell.page.getByRole('main').getByRole('cell', { name: 'done' }).first().waitFor();
  });

  it('interrupts the run when told to quit', async () => {
    await startRun(LONG);
    const gone = new Promise((resolve) => app().process().once('exit', resolve));
    await closeAndAnswer(QUIT!).catch(() => undefined);
    await gone;
    await shell.start();
    await shell.page.keyboard.press('3');
    await shell.page.getByRole('main').getByRole('cell', { name: 'interrupted' }).waitFor();
  });
});
