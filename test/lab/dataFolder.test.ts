// The data can be moved: everything arrives, the old place keeps what it had, and every program follows.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { moveData } from '../../src/main/lab/dataFolder.ts';
import { defaultDataDir } from '../../src/main/lab/paths.ts';
import { finished, openLab, temporaryFolder } from './support/lab.ts';
import { smallScenario } from './support/scenarios.ts';

/** A system whose data is in BASE/swap-lab, with one finished run and one trace. */
async function withData() {
  const base = temporaryFolder();
  const env = { XDG_DATA_HOME: base };
  const home = join(base, 'swap-lab');
  const lab = openLab({ dataDir: home });
  const { id } = await lab.startRun({ scenario: smallScenario() });
  const { digest } = await finished(lab, id);
  mkdirSync(join(home, 'traces'));
  writeFileSync(join(home, 'traces', 'mine.swtrace'), 'trace');
  return { base, env, home, lab, digest };
}

it('moves runs and traces, also while the lab is open, and can be moved back', async () => {
  const { base, env, home, digest } = await withData();
  const to = join(base, 'disk', 'lab');
  expect(moveData(to, env, 'linux')).toEqual({ from: home, to, copied: true });
  expect(defaultDataDir(env, 'linux')).toBe(to);
  const moved = openLab({ dataDir: defaultDataDir(env, 'linux') });
  expect((await moved.listRuns({})).runs.map((run) => run.digest)).toEqual([digest]);
  expect(readFileSync(join(to, 'traces', 'mine.swtrace'), 'utf8')).toBe('trace');
  expect(existsSync(join(home, 'swap-lab.db'))).toBe(true);

  // What is there already is used as it is, and nothing is written over it.
  expect(moveData(home, env, 'linux')).toEqual({ from: to, to: home, copied: false });
  expect(defaultDataDir(env, 'linux')).toBe(home);
  expect(existsSync(join(home, 'data-folder'))).toBe(false);
});

it('a folder that is not there any more is named, and no empty library takes its place', async () => {
  const { base, env } = await withData();
  const to = join(base, 'disk');
  moveData(to, env, 'linux');
  renameSync(to, join(base, 'unplugged'));
  expect(() => defaultDataDir(env, 'linux')).toThrow(`The data folder "${to}" is not there`);
  expect(existsSync(to)).toBe(false);
  renameSync(join(base, 'unplugged'), to);
  expect(defaultDataDir(env, 'linux')).toBe(to);
});

it('is refused where it cannot be done, and then nothing has changed', async () => {
  const { env, home, base } = await withData();
  expect(() => moveData('relative', env, 'linux')).toThrow('accepted: an absolute path');
  expect(() => moveData(home, env, 'linux')).toThrow('already');
  expect(() => moveData('/x', { ...env, SWAPLAB_DATA: '/d' }, 'linux')).toThrow('SWAPLAB_DATA');
  writeFileSync(join(base, 'file'), '');
  for (const to of [join(base, 'file'), join(base, 'file', 'x'), join(base, 'file', 'x', 'y')]) {
    const because = `${join(base, 'file')} is a file and not a folder`;
    expect(() => moveData(to, env, 'linux')).toThrow(because);
  }
  expect(() => moveData(join(base, 'n'.repeat(300)), env, 'linux')).toThrow('longer than');
  expect(defaultDataDir(env, 'linux')).toBe(home);
});
