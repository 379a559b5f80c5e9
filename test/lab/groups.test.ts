// Replicates and sweeps: which runs they make, and that they are stopped and found again as one.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/engine/scenario/index.ts';
import { openDatabase } from '../../src/main/lab/database/open.ts';
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { RunStore } from '../../src/main/lab/runStore.ts';
import { ended, finished, openLab, temporaryFolder, untilRun } from './support/lab.ts';
import { endlessScenario, smallScenario } from './support/scenarios.ts';

const SWAPPINESS = { path: 'kernel.swappiness', values: [0, 200] };
const LIMIT = { path: 'cgroups.web.memory.max', values: ['6MiB', '8MiB', '10MiB'] };

const limitOf = ({ cgroups }: ScenarioInput) => cgroups?.['web']?.memory?.max;

describe('a group of runs', () => {
  it('has a run for each combination of two settings and each seed, in that order', async () => {
    const lab = openLab();
    const scenario = smallScenario({ accesses: 2000 });
    const started = await lab.startGroup({ scenario, axes: [SWAPPINESS, LIMIT], seeds: [4, 9] });
    expect(started.runs).toHaveLength(12);
    for (const id of started.runs) await finished(lab, id);

    const group = await lab.getGroup(started.id);
    expect(group).toMatchObject({
      name: 'Small machine',
      scenario,
      axes: [SWAPPINESS, LIMIT],
      seeds: [4, 9],
      counts: { done: 12 },
    });
    const places = group.runs.map(({ group, seed }) => [...(group?.at ?? []), seed]);
    expect(places.slice(0, 4)).toEqual([
      [0, 0, 4],
      [0, 0, 9],
      [0, 1, 4],
      [0, 1, 9],
    ]);
    expect(places.at(-1)).toEqual([1, 2, 9]);
    const last = await lab.getRun(started.runs.at(-1)!);
    expect(last.scenario.kernel?.swappiness).toBe(200);
    expect(limitOf(last.scenario)).toBe('10MiB');
    expect(last.scenario.run?.seed).toBe(9);
    expect(last.name).toContain('kernel.swappiness 200, cgroups.web.memory.max 10MiB, seed 9');
    expect((await lab.listRuns({ group: started.id })).total).toBe(12);
  });

  it('gives each replicate the result that its seed gives alone', async () => {
    const lab = openLab();
    const { runs } = await lab.startGroup({ scenario: smallScenario(), axes: [], seeds: [1, 42] });
    const alone = await lab.startRun({ scenario: smallScenario(), seed: 42 });
    const [one, other, single] = await Promise.all(
      [...runs, alone.id].map((id) => finished(lab, id)),
    );
    expect(other!.digest).toBe(single!.digest);
    expect(one!.digest).not.toBe(other!.digest);
    expect(single!.group).toBeNull();
  });

  it('starts nothing when one of its values is wrong, and names it', async () => {
    const lab = openLab();
    const axes = [{ path: 'kernel.swappiness', values: [60, 201] }];
    await expect(
      lab.startGroup({ scenario: smallScenario(), axes, seeds: [1] }),
    ).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('With kernel.swappiness 201'),
      issues: [expect.objectContaining({ path: 'kernel.swappiness' })],
    });
    expect((await lab.listRuns({})).total).toBe(0);
    expect(await lab.listGroups()).toEqual([]);
  });

  it.each([
    ['more runs than it may have', { axes: [LIMIT], seeds: [...Array(400).keys()] }, '1200 runs'],
    ['one seed twice', { axes: [], seeds: [3, 3] }, 'seeds must differ'],
    ['one setting twice', { axes: [LIMIT, LIMIT], seeds: [1] }, 'two different settings'],
    ['what is no path', { axes: [{ path: 'a..b', values: [1] }], seeds: [1] }, 'path of a setting'],
  ])('refuses %s', async (_what, request, message) => {
    const lab = openLab();
    await expect(lab.startGroup({ scenario: smallScenario(), ...request })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(message),
    });
  });

  it('pauses as one: what runs stands still and what waits is held back', async () => {
    const lab = openLab({ concurrency: 1 });
    const scenario = endlessScenario();
    const { id, runs } = await lab.startGroup({ scenario, axes: [], seeds: [1, 2, 3] });
    await untilRun(lab, runs[0]!, (run) => (run.progress?.accesses ?? 0) > 0);
    await lab.pauseGroup(id);
    expect((await lab.getGroup(id)).counts).toEqual({ paused: 3 });
    expect((await lab.listGroups())[0]?.counts).toEqual({ paused: 3 });
    // Another run is not held up by them.
    await finished(lab, (await lab.startRun({ scenario: smallScenario() })).id);

    await lab.continueGroup(id);
    expect((await lab.getGroup(id)).counts).toEqual({ running: 1, queued: 2 });
    await lab.cancelGroup(id);
    for (const run of runs) await ended(lab, run);
  });

  it('is cancelled as one', async () => {
    const lab = openLab({ concurrency: 1 });
    const other = await lab.startRun({ scenario: endlessScenario() });
    const axes = [{ path: 'kernel.swappiness', values: [0, 100] }];
    const { id, runs } = await lab.startGroup({ scenario: endlessScenario(), axes, seeds: [1] });
    await lab.cancelGroup(id);
    for (const run of runs) expect((await ended(lab, run)).status).toBe('cancelled');
    expect((await lab.getRun(other.id)).status).toBe('running');
    expect((await lab.getGroup(id)).counts).toEqual({ cancelled: 2 });
  });

  it('is listed for as long as it has runs that are not deleted', async () => {
    const lab = openLab();
    const request = { scenario: smallScenario({ accesses: 1000 }), axes: [], seeds: [1, 2] };
    const older = await lab.startGroup({ ...request, name: 'Older' });
    const newer = await lab.startGroup({ ...request, name: 'Newer' });
    for (const id of [...older.runs, ...newer.runs]) await finished(lab, id);
    expect((await lab.listGroups()).map(({ name }) => name)).toEqual(['Newer', 'Older']);
    await lab.deleteRuns(newer.runs);
    await lab.deleteRuns([older.runs[0]!]);
    expect(await lab.listGroups()).toMatchObject([{ name: 'Older', counts: { done: 1 } }]);
    expect((await lab.getGroup(older.id)).runs).toHaveLength(1);
    await lab.restoreRuns(newer.runs);
    expect(await lab.listGroups()).toHaveLength(2);
  });
});

