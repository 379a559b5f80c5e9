import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';
import { inventResult } from './fixture/result.ts';

const calls = (lab: FakeLab, wanted: string) => lab.calls.filter(([method]) => method === wanted);

/** Progress of run 1 at half its way, with one sample. */
function halfWay(lab: FakeLab): void {
  lab.tell.runProgress({
    id: 1,
    progress: {
      simulatedNs: 12e9,
      accesses: 20_000_000,
      wallMs: 1000,
      accessesPerSecond: 20_000_000,
      fraction: 0.5,
      etaMs: 65_000,
    },
    live: { timeNs: [12e9], columns: [{ scope: 'machine', metric: 'resident', values: [12_500] }] },
    events: [{ timeNs: 9e9, kind: 'oom_kill', scope: 'cgroup:/web', message: 'Killed server.' }],
    figures: null,
  });
}

describe('Run', () => {
  it('follows a run from its start to its totals', async () => {
    const lab = new FakeLab();
    const { user } = await start('', lab);
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findAllByText('Waiting for the first samples.')).toHaveLength(4);

    halfWay(lab);
    const main = within(screen.getByRole('main'));
    expect((await main.findAllByText('50 %')).length).toBeGreaterThan(0);
    expect(main.getAllByText('12 s simulated').length).toBeGreaterThan(0);
    expect(main.getAllByText('1 min 5 s left').length).toBeGreaterThan(0);
    expect(await main.findByText('Killed server.')).toBeTruthy();
    expect(main.getByRole('slider', { name: /Where the pages are/ })).toBeTruthy();

    lab.change(1, { status: 'done', endedAt: Date.now(), result: inventResult(1) });
    expect(await main.findByRole('heading', { name: 'Totals' })).toBeTruthy();
    expect(main.getByRole('button', { name: 'Run again' })).toBeTruthy();
  });

  it('pauses, continues and cancels', async () => {
    const lab = new FakeLab();
    lab.addRun({ name: 'long', status: 'running', endedAt: null });
    const { user } = await start('#/run/1', lab);
    const header = async (name: string) =>
      (await screen.findAllByRole('button', { name: `${name} long` })).at(-1) as HTMLElement;
    await user.click(await header('Pause'));
    await user.click(await header('Continue'));
    await user.click(await header('Cancel'));
    await screen.findByText(/It was cancelled, so there are no totals/);
    expect(calls(lab, 'pauseRun')).toEqual([['pauseRun', 1]]);
    expect(calls(lab, 'continueRun')).toEqual([['continueRun', 1]]);
    expect(calls(lab, 'cancelRun')).toEqual([['cancelRun', 1]]);
  });

  it('shows how old entries of zswap were when a fault brought them back', async () => {
    const lab = new FakeLab();
    lab.addRun();
    await start('#/library/1', lab);
    const table = within(await screen.findByRole('table', { name: /Age of entries in zswap/ }));
    const [, ...rows] = table.getAllByRole('row').map((row) => row.textContent);
    // None was written back, so there is one row: a median of 2 s, and 67 200 entries.
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/at a fault.*2 s.*67,200/);
  });

  it('finds totals by name and by meaning, and explains them', async () => {
    const lab = new FakeLab();
    lab.addRun();
    const { user } = await start('#/library/1', lab);
    await user.type(await screen.findByLabelText('Search totals'), 'bring the page back');
    const [word] = screen.getAllByRole('button', { name: 'pgmajfault', description: /from swap/ });
    await user.hover(word as HTMLElement);
    await waitFor(() =>
      expect(document.querySelector('.tip')?.textContent).toContain('Counted by /proc/vmstat'),
    );
    expect(screen.queryByText('pgfault')).toBeNull();
  });

  it('runs a kept run again with its own seed and folder', async () => {
    const lab = new FakeLab();
    const { scenario } = lab.addRun({ name: 'once', seed: 42, baseDir: '/home/someone/traces' });
    const { user } = await start('#/library/1', lab);
    await user.click(await screen.findByRole('button', { name: 'Run again' }));
    await waitFor(() => expect(calls(lab, 'startRun')).toHaveLength(1));
    expect(calls(lab, 'startRun')[0]?.[1]).toEqual({
      scenario,
      name: 'once',
      seed: 42,
      baseDir: '/home/someone/traces',
    });
  });

  it('opens the scenario of a run in Build', async () => {
    const lab = new FakeLab();
    lab.addRun({ scenario: { ...lab.addRun().scenario, name: 'the other one' } });
    const { user, app } = await start('#/library/2', lab);
    await user.click(await screen.findByRole('button', { name: 'Open in Build' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'the other one' })).toBeTruthy();
    expect(app.draft.changes).toEqual([]);
  });

  it('says why a run failed', async () => {
    const lab = new FakeLab();
    lab.addRun({ status: 'failed', error: 'The trace t.trace cannot be read.' });
    await start('#/library/1', lab);
    expect(await screen.findByText('The trace t.trace cannot be read.')).toBeTruthy();
  });

  it('says so when the run does not exist', async () => {
    await start('#/library/7');
    expect(await screen.findByText(/There is no run 7/)).toBeTruthy();
  });
});

describe('A page’s life', () => {
  it('is asked for by name or by its fate, can be cancelled, and is told as a list', async () => {
    const lab = new FakeLab();
    lab.addRun({ digest: 'd'.repeat(64) });
    const { user } = await start('#/library/1', lab);
    const panel = within(await screen.findByRole('region', { name: 'A page’s life' }));
    await user.clear(panel.getByLabelText('Page'));
    await user.type(panel.getByLabelText('Page'), '17');
    await user.click(panel.getByRole('button', { name: 'Show its life' }));
    await waitFor(() => expect(calls(lab, 'findPageLife')).toHaveLength(1));
    const asked = calls(lab, 'findPageLife')[0]?.[2] as { page: number };
    expect(asked.page).toBe(17);

    lab.tell.lifeChanged(1, { kind: 'running', fraction: 0.4 });
    await user.click(await panel.findByRole('button', { name: 'Cancel' }));
    expect(await panel.findByText('It was cancelled.')).toBeTruthy();

    await user.click(panel.getByRole('button', { name: 'Find a hot page on a device' }));
    lab.tell.lifeChanged(1, {
      kind: 'done',
      life: {
        page: { cgroup: '/web', workload: 'server', page: 4711 },
        events: [
          { timeNs: 1e6, page: 4711, kind: 'move', from: 'new', to: 'ram', says: 'new → ram' },
        ],
        truncated: false,
        digest: 'd'.repeat(64),
      },
    });
    expect(await panel.findByText('new → ram')).toBeTruthy();
    expect(panel.getByRole('heading', { name: /Page 4.?711 of server in \/web/ })).toBeTruthy();
    expect(panel.queryByText(/another course/)).toBeNull();
    // What was found stands in the form.
    expect((panel.getByLabelText('Page') as HTMLInputElement).value).toBe('4711');
  });
});
