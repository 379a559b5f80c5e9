// Sets of tiers: what they hold, what they change where they are used, and as files.
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import { changesBetween } from '../../src/renderer/build/tierSets/setChanges.ts';
import { readTierFile, writeTierFile } from '../../src/renderer/build/tierSets/tierFile.ts';
import {
  applyTierSet,
  describeTierSet,
  tierSetOf,
} from '../../src/renderer/build/tierSets/tierSet.ts';
import { start } from './fixture/app.ts';
import { firstRun } from './fixture/scenario.ts';

const work = { name: 'w', pattern: { kind: 'zipf' as const }, pages: '64MiB', accesses: 10 };

/** Two tiers, one behind a link, a policy between them, and a group that may use one of them. */
const rack: ScenarioInput = {
  kernel: { swappiness: 100, swapSpace: 'virtual', zswap: { enabled: true, compressor: 'zstd' } },
  tiers: {
    near: { kind: 'block', device: 'nvme', size: '1GiB' },
    far: { kind: 'block', device: 'hdd', size: '4GiB', link: 'lan' },
  },
  links: { lan: {} },
  tierPolicies: [{ kind: 'demote-by-age', from: 'near', to: 'far' }],
  cgroups: {
    web: { memory: { max: '32MiB', swap: { tiers: ['near'] } }, workloads: [work] },
    batch: { workloads: [work], children: { jobs: { memory: { zswap: { writeback: false } } } } },
  },
};
const plain: ScenarioInput = {
  tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '2GiB' } },
  cgroups: {
    web: { memory: { max: '16MiB' }, workloads: [work] },
    other: { memory: { swap: { tiers: ['ssd'] } }, workloads: [work] },
  },
};

describe('a set of tiers', () => {
  it('holds links, policies, zswap, the swap space and the rules of groups, and nothing else', () => {
    expect(tierSetOf(rack)).toEqual({
      format: 2,
      tiers: rack.tiers,
      links: { lan: {} },
      tierPolicies: rack.tierPolicies,
      kernel: { swapSpace: 'virtual', zswap: { enabled: true, compressor: 'zstd' } },
      groups: {
        '/web': { swap: { tiers: ['near'] } },
        '/batch': {},
        '/batch/jobs': { zswap: { writeback: false } },
      },
    });
    expect(describeTierSet(tierSetOf(rack))).toBe(
      'near, far · 1 link · 1 policy · zswap on, virtual swap space · rules of 2 groups',
    );
  });

  it('brings all of it to another scenario, which can then run', () => {
    const { scenario, absent } = applyTierSet(plain, tierSetOf(rack));
    expect(scenario).toEqual({
      kernel: { swapSpace: 'virtual', zswap: { enabled: true, compressor: 'zstd' } },
      tiers: rack.tiers,
      links: { lan: {} },
      tierPolicies: rack.tierPolicies,
      cgroups: {
        web: { memory: { max: '16MiB', swap: { tiers: ['near'] } }, workloads: [work] },
        // Its only tier is gone, so it may use those that its parent may.
        other: { memory: { swap: {} }, workloads: [work] },
      },
    });
    expect(absent).toEqual(['/batch/jobs']);
    expect(checkScenario(scenario).ok).toBe(true);
  });

  it('takes away what the scenario had and the set does not', () => {
    const { scenario } = applyTierSet(rack, tierSetOf(plain));
    expect(scenario.links).toBeUndefined();
    expect(scenario.tierPolicies).toBeUndefined();
    expect(scenario.kernel).toEqual({ swappiness: 100 });
    expect(scenario.cgroups?.['web']?.memory).toEqual({ max: '32MiB' });
    // Groups that it does not name keep their rules.
    expect(scenario.cgroups?.['batch']).toEqual(rack.cgroups?.['batch']);
    expect(checkScenario(scenario).ok).toBe(true);
  });

  it('of tiers alone leaves everything else as it is', () => {
    const { scenario } = applyTierSet(rack, { format: 2, tiers: rack.tiers! });
    expect(scenario).toEqual(rack);
  });

  it('put back where it was taken from changes nothing', () => {
    for (const each of [rack, plain])
      expect(changesBetween(each, applyTierSet(each, tierSetOf(each)).scenario)).toEqual([]);
  });
});

