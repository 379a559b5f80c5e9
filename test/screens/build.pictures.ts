// Pictures of Build when there is much of everything: tiers with long names, moves between them, deep
// groups, advice, problems, and its dialogs with many saved things.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { pictures } from '../e2e/pictures.ts';
import { launchServe, type Shell } from '../e2e/shells.ts';
import { fullMachine } from './fullMachine.ts';

let shell: Shell;
const page = () => shell.page;
const button = (name: string | RegExp) =>
  page()
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first();
const picture = (name: string) => pictures(shell, name);
const heading = (text: string) => page().getByRole('heading', { level: 1 }).getByText(text);

/** Puts a scenario into Build by its JSON, which can be undone. */
async function build(scenario: object): Promise<void> {
  await button('JSON').click();
  await page()
    .getByLabel('Scenario as JSON')
    .fill(JSON.stringify(scenario, null, 2));
  await button('Form').click();
}

async function saveAs(name: string): Promise<void> {
  await button('Save …').click();
  const dialog = page().getByRole('dialog', { name: 'Save the scenario' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe('Build with much of everything', () => {
  beforeAll(async () => {
    shell = await launchServe();
    await heading('First run').waitFor();
    await build(fullMachine());
    await heading('Everything at once').waitFor();
  });
  afterAll(() => shell?.dispose());

  it('tiers, moves and groups, with what differs from the defaults', async () => {
    await page().getByText('Control group').first().waitFor();
    await picture('full-machine');
    await button(/^reclaim · swappiness/).hover();
    await button(/^reclaim · swappiness/)
      .locator('.mark')
      .hover();
    await page().locator('.tip').waitFor();
    await shell.screenshot('full-changes');
  });

  it('the end of the drawing, with what to expect', async () => {
    await page().getByRole('heading', { name: 'Before you run' }).scrollIntoViewIfNeeded();
    await picture('full-expectations');
  });

  it('forms of a deep group and of policies', async () => {
    await button('worker').click();
    await picture('full-group');
    await button(/^hdd-of-the-archive/)
      .first()
      .click();
    await picture('full-tier');
    await page().locator('.lane').first().click();
    await picture('full-policies');
  });

  it('problems', async () => {
    const wrong = { ...fullMachine(), machine: { memory: 'lots', cpus: 0 } };
    await build({ ...wrong, tiers: { ssd: { kind: 'block', device: 'floppy' } } });
    await page().getByText('problems').first().waitFor();
    await picture('full-problems');
    await page().keyboard.press('Control+z');
  });

  it('JSON with an error', async () => {
    await button('JSON').click();
    const editor = page().getByLabel('Scenario as JSON');
    await editor.fill(`${await editor.inputValue()}}`);
    await page().getByText('keeps its last readable state').waitFor();
    await picture('full-json-error');
    await button('Form').click();
  });

  it('dialogs with many saved things', async () => {
    const long = 'racks of the third row, before the move to another building, '.repeat(3).trim();
    for (const name of ['rack 7', 'rack 7', long, 'phone']) await saveAs(name);
    await button('Save …').click();
    await picture('full-save');
    await page().keyboard.press('Escape');
    await button('Open …').click();
    const open = page().getByRole('dialog', { name: 'Open a scenario' });
    await open.getByText('rack 7').first().scrollIntoViewIfNeeded();
    await picture('full-open');
    await page().keyboard.press('Escape');
  });
});
