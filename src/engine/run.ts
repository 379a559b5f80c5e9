/** Runs a scenario: build the machine, advance simulated time, read the result. */
import { ActionTask } from './actions/actionTask.ts';
import { createAction } from './actions/create.ts';
import { OWN_EVENTS, Scheduler } from './clock/scheduler.ts';
import type { Task } from './clock/task.ts';
import type { Kernel } from './kernel.ts';
import { Flusher } from './memory/flusher.ts';
import { Kswapd } from './memory/kswapd.ts';
import { exitProcess } from './memory/oom.ts';
import { flushStats } from './memory/stats.ts';
import { Sampler } from './metrics/sampler.ts';
import { ZswapWriteback } from './policy/zswapWriteback.ts';
import {
  hottestOnDevice,
  lifeOf,
  watchPages,
  type Life,
  type Watch,
  type WatchedPage,
} from './pageLife.ts';
import { collectResult, histogramsOf } from './report.ts';
import type {
  EndReason,
  Flow,
  HistogramData,
  RunEvent,
  RunProgress,
  RunResult,
  Scope,
} from './result.ts';
import type { Scenario, Workload } from './scenario/schema.ts';
import { build, type PlannedProcess } from './setup/build.ts';
import { createTierMovers } from './setup/tierPolicies.ts';
import { createControllers } from './userspace/create.ts';

/** Goes into every result and its digest; changes whenever a result can change. */
export const ENGINE_VERSION = '0.7.1';

/** A recorded stream of page accesses. */
export interface Trace {
  /** One entry an access: page number in bits 0 to 30, bit 31 set for a write. */
  accesses: Uint32Array;
  /** Pages are numbered 0 to pages - 1. */
  pages: number;
  /**
   * Mapped areas in ascending order, of anonymous memory or of a file; pages of different areas are
   * not neighbours in memory.
   */
  regions: readonly { start: number; pages: number; file?: NonNullable<Workload['file']> }[];
}

export interface RunInputs {
  /** As `checkScenario` gave it. */
  scenario: Scenario;
  /** By the `trace.file` of the workloads. */
  traces?: ReadonlyMap<string, Trace>;
  /** Pages whose lives are wanted, UnknownPage where one does not exist. Results stay the same. */
  watch?: Watch;
}

/** Samples taken since the last call, columns in a fixed order. */
export interface Samples {
  timeNs: number[];
  columns: { scope: Scope; metric: string; values: number[] }[];
}

const START = OWN_EVENTS;
const STOP = OWN_EVENTS + 1;
const SAMPLE = OWN_EVENTS + 2;
const FLUSH = OWN_EVENTS + 3;
const ACT = OWN_EVENTS + 4;
const FILES = OWN_EVENTS + 5;

const KSWAPD = 0;
const WRITEBACK = 1;

export class Simulation {
  /** For tests of invariants; nothing outside the engine may rely on its shape. */
  readonly kernel: Kernel;
  private readonly planned: PlannedProcess[];
  private readonly scheduler: Scheduler;
  private readonly sampler: Sampler;
  /** Process of each workload task, by task number. */
  private readonly processOf: number[] = [];
  private readonly runningTasks: number[];
  private liveProcesses: number;
  private accesses = 0;
  private endReason: EndReason | undefined;
  private liveSample = 0;
  private liveEvent = 0;
  private readonly end: number;
  private readonly accessLimit: number;

  private readonly inputs: RunInputs;