it('starts more of what waits when more may run at once, and keeps that for the next start', async () => {
  const dataDir = temporaryFolder();
  const lab = openLab({ dataDir, concurrency: 1 });
  const { id } = await lab.startGroup({ scenario: endlessScenario(), axes: [], seeds: [1, 2, 3] });
  expect((await lab.getGroup(id)).counts).toEqual({ running: 1, queued: 2 });
  await lab.setConcurrency(2);
  expect((await lab.getGroup(id)).counts).toEqual({ running: 2, queued: 1 });
  await expect(lab.setConcurrency(0)).rejects.toMatchObject({ kind: 'invalid' });
  await lab.close();
  const again = openLab({ dataDir, concurrency: undefined });
  expect((await again.info()).concurrency).toBe(2);
});

it('reads runs of a database from before there were groups', () => {
  const file = join(temporaryFolder(), 'old.db');
  const old = openDatabase(file, { migrations: MIGRATIONS.slice(0, 2) });
  old.exec(`INSERT INTO runs (name, status, scenario, scenario_name, seed, engine_version, created_at)
    VALUES ('Old', 'cancelled', '{}', 'Old', 1, '0', 0)`);
  old.close();
  const database = openDatabase(file);
  expect(new RunStore(database).summary(1)).toMatchObject({ name: 'Old', group: null });
  database.close();
});
