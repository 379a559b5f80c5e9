// The runs that were kept: list, show, compare, export, import, delete and restore.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison, RunPage, RunRecord, RunResult } from '../../src/main/lab/contract.ts';
import { parse, swaplabIn } from './swaplab.ts';

const { folder, swaplab, swaplabWith } = swaplabIn();
const db = join(folder, 'runs.db');
const on = (...args: string[]) => swaplab(...args, '--db', db);

const SCENARIO = {
  name: 'Library',
  machine: { memory: '64MiB' },
  cgroups: {
    web: {
      workloads: [{ name: 'api', pattern: { kind: 'uniform' }, pages: 500, accesses: 5000 }],
    },
  },
};

beforeAll(async () => {
  for (const seed of ['1', '2']) {
    const { code } = await swaplabWith(
      JSON.stringify(SCENARIO),
      ...['run', '-', '--seed', seed, '--name', `Run \u001b[31m${seed}`, '--db', db],
    );
    expect(code).toBe(0);
  }
}, 120_000);

describe('kept runs', () => {
  it('are listed, the newest first', async () => {
    const page = parse<RunPage>(await on('runs', '--json'));
    expect(page.total).toBe(2);
    expect(page.runs.map(({ id, seed, status }) => [id, seed, status])).toEqual([
      [2, 2, 'done'],
      [1, 1, 'done'],
    ]);
    const { stdout } = await on('runs');
    expect(stdout).toMatch(/^Id +Name +Status/m);
    // A name may not steer the terminal.
    expect(stdout).not.toContain('\u001b');
    expect(parse<RunPage>(await on('runs', '--json', '--reverse')).runs[0]?.id).toBe(1);
  });

  it('are shown whole', async () => {
    const shown = parse<{ run: RunRecord; result: RunResult }>(await on('show', '1', '--json'));
    expect(shown.run).toMatchObject({ id: 1, seed: 1 });
    expect(shown.result.accesses).toBe(5000);
    expect((await on('show', '1')).stdout).toContain(shown.result.digest);
  });

  it('are compared', async () => {
    const comparison = parse<Comparison>(
      await on('compare', '1', '2', '--baseline', '2', '--json'),
    );
    expect(comparison.baseline).toBe(1);
    expect(comparison.runs.map(({ id }) => id)).toEqual([1, 2]);
    expect(comparison.settings.map(({ path }) => path)).toEqual(['run.seed']);
    const { code, stdout } = await on('compare', '1', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Setting +1 \(baseline\) +2$/m);
    expect(stdout).toMatch(/^run\.seed +1 +2$/m);
  });

  it('travel as a file', async () => {
    const file = join(folder, 'run.json');
    expect((await on('export', '1', '--format', 'json', '-o', file)).code).toBe(0);
    const { stdout } = await on('export', '1', '--format', 'json');
    expect(stdout).toBe(readFileSync(file, 'utf8'));
    const other = join(folder, 'other.db');
    const { id } = parse<{ id: number }>(await swaplab('import', file, '--db', other, '--json'));
    const theirs = parse<{ result: RunResult }>(
      await swaplab('show', String(id), '--db', other, '--json'),
    );
    const ours = parse<{ result: RunResult }>(await on('show', '1', '--json'));
    expect(theirs.result).toEqual(ours.result);
    const csv = await on('export', '1', '--format', 'csv');
    expect(csv.stdout).toMatch(/^kind,scope,metric/);
  });

  it('can be deleted, and that can be taken back', async () => {
    const ids = async (...more: string[]) =>
      parse<RunPage>(await on('runs', '--json', ...more)).runs.map(({ id }) => id);
    expect((await on('delete', '1', '2')).code).toBe(0);
    expect(await ids()).toEqual([]);
    expect((await on('runs')).stdout).toBe('There are no runs here.\n');
    expect(await ids('--deleted')).toEqual([2, 1]);
    expect((await on('restore', '1', '2')).code).toBe(0);
    expect(await ids()).toEqual([2, 1]);
  });
});

describe('bad input', () => {
  it.each([
    [['show', '99'], /99/],
    [['show', 'one'], /Accepted: the number of a run/],
    [['compare', '1'], /compare/],
    [['compare', '1', '2', '--baseline', '3'], /The baseline is run 3; accepted: one of 1, 2/],
    [['export', '1', '--format', 'xml'], /Allowed choices are json, csv/],
    [['delete', '77'], /77/],
    [['runs', '--status', 'lost'], /Allowed choices are/],
  ])('%j ends with 2', async (args, message) => {
    const { code, stdout, stderr } = await on(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('such as a database that is not there makes none', async () => {
    const none = join(folder, 'none.db');
    for (const args of [['runs'], ['show', '1'], ['compare', '1', '2'], ['delete', '1']]) {
      const { code, stderr } = await swaplab(...args, '--db', none);
      expect(code).toBe(2);
      expect(stderr).toBe(`swaplab: There is no database ${none}.\n`);
    }
    expect(existsSync(none)).toBe(false);
  });

  it('such as a file that is no run is refused', async () => {
    const { code, stderr } = await swaplabWith('{"format": "other"}', 'import', '-', '--db', db);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^swaplab: /);
  });

  it('such as a file that is no database is a failure of the storage', async () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'This is no database, it only ends like one.'.repeat(50));
    const ended = await swaplab('runs', '--db', file, '--json');
    expect(ended.code).toBe(1);
    expect(parse<{ error: { kind: string } }>(ended).error.kind).toBe('storage');
  });
});
