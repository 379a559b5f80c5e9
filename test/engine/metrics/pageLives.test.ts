/** The lives of single pages, against accesses whose fate can be worked out by hand. */
import { describe, expect, it } from 'vitest';
import { Simulation, type Trace } from '../../../src/engine/run.ts';
import type { Watch } from '../../../src/engine/pageLife.ts';
import { checkScenario } from '../../../src/engine/scenario/index.ts';

const PAGES = 3000;
const ROUNDS = 4;

/** Rounds over half again as many pages as fit: the classic lists then evict each before its return. */
const accesses = Uint32Array.from({ length: PAGES * ROUNDS }, (_, i) => i % PAGES);
const trace: Trace = { accesses, pages: PAGES, regions: [{ start: 0, pages: PAGES }] };

function run(watch?: Watch): Simulation {
  const checked = checkScenario({
    name: 'Rounds',
    machine: { memory: '64MiB' },
    kernel: { statsFlush: '0', pageCluster: 0 },
    tiers: { disk: { kind: 'block', device: 'nvme', size: '32MiB' } },
    cgroups: {
      a: { memory: { max: 2000 * 4096 }, workloads: [{ name: 'w', trace: { file: 't' } }] },
    },
  });
  if (!checked.ok) throw new Error('not valid');
  const { scenario } = checked;
  const traces = new Map([['t', trace]]);
  const simulation = new Simulation({ scenario, traces, ...(watch && { watch }) });
  while (!simulation.advance(1e6));
  return simulation;
}

const page = { cgroup: '/a', workload: 'w', page: 1234 };

describe('a watched page', () => {
  it('that comes round again after more pages than fit faults each time', () => {
    const { events, truncated } = run([page]).lifeOf(page);
    expect(truncated).toBe(false);
    const faults = events.filter((each) => each.kind === 'fault').map(({ fault }) => fault);
    expect(faults).toEqual(['first-touch', 'major', 'major', 'major']);
    const moves = events.filter((each) => each.kind === 'move').map((m) => `${m.from} ${m.to}`);
    // Written once: nobody writes to it again, and a disk half full keeps its copy.
    const back = Array.from({ length: ROUNDS - 1 }, () => 'disk ram');
    expect(moves).toEqual(['new ram', 'ram disk', ...back]);
    const drops = events.filter((each) => each.kind === 'drop').map(({ place }) => place);
    expect(drops.slice(0, ROUNDS - 1)).toEqual(back.map(() => 'disk'));
    // Between its eviction and its return the other pages went by, less those that were still in RAM.
    const [refault] = events.filter((each) => each.kind === 'refault');
    expect(refault!.distance).toBeGreaterThan(PAGES - 2000);
    expect(refault!.distance).toBeLessThan(PAGES);
    expect(events.map(({ timeNs }) => timeNs)).toEqual(
      events.map(({ timeNs }) => timeNs).sort((a, b) => a - b),
    );
  });

  it('changes nothing in the run', () => {
    expect(run([page]).result().digest).toBe(run().result().digest);
  });

  it('is the only one that is remembered', () => {
    expect(run([page]).lifeOf({ ...page, page: 1235 }).events).toEqual([]);
    expect(run().lifeOf(page).events).toEqual([]);
  });

  it('must exist', () => {
    expect(() => run([{ ...page, page: PAGES }])).toThrow(
      'accepted: a whole number from 0 to 2999',
    );
    expect(() => run([{ ...page, workload: 'x' }])).toThrow('accepted: "/a" "w"');
  });
});

it('the hottest page on a device is one that a device holds', () => {
  const hottest = run('hottest').hottestOnDevice()!;
  const { events } = run([hottest]).lifeOf(hottest);
  expect(events.at(-1)).toMatchObject({ kind: 'drop', place: 'disk' });
  const majors = events.filter((each) => each.kind === 'fault' && each.fault === 'major');
  expect(majors).toHaveLength(ROUNDS - 1);
  expect(run([hottest]).hottestOnDevice()).toBeUndefined();
});
