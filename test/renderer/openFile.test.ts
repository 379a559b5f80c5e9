// Files that are dropped on the window, and previews that are asked for, kept and called off.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { FakeLab } from './fixture/fakeLab.ts';
import { start } from './fixture/app.ts';
import { firstRun } from './fixture/scenario.ts';

const fileOf = (name: string, text: string) => new File([text], name);

/** Reading a file takes its time on a machine that is busy. */
const said = (text: string | RegExp) => screen.findByText(text, undefined, { timeout: 8000 });

const drop = (file: File) =>
  fireEvent.drop(document.body, { dataTransfer: { types: ['Files'], files: [file] } });

describe('a file that is dropped', () => {
  it('opens a scenario in Build, wherever one is', async () => {
    const { app } = await start('#/library');
    await drop(fileOf('mine.json', JSON.stringify({ ...firstRun, name: 'Mine' })));
    await waitFor(() => expect(app.draft.origin.label).toBe('mine.json'));
    expect(app.router.route.screen).toBe('build');
    expect(app.draft.canUndo).toBe(false);
  });

  it('imports a run and shows it', async () => {
    const { app, lab } = await start();
    await drop(fileOf('run.json', JSON.stringify({ format: 'swap-lab-run', version: 1 })));
    await waitFor(() => expect(lab.calls.some(([method]) => method === 'importRun')).toBe(true));
    await waitFor(() => expect(app.router.route.screen).toBe('run'));
  });

  it('keeps a set of tiers, and uses it when asked to', async () => {
    const { app, user } = await start();
    const tiers = { tape: { kind: 'block', device: 'hdd', size: '1GiB' } };
    const text = JSON.stringify({ format: 'swap-lab-tiers', version: 1, name: 'slow', tiers });
    await drop(fileOf('slow.json', text));
    await said('Kept the tiers “slow”, version 1.');
    expect(app.draft.scenario.tiers).toEqual(firstRun.tiers);
    await user.click(screen.getByRole('button', { name: 'Use them here …' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Machines and tiers' }));
    // Seen before it is done: one tier goes, one comes, and a group may no longer be held to the one that goes.
    const rows = dialog.getAllByRole('row').map((row) => row.textContent);
    expect(rows.slice(1)).toEqual([
      'tier ssdblock, sata-ssd, 256MiBnone',
      'tier tapenoneblock, hdd, 1GiB',
      'cgroups.web.memory.swap.tiersssdall that its parent may use (default)',
    ]);
    expect(app.draft.scenario.tiers).toEqual(firstRun.tiers);
    await user.click(dialog.getByRole('button', { name: 'Use it' }));
    expect(app.draft.scenario.tiers).toEqual(tiers);
    expect(app.draft.check.ok).toBe(true);
    app.draft.undo();
    expect(app.draft.scenario).toEqual(firstRun);
  });

  it('keeps a trace and adds a workload that replays it, in one step of undo', async () => {
    const { app, lab } = await start();
    await drop(fileOf('9 lives.log', ' L 1000,8\n'));
    await said(/^Kept 9 lives\.log as a trace/);
    const [, name, base64] = lab.calls.find(([method]) => method === 'importTrace') ?? [];
    expect([name, atob(String(base64))]).toEqual(['9 lives.log', ' L 1000,8\n']);
    const [, group] = app.draft.selection;
    expect(app.draft.scenario.cgroups?.[String(group)]?.workloads?.[0]?.trace).toEqual({
      file: '/traces/9 lives.log',
    });
    expect(app.draft.check.ok).toBe(true);
    app.draft.undo();
    expect(app.draft.scenario).toEqual(firstRun);
  });

  it('says what is wrong with it', async () => {
    const { app } = await start();
    await drop(fileOf('broken.json', '{"a":'));
    await said(/^broken\.json: this is not JSON/);
    const huge = fileOf('huge.log', '');
    Object.defineProperty(huge, 'size', { value: 2 ** 30 });
    await drop(huge);
    await said(/^huge\.log: it has 1024 MiB; accepted here: up to 48 MiB/);
    expect(app.draft.scenario).toEqual(firstRun);
  });
});

describe('previews', () => {
  const asked = (lab: FakeLab) => lab.calls.filter(([method]) => method === 'previewWorkload');

  it('are asked for once for each workload, and again only when it changes', async () => {
    const { app, lab } = await start();
    await waitFor(() => expect(asked(lab).length).toBe(2));
    app.draft.set(['tiers', 'ssd', 'size'], '512MiB');
    app.draft.set(['cgroups', 'web', 'workloads', 0, 'pages'], '64MiB');
    await waitFor(() => expect(asked(lab).length).toBe(3));
    expect(asked(lab)[2]?.[1]).toMatchObject({ cgroup: '/web', workload: 'server' });
  });

  it('say why there is none', async () => {
    const lab = new FakeLab();
    lab.previewWorkload = () =>
      Promise.reject({ kind: 'invalid', message: 'Its trace is too long.' } as unknown as Error);
    await start('', lab);
    const all = () => screen.getAllByText('No preview: Its trace is too long.');
    await waitFor(() => expect(all().length).toBe(2));
  });

  it('that nobody waits for any more are called off', async () => {
    const lab = new FakeLab();
    lab.previewWorkload = () => new Promise(() => undefined);
    const { app } = await start('', lab);
    await waitFor(() => expect(app.previews.at('cgroups.web.workloads[0]')?.isMaking).toBe(true));
    app.draft.set(['cgroups', 'web'], undefined);
    await waitFor(() => expect(lab.calls.filter(([m]) => m === 'cancelPreview').length).toBe(1));
    app.router.show('library');
    await waitFor(() => expect(lab.calls.filter(([m]) => m === 'cancelPreview').length).toBe(2));
  });
});
