/** Processes that share their pages since a fork and use them apart: swap counts, and copies on write. */
import { expect, test } from 'vitest';
import { exitProcess } from '../../../src/engine/memory/oom.ts';
import { NOWHERE, PRESENT, SWAPCACHE } from '../../../src/engine/memory/pages.ts';
import { SharedPages } from '../../../src/engine/memory/sharedPages.ts';
import { checkScenario, type ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { finish, simulate, totals } from '../../support/engine/simulate.ts';

type Workload = NonNullable<NonNullable<ScenarioInput['cgroups']>[string]['workloads']>[number];
type Design = 'pinned' | 'reserved' | 'walk' | 'virtual';

const scenario = (
  workload: Partial<Workload>,
  max = 'max',
  swapSpace: Design = 'reserved',
): ScenarioInput => ({
  machine: { memory: '64MiB', cpus: 4 },
  kernel: { swapSpace, statsFlush: 0, pageCluster: 0 },
  tiers: { fast: { kind: 'zram', codec: 'lz4', size: '32MiB' } },
  cgroups: {
    app: {
      memory: { max },
      workloads: [
        {
          name: 'w',
          pattern: { kind: 'uniform' },
          pages: 256,
          fill: true,
          forks: 3,
          sharing: 'apart',
          accesses: 20_000,
          ...workload,
        },
      ],
    },
  },
});

test('the count of a page is that of the entries which do not map it', () => {
  const pages = new SharedPages(32, 100, 2, true);
  pages.mapForAll(101);
  expect([pages.sharersOf(101), pages.mappersOf(101), pages.swapCount(101)]).toEqual([32, 32, 0]);
  expect(pages.unmap(101)).toBe(32);
  expect(pages.swapCount(101)).toBe(32);
  pages.current = 31;
  pages.map(101);
  expect([pages.isMappedBy(101, 31), pages.isMappedBy(101, 0)]).toEqual([true, false]);
  expect(pages.swapCount(101)).toBe(31);
  // The only one who maps it gets a copy; 31 entries are left.
  expect(pages.leave(101, 31)).toBe(false);
  expect([pages.sharersOf(101), pages.swapCount(101), pages.copied]).toEqual([31, 31, 1]);
  pages.mapForAll(101);
  expect([pages.mappersOf(101), pages.isMappedBy(101, 31)]).toEqual([31, false]);
});

test('readers copy nothing', () => {
  const result = finish(simulate(scenario({ writes: 0 })));
  expect(totals(result)['cow_copies']).toBe(0);
});

test('of four writers three copy each page, and the last one has it to itself', () => {
  const simulation = simulate(scenario({ writes: 100 }));
  const result = finish(simulation);
  const { kernel: k } = simulation;
  // 20,000 accesses of each leave no page of 256 out: 256 e^(-78).
  expect(totals(result)['cow_copies']).toBe(3 * 256);
  expect(k.memcgs[1]!.resident).toBe(4 * 256);
  expect(violations(k)).toEqual([]);
  expect(leftovers(k)).toEqual([]);
});

test.each<Design>(['pinned', 'reserved', 'walk', 'virtual'])(
  'an entry is kept until the last process has mapped its page: %s',
  (design) => {
    const held = (sharing: 'apart' | 'together') => {
      const simulation = simulate(
        scenario({ writes: 0, pages: 1024, sharing, accesses: 3000 }, '2MiB', design),
      );
      let most = 0;
      let free = 0;
      const { kernel: k } = simulation;
      while (!simulation.advance(200)) {
        let partly = 0;
        for (let page = 0; page < 1024; page++) {
          const mapped = (k.pages.flags[page]! & PRESENT) !== 0;
          if (mapped && (k.pages.flags[page]! & SWAPCACHE) !== 0) partly++;
          if (mapped && k.pages.where(page) === NOWHERE) free++;
        }
        most = Math.max(most, partly);
      }
      expect(violations(k)).toEqual([]);
      expect(leftovers(k)).toEqual([]);
      return { most, free };
    };
    // zram gives up the slot of a page with the last entry that refers to it: at once where all map it.
    expect(held('together').most).toBe(0);
    const apart = held('apart');
    expect(apart.most).toBeGreaterThan(50);
    expect(apart.free).toBeGreaterThan(50);
  },
);

test('the processes end together, and nothing of them is left', () => {
  const simulation = simulate(scenario({ writes: 50, pages: 1024 }, '3MiB'));
  simulation.advance(20_000);
  const { kernel: k } = simulation;
  expect(k.processes).toHaveLength(5);
  exitProcess(k, k.processes[3]!);
  expect(k.processes.map(({ resident, swapped }) => resident + swapped)).toEqual([0, 0, 0, 0, 0]);
  expect(leftovers(k)).toEqual([]);
});

test('what cannot be used apart is refused', () => {
  const issues = (workload: Partial<Workload>) => {
    const checked = checkScenario(scenario(workload));
    return checked.ok ? [] : checked.issues.map(({ message }) => message);
  };
  expect(issues({ forks: 32 })).toEqual([
    'cgroups.app.workloads[0].forks is 32; accepted: 1 to 31 while sharing is "apart"',
  ]);
  expect(issues({ daily: { period: '1s' } })).toEqual([
    'cgroups.app.workloads[0].sharing is "apart"; accepted: "together" unless the workload has a pattern, anonymous memory and no daily load',
  ]);
});
