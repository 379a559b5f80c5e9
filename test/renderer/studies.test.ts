import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { barsOf, linesOf } from '../../src/renderer/studies/cells.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';
import { inventStudy, verdict } from './fixture/study.ts';

function labWith(...studies: ReturnType<typeof inventStudy>[]): FakeLab {
  const lab = new FakeLab();
  lab.studies = studies;
  return lab;
}

describe('Studies', () => {
  it('run from the gallery, tell how far they are, and end in a verdict in words', async () => {
    const { lab, user } = await start('#/studies', labWith(inventStudy()));
    await screen.findByText('not run yet');
    await user.click(screen.getByRole('button', { name: 'Run How large a pool' }));
    await screen.findByText('0 of 2 runs');
    lab.tell.studyProgress('pool-size', { done: 1, total: 2, fraction: 0.5 });
    await screen.findByText('1 of 2 runs');
    lab.changeStudy('pool-size', { progress: null, verdict });
    await screen.findByText('as recorded: 1 of 2 claims hold');
    expect(lab.calls).toContainEqual(['runStudy', { name: 'pool-size', save: false }]);
  });

  it('says when a claim came out otherwise than recorded', async () => {
    const [first, second] = verdict.claims;
    const changed = {
      ...verdict,
      asRecorded: false,
      claims: [{ ...first!, found: 'refuted' as const }, second!],
    };
    await start('#/studies/pool-size', labWith(inventStudy({ verdict: changed })));
    await screen.findByText(/changed: 0 of 2 claims hold/);
    screen.getByText('Changed: the study records that it holds.');
    screen.getByText('Reason: A limit reserves nothing.');
  });

  it('shows the table with its units and what is missing', async () => {
    await start('#/studies/pool-size', labWith(inventStudy({ verdict })));
    const table = await screen.findByRole('table', { name: 'Table' });
    const rows = within(table).getAllByRole('row');
    const texts = rows.map((row) => [...row.children].map((each) => each.textContent));
    expect(texts[0]).toEqual(['Setup', 'Limit', 'Throughput']);
    expect(texts[2]).toEqual(['small', '20.0 %', '4K/s']);
    expect(texts[3]).toEqual(['large', '20.0 %', '–']);
  });

  it('can be cancelled, and then says so', async () => {
    const { user } = await start('#/studies', labWith(inventStudy({ verdict })));
    await user.click(await screen.findByRole('button', { name: 'Run How large a pool' }));
    await user.click(await screen.findByRole('button', { name: 'Cancel How large a pool' }));
    await screen.findByText('It was cancelled.');
    screen.getByText('as recorded: 1 of 2 claims hold');
  });

  it('open a scenario in Build, and keep their runs when asked', async () => {
    const { app, lab, user } = await start('#/studies/pool-size', labWith(inventStudy()));
    await user.click(await screen.findByLabelText('Keep its runs'));
    await user.click(screen.getByRole('button', { name: 'Run How large a pool' }));
    expect(lab.calls).toContainEqual(['runStudy', { name: 'pool-size', save: true }]);
    await user.selectOptions(screen.getByLabelText('Scenario of the study'), 'small, 20 %');
    await user.click(screen.getByRole('button', { name: 'Open as scenario' }));
    await waitFor(() => expect(app.router.route.screen).toBe('build'));
    expect(app.draft.scenario.name).toBe('pool-size: small, 20 %');
  });

  it('are reached with 5, and a name that is none leads to the list', async () => {
    const { app, user } = await start('#/studies/none', labWith(inventStudy()));
    await screen.findByText('There is no study “none”.');
    await user.keyboard('1');
    await user.keyboard('5');
    expect(app.router.route).toEqual({ screen: 'studies', ids: [] });
  });

  it('cannot be listed by a lab that fails, and says why', async () => {
    const lab = labWith(inventStudy());
    const { app } = await start('', lab);
    lab.failure = { kind: 'storage', message: 'The disk is full.' };
    app.router.show('studies');
    await screen.findByText('The disk is full.');
    lab.failure = null;
    screen.getByRole('button', { name: 'Try again' }).click();
    await screen.findByText('How large a pool');
  });
});

describe('the charts of a study', () => {
  const { columns } = inventStudy();

  it('split into a line for each group, in the order of x, without what is missing', () => {
    const [plan] = inventStudy().charts;
    expect(linesOf(plan!, columns, verdict.rows)).toEqual([
      { label: 'small', tone: 'run-1', dashed: false, x: [2, 20], y: [1000, 4000] },
      { label: 'large', tone: 'run-2', dashed: true, x: [2], y: [9000] },
    ]);
  });

  it('leave out rows that they are not about', () => {
    const plan = {
      title: 'Small only',
      kind: 'bar' as const,
      x: 'pool',
      y: ['throughput'],
      where: { setup: 'large' },
    };
    expect(barsOf(plan, columns, verdict.rows)).toEqual({
      labels: ['20', '2'],
      groups: [{ label: 'Throughput', tone: 'run-1', values: [null, 9000] }],
    });
  });
});
