// One scenario on a thread of its own, with nothing compiled before, as a run of the lab has it: either
// made, or looked at as Build looks at it.
import { parentPort, workerData } from 'node:worker_threads';
import { Simulation } from '../../src/engine/run.ts';
import {
  COSTS,
  cgroupPath,
  checkScenario,
  eachCgroup,
  formatPath,
  pageBytes,
  workloadPages,
  type Scenario,
  type Workload,
} from '../../src/engine/scenario/index.ts';
import { previewOf } from '../../src/main/lab/preview/compute.ts';
import { findTraces } from '../../src/main/lab/traceFiles.ts';
import { readTrace, type TraceFile } from '../../src/main/lab/traces/format.ts';
import { demandOf } from '../../src/renderer/build/advice/demand.ts';
import { metadataBytes } from '../../src/renderer/build/estimate.ts';
import { forecast } from '../../src/renderer/build/forecast/forecast.ts';
import { workMs } from '../../src/renderer/build/forecast/speed.ts';
import { shipped, type Shipped } from './scenarios.ts';

type Traces = ReadonlyMap<string, TraceFile>;

export interface Figures {
  /** CPU time, ms. */
  ms: number;
  accesses: number;
  majorFaults: number;
  /** Bytes, at the sample at which there are most. */
  metadata: number;
  /** Pages touched by what is there at once, over RAM. */
  asked: number;
}

export interface Question {
  name: string;
  what: 'estimate' | 'run';
}

export interface Answer extends Figures {
  /** Something pushes pages out that the estimate does not follow. */
  pushed: boolean;
}

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

async function read({ name, scenario, folder }: Shipped): Promise<[Scenario, Traces]> {
  const checked = checkScenario(scenario);
  if (!checked.ok) throw new Error(`${name}: ${checked.issues[0]?.message}`);
  const traces = new Map<string, TraceFile>();
  for (const { file, path } of findTraces(checked.scenario, [folder]))
    traces.set(file, await readTrace(path));
  return [checked.scenario, traces];
}

function made(scenario: Scenario, traces: Traces): Answer {
  const simulation = new Simulation({ scenario, traces });
  const before = cpuMs();
  while (!simulation.advance(1_000_000));
  const ms = cpuMs() - before;
  const { accesses, totals, series } = simulation.result();
  const column = (metric: string) =>
    series.columns.find((each) => each.scope === 'machine' && each.metric === metric)?.values ?? [];
  const swapped = column('swapped');
  const pages = column('resident').map((resident, i) => resident + (swapped[i] ?? 0));
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  const ram = scenario.machine.memory - scenario.machine.kernelMemory;
  return {
    ms,
    accesses,
    majorFaults: totals[0]?.counters['pgmajfault'] ?? 0,
    metadata: most(column('metadata')),
    asked: (most(pages) * pageBytes(scenario)) / ram,
    pushed: false,
  };
}

function previewed(scenario: Scenario, traces: Traces, cgroup: string, workload: Workload) {
  const page = pageBytes(scenario);
  const { costs } = scenario.machine;
  const { duration, accesses, seed } = scenario.run;
  const trace = workload.trace && traces.get(workload.trace.file);
  return previewOf({
    workload,
    memcg: { path: cgroup },
    trace,
    pages: trace?.pages ?? workloadPages(workload, page) ?? 0,
    pageBytes: page,
    seed,
    accessNs: costs.access ?? COSTS[costs.preset].access,
    mostNs: Math.max(0, Math.min(duration ?? Infinity, workload.stop ?? Infinity) - workload.start),
    bound: accesses ?? Infinity,
  });
}

function estimated(scenario: Scenario, traces: Traces): Answer {
  const previews = new Map<string, ReturnType<typeof previewOf>>();
  eachCgroup(scenario.cgroups, (group, keys) =>
    group.workloads.forEach((workload, index) => {
      const where = formatPath([...keys, 'workloads', index]);
      previews.set(where, previewed(scenario, traces, cgroupPath(keys), workload));
    }),
  );
  const demand = demandOf(scenario, (file) => traces.get(file)?.pages);
  const foreseen = forecast(demand, {
    trace: (file) => {
      const trace = traces.get(file);
      return trace && { accesses: trace.accesses.length, pages: trace.pages };
    },
    preview: (where) => previews.get(where),
  });
  const { accesses, firstTouches, refaults, peak, pushed } = foreseen;
  return {
    ms: workMs({ accesses, firstTouches, majorFaults: refaults }),
    accesses,
    majorFaults: refaults,
    metadata: metadataBytes(demand, foreseen),
    asked: peak / demand.ram,
    pushed,
  };
}

const { name, what } = workerData as Question;
const one = shipped().find((each) => each.name === name);
if (!one) throw new Error(`There is no scenario "${name}".`);
const [scenario, traces] = await read(one);
parentPort?.postMessage(what === 'run' ? made(scenario, traces) : estimated(scenario, traces));