describe('what a set changes', () => {
  it('is told a line for each thing, with what is now and what will be', () => {
    const { scenario } = applyTierSet(plain, tierSetOf(rack));
    expect(changesBetween(plain, scenario).map((each) => Object.values(each))).toEqual([
      ['tier ssd', 'block, sata-ssd, 2GiB', 'none'],
      ['tier near', 'none', 'block, nvme, 1GiB'],
      ['tier far', 'none', 'block, hdd, 4GiB, lan'],
      ['link lan', 'none', 'with its defaults'],
      ['policy', 'none', 'Demotion by age · near → far'],
      ['kernel.zswap.enabled', 'off (default)', 'on'],
      ['kernel.zswap.compressor', 'lzo (default)', 'zstd'],
      ['kernel.swapSpace', 'reserved (default)', 'virtual'],
      ['cgroups.other.memory.swap.tiers', 'ssd', 'all that its parent may use (default)'],
      ['cgroups.web.memory.swap.tiers', 'all that its parent may use (default)', 'near'],
    ]);
  });

  it('names the settings of a tier that stays, and another order', () => {
    const before = { tiers: { a: rack.tiers!['near']!, b: rack.tiers!['near']! } };
    const after = { tiers: { b: { ...rack.tiers!['near']!, size: '2GiB' }, a: before.tiers.a } };
    expect(changesBetween(before, after as ScenarioInput)).toEqual([
      { what: 'tiers.b.size', now: '1GiB', then: '2GiB' },
      { what: 'order of the tiers', now: 'a, b', then: 'b, a' },
    ]);
  });
});

describe('a file with a set of tiers', () => {
  const { tiers } = rack;

  it('comes back as it was written', () => {
    const file = { name: 'rack 7', set: tierSetOf(rack) };
    expect(readTierFile(JSON.parse(writeTierFile(file)))).toEqual(file);
  });

  it('of the first version holds tiers alone', () => {
    const file = { format: 'swap-lab-tiers', version: 1, name: 'old', tiers };
    expect(readTierFile(file)).toEqual({ name: 'old', set: { format: 2, tiers } });
  });

  const file = (change: object) => ({ format: 'swap-lab-tiers', version: 2, name: 'x', ...change });

  it.each<[object, RegExp]>([
    [{}, /no set of tiers/],
    [file({ version: 3, tiers }), /version is 3; accepted: 1 and 2/],
    [file({ name: ' ', tiers }), /name is missing/],
    [
      file({ tiers: { a: { ...tiers!['near'], size: 'big' } } }),
      /tiers\.a\.size is wrong; accepted/,
    ],
    [file({ tiers: [] }), /tiers is wrong/],
    [file({ tiers, tierPolicies: 'none' }), /tierPolicies is wrong; accepted: a list/],
    [
      file({ tiers, groups: { '/web': { swap: { max: 'much' } } } }),
      /web\.memory\.swap\.max is wrong/,
    ],
    [file({ tiers, groups: [1] }), /groups is wrong/],
  ])('is refused with what would be accepted: %j', (value, message) => {
    expect(() => readTierFile(value)).toThrow(message);
  });
});

describe('the dialog of machines and tiers', () => {
  it('shows what a set will change, goes back, and undoes what it did', async () => {
    const { app, lab, user } = await start();
    const dialog = () => within(screen.getByRole('dialog', { name: 'Machines and tiers' }));
    await user.click(screen.getByRole('button', { name: 'Presets …' }));
    await user.type(dialog().getByLabelText('Name for the tiers of this scenario'), 'mine');
    await user.click(dialog().getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(lab.calls).toContainEqual(['saveTierConfiguration', 'mine', tierSetOf(firstRun)]),
    );
    app.draft.set(['tiers', 'ssd', 'size'], '1GiB');
    await user.click(await dialog().findByRole('button', { name: /^mine/ }));
    expect(dialog().getByRole('row', { name: 'tiers.ssd.size 1GiB 256MiB' })).toBeTruthy();
    await user.click(dialog().getByRole('button', { name: 'Back' }));
    expect(app.draft.scenario.tiers?.['ssd']?.size).toBe('1GiB');
    await user.click(dialog().getByRole('button', { name: /^mine/ }));
    await user.click(dialog().getByRole('button', { name: 'Use it' }));
    expect(app.draft.scenario).toEqual(firstRun);
    const undo = within(
      (await screen.findByText(/Put “mine” under the scenario: 1 change/)).parentElement!,
    );
    await user.click(undo.getByRole('button', { name: 'Undo' }));
    expect(app.draft.scenario.tiers?.['ssd']?.size).toBe('1GiB');
  });

  it('puts the scenario on another machine after it was seen what that changes', async () => {
    const { app, user } = await start();
    await user.click(screen.getByRole('button', { name: 'Presets …' }));
    await user.click(await screen.findByRole('button', { name: /^Phone/ }));
    expect(screen.getByRole('row', { name: 'machine.memory 64MiB 8GiB' })).toBeTruthy();
    expect(app.draft.scenario).toEqual(firstRun);
    await user.click(screen.getByRole('button', { name: 'Use it' }));
    expect(app.draft.scenario.machine).toEqual({ memory: '8GiB', cpus: 8 });
    // A group was held to a tier that the phone does not have.
    expect(app.draft.check.ok).toBe(true);
  });
});
