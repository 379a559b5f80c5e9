// The native menu of the real app: what stands in it on this system, and what its dialogs for files lead to.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import firstRun from '../../resources/studies/first-run.json' with { type: 'json' };
import { addRuns, digestsIn } from '../lab/support/libraries.ts';
import { answering, askedOn, type Answer } from './dialogs.ts';
import { applications } from './electron.ts';
import { launchElectron, type Shell } from './shells.ts';

const SCENARIO = 'From the menu';

describe.skipIf(!process.env.SWAPLAB_ELECTRON)('the menu', () => {
  let shell: Shell;
  afterEach(() => shell?.dispose());

  /** An app whose data is where a system usually has it, below its own test folder. */
  async function start(answers: (dataDir: string) => Answer[]): Promise<string> {
    shell = await launchElectron({
      prepare: (dataDir) => {
        mkdirSync(join(dataDir, 'swap-lab'));
        addRuns(join(dataDir, 'swap-lab', 'swap-lab.db'), [1, 2]);
        const scenario = JSON.stringify({ ...firstRun, name: SCENARIO });
        writeFileSync(join(dataDir, 'mine.swscenario'), scenario);
      },
      env: (dataDir) => ({
        ...answering(dataDir, answers(dataDir)),
        SWAPLAB_DATA: '',
        XDG_DATA_HOME: dataDir,
      }),
    });
    await shell.page.getByText(/engine \d/).waitFor();
    return shell.dataDir;
  }

  /** The entries below each top one, by label or role. */
  const entries = () =>
    applications
      .get(shell.host)!
      .evaluate(({ Menu }) =>
        Menu.getApplicationMenu()!.items.map(({ label, submenu }) => [
          label,
          submenu!.items
            .filter(({ type }) => type !== 'separator')
            .map((item) => item.label || item.role),
        ]),
      );

  const click = (label: string) =>
    applications.get(shell.host)!.evaluate(({ Menu, BrowserWindow }, wanted) => {
      const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu!.items);
      const [window] = BrowserWindow.getAllWindows();
      items.find((item) => item.label === wanted)!.click(undefined, window, window!.webContents);
    }, label);

  it('has what a person looks for there', async () => {
    await start(() => []);
    const menu = new Map((await entries()) as [string, string[]][]);
    const names = [...menu.keys()].map((name) => name.replace('&', ''));
    const isMac = process.platform === 'darwin';
    expect(names).toEqual(
      isMac
        ? ['swap-lab', 'File', 'Edit', 'View', 'Window']
        : ['File', 'Edit', 'View', 'Window', 'Help'],
    );
    const file = menu.get('&File')!;
    for (const label of ['Open …', 'Open Data Folder', 'Move Data Folder …'])
      expect(file).toContain(label);
    if (!isMac) expect(menu.get([...menu.keys()].at(-1)!)).toEqual(['About Swap Lab']);
  });

  it('opens a scenario', async () => {
    const dataDir = await start((folder) => [{ files: [join(folder, 'mine.swscenario')] }]);
    await click('Open …');
    await shell.page.getByRole('heading', { level: 1, name: SCENARIO }).waitFor();
    expect(askedOn(dataDir)[0]!.title).toBe('Open a scenario or a run');
  });

  it('moves the data folder, and says why where it cannot', async () => {
    const dataDir = await start((folder) => [
      { files: [join(folder, 'mine.swscenario', 'below')] },
      { button: 'OK' },
      { files: [join(folder, 'disk')] },
      { button: 'OK' },
    ]);
    const home = join(dataDir, 'swap-lab');
    await click('Move Data Folder …');
    await expect.poll(() => askedOn(dataDir).length).toBe(2);
    const refused = askedOn(dataDir)[1]!;
    expect(refused.message).toBe('The data was not moved');
    expect(refused.detail).toContain('mine.swscenario is a file and not a folder');
    expect(existsSync(join(home, 'data-folder'))).toBe(false);

    const disk = join(dataDir, 'disk');
    await click('Move Data Folder …');
    await expect.poll(() => askedOn(dataDir).length).toBe(4);
    expect(askedOn(dataDir)[3]!.message).toBe(
      `Swap Lab keeps its data in ${disk} from its next start.`,
    );
    expect(readFileSync(join(home, 'data-folder'), 'utf8')).toBe(`${disk}\n`);
    await shell.quit();
    const digests = digestsIn(join(home, 'swap-lab.db'));
    expect(digests).toHaveLength(2);
    expect(digestsIn(join(disk, 'swap-lab.db'))).toEqual(digests);
  });
});
