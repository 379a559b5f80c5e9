// A page of a real library is damaged: both shells say so where it is found, and lead out of it without a shell.
import Sqlite from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { writeLongRuns } from '../screens/longRuns.ts';
import { damage } from '../support/damage.ts';
import { applications } from './electron.ts';
import { shells, type Shell } from './shells.ts';

const RUNS = 40;

/** Forty runs, the results of some of them on a damaged page. */
function damagedLibrary(dataDir: string): void {
  writeLongRuns(dataDir, RUNS, 50);
  damage(join(dataDir, 'swap-lab.db'), 'run_results');
}

/** A run whose result cannot be read any more. */
function lostRun(dataDir: string): number {
  const database = new Sqlite(join(dataDir, 'swap-lab.db'), { readonly: true });
  const one = database.prepare('SELECT * FROM run_results WHERE run_id = ?');
  try {
    for (let id = 1; id <= RUNS; id++) {
      try {
        if (!one.get(id)) return id;
      } catch {
        return id;
      }
    }
  } finally {
    database.close();
  }
  throw new Error('every run can be read');
}

describe.each(shells)('a damaged library in $name', ({ name, launch }) => {
  let shell: Shell;
  const main = () => shell.page.getByRole('main');
  const dialog = () => shell.page.getByRole('dialog', { name: 'The library is damaged' });

  /** Comes upon a lost run, and opens what is offered. */
  async function comeUponIt(): Promise<number> {
    shell = await launch({ prepare: damagedLibrary });
    await shell.page.getByText(/engine \d/).waitFor();
    const lost = lostRun(shell.dataDir);
    await shell.page.evaluate((id) => void (location.hash = `#/library/${id}`), lost);
    await main().getByRole('button', { name: 'Ways out …' }).click();
    await dialog()
      .getByText(/swaplab recover/)
      .waitFor();
    return lost;
  }
  afterEach(() => shell?.dispose());

  it('is saved as far as it can be read, and says what was lost', async () => {
    const lost = await comeUponIt();
    await dialog().getByRole('button', { name: 'Save what can be read' }).click();
    const said = main().getByRole('status').filter({ hasText: 'This is another library' });
    await said.waitFor({ timeout: 30_000 });
    expect(await said.innerText()).toMatch(
      /40 runs were saved, \d+ of them without their results\. \d+ entries could not be read\./,
    );
    await main().getByText('Its result was lost when the database was damaged.').waitFor();
    expect(new URL(shell.page.url()).hash).toBe(`#/library/${lost}`);
    expect(readdirSync(shell.dataDir).join()).toContain('swap-lab.db.damaged-');
    await shell.page.keyboard.press('3');
    await main().getByText('40 runs').first().waitFor();
    await shell.restart();
    await shell.page.keyboard.press('3');
    await main().getByText('40 runs').first().waitFor();
    expect(await main().getByText('Ways out').count()).toBe(0);
  });

  // A browser has no dialog to choose a file of the server in.
  if (name !== 'electron') return;
  it('can be left for another one', async () => {
    await comeUponIt();
    const other = join(shell.dataDir, 'other.db');
    await applications.get(shell.host)!.evaluate(({ dialog: native }, file) => {
      native.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
    }, other);
    await dialog().getByRole('button', { name: 'Open another library …' }).click();
    await main().getByText(`this is ${other}`).waitFor({ timeout: 30_000 });
    await shell.page.keyboard.press('3');
    await main().getByText('No runs yet').waitFor();
    expect(readdirSync(shell.dataDir).some((name) => name.includes('.damaged-'))).toBe(false);
  });
});
