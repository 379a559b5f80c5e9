import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { RunQuery } from '../../src/main/lab/contract.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';

function labWithRuns(...names: string[]): FakeLab {
  const lab = new FakeLab();
  for (const name of names) lab.addRun({ name });
  return lab;
}
const lastQuery = (lab: FakeLab) =>
  lab.calls.filter(([method]) => method === 'listRuns').at(-1)?.[1] as RunQuery;
const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('button')[0]?.textContent);

describe('Library', () => {
  it('asks the lab once for what was typed in one go, and shows the answer', async () => {
    const { lab, user } = await start('#/library', labWithRuns('swappiness 60', 'swappiness 100'));
    await screen.findByRole('button', { name: 'swappiness 60' });
    const before = lab.calls.length;
    await user.type(screen.getByLabelText('Search runs'), '100 swap');
    await waitFor(() => expect(names()).toEqual(['swappiness 100']));
    expect(lastQuery(lab)).toMatchObject({ search: '100 swap', offset: 0 });
    expect(lab.calls.length - before).toBe(1);
  });

  it('sorts by a column, and the other way round the second time', async () => {
    const { lab, user } = await start('#/library', labWithRuns('a'));
    const header = await screen.findByRole('button', { name: /throughput/ });
    await user.click(header);
    await waitFor(() =>
      expect(lastQuery(lab)).toMatchObject({ sort: 'throughput', descending: true }),
    );
    await user.click(header);
    await waitFor(() =>
      expect(lastQuery(lab)).toMatchObject({ sort: 'throughput', descending: false }),
    );
    expect(header.closest('th')?.getAttribute('aria-sort')).toBe('ascending');
  });

  it('filters by status and by tag, and finds the way back from an empty list', async () => {
    const lab = labWithRuns('a', 'b');
    lab.addRun({ name: 'broken', status: 'failed', tags: ['phones'] });
    const { user } = await start('#/library', lab);
    await user.click(await screen.findByRole('button', { name: 'failed' }));
    await waitFor(() => expect(names()).toEqual(['broken']));
    await user.click(screen.getByRole('button', { name: 'Only runs tagged phones' }));
    await waitFor(() => expect(lastQuery(lab)).toMatchObject({ tag: 'phones' }));
    await user.type(screen.getByLabelText('Search runs'), 'nothing like this');
    await user.click(await screen.findByRole('button', { name: 'Show all runs' }));
    await waitFor(() => expect(names()).toHaveLength(3));
  });

  it('deletes a run and takes it back', async () => {
    const { lab, user } = await start('#/library', labWithRuns('kept', 'doomed'));
    await user.click(await screen.findByRole('button', { name: 'Delete doomed' }));
    await waitFor(() => expect(names()).toEqual(['kept']));
    expect(lab.calls.find(([method]) => method === 'deleteRuns')).toEqual(['deleteRuns', [2]]);
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(names()).toEqual(['doomed', 'kept']));
    expect(lab.calls.find(([method]) => method === 'restoreRuns')).toEqual(['restoreRuns', [2]]);
  });

  it('says why when the lab does not delete', async () => {
    const { lab, user } = await start('#/library', labWithRuns('kept'));
    const button = await screen.findByRole('button', { name: 'Delete kept' });
    lab.failure = { kind: 'storage', message: 'The disk is full; nothing was changed.' };
    await user.click(button);
    expect(await screen.findByText('The disk is full; nothing was changed.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('changes name, tags and note', async () => {
    const { lab, user } = await start('#/library', labWithRuns('old'));
    await user.click(await screen.findByRole('button', { name: 'Edit old' }));
    const name = screen.getByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'new');
    await user.type(screen.getByLabelText(/Tags/), 'phones, zram, phones,');
    await user.type(screen.getByLabelText('Note'), 'see the thread');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByRole('button', { name: 'new' });
    expect(lab.calls.find(([method]) => method === 'updateRun')).toEqual([
      'updateRun',
      1,
      { name: 'new', tags: ['phones', 'zram'], note: 'see the thread' },
    ]);
  });

  it('turns pages of many runs', async () => {
    const many = Array.from({ length: 120 }, (_, i) => `run ${i + 1}`);
    const { lab, user } = await start('#/library', labWithRuns(...many));
    expect(await screen.findByText('1–50 of 120')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await screen.findByText('51–100 of 120')).toBeTruthy();
    expect(lastQuery(lab)).toMatchObject({ offset: 50, limit: 50 });
    expect(names()[0]).toBe('run 70');
  });

  it('compares runs in the order in which they were ticked, the first as baseline', async () => {
    const { lab, user } = await start('#/library', labWithRuns('a', 'b', 'c'));
    await user.click(await screen.findByLabelText('Tick c'));
    expect(
      within(screen.getByRole('main')).getByRole<HTMLButtonElement>('button', {
        name: 'Compare',
      }).disabled,
    ).toBe(true);
    await user.click(screen.getByLabelText('Tick a'));
    await user.click(screen.getByRole('button', { name: 'Compare 2 runs' }));
    await waitFor(() =>
      expect(lab.calls.find(([method]) => method === 'compareRuns')).toEqual([
        'compareRuns',
        [3, 1],
        3,
      ]),
    );
  });

  it('says what to do when there is nothing yet', async () => {
    await start('#/library');
    expect(await screen.findByText('No runs yet')).toBeTruthy();
  });
});
