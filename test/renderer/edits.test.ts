import { describe, expect, it } from 'vitest';
import {
  addCgroup,
  addTier,
  addWorkload,
  cgroupLabel,
  cgroupPaths,
  move,
  remove,
  rename,
} from '../../src/renderer/build/edits.ts';
import { partOf } from '../../src/renderer/build/parts.ts';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import { firstRun } from './fixture/scenario.ts';

const twoTiers: ScenarioInput = {
  ...firstRun,
  tiers: {
    ssd: { kind: 'block', device: 'sata-ssd', size: '256MiB' },
    disk: { kind: 'block', device: 'hdd', size: '1GiB' },
  },
};
const mayUse = (scenario: ScenarioInput) => scenario.cgroups?.['web']?.memory?.swap?.tiers;

describe('edits', () => {
  it('rename a tier in its place and in the groups that may use it', () => {
    const renamed = rename(twoTiers, ['tiers', 'ssd'], 'fast');
    expect(Object.keys(renamed.tiers ?? {})).toEqual(['fast', 'disk']);
    expect(mayUse(renamed)).toEqual(['fast']);
  });

  it('take a removed tier out of the groups that may use it', () => {
    const without = remove(twoTiers, ['tiers', 'ssd']);
    expect(Object.keys(without.tiers ?? {})).toEqual(['disk']);
    expect(mayUse(without)).toEqual([]);
  });

  it('move a tier among the others', () => {
    expect(Object.keys(move(twoTiers, ['tiers', 'disk'], -1).tiers ?? {})).toEqual(['disk', 'ssd']);
    expect(move(twoTiers, ['tiers', 'ssd'], -1)).toEqual(twoTiers);
  });

  it('add parts that are valid as they stand, under names that are free', () => {
    let scenario = addTier(addTier(firstRun, 'block').scenario, 'zram').scenario;
    const group = addCgroup(scenario, ['cgroups', 'web']);
    scenario = addWorkload(group.scenario, group.path).scenario;
    scenario = addWorkload(scenario, group.path).scenario;
    expect(Object.keys(scenario.tiers ?? {})).toEqual(['ssd', 'ssd2', 'zram']);
    expect(cgroupPaths(scenario).map(({ path }) => cgroupLabel(path))).toEqual([
      '/sort',
      '/web',
      '/web/group',
    ]);
    expect(checkScenario(scenario)).toMatchObject({ ok: true });
  });
});

describe('the part that a path belongs to', () => {
  it.each([
    [['machine', 'costs', 'access'], ['machine']],
    [['kernel', 'swappiness'], ['kernel']],
    [
      ['kernel', 'zswap', 'compressor'],
      ['kernel', 'zswap'],
    ],
    [
      ['kernel', 'swapSpace'],
      ['kernel', 'virtualSwap'],
    ],
    [
      ['tiers', 'ssd', 'readP50'],
      ['tiers', 'ssd'],
    ],
    [['tiers'], ['machine']],
    [
      ['cgroups', 'web', 'memory', 'swap', 'max'],
      ['cgroups', 'web'],
    ],
    [
      ['cgroups', 'web', 'children', 'api', 'memory', 'max'],
      ['cgroups', 'web', 'children', 'api'],
    ],
    [
      ['cgroups', 'web', 'children', 'api', 'workloads', 1, 'pages'],
      ['cgroups', 'web', 'children', 'api', 'workloads', 1],
    ],
    [['run', 'seed'], ['run']],
    [[], ['run']],
  ])('%j is in %j', (path, part) => {
    expect(partOf(path)).toEqual(part);
  });
});