  constructor(inputs: RunInputs) {
    this.inputs = inputs;
    const { scenario, traces = new Map<string, Trace>() } = inputs;
    const { k, planned } = build(scenario, traces);
    if (inputs.watch) watchPages(k, inputs.watch);
    this.kernel = k;
    this.planned = planned;
    this.end = scenario.run.duration ?? Infinity;
    this.accessLimit = scenario.run.accesses ?? Infinity;
    const tasks: Task[] = [new Kswapd(), new ZswapWriteback()];
    planned.forEach((p, i) => {
      for (const task of p.tasks) {
        this.processOf[tasks.length] = i;
        tasks.push(task);
      }
    });
    this.runningTasks = planned.map((p) => p.tasks.length);
    const firstAction = tasks.length;
    for (const action of scenario.actions)
      tasks.push(new ActionTask((k) => createAction(k, action)));
    const firstController = tasks.length;
    const controllers = createControllers(k, scenario.controllers);
    for (const { task } of controllers) tasks.push(task);
    const firstMover = tasks.length;
    const movers = createTierMovers(k, scenario.tierPolicies);
    for (const { task } of movers) tasks.push(task);
    const flusher = tasks.length;
    if (k.files !== null) tasks.push(new Flusher());
    this.liveProcesses = planned.length;
    const scheduler = new Scheduler(k, tasks, scenario.machine.cpus, {
      onEvent: (kind, arg) => this.onEvent(kind, arg),
      onTaskDone: (task) => this.onTaskDone(task),
      afterSlice: () => {
        k.yieldWanted = false;
        if (k.kswapdWanted) scheduler.wake(KSWAPD);
        if (k.zswapWork.runs > 0) scheduler.wake(WRITEBACK);
        if (k.files?.flusherWanted) scheduler.wake(flusher);
      },
    });
    this.scheduler = scheduler;
    this.sampler = new Sampler(k, () => scheduler.busyNs, scenario.machine.cpus, steered(scenario));
    const look = k.files?.flusher.intervalNs ?? 0;
    if (look > 0) scheduler.events.push(look, FILES, flusher);
    planned.forEach((p, i) => {
      scheduler.events.push(p.startNs, START, i);
      if (p.stopNs !== undefined) scheduler.events.push(p.stopNs, STOP, i);
    });
    scheduler.events.push(scenario.run.sampleEvery, SAMPLE, 0);
    scenario.actions.forEach(({ at }, i) => scheduler.events.push(at, ACT, firstAction + i));
    controllers.forEach(({ at }, i) => scheduler.events.push(at, ACT, firstController + i));
    movers.forEach(({ at }, i) => scheduler.events.push(at, ACT, firstMover + i));
    if (k.settings.statsFlushNs > 0) scheduler.events.push(k.settings.statsFlushNs, FLUSH, 0);
  }

  /**
   * Runs until at least `budget` more page accesses were made or events handled; true when the run
   * has ended. How a run is divided into calls does not change its result.
   */
  advance(budget: number): boolean {
    let left = budget;
    while (left > 0 && this.endReason === undefined) {
      if (this.accesses >= this.accessLimit) this.finish('accesses');
      else if (this.liveProcesses === 0) this.finish('workloads_ended');
      else if (this.nextTime() >= this.end) {
        this.kernel.now = this.end;
        this.finish('duration');
      } else {
        // Whole slices only: where a slice ends must not depend on the budget of the caller.
        const made = this.scheduler.step(this.end, this.accessLimit - this.accesses);
        this.accesses += made;
        left -= made + 1;
      }
    }
    return this.endReason !== undefined;
  }

  get progress(): RunProgress {
    const { now } = this.kernel;
    const shares = [];
    if (this.end < Infinity) shares.push(now / this.end);
    if (this.accessLimit < Infinity) shares.push(this.accesses / this.accessLimit);
    if (shares.length === 0) shares.push(...this.workloadShare());
    const fraction = shares.length === 0 ? undefined : Math.min(1, Math.max(...shares));
    return { simulatedNs: Math.round(now), accesses: this.accesses, fraction };
  }

  /** Samples and events since the last call, for a live view; the result keeps them all. */
  takeLive(): { samples: Samples; events: RunEvent[] } {
    const { timeNs, series } = this.sampler;
    const samples = {
      timeNs: timeNs.slice(this.liveSample),
      columns: series.map((s) => ({
        scope: s.scope,
        metric: s.metric,
        values: s.values.slice(this.liveSample),
      })),
    };
    const events = this.kernel.events.slice(this.liveEvent);
    this.liveSample = timeNs.length;
    this.liveEvent = this.kernel.events.length;
    return { samples, events };
  }

  /** Latencies and flows of pages up to now, for a live view. */
  figures(): { histograms: HistogramData[]; flows: Flow[] } {
    return { histograms: histogramsOf(this.kernel), flows: this.kernel.flows.data() };
  }

  /** What happened to a watched page so far; nothing when it is not watched. */
  lifeOf(page: WatchedPage): Life {
    return lifeOf(this.kernel, page);
  }

