// The data folder follows each system's rule, and one variable overrides them all.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultDataDir } from '../../src/main/lab/paths.ts';

const home = homedir();

it.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
  ['linux', {}, join(home, '.local/share/swap-lab')],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/swap-lab'],
  ['linux', { XDG_DATA_HOME: 'relative' }, join(home, '.local/share/swap-lab')],
  ['darwin', { XDG_DATA_HOME: '/data' }, join(home, 'Library/Application Support/swap-lab')],
  ['win32', { APPDATA: '/appdata' }, '/appdata/swap-lab'],
  ['win32', {}, join(home, 'AppData/Roaming/swap-lab')],
  ['linux', { SWAPLAB_DATA: '/mine', XDG_DATA_HOME: '/data' }, '/mine'],
  ['win32', { SWAPLAB_DATA: '/mine', APPDATA: '/appdata' }, '/mine'],
])('%s %j', (platform, env, folder) => {
  expect(defaultDataDir(env, platform)).toBe(folder);
});
