// A sweep in both shells: started from Build, followed as a grid, paused, continued and cancelled as one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictures } from './pictures.ts';
import { shells, type Shell } from './shells.ts';

describe.each(shells)('a group of runs in $name', ({ launch }) => {
  let shell: Shell;
  const button = (name: string | RegExp) =>
    shell.page.getByRole('button', { name, exact: typeof name === 'string' }).first();
  const main = () => shell.page.getByRole('main');

  /** Opens the dialog in Build and asks for a sweep of one setting. */
  async function sweep(path: string, values: string, seeds: string): Promise<void> {
    await shell.page.keyboard.press('1');
    await button('Run several …').click();
    const dialog = shell.page.getByRole('dialog', { name: 'Run several' });
    await dialog.getByLabel('Path of setting 1').fill(path);
    await dialog.getByLabel(/^Values of setting 1/).fill(values);
    await dialog.getByLabel('Seeds').fill(seeds);
  }

  beforeAll(async () => {
    shell = await launch();
    await shell.page.getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(() => shell?.dispose());

  it('is a grid over the settings that it varies', async () => {
    await sweep('kernel.zswap.compressor', 'lzo, zstd', '2');
    await shell.page.getByText('2 values × 2 seeds =').waitFor();
    await pictures(shell, 'group-dialog');
    await button('Start 4 runs').click();
    await main().getByRole('heading', { level: 1, name: 'First run' }).waitFor();
    await main().getByText('4 done').first().waitFor({ timeout: 100_000 });
    const map = main().getByRole('table', { name: /^Heat map/ });
    await map.getByText('best').waitFor();
    const rows = await map.getByRole('row').allInnerTexts();
    expect(rows).toHaveLength(3);
    for (const [row, word] of [rows[1], rows[2]].map((text, i) => [text, ['lzo', 'zstd'][i]])) {
      expect(row).toMatch(new RegExp(`^${word}\\s+[\\d.]+[KM]/s`));
    }
    expect(rows.join().match(/best/g)).toHaveLength(1);
    await main().getByText('the mean of its seeds').waitFor();
    // The heat map says all that the grid of a sweep could, once every run is done.
    expect(await main().getByRole('table', { name: 'Runs of this group' }).count()).toBe(0);
    await pictures(shell, 'group');
  });

  it('says which value is wrong, and starts nothing', async () => {
    await sweep('kernel.swappiness', '60, 201', '1');
    await button('Start 2 runs').click();
    await shell.page.getByText(/With kernel.swappiness 201/).waitFor();
    await shell.page.keyboard.press('Escape');
  });

  it('is paused, continued and cancelled as one', async () => {
    await sweep('cgroups.batch.workloads[0].trace.repeat', '2000, 3000, 4000', '1');
    await button('Start 3 runs').click();
    await button(/^Pause all/).click();
    await main().getByText('3 paused').first().waitFor();
    await pictures(shell, 'group-paused');
    await button(/^Continue all/).click();
    await main()
      .getByText(/^\d running/)
      .first()
      .waitFor();
    await button(/^Cancel all/).click();
    await main().getByText('3 cancelled').first().waitFor();
  });

  it('went without an error on the page', () => {
    expect(shell.problems).toEqual([]);
  });
});
