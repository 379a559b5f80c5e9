// A database that is found to be damaged while clients have it open: they hear of it, can take each way out,
// and reach the library that comes of it by connecting again.
import Sqlite from 'better-sqlite3';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { backUp } from '../../src/main/lab/database/backup.ts';
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { openHosted, type HostOptions } from '../../src/main/lab/hosted.ts';
import { writeLongRuns } from '../screens/longRuns.ts';
import { damage } from '../support/damage.ts';
import { connectClient, openLine } from './support/client.ts';
import { openLab, temporaryFolder } from './support/lab.ts';
import { endlessScenario } from './support/scenarios.ts';

const RUNS = 40;

/** A library of many runs, one page of `table` damaged, its backup whole; opened, with a client. */
function opened(table: string, options: Partial<HostOptions> = {}) {
  const dataDir = temporaryFolder();
  const file = join(dataDir, 'swap-lab.db');
  writeLongRuns(dataDir, RUNS, 50);
  const whole = openDatabase(file);
  backUp(whole, file, MIGRATIONS.length, new Date());
  closeDatabase(whole);
  damage(file, table);
  const lab = openHosted({ host: 'serve', dataDir, concurrency: 1, ...options });
  onTestFinished(() => lab.close());
  const page = () => {
    const events = { libraryDamaged: vi.fn(), libraryReplaced: vi.fn(), runChanged: vi.fn() };
    const line = openLine();
    lab.connect(line.channel);
    return { api: connectClient(line, events), events };
  };
  return { lab, file, page };
}

/** Asks for every run; the number of those that could be read. */
async function readAll({ api }: ReturnType<ReturnType<typeof opened>['page']>): Promise<number> {
  const ids = Array.from({ length: RUNS }, (_, i) => i + 1);
  const answers = await Promise.allSettled(ids.map((id) => api.getRun(id)));
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

describe('a damaged page that is found while the library is open', () => {
  it('is told once, with the ways out', async () => {
    const { page } = opened('run_results');
    const client = page();
    expect((await client.api.info()).damage).toBeNull();
    expect(await readAll(client)).toBeLessThan(RUNS);
    expect(client.events.libraryDamaged).toHaveBeenCalledTimes(1);
    const found = (await client.api.info()).damage;
    expect(found?.message).toMatch(/is damaged.*swaplab recover/);
    expect(found?.ways.map(({ kind }) => kind)).toEqual(['restore', 'salvage']);
  });

  it('what can be read is saved, the damaged file kept, and what went on interrupted', async () => {
    const { page, file, lab } = opened('run_results');
    const before = page();
    const readable = await readAll(before);
    const { id } = await before.api.startRun({ scenario: endlessScenario() });
    await before.api.takeWayOut('salvage');
    expect(before.events.libraryReplaced).toHaveBeenCalledTimes(1);

    const after = page();
    const info = await after.api.info();
    expect(info.damage).toBeNull();
    expect(info.repaired).toMatch(
      /^41 runs were saved, (\d+) of them without their results\. \d+ entries could not be read\. The damaged file is kept as /,
    );
    const lost = Number(/, (\d+) of them/.exec(info.repaired!)![1]);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBe(RUNS - readable);
    expect(await readAll(after)).toBe(RUNS);
    const { runs } = await after.api.listRuns({ limit: 100 });
    expect(runs.filter(({ status }) => status === 'failed')).toHaveLength(lost);
    expect(runs.find((run) => run.id === id)?.status).toBe('interrupted');
    const kept = /kept as (\S+)\.$/.exec(info.repaired!)![1]!;
    expect(existsSync(kept)).toBe(true);
    expect(lab.going).toBe(0);
    const raw = new Sqlite(file, { readonly: true });
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
    raw.close();
  });

  it('the newest backup can take its place, and clients go on with that', async () => {
    const { page, lab } = opened('run_results');
    const heard = vi.fn();
    lab.on({ runChanged: heard });
    const before = page();
    await readAll(before);
    await before.api.takeWayOut('restore');
    const after = page();
    expect((await after.api.info()).repaired).toContain('The library is as it was in ');
    expect(await readAll(after)).toBe(RUNS);
    await after.api.updateRun(1, { note: 'still here' });
    expect(after.events.runChanged).toHaveBeenCalledTimes(1);
    expect(heard).toHaveBeenCalledTimes(1);
    await expect(before.api.getRun(1)).rejects.toMatchObject({ kind: 'storage' });
  });

  it('another library can be opened where there is somebody to choose it', async () => {
    const other = join(temporaryFolder(), 'other.db');
    const answers = [undefined, join(temporaryFolder(), 'none', '\0'), other];
    const { page, file } = opened('runs', { chooseLibrary: async () => answers.shift() });
    const before = page();
    const found = (await before.api.info()).damage;
    expect(found?.ways.map(({ kind }) => kind)).toEqual(['restore', 'salvage', 'other']);
    await before.api.takeWayOut('other');
    expect(before.events.libraryReplaced).not.toHaveBeenCalled();
    await expect(before.api.takeWayOut('other')).rejects.toBeDefined();
    expect((await before.api.info()).databasePath).toBe(file);
    await before.api.takeWayOut('other');
    const info = await page().api.info();
    expect(info).toMatchObject({ databasePath: other, damage: null });
    expect(info.repaired).toContain(file);
  });

  it('nothing is closed where another Swap Lab has the library open too', async () => {
    const { page, file } = opened('run_results');
    const client = page();
    await readAll(client);
    const second = openLab({ databaseFile: file });
    await expect(client.api.takeWayOut('salvage')).rejects.toMatchObject({
      message: expect.stringContaining('is open in another Swap Lab') as string,
    });
    expect((await client.api.listRuns({})).total).toBe(RUNS);
    await second.close();
    await client.api.takeWayOut('salvage');
    expect(client.events.libraryReplaced).toHaveBeenCalledTimes(1);
  });

  it('a lab without a host names the commands, and a whole library has no way out', async () => {
    const dataDir = temporaryFolder();
    writeLongRuns(dataDir, RUNS, 50);
    const lab = openLab({ dataDir });
    await expect(lab.takeWayOut('salvage')).rejects.toMatchObject({ kind: 'invalid' });
    await lab.close();
    damage(lab.databaseFile, 'runs');
    const damaged = openLab({ dataDir });
    expect((await damaged.info()).damage?.ways).toEqual([]);
    await expect(damaged.takeWayOut('salvage')).rejects.toThrow(/swaplab recover/);
    expect(readdirSync(dataDir).some((name) => name.includes('damaged'))).toBe(false);
  });
});
