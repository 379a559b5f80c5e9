import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';

async function open(lab = new FakeLab(), hash = '') {
  const started = await start(hash, lab);
  await started.user.keyboard('{Control>}k{/Control}');
  const palette = screen.getByRole('dialog', { name: 'Commands' });
  return { ...started, palette, input: within(palette).getByRole('combobox') };
}

describe('the command palette', () => {
  it('goes to a screen by a few letters', async () => {
    const { user, input, app } = await open();
    await user.type(input, 'libr{Enter}');
    expect(app.router.route.screen).toBe('library');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is walked with the arrows, round the ends', async () => {
    const { user, input, palette } = await open();
    const selected = () => within(palette).getByRole('option', { selected: true }).textContent;
    expect(selected()).toContain('Build');
    await user.type(input, '{ArrowDown}');
    expect(selected()).toContain('Runs');
    await user.type(input, '{ArrowUp}{ArrowUp}');
    const options = within(palette).getAllByRole('option');
    expect(options.at(-1)?.getAttribute('aria-selected')).toBe('true');
    expect(input.getAttribute('aria-activedescendant')).toBe(options.at(-1)?.id);
  });

  it('does not take the list of keys with it when it tells late that it has closed', async () => {
    const { user, palette } = await open();
    // A browser closes it at Escape, and sends the event afterwards.
    (palette as HTMLDialogElement).open = false;
    await user.click(document.body);
    await user.keyboard('?');
    palette.dispatchEvent(new Event('close'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(screen.getByRole('dialog', { name: 'Keyboard' })).toBeTruthy();
  });

  it('finds saved runs', async () => {
    const lab = new FakeLab();
    lab.addRun({ name: 'zswap in front' });
    const wanted = lab.addRun({ name: 'straight to the SSD' });
    const { user, input, palette, app } = await open(lab);
    await user.type(input, 'straight ssd');
    await user.click(await within(palette).findByText(/straight to the SSD \(run 2, done\)/));
    expect(app.router.route).toMatchObject({ screen: 'library', ids: [wanted.id] });
  });

  it('offers what can be done with runs only while there are any', async () => {
    const lab = new FakeLab();
    const { user, input, palette } = await open(lab);
    await user.type(input, 'cancel');
    await within(palette).findByText('Nothing matches.');
    await user.keyboard('{Escape}');
  });

  it('cancels every run', async () => {
    const lab = new FakeLab();
    const { user } = await start('', lab);
    await user.keyboard('{Control>}{Enter}{/Control}');
    await user.keyboard('{Control>}k{/Control}');
    const palette = screen.getByRole('dialog', { name: 'Commands' });
    await user.type(within(palette).getByRole('combobox'), 'cancel every{Enter}');
    await waitFor(() => expect(lab.runs.get(1)?.status).toBe('cancelled'));
    expect(lab.calls.filter(([method]) => method === 'cancelRun')).toEqual([['cancelRun', 1]]);
  });
});
