// A process with a lab is killed in the middle of its runs: nothing that was reported done may be lost.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { campaign, KINDS } from '../torture/campaign.ts';
import { root } from '../torture/programs.ts';
import { startLabProcess } from './support/child.ts';
import { ended, openLab, temporaryFolder, untilRun } from './support/lab.ts';

const SEED = 6;

describe('a killed process', () => {
  it('in whatever it does: no damage, nothing reported is lost', { timeout: 300_000 }, async () => {
    execFileSync(process.execPath, [join(root, 'scripts/swaplab.mjs'), '--version']);
    // Of this seed, sixteen rounds hold every kind; `npm run torture` is the long form.
    const { rounds, byKind } = await campaign({ seed: SEED, count: 16, time: 180_000 });
    if (rounds === 16)
      expect([...byKind.keys()].sort()).toEqual(KINDS.map(({ name }) => name).sort());
    expect(rounds).toBeGreaterThan(4);
  });

  it('can do again what it was killed in', { timeout: 60_000 }, async () => {
    const dataDir = temporaryFolder();
    const child = startLabProcess(dataDir);
    const id = Number((await child.said(/^progress/)).split(' ')[1]);
    await child.kill();
    const lab = openLab({ dataDir });
    const lost = await lab.getRun(id);
    expect(lost.error).toContain('ended before the run was finished');
    const again = await lab.startRun({ scenario: lost.scenario, name: lost.name });
    await untilRun(lab, again.id, ({ status }) => status === 'running');
    await lab.cancelRun(again.id);
    expect((await ended(lab, again.id)).seed).toBe(lost.seed);
  });
});

describe('two processes on one database', () => {
  it("leave each other's runs alone until one of them dies", { timeout: 60_000 }, async () => {
    const dataDir = temporaryFolder();
    const child = startLabProcess(dataDir);
    const id = Number((await child.said(/^progress/)).split(' ')[1]);

    const lab = openLab({ dataDir });
    expect((await lab.info()).notices).toEqual([]);
    expect((await lab.getRun(id)).status).toBe('running');
    await expect(lab.cancelRun(id)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`process ${child.pid}`) as string,
    });
    await expect(lab.deleteRuns([id])).rejects.toMatchObject({ kind: 'invalid' });
    const heard = new Promise<number>((resolve) =>
      lab.on({ runChanged: (run) => run.name === 'Renamed elsewhere' && resolve(run.id) }),
    );
    const beside = openLab({ dataDir });
    await beside.updateRun(id, { name: 'Renamed elsewhere' });
    expect(await heard).toBe(id);
    await beside.close();

    const own = await lab.startRun({ scenario: (await lab.getRun(id)).scenario });
    await lab.close();

    const second = openLab({ dataDir });
    expect((await second.getRun(id)).status).toBe('running');
    expect((await second.getRun(own.id)).status).toBe('interrupted');
    await second.close();

    await child.kill();
    const third = openLab({ dataDir });
    expect((await third.getRun(id)).status).toBe('interrupted');
    expect((await third.info()).notices[0]).toContain('1 run was interrupted');
  });

  it('can open a new database at the same moment', { timeout: 60_000 }, async () => {
    const dataDir = temporaryFolder();
    const children = Array.from({ length: 3 }, () => startLabProcess(dataDir));
    await Promise.all(children.map((child) => child.said(/^running/)));
    const lab = openLab({ dataDir });
    const { runs } = await lab.listRuns({ status: ['running'] });
    expect(runs).toHaveLength(3);
  });
});
