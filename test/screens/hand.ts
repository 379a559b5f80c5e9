// What a person does at the screens whose pictures are taken.
import { pictures } from '../e2e/pictures.ts';
import type { Shell } from '../e2e/shells.ts';

/** @param shell the one that is open at the moment */
export function handAt(shell: () => Shell) {
  const page = () => shell().page;
  const button = (name: string | RegExp) =>
    page()
      .getByRole('button', { name, exact: typeof name === 'string' })
      .first();
  return {
    page,
    button,
    main: () => page().getByRole('main'),
    press: (keys: string) => page().keyboard.press(keys),
    picture: (name: string) => pictures(shell(), name),
    /** Goes to an address of the page. */
    go: (route: string) => page().evaluate((hash) => void (location.hash = hash), route),
    /** Opens a scenario in Build by its JSON. */
    async build(scenario: object): Promise<void> {
      await page().keyboard.press('1');
      await button('JSON').click();
      await page().getByLabel('Scenario as JSON').fill(JSON.stringify(scenario));
      await button('Form').click();
    },
    /** Opens the dialog for a group of runs and fills it in. */
    async askForGroup(settings: readonly [string, string][], seeds: string): Promise<void> {
      await page().keyboard.press('1');
      await button('Run several …').click();
      const dialog = page().getByRole('dialog', { name: 'Run several' });
      for (const [index, [path, values]] of settings.entries()) {
        await dialog.getByLabel(`Path of setting ${index + 1}`).fill(path);
        await dialog.getByLabel(new RegExp(`^Values of setting ${index + 1}`)).fill(values);
      }
      await dialog.getByLabel('Seeds').fill(seeds);
    },
  };
}
