/** swapoff at any time, under any design, whatever comes in between: nothing is lost and nobody is killed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { exitProcess } from '../../../src/engine/memory/oom.ts';
import { ORPHAN, TOUCHED } from '../../../src/engine/memory/pages.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import { subtreeCounter } from '../../../src/engine/metrics/sampler.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { checkScenario } from '../../../src/engine/scenario/validate.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { Swapoff } from '../../../src/engine/swap/swapoff.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { smallScenario } from '../../support/engine/scenarios.ts';
import { simulate } from '../../support/engine/simulate.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 20_251_121);
const runs = Number(process.env['FUZZ_RUNS'] ?? 0);

/** Slices of a swapoff after which it would hang; the flusher, for which it may wait, does not run here. */
const MOST_SLICES = 2000;

const interruption = fc.record({
  kind: fc.constantFrom('none', 'exit', 'limit', 'transfer', 'kill'),
  slice: fc.nat(30),
});
type Interruption = typeof interruption extends fc.Arbitrary<infer T> ? T : never;

/** A scenario of the generator, but with two processes that do not fit into RAM and swap that takes them. */
const pressed = fc
  .tuple(
    smallScenario.filter(({ tiers }) => Object.keys(tiers ?? {}).length > 0),
    fc.integer({ min: 600, max: 3000 }),
    fc.constantFrom('1MiB', '2MiB', '4MiB', 'max'),
    fc.constantFrom(0, 0, 2),
    fc.constantFrom('16MiB', '64MiB'),
  )
  .map(([input, pages, max, forks, memory]): ScenarioInput => {
    const tiers = Object.entries(input.tiers ?? {}).map(([name, tier]) => [
      name,
      { ...tier, size: Math.max(Number(tier.size), 4 << 20) },
    ]);
    const workload = (name: string) => ({
      name,
      pattern: { kind: 'uniform' as const },
      fill: true,
      pages,
      writes: 40,
      forks,
    });
    return {
      ...input,
      machine: { ...input.machine, memory, kernelMemory: memory === '16MiB' ? '6MiB' : 0 },
      tiers: Object.fromEntries(tiers) as NonNullable<ScenarioInput['tiers']>,
      actions: [],
      tierPolicies: [],
      controllers: [],
      cgroups: {
        a: { memory: { max }, workloads: [workload('w')] },
        b: { workloads: [workload('x')] },
      },
      run: { ...input.run, accesses: 100_000 },
    };
  })
  .filter((input) => checkScenario(input).ok);

/** Pages that each process has; those of one that has ended wait for their I/O. */
function touchedPages(k: Kernel): number[] {
  return k.processes.map(({ base, count }) => {
    let pages = 0;
    for (let page = base; page < base + count; page++)
      if ((k.pages.flags[page]! & (TOUCHED | ORPHAN)) === TOUCHED) pages++;
    return pages;
  });
}

function interrupt(k: Kernel, { kind }: Interruption, swapoff: Swapoff): void {
  const [victim] = k.processes;
  if (kind === 'exit') exitProcess(k, victim!);
  else if (kind === 'limit') k.memcgs[1]!.limits.max = 16;
  else if (kind === 'kill') swapoff.stop('The test stops it');
  else if (kind === 'transfer') {
    const batch = Array.from({ length: 200 }, (_, i) => victim!.base + i);
    for (const to of k.devices.list)
      k.transfers.begin(
        batch.filter((page) => page < victim!.base + victim!.count),
        to,
      );
  }
}

it('loses nothing, kills nobody, and leaves the tier empty or in use', () => {
  let ended = 0;
  let stopped = 0;
  let filled = 0;
  fc.assert(
    fc.property(
      pressed,
      fc.integer({ min: 5000, max: 30_000 }),
      fc.nat(10),
      interruption,
      (input, budget, pick, event) => {
        const simulation = simulate(input);
        simulation.advance(budget);
        const { kernel: k } = simulation;
        const open = k.devices.list.filter(({ closed }) => !closed);
        const zswap = k.zswap?.enabled === true ? [k.zswap] : [];
        const targets = [...open, ...zswap];
        if (targets.length === 0 || k.swapoffs.length > 0) return;
        const target = targets[pick % targets.length]!;
        const before = touchedPages(k);
        const kills = subtreeCounter(k.root, C.oom_kill);
        const swapoff = new Swapoff(k, target);
        if (swapoff.left > 10) filled++;
        for (let slice = 0; !swapoff.done; slice++) {
          if (slice === event.slice) interrupt(k, event, swapoff);
          else if (slice === MOST_SLICES) swapoff.stop('The test stops it');
          if (swapoff.done) break;
          const wait = swapoff.run(k.now + 20_000);
          if (wait > k.now) k.now = wait;
          completeIo(k);
          if (slice % 50 === event.slice) expect(violations(k)).toEqual([]);
        }
        expect(violations(k)).toEqual([]);
        expect(subtreeCounter(k.root, C.oom_kill)).toBe(kills);
        expect(k.swapoffs).toEqual([]);
        const after = touchedPages(k);
        if (event.kind === 'exit') after[0] = before[0]!;
        expect(after).toEqual(before);
        if (swapoff.failed) {
          stopped++;
          expect('backend' in target ? target.closed : !target.enabled).toBe(false);
        } else {
          ended++;
          expect(swapoff.left).toBe(0);
        }
        expect(leftovers(k)).toEqual([]);
      },
    ),
    { seed, numRuns: runs || 90 },
  );
  // Both ends are in the sample, and tiers that had something to give back.
  if (runs === 0) expect(Math.min(ended, stopped, filled)).toBeGreaterThan(10);
}, 60_000);
