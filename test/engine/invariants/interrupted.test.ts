/**
 * A transfer and a swapoff at once, under each design, interrupted while they are under way: by the OOM
 * killer, by a second swapoff, by the end of the process, or by that of the run. Nothing is lost.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { exitProcess, killForMemory } from '../../../src/engine/memory/oom.ts';
import { DEVICE, ORPHAN, TOUCHED } from '../../../src/engine/memory/pages.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import { subtreeCounter } from '../../../src/engine/metrics/sampler.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { Swapoff } from '../../../src/engine/swap/swapoff.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { simulate } from '../../support/engine/simulate.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 20_251_121);
const runs = Number(process.env['FUZZ_RUNS'] ?? 0) || 20;

type Design = 'pinned' | 'reserved' | 'walk' | 'virtual';

/** Two processes of 1000 pages with room for 512 each, on two devices in turn. */
const scenario = (design: Design, zswap: boolean, forks: number): ScenarioInput => ({
  machine: { memory: '64MiB', cpus: 2 },
  kernel: {
    swapSpace: design,
    statsFlush: 0,
    pageCluster: 3,
    zswap: { enabled: zswap && design !== 'pinned' },
  },
  tiers: {
    one: { kind: 'block', device: 'nvme', size: '8MiB', priority: 5 },
    two: { kind: 'block', device: 'sata-ssd', size: '8MiB', priority: 5 },
  },
  cgroups: Object.fromEntries(
    ['a', 'b'].map((name) => [
      name,
      {
        memory: { max: '2MiB' },
        workloads: [
          { name: 'w', pattern: { kind: 'uniform' as const }, fill: true, pages: 1000, forks },
        ],
      },
    ]),
  ),
  run: { accesses: 100_000 },
});

const KINDS = ['nothing', 'oom kill', 'second swapoff', 'exit', 'end of the run'] as const;
const drawn = fc.record({
  kind: fc.constantFrom(...KINDS),
  /** Slice of 20 µs before which it happens. */
  slice: fc.nat(12),
  zswap: fc.boolean(),
  forks: fc.constantFrom(0, 2),
  /** Accesses before all begins. */
  budget: fc.integer({ min: 3000, max: 12_000 }),
});

function touched(k: Kernel): number[] {
  return k.processes.map(({ base, count }) => {
    let pages = 0;
    for (let page = base; page < base + count; page++)
      if ((k.pages.flags[page]! & (TOUCHED | ORPHAN)) === TOUCHED) pages++;
    return pages;
  });
}

it.each<Design>(['pinned', 'reserved', 'walk', 'virtual'])(
  'loses nothing: %s',
  (design) => {
    const interrupted = { transfers: 0, swapoffs: 0 };
    fc.assert(
      fc.property(drawn, ({ kind, slice: when, zswap, forks, budget }) => {
        const simulation = simulate(scenario(design, zswap, forks));
        simulation.advance(budget);
        const { kernel: k } = simulation;
        const [one, two] = k.devices.list;
        const before = touched(k);
        const kills = subtreeCounter(k.root, C.oom_kill);
        const batch: number[] = [];
        for (let page = 0; page < k.pages.count && batch.length < 64; page++)
          if (k.pages.flags[page] === TOUCHED && k.pages.where(page) === DEVICE) batch.push(page);
        // One half goes to the tier that is swapped off, the other comes from it.
        const begun = k.transfers.begin(batch, one!) + k.transfers.begin(batch, two!);
        if (design === 'pinned' || design === 'reserved') expect(begun).toBe(0);
        const under: Swapoff[] = [new Swapoff(k, one!)];
        for (let slice = 0; under.some(({ done }) => !done); slice++) {
          expect(slice).toBeLessThan(2000);
          if (slice === when) {
            if (kind !== 'nothing' && k.transfers.active > 0) interrupted.transfers++;
            if (kind !== 'nothing' && !under[0]!.done) interrupted.swapoffs++;
            if (kind === 'end of the run') break;
            if (kind === 'oom kill') killForMemory(k, k.memcgs[1]!);
            if (kind === 'exit') exitProcess(k, k.processes[0]!);
            if (kind === 'second swapoff') under.push(new Swapoff(k, two!));
            expect(violations(k)).toEqual([]);
          }
          const waits = under.filter(({ done }) => !done).map((s) => s.run(k.now + 20_000));
          const next = Math.min(...waits.filter((wait) => wait > k.now));
          if (next < Infinity) k.now = next;
          completeIo(k);
        }
        expect(violations(k)).toEqual([]);
        if (kind !== 'end of the run') {
          for (const { failed, left, name } of under) {
            expect(k.devices.named(name).closed).toBe(!failed);
            if (!failed) expect(left).toBe(0);
          }
          const after = touched(k);
          if (kind === 'exit') after[0] = before[0]!;
          // The OOM killer takes a swapoff before a process, but one that had ended is no choice.
          const killed = subtreeCounter(k.root, C.oom_kill) - kills;
          if (killed === 0) expect(after).toEqual(before);
          else expect(kind).toBe('oom kill');
        }
        expect(leftovers(k)).toEqual([]);
      }),
      { seed, numRuns: runs },
    );
    // What is to be interrupted was under way in a good part of the sample.
    expect(interrupted.swapoffs).toBeGreaterThan(runs / 4);
    const moves = design === 'walk' || design === 'virtual';
    expect(interrupted.transfers > runs / 5).toBe(moves);
  },
  60_000,
);
