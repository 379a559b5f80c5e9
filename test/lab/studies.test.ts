// Studies in the lab: run through the queue, kept with their verdict, and never half done.
import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import type { Lab } from '../../src/main/lab/index.ts';
import type { StudySummary } from '../../src/main/lab/contract.ts';
import { cell, resultOf, total } from '../../src/studies/measure.ts';
import type { Study } from '../../src/studies/study.ts';
import { openLab, temporaryFolder } from './support/lab.ts';
import { smallScenario } from './support/scenarios.ts';

const study = (change: Partial<Study> = {}): Study => ({
  name: 'two-seeds',
  title: 'Two seeds',
  argument: 'A seed changes the order of accesses. It does not change how many there are.',
  source: 'nobody',
  method: 'The same scenario with two seeds.',
  scenarios: {
    one: { ...smallScenario(), run: { ...smallScenario().run, seed: 1 } },
    two: { ...smallScenario(), run: { ...smallScenario().run, seed: 2 } },
  },
  columns: [
    { key: 'seed', title: 'Seed', unit: 'text' },
    { key: 'accesses', title: 'Accesses', unit: 'count' },
  ],
  rows: (results) =>
    ['one', 'two'].map((seed) => ({ seed, accesses: total(resultOf(results, seed), 'accesses') })),
  claims: [
    {
      statement: 'Both make as many accesses.',
      recorded: 'holds',
      check: ([a, b]) => ({ holds: cell(a, 'accesses') === cell(b, 'accesses'), says: 'They do.' }),
    },
    {
      statement: 'They make none.',
      recorded: 'refuted',
      reason: 'Workloads access pages.',
      check: ([a]) => ({ holds: cell(a, 'accesses') === 0, says: 'They make some.' }),
    },
  ],
  charts: [{ title: 'Accesses', kind: 'bar', x: 'seed', y: ['accesses'] }],
  ...change,
});

/** Starts a study and resolves when it goes on no longer. */
async function afterRunning(lab: Lab, name: string, save?: boolean): Promise<StudySummary> {
  const ended = Promise.withResolvers<StudySummary>();
  const stop = lab.on({
    studyChanged: (changed) => {
      if (changed.name === name && changed.progress === null) ended.resolve(changed);
    },
  });
  await lab.runStudy({ name, ...(save === undefined ? {} : { save }) });
  return ended.promise.finally(stop);
}

describe('a study', () => {
  it('comes to the verdict that it records, and twice to the same digest', async () => {
    const lab = openLab({ studies: [study()] });
    expect((await lab.listStudies())[0]).toMatchObject({ verdict: null, progress: null });
    const first = await afterRunning(lab, 'two-seeds');
    expect(first.error).toBeNull();
    expect(first.verdict?.asRecorded).toBe(true);
    expect(first.verdict?.claims.map(({ found }) => found)).toEqual(['holds', 'refuted']);
    expect(first.verdict?.claims[1]?.reason).toBe('Workloads access pages.');
    expect(first.verdict?.runs.map(({ id }) => id)).toEqual([null, null]);
    expect((await lab.listRuns({})).total).toBe(0);
    const second = await afterRunning(lab, 'two-seeds');
    expect(second.verdict?.digest).toBe(first.verdict?.digest);
    expect(second.verdict?.rows).toEqual(first.verdict?.rows);
  });

  it('keeps its runs with its tag when asked, and its verdict over a restart', async () => {
    const dataDir = temporaryFolder();
    const lab = openLab({ studies: [study()], dataDir });
    const { verdict } = await afterRunning(lab, 'two-seeds', true);
    const kept = await lab.listRuns({ tag: 'study:two-seeds' });
    expect(kept.runs.map(({ id }) => id).sort()).toEqual(verdict?.runs.map(({ id }) => id).sort());
    expect(kept.total).toBe(2);
    await lab.close();
    const again = openLab({ studies: [study()], dataDir });
    expect((await again.listStudies())[0]?.verdict).toEqual(verdict);
  });

  it('says when a claim came out otherwise', async () => {
    const [holds] = study().claims;
    const changed = study({ claims: [{ ...holds!, recorded: 'refuted', reason: 'None.' }] });
    const { verdict } = await afterRunning(openLab({ studies: [changed] }), 'two-seeds');
    expect(verdict).toMatchObject({ asRecorded: false, claims: [{ found: 'holds' }] });
  });

  it('comes to no verdict when it is cancelled, and keeps the one before', async () => {
    const endless = { ...smallScenario(), run: { duration: '1h' } };
    const lab = openLab({
      concurrency: 1,
      studies: [study({ scenarios: { one: smallScenario(), two: endless } })],
    });
    const ended = Promise.withResolvers<StudySummary>();
    lab.on({
      studyProgress: (name, { done }) => done === 1 && void lab.cancelStudy(name),
      studyChanged: (changed) => changed.progress === null && ended.resolve(changed),
    });
    await lab.runStudy({ name: 'two-seeds', save: true });
    await expect(lab.runStudy({ name: 'two-seeds' })).rejects.toThrow('going on already');
    expect(await ended.promise).toMatchObject({ verdict: null, error: 'It was cancelled.' });
    await expect
      .poll(async () => (await lab.listRuns({})).runs.map(({ status }) => status).sort())
      .toEqual(['cancelled', 'done']);
  });

  it('that cannot run says which scenario and why', async () => {
    const broken = { ...smallScenario(), machine: { memory: '1KiB' } };
    const lab = openLab({ studies: [study({ scenarios: { one: broken, two: broken } })] });
    await expect(lab.runStudy({ name: 'two-seeds' })).rejects.toThrow('cannot be run');
    expect((await lab.listStudies())[0]).toMatchObject({ progress: null });
  });

  it('opens as a scenario that can be run by itself', async () => {
    const lab = openLab();
    for (const { name, scenarios } of await lab.listStudies()) {
      for (const scenario of scenarios) {
        const opened = await lab.openAsScenario(name, scenario);
        expect(await lab.checkScenario(opened)).toEqual([]);
      }
    }
    await expect(lab.openAsScenario('two-seeds', 'one')).rejects.toThrow('There is no study');
    await expect(lab.openAsScenario('zswap-without-a-swapfile', 'x')).rejects.toThrow(
      'has no scenario "x"',
    );
  });
});

describe('a database from before there were studies', () => {
  it('keeps its runs and takes verdicts', async () => {
    const dataDir = temporaryFolder();
    const file = join(dataDir, 'swap-lab.db');
    const old = openDatabase(file, { migrations: MIGRATIONS.slice(0, 1) });
    old.exec(
      `INSERT INTO runs (name, status, scenario, scenario_name, seed, engine_version, created_at)
       VALUES ('from before', 'cancelled', '{}', 'Small machine', 1, '0.0.0', 1)`,
    );
    closeDatabase(old);
    const lab = openLab({ studies: [study()], dataDir });
    await afterRunning(lab, 'two-seeds');
    expect((await lab.listRuns({})).runs.map(({ name }) => name)).toEqual(['from before']);
    await lab.close();
    const database = new Sqlite(file, { readonly: true });
    expect(database.prepare('SELECT study FROM study_verdicts').pluck().all()).toEqual([
      'two-seeds',
    ]);
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    database.close();
  });
});
