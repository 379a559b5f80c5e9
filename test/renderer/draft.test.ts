import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Draft } from '../../src/renderer/build/draft.svelte.ts';
import { firstRun } from './fixture/scenario.ts';

const opened = (): Draft => {
  const draft = new Draft();
  draft.open({ label: 'first-run', scenario: firstRun });
  return draft;
};

describe('the draft', () => {
  beforeEach(() => {
    localStorage.clear();
    vi.useRealTimers();
  });

  it('undoes and redoes a change', () => {
    const draft = opened();
    draft.set(['kernel', 'swappiness'], 100);
    expect(draft.scenario.kernel?.swappiness).toBe(100);
    draft.undo();
    expect(draft.scenario).toEqual(firstRun);
    expect(draft.canUndo).toBe(false);
    draft.redo();
    expect(draft.scenario.kernel?.swappiness).toBe(100);
    expect(draft.canRedo).toBe(false);
  });

  it('takes what is typed into one field in one go as one step', () => {
    const draft = opened();
    for (const text of ['1', '12', '128', '128M']) draft.set(['machine', 'memory'], text);
    draft.set(['kernel', 'swappiness'], 1);
    draft.undo();
    expect(draft.scenario.machine?.memory).toBe('128M');
    draft.undo();
    expect(draft.scenario.machine?.memory).toBe('64MiB');
  });

  it('takes what is typed after a pause as another step', () => {
    vi.useFakeTimers();
    const draft = opened();
    draft.set(['machine', 'memory'], '128M');
    vi.advanceTimersByTime(1500);
    draft.set(['machine', 'memory'], '256M');
    draft.undo();
    expect(draft.scenario.machine?.memory).toBe('128M');
  });

  it('forgets what was undone once something else is changed', () => {
    const draft = opened();
    draft.set(['kernel', 'swappiness'], 1);
    draft.undo();
    draft.set(['kernel', 'pageCluster'], 0);
    expect(draft.canRedo).toBe(false);
  });

  it('leaves no empty group behind when a setting goes back to its default', () => {
    const draft = opened();
    draft.set(['cgroups', 'sort', 'memory', 'swap', 'max'], '1GiB');
    draft.set(['cgroups', 'sort', 'memory', 'swap', 'max'], undefined);
    expect(draft.scenario).toEqual(firstRun);
    expect(draft.changes).toEqual([]);
  });

  it('names the settings that differ from what was opened', () => {
    const draft = opened();
    draft.set(['kernel', 'swappiness'], 100);
    draft.set(['tiers', 'ssd', 'size'], '1GiB');
    expect([...draft.changes].sort()).toEqual(['kernel.swappiness', 'tiers.ssd.size']);
  });

  it('sees no difference in empty groups', () => {
    const draft = opened();
    draft.open({ label: 'file', scenario: { ...firstRun, kernel: {}, tiers: {} } });
    draft.change({ ...firstRun, kernel: {}, tiers: {} });
    expect(draft.changes).toEqual([]);
  });

  it('finds the problems of a field by its path', () => {
    const draft = opened();
    draft.set(['tiers', 'ssd', 'size'], 'much');
    expect(draft.issuesAt(['tiers', 'ssd', 'size']).map((issue) => issue.value)).toEqual([
      '"much"',
    ]);
    expect(draft.issuesAt(['tiers', 'ssd'])).toEqual([]);
  });

  it('keeps drawing a part with the value it had while the value is wrong', () => {
    const draft = opened();
    expect(draft.hardware.tiers['ssd']?.size).toBe(256 * 1024 * 1024);
    draft.set(['tiers', 'ssd', 'size'], '512 parsecs');
    expect(draft.hardware.tiers['ssd']?.size).toBe(256 * 1024 * 1024);
  });

  it('brings back what was being edited when the app was closed', () => {
    opened().set(['kernel', 'swappiness'], 7);
    const later = new Draft();
    expect(later.restore()).toBe(true);
    expect(later.scenario.kernel?.swappiness).toBe(7);
    expect(later.changes).toEqual(['kernel.swappiness']);
  });

  it('starts afresh when what was kept cannot be read', () => {
    localStorage.setItem('swaplab.draft', '{"origin":');
    expect(new Draft().restore()).toBe(false);
  });
});
