// A small machine under pressure: pages are swapped to zswap and from there to an SSD.
import type { ScenarioInput } from '../../../src/engine/scenario/index.ts';

export interface Variation {
  name?: string;
  accesses?: number;
  seed?: number;
  memoryMax?: string;
}

/** Takes a few tens of milliseconds unless more accesses are asked for. */
export function smallScenario(change: Variation = {}): ScenarioInput {
  return {
    name: change.name ?? 'Small machine',
    machine: { memory: '64MiB', kernelMemory: '8MiB' },
    tiers: { ssd: { kind: 'block', device: 'nvme', size: '64MiB' } },
    cgroups: {
      web: {
        memory: { max: change.memoryMax ?? '8MiB' },
        workloads: [{ name: 'app', pattern: { kind: 'zipf' }, pages: 4096 }],
      },
    },
    run: { accesses: change.accesses ?? 50_000, sampleEvery: '1ms', seed: change.seed ?? 1 },
  };
}

/** Goes on until it is stopped. */
export const endlessScenario = (name = 'Endless'): ScenarioInput => ({
  ...smallScenario({ name, accesses: Number.MAX_SAFE_INTEGER }),
  run: { accesses: Number.MAX_SAFE_INTEGER, sampleEvery: '1h' },
});