  /** A page worth a look: often faulted in, and on a device now. Counted for `watch: 'hottest'`. */
  hottestOnDevice(): WatchedPage | undefined {
    return hottestOnDevice(this.kernel);
  }

  /** The result of a run that has ended. */
  result(): RunResult {
    if (this.endReason === undefined) throw new Error('The run has not ended');
    return collectResult({
      k: this.kernel,
      engineVersion: ENGINE_VERSION,
      seed: this.inputs.scenario.run.seed,
      endReason: this.endReason,
      accesses: this.accesses,
      intervalNs: this.inputs.scenario.run.sampleEvery,
      sampler: this.sampler,
    });
  }

  private nextTime(): number {
    return Math.min(this.kernel.io.nextTime, this.scheduler.events.nextTime);
  }

  /** How far the workloads are whose number of accesses is known. */
  private workloadShare(): number[] {
    let made = 0;
    let all = 0;
    for (const { tasks } of this.planned) {
      for (const task of tasks) {
        if (task.length === Infinity) return [];
        made += task.accesses;
        all += task.length;
      }
    }
    return all > 0 ? [made / all] : [];
  }

  private finish(reason: EndReason): void {
    this.endReason = reason;
    const k = this.kernel;
    for (const { name, left } of k.swapoffs)
      k.note(
        'swapoff',
        `tier:${name}`,
        `swapoff of ${name} has not ended: ${left} pages are left.`,
      );
    const last = this.sampler.timeNs.at(-1) ?? -1;
    if (Math.round(this.kernel.now) > last) this.sampler.sample();
  }

  private onEvent(kind: number, arg: number): void {
    const { kernel: k, scheduler } = this;
    if (kind === START) this.startProcess(arg);
    else if (kind === STOP) this.endProcess(arg, 'was stopped');
    else if (kind === ACT) scheduler.wake(arg);
    else if (kind === FILES && k.files !== null) {
      k.files.lookForOld = true;
      scheduler.wake(arg);
      scheduler.events.push(k.now + k.files.flusher.intervalNs, FILES, arg);
    } else if (kind === SAMPLE) {
      this.sampler.sample();
      scheduler.events.push(k.now + this.inputs.scenario.run.sampleEvery, SAMPLE, 0);
    } else {
      flushStats(k);
      scheduler.events.push(k.now + k.settings.statsFlushNs, FLUSH, 0);
    }
  }

  private startProcess(index: number): void {
    const { process } = this.planned[index];
    for (const member of process.family ?? [process]) member.alive = true;
    this.kernel.note('workload_start', `cgroup:${process.memcg.path}`, `${process.name} started.`);
    this.processOf.forEach((p, task) => {
      if (p === index) this.scheduler.wake(task);
    });
  }

  private onTaskDone(task: number): void {
    const index = this.processOf[task];
    if (index === undefined) return;
    this.runningTasks[index]--;
    if (this.runningTasks[index] === 0) this.endProcess(index, 'ended');
  }

  /** Ends a process once, whether by itself, by its stop time, or after the OOM killer. */
  private endProcess(index: number, how: string): void {
    if (this.runningTasks[index] < 0) return;
    this.runningTasks[index] = -1;
    this.liveProcesses--;
    const { process } = this.planned[index];
    if (!process.alive) return;
    // The last process keeps its memory, so that the end of the run shows it in use.
    if (this.liveProcesses > 0) exitProcess(this.kernel, process);
    for (const member of process.family ?? [process]) member.alive = false;
    this.kernel.note('workload_end', `cgroup:${process.memcg.path}`, `${process.name} ${how}.`);
  }
}

/** Paths of the cgroups that controllers and requests to reclaim act on. */
function steered({ controllers, actions }: Scenario): ReadonlySet<string> {
  const paths = new Set(controllers.map(({ cgroup }) => cgroup));
  for (const action of actions) if (action.do === 'memory-reclaim') paths.add(action.cgroup);
  return paths;
}

/** Runs to the end. */
export function run(inputs: RunInputs): RunResult {
  const simulation = new Simulation(inputs);
  while (!simulation.advance(1_000_000));
  return simulation.result();
}
