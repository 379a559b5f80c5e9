// A library that does not open, in the real app: what its native dialog offers, and where each answer leads.
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeReadOnly, folderToProtect } from '../lab/support/disks.ts';
import { answering, askedOn, startUntilItLeaves, type Answer } from './dialogs.ts';
import { addRuns, backUpNow, digestsIn, makeNewer } from '../lab/support/libraries.ts';
import { damagePage, lastSchemaPage } from '../support/damage.ts';
import { launchElectron, type Shell } from './shells.ts';

const RESTORE = 'Restore the newest backup';
const SALVAGE = 'Save what can be read';
const AGAIN = 'Try again';
const OTHER = 'Open another library …';
const QUIT = 'Quit';
const OK: Answer = { button: 'OK' };

const fileIn = (dataDir: string) => join(dataDir, 'swap-lab.db');
const damagedIn = (dataDir: string) =>
  readdirSync(dataDir).filter((name) => /^swap-lab\.db\.damaged-\w+$/.test(name));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'swap-lab-opening-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** Starts the app on what `prepare` leaves, and leaves it again after `look`. */
async function withApp(
  prepare: (dataDir: string) => void,
  answers: (dataDir: string) => Answer[],
  look: (shell: Shell) => Promise<void>,
  variables: NodeJS.ProcessEnv = {},
): Promise<void> {
  const env = (dataDir: string) => ({ ...answering(dataDir, answers(dataDir)), ...variables });
  const shell = await launchElectron({ prepare, env });
  try {
    await look(shell);
  } finally {
    await shell.dispose();
  }
}

/** Goes to the library and waits until it says that it holds so many runs. */
async function showsRuns({ page }: Shell, count: number): Promise<void> {
  await page.keyboard.press('3');
  await page.getByText(`${count} runs`).first().waitFor();
}

