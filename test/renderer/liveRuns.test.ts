// What the window keeps of runs in a long session: those that go on, and of those that ended the newest.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabEvents, RunStatus, RunSummary } from '../../src/main/lab/contract.ts';
import type { LabConnection } from '../../src/renderer/lab/connection.svelte.ts';
import { LiveRuns } from '../../src/renderer/runs/liveRuns.svelte.ts';

const SESSION = 3000;
const WAIT_MS = 1000;

function followed() {
  const tell: Partial<LabEvents> = {};
  const lab = {
    levels: new Set(),
    onReady: () => () => undefined,
    on: (event: keyof LabEvents, told: never) => Object.assign(tell, { [event]: told }),
  } as unknown as LabConnection;
  const live = new LiveRuns(lab);
  const change = (id: number, status: RunStatus) => {
    const endedAt = status === 'running' ? null : Date.now() + id;
    tell.runChanged!({ id, status, endedAt, deletedAt: null, tags: [] } as unknown as RunSummary);
  };
  const sample = (id: number) => {
    const columns = [{ scope: 'machine' as const, metric: 'resident', values: [id] }];
    tell.runProgress!({
      ...{ id, events: [], figures: null, live: { timeNs: [1], columns } },
      progress: {
        ...{ simulatedNs: 1, accesses: 1, wallMs: 1 },
        accessesPerSecond: 1,
        fraction: 0,
        etaMs: null,
      },
    });
    vi.advanceTimersByTime(WAIT_MS);
  };
  return { live, change, sample };
}

describe('a session of thousands of runs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keeps the samples of the runs that go on and of the last that ended', () => {
    const { live, change, sample } = followed();
    change(1, 'running');
    sample(1);
    for (let id = 2; id <= 40; id++) {
      change(id, 'running');
      sample(id);
      change(id, id % 2 ? 'done' : 'cancelled');
    }
    const withSamples = Array.from({ length: 40 }, (_, i) => i + 1).filter(
      (id) => live.of(id).samples.timeNs.length > 0,
    );
    expect(withSamples).toEqual([1, 33, 34, 35, 36, 37, 38, 39, 40]);
  });

  it('knows the last ones without asking, and forgets the first', () => {
    const { live, change } = followed();
    change(1, 'running');
    for (let id = 2; id <= SESSION; id++) change(id, 'done');
    expect(live.get(1)?.status).toBe('running');
    expect(live.get(2)).toBeUndefined();
    expect(live.get(SESSION)?.status).toBe('done');
    expect(live.ended.map(({ id }) => id)[0]).toBe(SESSION);
    const known = Array.from({ length: SESSION }, (_, i) => live.get(i + 1)).filter(Boolean);
    expect(known).toHaveLength(2001);
  });
});
