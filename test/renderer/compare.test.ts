import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';
import { firstRun } from './fixture/scenario.ts';

/** Run 2 swaps half as much again as run 1 and has another swappiness; run 3 is another engine's. */
function labWithThree(): FakeLab {
  const lab = new FakeLab();
  lab.addRun({ name: 'calm', digest: 'a' });
  const scenario = { ...firstRun, kernel: { ...firstRun.kernel, swappiness: 150 } };
  lab.addRun({ name: 'busy', scenario, digest: 'b' }, 1.5);
  lab.addRun({ name: 'older', engineVersion: '0.0.9', digest: 'c' });
  return lab;
}
const table = async (name: RegExp) => within(await screen.findByRole('table', { name }));
const totals = () => table(/What came of it/);
const cells = (row: HTMLElement) => within(row).getAllByRole('cell');

describe('Compare', () => {
  it('shows the settings that differ, and only those', async () => {
    await start('#/compare/1,2?baseline=1', labWithThree());
    const settings = await table(/What differs/);
    const rows = settings.getAllByRole('row').slice(1);
    expect(rows.map((row) => cells(row).map((cell) => cell.textContent?.trim()))).toEqual([
      ['kernel.swappiness', '60', '150'],
    ]);
  });

  it('lists all settings on demand, marks those that differ and searches them', async () => {
    const { user } = await start('#/compare/1,2?baseline=1', labWithThree());
    await user.click(await screen.findByLabelText('all settings'));
    const settings = await table(/What differs/);
    const rows = () => settings.getAllByRole('row').slice(1);
    expect(rows().length).toBeGreaterThan(50);
    await user.type(screen.getByLabelText('Search settings'), 'swappiness');
    const [differing] = rows();
    expect(rows()).toHaveLength(1);
    expect(differing?.textContent).toMatch(/kernel\.swappiness.*differs.*60.*150/s);
    await user.clear(screen.getByLabelText('Search settings'));
    await user.type(screen.getByLabelText('Search settings'), 'pageCluster');
    expect(rows().map((row) => cells(row).map((cell) => cell.textContent?.trim()))).toEqual([
      ['kernel.pageCluster', '3 in all'],
    ]);
  });

  it('says with an arrow where a figure went and with a colour whether that is better', async () => {
    await start('#/compare/1,2?baseline=1', labWithThree());
    // Fewer accesses a second are worse although the figure went down.
    const throughput = (await totals()).getByRole('row', { name: /throughput/ });
    const slower = cells(throughput)[2] as HTMLElement;
    expect(slower.textContent).toMatch(/▼\s*−533K\/s\s*−33\.3 %/);
    expect(slower.classList.contains('bad')).toBe(true);
    expect(within(slower).getByText('worse')).toBeTruthy();
    // More major faults are worse because the figure went up: 96,000 to 144,000.
    const faults = cells((await totals()).getByRole('row', { name: /pgmajfault/ }))[2];
    expect(faults?.textContent).toMatch(/▲\s*\+48,000\s*\+50\.0 %/);
    expect(faults?.classList.contains('bad')).toBe(true);
    // From nothing to one there is no percentage.
    const kills = cells((await totals()).getByRole('row', { name: /oom_kill/ }))[2];
    expect(kills?.textContent).toMatch(/▲\s*\+1\s*worse/);
  });

  it('turns the signs round when the other run is the baseline', async () => {
    const { lab, user } = await start('#/compare/1,2?baseline=1', labWithThree());
    await user.click(await screen.findByRole('button', { name: 'make baseline: busy' }));
    await waitFor(() =>
      expect(lab.calls.filter(([method]) => method === 'compareRuns').at(-1)).toEqual([
        'compareRuns',
        [1, 2],
        2,
      ]),
    );
    await waitFor(async () => {
      const faults = cells((await totals()).getByRole('row', { name: /pgmajfault/ }))[1];
      expect(faults?.textContent).toMatch(/▼\s*−48,000\s*−33\.3 %/);
      expect(faults?.classList.contains('good')).toBe(true);
    });
  });

  it('puts reasons for caution before the figures', async () => {
    await start('#/compare/1,3?baseline=1', labWithThree());
    const warning = await screen.findByText(/different versions of the engine/);
    const figures = await screen.findByRole('table', { name: /What came of it/ });
    expect(warning.compareDocumentPosition(figures)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  it('hides what is the same until it is asked for, and searches', async () => {
    const { user } = await start('#/compare/1,2?baseline=1', labWithThree());
    expect((await totals()).queryByRole('row', { name: /zswap_pool/ })).toBeNull();
    await user.click(screen.getByLabelText('what is the same too'));
    const pool = (await totals()).getByRole('row', { name: /zswap_pool/ });
    expect(cells(pool)[2]?.textContent?.trim()).toBe('same');
    await user.type(screen.getByLabelText('Search totals'), 'majfault');
    const rows = (await totals()).getAllByRole('row').slice(1);
    expect(rows.map((row) => within(row).getByRole('rowheader').textContent)).toEqual([
      expect.stringContaining('pgmajfault'),
    ]);
  });

  it('sorts by the size of the change', async () => {
    const { user } = await start('#/compare/1,2?baseline=1', labWithThree());
    await user.click((await totals()).getByRole('button', { name: 'change' }));
    const first = (await totals()).getAllByRole('rowheader')[0];
    // One OOM kill instead of none is no percentage but the biggest change there is.
    expect(first?.textContent).toContain('oom_kill');
  });

  it('lets choose runs when there are not two yet', async () => {
    const { user } = await start('#/compare', labWithThree());
    await user.click(await screen.findByLabelText(/busy/));
    await user.click(screen.getByLabelText(/calm/));
    await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Compare' }));
    expect(location.hash).toBe('#/compare/2,1?baseline=2');
    expect(await totals()).toBeTruthy();
  });

  it('says so when a run cannot be had', async () => {
    await start('#/compare/1,99', labWithThree());
    expect(await screen.findByText('There is no run 99.')).toBeTruthy();
  });
});
