// A process with a lab is killed in the middle of its runs: nothing that was reported done may be lost.
import Sqlite from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digest as digestOf } from '../../src/engine/metrics/digest.ts';
import type { RunSummary } from '../../src/main/lab/contract.ts';
import { startLabProcess } from './support/child.ts';
import { finished, openLab, temporaryFolder } from './support/lab.ts';

/** A linear congruential generator: the moments differ, and a failure can be had again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

describe('a killed process', () => {
  it(
    'ten times at random moments: no damage, nothing done is lost',
    { timeout: 240_000 },
    async () => {
      const dataDir = temporaryFolder();
      const random = randomNumbers(20_240_607);
      const done = new Map<number, string>();
      let interrupted: RunSummary[] = [];

      for (let kill = 0; kill < 10; kill++) {
        const child = startLabProcess(dataDir, 'short');
        // After none to three finished runs, and then anywhere in those that go on.
        await child.saidTimes(/^done/, Math.floor(random() * 4));
        await child.said(/^running/);
        await new Promise((resolve) => setTimeout(resolve, random() * 500));
        await child.kill();
        for (const line of child.lines) {
          const [status, id, digest] = line.split(' ');
          if (status === 'done') done.set(Number(id), digest!);
        }

        const file = new Sqlite(join(dataDir, 'swap-lab.db'));
        expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
        expect(file.pragma('foreign_key_check')).toEqual([]);
        file.close();

        const lab = openLab({ dataDir });
        const { runs } = await lab.listRuns({ limit: 1000 });
        expect(runs.filter(({ status }) => status === 'running' || status === 'queued')).toEqual(
          [],
        );
        for (const [id, digest] of done) {
          const { status, result } = await lab.getRun(id);
          expect(status).toBe('done');
          expect(result?.digest).toBe(digest);
          expect(digestOf({ ...result, digest: undefined })).toBe(digest);
        }
        const before = interrupted.length;
        interrupted = runs.filter(({ status }) => status === 'interrupted');
        // Up to three runs were going on or waiting when the process died.
        expect(interrupted.length - before).toBeGreaterThanOrEqual(1);
        expect(interrupted.length - before).toBeLessThanOrEqual(3);
        const { notices } = await lab.info();
        expect(notices).toEqual([expect.stringMatching(/^[123] runs? (was|were) interrupted/)]);
        await lab.close();
        expect(readdirSync(dataDir)).toEqual(['swap-lab.db']);
      }
      expect(done.size).toBeGreaterThan(0);

      const lab = openLab({ dataDir });
      const lost = await lab.getRun(interrupted[0]!.id);
      expect(lost.error).toContain('ended before the run was finished');
      const again = await lab.startRun({ scenario: lost.scenario, name: lost.name });
      expect(await finished(lab, again.id)).toMatchObject({ status: 'done', seed: lost.seed });
    },
  );
});

describe('two processes on one database', () => {
  it("leave each other's runs alone until one of them dies", { timeout: 60_000 }, async () => {
    const dataDir = temporaryFolder();
    const child = startLabProcess(dataDir, 'endless');
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
    const children = Array.from({ length: 3 }, () => startLabProcess(dataDir, 'endless'));
    await Promise.all(children.map((child) => child.said(/^running/)));
    const lab = openLab({ dataDir });
    const { runs } = await lab.listRuns({ status: ['running'] });
    expect(runs).toHaveLength(3);
  });
});
