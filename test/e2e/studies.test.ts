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

  it('end in a verdict that is still there the next day', { timeout: 400_000 }, async () => {
    const button = (name: string) => shell.page.getByRole('button', { name, exact: true });
    await shell.page
      .getByRole('navigation')
      .getByRole('button', { name: /^Studies/ })
      .click();
    await shell.page.getByRole('heading', { level: 1, name: 'Studies' }).waitFor();
    const card = shell.page
      .getByRole('listitem')
      .filter({ has: button('Run What a descriptor costs') });
    expect((await card.innerText()).replace(/\s+/g, ' ')).toMatch(
      /What a descriptor costs .*whether it is used or not.*\. .*— not run yet .*linux-mm, February 2023.* 32 runs/,
    );
    await pictures(shell, 'studies');
    await button('Run What a descriptor costs').click();
    await button('Run A fast and a slow device').click();
    const done = shell.page.getByText(/as recorded: \d+ of \d+ claims hold/);
    await done.nth(1).waitFor({ timeout: 150_000 });
    expect(await card.innerText()).toMatch(
      /as recorded: 4 of 6 claims hold[^]*run (just now|\d+ min ago)/,
    );
    await pictures(shell, 'studies-done');

    await button('Open What a descriptor costs').click();
    await shell.page.getByRole('table', { name: 'Table' }).waitFor();
    const claims = await shell.page.getByRole('region', { name: /^Claims/ }).innerText();
    expect(claims.match(/✓ holds/g)).toHaveLength(4);
    expect(claims.match(/✗ refuted[^✓✗]*Reason: /g)).toHaveLength(2);
    // Each chart stands there, and has something drawn on it.
    const drawn = await shell.page
      .getByRole('main')
      .locator('canvas')
      .evaluateAll((all) =>
        (all as HTMLCanvasElement[]).map((canvas) => {
          canvas.scrollIntoView();
          const { width, height } = canvas;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
          return data.some((value) => value !== 0);
        }),
      );
    expect(drawn.length).toBeGreaterThanOrEqual(2);
    expect(drawn[0]).toBe(true);
    await shell.page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
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
    await shell.page
      .getByRole('heading', { level: 1, name: /^A fast and a slow device: fast first/ })
      .waitFor();
    // It can be changed, and run by itself.
    await shell.page.getByLabel('CPUs', { exact: true }).fill('1');
    await shell.page.getByText(/1 setting differs from study fast-and-slow/).waitFor();
    await shell.page.keyboard.press('Control+Enter');
    await shell.page.getByRole('region', { name: 'Headline figures' }).waitFor({ timeout: 60_000 });
    expect(shell.problems).toEqual([]);
  });
});
