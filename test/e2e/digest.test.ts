// One scenario, three hosts: the app, the browser's server and the command line give the same digest.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './host.ts';
import { shells, type Shell } from './shells.ts';

const FIRST_RUN = join(root, 'resources', 'studies', 'first-run.json');

function swaplab(dataDir: string, ...args: string[]): unknown {
  const text = execFileSync(
    process.execPath,
    [join(root, 'scripts', 'swaplab.mjs'), ...args, '--json'],
    {
      cwd: root,
      env: { ...process.env, SWAPLAB_DATA: dataDir },
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    },
  );
  return JSON.parse(text.toString());
}

interface Listed {
  runs: { id: number; status: string; digest: string | null }[];
}

describe.each(shells)('the first run in $name', ({ launch }) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await launch();
  });
  afterAll(() => shell.dispose());

  it('gives the digest that the command line gives', async () => {
    const { result } = swaplab(shell.dataDir, 'run', FIRST_RUN, '--no-save') as {
      result: { digest: string };
    };
    await shell.page
      .getByRole('heading', { name: /First run/ })
      .first()
      .waitFor();
    await shell.page.keyboard.press('Control+Enter');
    await expect
      .poll(() => (swaplab(shell.dataDir, 'runs') as Listed).runs[0], {
        timeout: 60_000,
        interval: 1000,
      })
      .toMatchObject({ status: 'done', digest: result.digest });
  });
});
