// The gallery of studies in both shells: run one, read its verdict, find it again after a restart,
// and open one of its scenarios.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictures } from './pictures.ts';
import { shells, type Shell } from './shells.ts';

describe.each(shells)('studies in $name', ({ launch }) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await launch();
  });
  afterAll(async () => shell?.dispose());

  it('end in a verdict that is still there the next day', async () => {
    const button = (name: string) => shell.page.getByRole('button', { name, exact: true });
    await shell.page
      .getByRole('navigation')
      .getByRole('button', { name: /^Studies/ })
      .click();
    await shell.page.getByRole('heading', { level: 1, name: 'Studies' }).waitFor();
    await pictures(shell, 'studies');
    await button('Run What a descriptor costs').click();
    await button('Run A fast and a slow device').click();
    const done = shell.page.getByText(/as recorded: \d+ of \d+ claims hold/);
    await done.nth(1).waitFor({ timeout: 60_000 });
    await pictures(shell, 'studies-done');

    await button('Open What a descriptor costs').click();
    await shell.page.getByRole('table', { name: 'Table' }).waitFor();
    await pictures(shell, 'study');
    const table = await shell.page.getByRole('table', { name: 'Table' }).innerText();

    await shell.restart();
    await shell.page
      .getByRole('navigation')
      .getByRole('button', { name: /^Studies/ })
      .click();
    await button('Open What a descriptor costs').click();
    expect(await shell.page.getByRole('table', { name: 'Table' }).innerText()).toBe(table);
    await shell.page.getByRole('button', { name: '← Studies' }).click();
    await button('Open A fast and a slow device').click();
    await shell.page.getByRole('table', { name: 'Table' }).waitFor();
    await pictures(shell, 'study-bars');
    await shell.page.getByRole('button', { name: 'Open as scenario' }).click();
    await shell.page
      .getByText(/study fast-and-slow/)
      .first()
      .waitFor();
    expect(shell.problems).toEqual([]);
  });
});
