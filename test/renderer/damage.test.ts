import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { LibraryDamage } from '../../src/main/lab/contract.ts';
import { start } from './fixture/app.ts';

const damage: LibraryDamage = {
  message: 'The database runs.db is damaged. `swaplab recover` saves what can be read of it.',
  ways: [{ kind: 'salvage', label: 'Save what can be read', detail: 'Keeps the damaged file.' }],
};

async function damaged() {
  const started = await start('#/library');
  expect(screen.queryByText('The library is damaged.')).toBeNull();
  started.lab.damage = damage;
  started.lab.tell.libraryDamaged();
  await screen.findByText('The library is damaged.');
  return started;
}

describe('a damaged library', () => {
  it('is said on every screen as soon as it is found, and nothing is said of a whole one', async () => {
    const { user } = await damaged();
    await user.keyboard('1');
    expect(screen.getByRole('alert').textContent).toContain('The library is damaged.');
  });

  it('is left by a way that the person chooses, who is told what that interrupts', async () => {
    const { lab, user } = await damaged();
    lab.addRun({ status: 'running', endedAt: null });
    lab.change(1, {});
    await user.click(screen.getByRole('button', { name: 'Ways out …' }));
    const dialog = within(screen.getByRole('dialog', { name: 'The library is damaged' }));
    expect(dialog.getByText('swaplab recover').tagName).toBe('CODE');
    await dialog.findByText(/A run goes on and is interrupted by this/);
    await user.click(dialog.getByRole('button', { name: 'Save what can be read' }));
    await waitFor(() => expect(lab.calls).toContainEqual(['takeWayOut', 'salvage']));
  });

  it('stays open with the reason where a way is refused', async () => {
    const { lab, user } = await damaged();
    await user.click(screen.getByRole('button', { name: 'Ways out …' }));
    lab.failure = { kind: 'invalid', message: 'runs.db is open in another Swap Lab.' };
    await user.click(screen.getByRole('button', { name: 'Save what can be read' }));
    expect(await screen.findByText('runs.db is open in another Swap Lab.')).toBeTruthy();
    const again = screen.getByRole<HTMLButtonElement>('button', { name: 'Save what can be read' });
    expect(again.disabled).toBe(false);
  });
});