describe.skipIf(!process.env.SWAPLAB_ELECTRON)('a library that does not open', () => {
  it('is replaced by its newest backup, and the damaged file stays beside it', async () => {
    let digests: string[] = [];
    let damaged: Buffer;
    await withApp(
      (dataDir) => {
        const file = fileIn(dataDir);
        addRuns(file, [1]);
        backUpNow(file);
        addRuns(file, [2, 3]);
        digests = digestsIn(file);
        backUpNow(file);
        addRuns(file, [4]);
        damagePage(file, 1);
        damaged = readFileSync(file);
      },
      () => [{ button: RESTORE }, OK],
      async (shell) => {
        const { dataDir } = shell;
        const [question, told, ...more] = askedOn(dataDir);
        expect(more).toEqual([]);
        expect(question!.buttons).toEqual([RESTORE, OTHER, QUIT]);
        expect(question!.detail).toContain(`${fileIn(dataDir)} is not a Swap Lab database`);
        await showsRuns(shell, 3);
        const [kept] = damagedIn(dataDir);
        expect(told!.detail).toContain(`The damaged file is kept as ${join(dataDir, kept!)}.`);
        expect(readFileSync(join(dataDir, kept!)).equals(damaged)).toBe(true);
        await shell.quit();
        expect(digestsIn(fileIn(dataDir))).toEqual(digests);
      },
    );
  });

  it('is read as far as it can be, with every result that is whole', async () => {
    let digests: string[] = [];
    await withApp(
      (dataDir) => {
        digests = addRuns(fileIn(dataDir), [1, 2, 3, 4]);
        damagePage(fileIn(dataDir), lastSchemaPage(fileIn(dataDir)));
      },
      () => [{ button: SALVAGE }, OK],
      async (shell) => {
        const { dataDir } = shell;
        const [question, told] = askedOn(dataDir);
        expect(question!.buttons).toEqual([SALVAGE, OTHER, QUIT]);
        expect(question!.detail).toContain('is damaged, and it was left as it is');
        expect(told!.detail).toMatch(/^4 runs were saved\. The damaged file is kept as /);
        await showsRuns(shell, 4);
        expect(damagedIn(dataDir)).toHaveLength(1);
        await shell.quit();
        expect(digestsIn(fileIn(dataDir))).toEqual(digests);
      },
    );
  });

  it('is left for another one, and asked about again where none is chosen', async () => {
    const elsewhere = join(folder(), 'other.db');
    addRuns(elsewhere, [7, 8]);
    let damaged: Buffer;
    await withApp(
      (dataDir) => {
        addRuns(fileIn(dataDir), [1]);
        damagePage(fileIn(dataDir), 1);
        damaged = readFileSync(fileIn(dataDir));
      },
      () => [{ button: OTHER }, { files: [] }, { button: OTHER }, { files: [elsewhere] }],
      async (shell) => {
        await showsRuns(shell, 2);
        expect(askedOn(shell.dataDir)).toHaveLength(4);
        expect(readFileSync(fileIn(shell.dataDir)).equals(damaged)).toBe(true);
      },
    );
  });

  it('of a newer release is refused, and left as it was', async () => {
    const dataDir = folder();
    addRuns(fileIn(dataDir), [1]);
    makeNewer(fileIn(dataDir));
    const before = readFileSync(fileIn(dataDir));
    const { code, errors } = await startUntilItLeaves(dataDir, [{ button: QUIT }]);
    const [question] = askedOn(dataDir);
    expect(question!.message).toBe('The library cannot be opened');
    expect(question!.detail).toContain('was written by a newer Swap Lab (its format is 9999');
    expect(question!.detail).toContain('Install the newer release');
    expect(question!.buttons).toEqual([AGAIN, OTHER, QUIT]);
    expect(code).toBe(1);
    expect(errors).not.toMatch(/^\s+at /m);
    expect(readFileSync(fileIn(dataDir)).equals(before)).toBe(true);
  });

  it('whose backup is damaged too says so and asks again; quitting leaves all as it was', async () => {
    const dataDir = folder();
    addRuns(fileIn(dataDir), [1]);
    const backup = backUpNow(fileIn(dataDir));
    damagePage(backup, 1);
    damagePage(fileIn(dataDir), 1);
    const before = readFileSync(fileIn(dataDir));
    const answers = [{ button: RESTORE }, OK, { button: QUIT }];
    const { code } = await startUntilItLeaves(dataDir, answers);
    const [, told, again] = askedOn(dataDir);
    expect(told!.detail).toMatch(/^That did not work, and the file is as it was\./);
    expect(again!.buttons).toEqual([RESTORE, OTHER, QUIT]);
    expect(code).toBe(1);
    expect(readFileSync(fileIn(dataDir)).equals(before)).toBe(true);
    expect(damagedIn(dataDir)).toEqual([]);
  });

  it('for a read-only folder says that it is read-only', async () => {
    const disk = folderToProtect();
    const file = join(disk, 'runs.db');
    const isOwn = makeReadOnly(disk) === disk;
    // Where nothing can be made read-only for root, a folder that always is stands in.
    const database = isOwn ? file : '/sys/kernel/runs.db';
    const dataDir = folder();
    const { code } = await startUntilItLeaves(dataDir, [{ button: QUIT }], ['--db', database]);
    const [question] = askedOn(dataDir);
    expect(question!.detail).toContain(database);
    if (isOwn) expect(question!.detail).toContain('is read-only');
    expect(question!.buttons).toEqual([AGAIN, OTHER, QUIT]);
    expect(code).toBe(1);
  });

  describe('because the folder that it was moved to is gone', () => {
    /** A system whose data was moved to a disk that is not connected. */
    function unplugged() {
      const home = folder();
      const disk = join(home, 'disk');
      mkdirSync(join(home, 'swap-lab'));
      writeFileSync(join(home, 'swap-lab', 'data-folder'), `${disk}\n`);
      addRuns(join(home, 'away', 'swap-lab.db'), [7, 8, 9]);
      return {
        home,
        disk,
        away: join(home, 'away'),
        env: { SWAPLAB_DATA: '', XDG_DATA_HOME: home },
      };
    }

    it('opens once it is back', async () => {
      const { home, disk, away, env } = unplugged();
      await withApp(
        () => undefined,
        () => [{ button: AGAIN }, { button: AGAIN, after: [away, disk] }],
        async (shell) => {
          const [question, again] = askedOn(shell.dataDir);
          expect(question!.detail).toContain(`The data folder "${disk}" is not there`);
          expect(question!.buttons).toEqual([AGAIN, OTHER, QUIT]);
          expect(again).toEqual(question);
          await showsRuns(shell, 3);
          expect(readdirSync(join(home, 'swap-lab'))).toEqual(['data-folder']);
        },
        env,
      );
    });

    it('is left for another one', async () => {
      const { disk, away, env } = unplugged();
      await withApp(
        () => undefined,
        () => [{ button: OTHER }, { files: [join(away, 'swap-lab.db')] }],
        async (shell) => {
          await showsRuns(shell, 3);
          expect(existsSync(disk)).toBe(false);
        },
        env,
      );
    });
  });
});
