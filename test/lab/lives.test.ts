// The life of a page, asked of the lab: the run is made again on a real worker thread.
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../src/main/lab/index.ts';
import type { LifeState } from '../../src/main/lab/contract.ts';
import { finished, openLab, untilRun } from './support/lab.ts';
import { endlessScenario, smallScenario } from './support/scenarios.ts';

/** Every state that is told until the one that ends it. */
function told(lab: Lab, run: number): Promise<LifeState[]> {
  const states: LifeState[] = [];
  return new Promise((resolve) => {
    const stop = lab.on({
      lifeChanged: (id, state) => {
        if (id !== run) return;
        states.push(state);
        if (state.kind === 'running') return;
        stop();
        resolve(states);
      },
    });
  });
}

async function doneRun(lab: Lab): Promise<number> {
  const { id } = await lab.startRun({ scenario: smallScenario(), seed: 42 });
  await finished(lab, id);
  return id;
}

describe('the life of a page', () => {
  it('comes from a run that takes the same course, and saves nothing', async () => {
    const lab = openLab();
    const id = await doneRun(lab);
    const states = told(lab, id);
    await lab.findPageLife(id);
    const last = (await states).at(-1)!;
    if (last.kind !== 'done' || last.life.page === null) throw new Error(JSON.stringify(last));
    const { digest, page, events } = last.life;
    expect(digest).toBe((await lab.getRun(id)).digest);
    expect(events.at(-1)).toMatchObject({ kind: 'drop' });
    expect((await lab.listRuns({})).total).toBe(1);

    // Asked for by its name, it has the same life.
    const again = told(lab, id);
    await lab.findPageLife(id, page);
    expect((await again).at(-1)).toEqual(last);
  });

  it('says what is wrong with the page or the run', async () => {
    const lab = openLab();
    const id = await doneRun(lab);
    const states = told(lab, id);
    await lab.findPageLife(id, { cgroup: '/nowhere', workload: 'w', page: 0 });
    expect(await states).toContainEqual({
      kind: 'failed',
      message: expect.stringContaining('No workload "w" in the cgroup "/nowhere"; accepted:'),
    });
    const { id: going } = await lab.startRun({ scenario: endlessScenario() });
    await untilRun(lab, going, ({ status }) => status === 'running');
    await expect(lab.findPageLife(going)).rejects.toMatchObject({
      message: expect.stringContaining('is for a run that is done'),
    });
    await lab.cancelRun(going);
  });

  it('is looked for once at a time, and can be called off', async () => {
    const lab = openLab();
    const id = await doneRun(lab);
    const states = told(lab, id);
    await lab.findPageLife(id);
    await expect(lab.findPageLife(id)).rejects.toMatchObject({
      message: expect.stringContaining('already'),
    });
    await lab.cancelPageLife(id);
    expect((await states).at(-1)).toEqual({ kind: 'cancelled' });
  });
});
