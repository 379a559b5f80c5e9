import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { start } from './fixture/app.ts';
import { firstRun } from './fixture/scenario.ts';

const inspector = () => within(screen.getByRole('region', { name: /Settings of the selected/ }));
const runButton = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Run' });

describe('Build', () => {
  it('opens with the scenario first-run', async () => {
    const { app } = await start();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(firstRun.name);
    expect(app.draft.scenario).toEqual(firstRun);
    expect(screen.getByText('as in first-run')).toBeTruthy();
  });

  it('says what is wrong under the field while one types, and does not run', async () => {
    const { user, lab } = await start();
    const ram = inspector().getByLabelText('RAM');
    await user.clear(ram);
    await user.type(ram, 'lots');
    const row = ram.closest('.form-row') as HTMLElement;
    expect(within(row).getByRole('alert').textContent).toMatch(
      /"lots" is not accepted.*a size of 0 or more such as "512M"/,
    );
    expect(ram.getAttribute('aria-invalid')).toBe('true');
    expect(runButton().disabled).toBe(true);
    expect(runButton().title).toBe('Fix the problem first');

    await user.clear(ram);
    await user.type(ram, '128MiB');
    expect(within(row).queryByRole('alert')).toBeNull();
    await user.click(runButton());
    await waitFor(() => expect(lab.calls.some(([method]) => method === 'startRun')).toBe(true));
    const [, request] = lab.calls.find(([method]) => method === 'startRun') ?? [];
    expect(request).toMatchObject({ scenario: { machine: { memory: '128MiB', cpus: 2 } } });
  });

  it('leads from the list of problems to the field', async () => {
    const { user, app } = await start();
    app.draft.set(['cgroups', 'web', 'workloads', 0, 'pages'], 'few');
    await user.click(await screen.findByRole('button', { name: 'cgroups.web.workloads[0].pages' }));
    await waitFor(() => expect(document.activeElement).toBe(inspector().getByLabelText('Pages')));
  });

  it('marks what differs from the default and takes it back', async () => {
    const { user, app } = await start();
    await user.click(screen.getByRole('button', { name: /swappiness 60/ }));
    const field = inspector().getByLabelText<HTMLInputElement>('vm.swappiness');
    expect(field.placeholder).toBe('60');
    await user.type(field, '100');
    expect(field.closest('.form-row')?.classList.contains('changed')).toBe(true);
    await user.click(inspector().getByRole('button', { name: /Default: 60/ }));
    expect(field.value).toBe('');
    expect(app.draft.scenario).toEqual(firstRun);
  });

  it('undoes with the keyboard, and the field follows', async () => {
    const { user } = await start();
    const cpus = inspector().getByLabelText<HTMLInputElement>('CPUs');
    await user.clear(cpus);
    await user.type(cpus, '8');
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(cpus.value).toBe('2'));
    await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await waitFor(() => expect(cpus.value).toBe('8'));
  });

  it('adds a tier and shows its form; removing it brings the old state back', async () => {
    const { user, app } = await start();
    await user.click(screen.getByRole('button', { name: '+ zram' }));
    expect(inspector().getByLabelText<HTMLInputElement>('disksize').value).toBe('512MiB');
    expect(app.draft.check.ok).toBe(true);
    await user.click(inspector().getByRole('button', { name: 'Remove tier' }));
    expect(app.draft.scenario).toEqual(firstRun);
  });

  it('keeps what another kind of tier has as well when the kind is changed', async () => {
    const { user, app } = await start();
    app.draft.set(['tiers', 'ssd', 'priority'], 5);
    await user.click(screen.getByRole('button', { name: /^ssd/ }));
    await user.selectOptions(inspector().getByLabelText('Kind'), 'zram');
    expect(app.draft.scenario.tiers?.['ssd']).toEqual({
      kind: 'zram',
      size: '256MiB',
      priority: 5,
    });
  });

  it('renames a group where the name is free, and says so where it is not', async () => {
    const { user, app } = await start();
    await user.click(screen.getByRole('button', { name: 'web' }));
    const name = inspector().getByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'sort');
    expect(inspector().getByRole('alert').textContent).toContain('"sort" is taken');
    await user.clear(name);
    await user.type(name, 'api{Enter}');
    await fireEvent.change(name);
    expect(Object.keys(app.draft.scenario.cgroups ?? {})).toEqual(['sort', 'api']);
    expect(inspector().getByRole('heading', { name: /\/api/ })).toBeTruthy();
  });

  it('edits contents and says when the shares do not add up', async () => {
    const { user, app } = await start();
    await user.click(screen.getByRole('button', { name: 'server' }));
    const share = inspector().getByLabelText('Share of row 1, percent');
    await user.clear(share);
    await user.type(share, '20');
    await fireEvent.change(share);
    expect(inspector().getByText(/shares that add up to 100 \(they add up to 108\)/)).toBeTruthy();
    expect(app.draft.check.ok).toBe(false);
  });

  it('takes JSON over as it is typed, and keeps the last state while it is none', async () => {
    const { user, app } = await start();
    await user.click(screen.getByRole('button', { name: 'JSON' }));
    const editor = screen.getByLabelText<HTMLTextAreaElement>('Scenario as JSON');
    expect(JSON.parse(editor.value)).toEqual(firstRun);

    await fireEvent.input(editor, { target: { value: '{"name": "typed", }' } });
    expect(screen.getByText(/this is not JSON.*line 1/)).toBeTruthy();
    expect(app.draft.scenario).toEqual(firstRun);

    await fireEvent.input(editor, { target: { value: '{"name": "typed"}' } });
    expect(app.draft.scenario).toEqual({ name: 'typed' });
    app.draft.undo();
    await waitFor(() => expect(JSON.parse(editor.value)).toEqual(firstRun));
  });

  it('saves under a name, says which version it is, and opens it again', async () => {
    const { user, app, lab } = await start();
    app.draft.set(['kernel', 'swappiness'], 150);
    for (const version of [1, 2]) {
      await user.click(screen.getByRole('button', { name: 'Save …' }));
      const name = await screen.findByLabelText('Name', { selector: '#save-name' });
      await user.clear(name);
      await user.type(name, 'mine');
      await user.click(screen.getByRole('button', { name: 'Save' }));
      await screen.findByText(`Saved “mine”, version ${version}.`);
    }
    expect(app.draft.changes).toEqual([]);

    app.draft.set(['kernel', 'swappiness'], 1);
    await user.click(screen.getByRole('button', { name: 'Open …' }));
    await user.click(await screen.findByRole('button', { name: /mine version 2/ }));
    expect(app.draft.scenario.kernel?.swappiness).toBe(150);
    expect(lab.calls.filter(([method]) => method === 'saveScenario')).toHaveLength(2);
  });
});
