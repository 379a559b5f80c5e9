// Finding runs again, naming them, putting them away; scenarios and tier configurations by name.
import Sqlite from 'better-sqlite3';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunQuery } from '../../src/main/lab/contract.ts';
import { finished, openLab, type TestLab } from './support/lab.ts';
import { endlessScenario, smallScenario } from './support/scenarios.ts';

async function labWithRuns(): Promise<TestLab> {
  const lab = openLab();
  for (const [i, name] of ['Zebra', 'apple', 'Mango 100%'].entries()) {
    const scenario = smallScenario({ seed: i + 1, accesses: 20_000 * (3 - i) });
    const { id } = await lab.startRun({ scenario, name });
    await finished(lab, id);
  }
  await lab.updateRun(1, { tags: ['phone', 'zram'], note: 'The baseline of March.' });
  await lab.updateRun(2, { tags: ['phone'] });
  return lab;
}

const names = async (lab: TestLab, query: RunQuery) =>
  (await lab.listRuns(query)).runs.map((run) => run.name);

describe('the library', () => {
  it('searches, sorts and pages', async () => {
    const lab = await labWithRuns();
    expect(await names(lab, {})).toEqual(['Mango 100%', 'apple', 'Zebra']);
    expect(await names(lab, { sort: 'name' })).toEqual(['apple', 'Mango 100%', 'Zebra']);
    expect(await names(lab, { sort: 'name', descending: true })).toEqual([
      'Zebra',
      'Mango 100%',
      'apple',
    ]);
    expect(await names(lab, { search: 'ZEB' })).toEqual(['Zebra']);
    expect(await names(lab, { search: 'phone march' })).toEqual(['Zebra']);
    expect(await names(lab, { search: 'small machine' })).toHaveLength(3);
    // Signs that mean something in SQL mean themselves here.
    expect(await names(lab, { search: '0%' })).toEqual(['Mango 100%']);
    expect(await names(lab, { search: 'a_p' })).toEqual([]);
    expect(await names(lab, { search: `'; DROP TABLE runs; --` })).toEqual([]);
    expect(await names(lab, { tag: 'phone' })).toEqual(['apple', 'Zebra']);
    expect(await names(lab, { status: ['failed', 'queued'] })).toEqual([]);
    expect(await names(lab, { status: ['done'], limit: 1, offset: 1 })).toEqual(['apple']);
    expect((await lab.listRuns({ limit: 1 })).total).toBe(3);

    const faults = (await lab.listRuns({ sort: 'pgmajfault' })).runs.map(
      (run) => run.headline!.pgmajfault,
    );
    expect(faults).toEqual([...faults].sort((a, b) => a - b));
  });

  it('renames, tags and notes, and keeps what was not mentioned', async () => {
    const lab = await labWithRuns();
    const changed = await lab.updateRun(1, { name: '  Zorilla ', tags: ['b', 'a', 'b'] });
    expect(changed).toMatchObject({
      name: 'Zorilla',
      tags: ['b', 'a'],
      note: 'The baseline of March.',
    });
    await expect(lab.updateRun(1, { name: '   ' })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(lab.updateRun(77, { name: 'x' })).rejects.toMatchObject({
      kind: 'not_found',
      message: 'There is no run 77.',
    });
  });

  it('deletes with undo, all or none', async () => {
    const lab = await labWithRuns();
    const { id: going } = await lab.startRun({ scenario: endlessScenario() });
    await expect(lab.deleteRuns([1, going])).rejects.toMatchObject({ kind: 'invalid' });
    await expect(lab.deleteRuns([1, 99])).rejects.toMatchObject({ kind: 'not_found' });
    expect((await lab.getRun(1)).deletedAt).toBeNull();

    await lab.deleteRuns([1, 2]);
    expect(await names(lab, { status: ['done'] })).toEqual(['Mango 100%']);
    expect(await names(lab, { deleted: true, sort: 'name' })).toEqual(['apple', 'Zebra']);
    await lab.restoreRuns([2]);
    expect(await names(lab, { status: ['done'] })).toEqual(['Mango 100%', 'apple']);
    expect((await lab.getRun(2)).result).not.toBeNull();
  });

  it('purges 30 days after the deletion, with all that belongs to the run', async () => {
    const lab = await labWithRuns();
    await lab.deleteRuns([1, 2]);
    await lab.close();
    const database = new Sqlite(lab.databaseFile);
    const day = 24 * 3600 * 1000;
    const age = database.prepare('UPDATE runs SET deleted_at = deleted_at - ? WHERE id = ?');
    age.run(29 * day, 1);
    age.run(31 * day, 2);
    database.close();

    const again = openLab({ dataDir: lab.dataDir });
    expect(await names(again, { deleted: true })).toEqual(['Zebra']);
    await expect(again.getRun(2)).rejects.toMatchObject({ kind: 'not_found' });
    await again.close();
    const after = new Sqlite(lab.databaseFile, { readonly: true });
    const kept = after.prepare('SELECT run_id FROM run_results ORDER BY run_id').pluck().all();
    expect(kept).toEqual([1, 3]);
    after.close();
  });
});

describe('saved scenarios and tier configurations', () => {
  it('count their versions, list the newest, and stay apart', async () => {
    const lab = openLab();
    const first = await lab.saveScenario('Phone', smallScenario({ seed: 1 }));
    const second = await lab.saveScenario('Phone', smallScenario({ seed: 2 }));
    await lab.saveScenario('another', smallScenario());
    expect([first.version, second.version]).toEqual([1, 2]);
    const tiers = { ssd: { kind: 'block' as const, device: 'nvme' as const, size: '1G' } };
    await lab.saveTierConfiguration('Phone', { format: 2, tiers });

    const listed = await lab.listScenarios();
    expect(listed.map(({ name, version }) => [name, version])).toEqual([
      ['another', 1],
      ['Phone', 2],
    ]);
    expect(listed[1]!.value.run?.seed).toBe(2);
    expect(await lab.listTierConfigurations()).toMatchObject([
      { name: 'Phone', version: 1, value: { format: 2, tiers } },
    ]);

    await lab.deleteScenario('Phone');
    expect((await lab.listScenarios()).map(({ name }) => name)).toEqual(['another']);
    expect(await lab.listTierConfigurations()).toHaveLength(1);
    await expect(lab.deleteScenario('Phone')).rejects.toMatchObject({
      kind: 'not_found',
      message: 'There is no saved scenario named "Phone".',
    });
    expect((await lab.saveScenario('Phone', smallScenario())).version).toBe(3);
  });
});

describe('a set of tiers from before it held more than tiers', () => {
  it('opens as tiers alone, and its next version as it was saved', async () => {
    const lab = openLab();
    const tiers = { ssd: { kind: 'block' as const, device: 'nvme' as const, size: '1G' } };
    await lab.saveTierConfiguration('rack', tiers as never);
    const [first] = await lab.listTierConfigurations();
    expect(first).toMatchObject({ name: 'rack', version: 1 });
    expect(first?.value).toEqual({ format: 2, tiers });
    const whole = { format: 2 as const, tiers, links: {}, tierPolicies: [], groups: {} };
    await lab.saveTierConfiguration('rack', whole);
    expect((await lab.tierVersions('rack')).map(({ value }) => value)).toEqual([
      whole,
      { format: 2, tiers },
    ]);
  });
});

describe('the lab itself', () => {
  it('says what it is and what it has built in', async () => {
    const lab = openLab({ concurrency: 3 });
    const info = await lab.info();
    expect(info).toMatchObject({ host: 'cli', concurrency: 3, databasePath: lab.databaseFile });
    expect(info.metrics.map(({ name }) => name)).toContain('pgmajfault');
    expect(info.scenarioSchema).toHaveProperty('properties.machine');
    for (const { scenario } of info.builtIn) {
      expect(await lab.checkScenario(scenario)).toEqual([]);
    }
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
  });

  it('lists its traces and its own, and runs a built-in scenario that replays some', async () => {
    const lab = openLab();
    mkdirSync(join(lab.dataDir, 'traces'));
    writeFileSync(join(lab.dataDir, 'traces', 'fake.swtrace'), 'this is no trace');
    const traces = await lab.listTraces();
    expect(traces.length).toBeGreaterThanOrEqual(2);
    copyFileSync(
      join('resources', 'traces', 'sort.swtrace'),
      join(lab.dataDir, 'traces', 'mine.swtrace'),
    );
    const mine = (await lab.listTraces()).filter(({ builtIn }) => !builtIn);
    const sort = traces.find(({ file }) => file === '../traces/sort.swtrace')!;
    expect(sort.builtIn).toBe(true);
    expect(sort.writePercent).toBeGreaterThan(0);
    expect(mine).toEqual([
      { ...sort, file: join(lab.dataDir, 'traces', 'mine.swtrace'), builtIn: false },
    ]);

    const { builtIn } = await lab.info();
    const first = builtIn.find(({ id }) => id === 'first-run')!;
    const { id } = await lab.startRun({ scenario: { ...first.scenario, run: { accesses: 1000 } } });
    await finished(lab, id);
    const replayed = (await lab.getRun(id)).traces;
    expect(replayed).toContainEqual(
      expect.objectContaining({ file: sort.file, sha256: sort.sha256 }),
    );
  });
});
