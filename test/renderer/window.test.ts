import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from '../../src/renderer/app/router.svelte.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';
import { firstRun } from './fixture/scenario.ts';

describe('the window', () => {
  afterEach(() => {
    delete document.documentElement.dataset['theme'];
  });

  it('changes screens with the digits, but not while one types', async () => {
    const { user } = await start();
    await user.keyboard('3');
    expect(await screen.findByRole('heading', { level: 1, name: 'Library' })).toBeTruthy();
    await user.keyboard('4');
    expect(await screen.findByRole('heading', { level: 1, name: 'Compare' })).toBeTruthy();
    await user.keyboard('1');
    await user.type(screen.getByLabelText('CPUs'), '3');
    expect(screen.getByRole('heading', { level: 1, name: firstRun.name ?? '' })).toBeTruthy();
  });

  it('shows Build as JSON and back with J', async () => {
    const { user } = await start();
    await user.keyboard('j');
    expect(await screen.findByLabelText('Scenario as JSON')).toBeTruthy();
    await user.keyboard('j');
    await waitFor(() => expect(screen.queryByLabelText('Scenario as JSON')).toBeNull());
  });

  it('lists the shortcuts', async () => {
    const { user } = await start();
    await user.keyboard('?');
    const list = await screen.findByRole('dialog', { name: 'Keyboard' });
    expect(within(list).getByText('Ctrl Enter')).toBeTruthy();
  });

  it('keeps the colours that were chosen', async () => {
    const { user } = await start();
    await user.click(screen.getByRole('button', { name: 'Colours: system' }));
    await user.click(screen.getByRole('button', { name: 'Colours: light' }));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('swaplab.theme')).toBe('dark');
  });

  it('tells what the lab found at its start', async () => {
    class Interrupted extends FakeLab {
      override async info() {
        return { ...(await super.info()), notices: ['1 run was interrupted: "nightly".'] };
      }
    }
    await start('', new Interrupted());
    expect(await screen.findByText('1 run was interrupted: "nightly".')).toBeTruthy();
  });

  it.each([
    ['', { screen: 'build', ids: [], baseline: undefined }],
    ['#/library/12', { screen: 'library', ids: [12], baseline: undefined }],
    ['#/compare/3,1,2?baseline=1', { screen: 'compare', ids: [3, 1, 2], baseline: 1 }],
    ['#/nowhere/x,-1', { screen: 'build', ids: [], baseline: undefined }],
  ])('reads the address %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('writes addresses that it reads again', () => {
    const route = { screen: 'compare' as const, ids: [3, 1], baseline: 3 };
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });
});
