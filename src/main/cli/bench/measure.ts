/** Times the whole engine on one stream of accesses in one cgroup. */
import { Simulation, type Trace } from '../../../engine/run.ts';
import { checkScenario, type ScenarioInput } from '../../../engine/scenario/index.ts';
import { LabError } from '../../lab/errors.ts';

const TRACE_FILE = 'bench.u32';
const PAGE = 4096;

/** Accesses between two looks at whether the run has ended. */
const BUDGET = 4_000_000;

export interface Measured {
  /** Wall time of the run alone, ms: traces are loaded and the machine is built before it. */
  wallMs: number;
  accesses: number;
  perSecond: number;
  majorFaults: number;
  simulatedNs: number;
  digest: string;
}

/**
 * The machine of the benchmark: memory for all pages and more, so that nothing but the limit of the
 * cgroup makes it reclaim; zswap before an NVMe tier that could hold every page twice. Compressed
 * pages count against the limit too, so they may take a quarter of it: without that bound a small
 * limit would fill up with them until nothing could be resident any more.
 */
export function benchScenario(pages: number, limitPages: number): ScenarioInput {
  return {
    name: 'Benchmark',
    machine: { memory: `${Math.max(2 ** 30, 4 * pages * PAGE)}B` },
    kernel: { zswap: { enabled: true } },
    tiers: {
      nvme: { kind: 'block', device: 'nvme', size: `${Math.max(1024, 2 * pages) * PAGE}B` },
    },
    cgroups: {
      bench: {
        memory: {
          max: `${limitPages * PAGE}B`,
          zswap: { max: `${Math.floor(limitPages / 4) * PAGE}B` },
        },
        workloads: [{ name: 'replay', trace: { file: TRACE_FILE } }],
      },
    },
    run: { sampleEvery: '1s' },
  };
}

export function measure(trace: Trace, limitPages: number): Measured {
  const checked = checkScenario(benchScenario(trace.pages, limitPages));
  if (!checked.ok) {
    throw new LabError('invalid', 'The benchmark cannot be run this way.', checked.issues);
  }
  const traces = new Map([[TRACE_FILE, trace]]);
  const simulation = new Simulation({ scenario: checked.scenario, traces });
  const begin = performance.now();
  while (!simulation.advance(BUDGET));
  const wallMs = performance.now() - begin;
  const result = simulation.result();
  if (result.accesses < trace.accesses.length) {
    throw new LabError(
      'invalid',
      `The workload was killed for want of memory after ${result.accesses} of ${trace.accesses.length} accesses with a limit of ${limitPages} pages; accepted: a larger one.`,
    );
  }
  const machine = result.totals.find(({ scope }) => scope === 'machine')?.counters ?? {};
  return {
    wallMs,
    accesses: result.accesses,
    perSecond: (result.accesses / wallMs) * 1000,
    majorFaults: machine['pgmajfault'] ?? 0,
    simulatedNs: result.simulatedNs,
    digest: result.digest,
  };
}
