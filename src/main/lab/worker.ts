/** The thread that a run executes in: loads its traces, advances in short slices, tells how it goes. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WatchedPage } from '../../engine/pageLife.ts';
import { Simulation, type Trace } from '../../engine/run.ts';
import { formatSize, pageBytes } from '../../engine/scenario/index.ts';
import type { LiveFigures, PageLife } from './contract.ts';
import { messageOf } from './errors.ts';
import { whySimulationFailed } from './failure.ts';
import { describeLifeEvent } from './lifeText.ts';
import { liveSamples } from './liveSamples.ts';
import { ProgressMeter } from './progress.ts';
import { encodeResult } from './resultCodec.ts';
import type { TraceUsed } from './runStore.ts';
import { readTrace } from './traces/format.ts';
import {
  PAUSE,
  type PageQuestion,
  type WorkerInput,
  type WorkerMessage,
} from './workerMessages.ts';

/** How long a slice should take, ms: a pause is obeyed between two of them. */
const SLICE = 15;

/** Time between two messages about progress, ms. */
const REPORT_EVERY = 100;

/** Time between two looks at latencies and flows, ms: percentiles cost a pass over the buckets. */
const FIGURES_EVERY = 500;

/** Events of one live update; the result itself keeps every one. */
const LIVE_EVENTS = 1000;

function post(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

async function loadTraces(input: WorkerInput): Promise<Map<string, Trace>> {
  const traces = new Map<string, Trace>();
  const used: TraceUsed[] = [];
  for (const { file, path } of input.traces) {
    const trace = await readTrace(path);
    const { source, pageBytes: traced } = trace.header;
    // Raw page numbers have no page size of their own.
    if (source === 'lackey' && traced !== pageBytes(input.scenario)) {
      throw new Error(
        `${file} was cut into pages of ${formatSize(traced)}, but machine.pageSize is ${formatSize(pageBytes(input.scenario))}; import the program's trace again with that page size.`,
      );
    }
    traces.set(file, trace);
    used.push({
      file,
      sha256: trace.sha256,
      accesses: trace.accesses.length,
      pages: trace.pages,
    });
  }
  post({ kind: 'loaded', traces: used });
  return traces;
}

function liveFigures(simulation: Simulation): LiveFigures {
  const { histograms, flows } = simulation.figures();
  return {
    histograms: histograms
      .filter(({ scope }) => !scope.startsWith('cgroup:'))
      .map((histogram) => ({ ...histogram, buckets: [] })),
    flows,
  };
}

/** Runs to the end, in slices between which a pause is obeyed; returns its wall time, ms. */
function run(input: WorkerInput, simulation: Simulation): number {
  const meter = new ProgressMeter();
  let wallMs = 0;
  let reportedMs = 0;
  let budget = 10_000;

  let figuresAt = -Infinity;
  const dueFigures = () => {
    if (performance.now() - figuresAt < FIGURES_EVERY) return null;
    figuresAt = performance.now();
    return liveFigures(simulation);
  };

  const report = () => {
    const { samples, events } = simulation.takeLive();
    const progress = meter.update(simulation.progress, wallMs);
    post({
      kind: 'progress',
      progress,
      live: liveSamples(samples),
      events: events.slice(-LIVE_EVENTS),
      figures: dueFigures(),
    });
  };

  for (let ended = false; !ended;) {
    Atomics.wait(input.control, 0, PAUSE);
    const begin = performance.now();
    ended = simulation.advance(budget);
    const took = performance.now() - begin;
    wallMs += took;
    budget = Math.round(budget * Math.min(4, Math.max(0.25, SLICE / Math.max(took, 0.01))));
    budget = Math.min(100_000_000, Math.max(100, budget));
    if (wallMs - reportedMs >= REPORT_EVERY) {
      reportedMs = wallMs;
      report();
    }
  }
  report();
  return wallMs;
}

/** A page that only a run can name costs a second run, in which it is watched. */
function lifeOf(input: WorkerInput, traces: Map<string, Trace>, question: PageQuestion): PageLife {
  const { scenario } = input;
  let page: WatchedPage | undefined;
  if (question === 'hottest-on-device') {
    const first = new Simulation({ scenario, traces, watch: 'hottest' });
    run(input, first);
    page = first.hottestOnDevice();
    if (page === undefined) {
      return { page: null, events: [], truncated: false, digest: first.result().digest };
    }
  } else page = question;
  const simulation = new Simulation({ scenario, traces, watch: [page] });
  run(input, simulation);
  const { events, truncated } = simulation.lifeOf(page);
  const { digest } = simulation.result();
  return {
    page,
    events: events.map((event) => ({ ...event, says: describeLifeEvent(event) })),
    truncated,
    digest,
  };
}

/** Whatever is thrown from here on is no mistake in a trace any more. */
function simulate(input: WorkerInput, traces: Map<string, Trace>) {
  try {
    const simulation = new Simulation({ scenario: input.scenario, traces });
    const wallMs = run(input, simulation);
    return { result: encodeResult(simulation.result()), wallMs };
  } catch (error) {
    throw new Error(whySimulationFailed(error, input.scenario), { cause: error });
  }
}

async function execute(input: WorkerInput): Promise<void> {
  const traces = await loadTraces(input);
  if (input.question !== undefined) {
    return post({ kind: 'life', life: lifeOf(input, traces, input.question) });
  }
  const { result, wallMs } = simulate(input, traces);
  const { histograms, events, series } = result.stored;
  post({ kind: 'done', result, wallMs }, [histograms.buffer, events.buffer, series.buffer]);
}

execute(workerData as WorkerInput).catch((error: unknown) =>
  post({ kind: 'failed', message: messageOf(error) }),
);
