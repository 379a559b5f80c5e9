/**
 * Tasks on CPUs: a first-in first-out queue of those that can run, slices that end when the next
 * event is due, and events in the order of simulated time.
 */
import type { Kernel } from '../kernel.ts';
import { TaskState } from '../metrics/psi.ts';
import { completeIo } from '../swap/io.ts';
import { EventQueue } from './eventQueue.ts';
import { Stop, type Task } from './task.ts';

/** A CPU decides what to run next. */
const DECIDE = 0;
/** The wait of a task is over. */
const WAKE = 1;
/** First kind of the events that the owner of the scheduler handles. */
export const OWN_EVENTS = 2;

/** Longest time on a CPU while others wait, ns (about a base slice of the kernel's scheduler). */
const QUANTUM = 3e6;
/** Shortest slice while something else is due, ns: how far CPUs may drift apart. */
const INTERLEAVE = 20e3;

const IDLE = -1;
/** Idle until its DECIDE event, which is under way. */
const CLAIMED = -2;

export interface SchedulerOwner {
  /** An event of kind OWN_EVENTS or above is due; `k.now` is its time. */
  onEvent(kind: number, arg: number): void;
  onTaskDone(task: number): void;
  /** After every slice, so that kernel threads can be woken. */
  afterSlice(): void;
}

export class Scheduler {
  readonly events = new EventQueue();
  private readonly ready: number[] = [];
  private readyHead = 0;
  private readonly current: Int32Array;
  private readonly outcome: Uint8Array;
  /** The task is ready, running, or waiting for a time. */
  private readonly scheduled: boolean[];
  private readonly slept: boolean[];
  /** What each task does, for pressure: its cgroup, the CPU that it counts on, TaskState bits. */
  private readonly group: Int32Array;
  private readonly lastCpu: Int32Array;
  private readonly state: Uint8Array;
  /** CPU time spent in tasks, ns. */
  busyNs = 0;

  private readonly k: Kernel;
  private readonly tasks: readonly Task[];
  private readonly owner: SchedulerOwner;

  constructor(k: Kernel, tasks: readonly Task[], cpus: number, owner: SchedulerOwner) {
    this.k = k;
    this.tasks = tasks;
    this.owner = owner;
    this.current = new Int32Array(cpus).fill(IDLE);
    this.outcome = new Uint8Array(cpus);
    this.scheduled = new Array<boolean>(tasks.length).fill(false);
    this.slept = new Array<boolean>(tasks.length).fill(false);
    this.group = Int32Array.from(tasks, (task) => task.memcg?.id ?? 0);
    this.lastCpu = Int32Array.from(tasks, (_, task) => task % cpus);
    this.state = new Uint8Array(tasks.length);
  }

  /** Makes a sleeping task runnable. Nothing happens when it is scheduled already. */
  wake(task: number): void {
    if (this.scheduled[task]) return;
    this.scheduled[task] = true;
    this.slept[task] = true;
    this.setState(task, TaskState.Running | (this.state[task] & TaskState.MemStall));
    this.ready.push(task);
    const idle = this.current.indexOf(IDLE);
    if (idle < 0) return;
    this.current[idle] = CLAIMED;
    this.events.push(this.k.now, DECIDE, idle);
  }

  /** Handles what is due next; returns the accesses made, at most `limit`, hardly beyond `end` (ns). */
  step(end: number, limit: number): number {
    const { k, events } = this;
    if (k.io.nextTime <= events.nextTime) {
      k.now = k.io.nextTime;
      completeIo(k);
      if (k.softirq.owed > 0 && this.current.includes(IDLE)) k.softirq.take();
      return 0;
    }
    events.pop();
    k.now = events.time;
    const { kind, arg } = events;
    if (kind === DECIDE) return this.decide(arg, end, limit);
    if (kind === WAKE) {
      this.scheduled[arg] = false;
      this.wake(arg);
    } else this.owner.onEvent(kind, arg);
    return 0;
  }

  private decide(cpu: number, end: number, limit: number): number {
    const last = this.current[cpu];
    const othersWait = this.readyHead < this.ready.length;
    if (last >= 0 && this.outcome[cpu] === Stop.Quantum) {
      if (!othersWait) return this.slice(cpu, last, end, limit);
      this.ready.push(last);
    }
    const next = this.take();
    this.current[cpu] = next;
    return next === IDLE ? 0 : this.slice(cpu, next, end, limit);
  }

  private take(): number {
    if (this.readyHead === this.ready.length) return IDLE;
    const task = this.ready[this.readyHead++];
    if (this.readyHead > 1024) {
      this.ready.splice(0, this.readyHead);
      this.readyHead = 0;
    }
    return task;
  }

  /** Tells the pressure of its cgroups what a task does from `k.now` on. */
  private setState(task: number, state: number): void {
    const before = this.state[task];
    if (before === state) return;
    this.state[task] = state;
    this.k.psi.change(this.group[task], this.lastCpu[task], before, state, this.k.now);
  }

  /** The task runs on this CPU; where it was counted on another, it moves with its state. */
  private settle(task: number, cpu: number): void {
    if (this.lastCpu[task] !== cpu) {
      this.setState(task, 0);
      this.lastCpu[task] = cpu;
    }
    this.setState(task, TaskState.Running);
    this.k.runningGroup = this.group[task];
  }

  private slice(cpu: number, task: number, end: number, limit: number): number {
    const { k, events } = this;
    const runner = this.tasks[task];
    const started = k.now;
    k.cpu = cpu;
    this.settle(task, cpu);
    if (this.slept[task]) {
      this.slept[task] = false;
      k.now += k.costs.contextSwitch;
    }
    if (k.softirq.owed > 0) {
      const spent = k.softirq.take();
      // An idle CPU spends it; when there is none, whoever runs next.
      if (!this.current.includes(IDLE)) k.now += spent;
    }
    const due = Math.max(events.nextTime, started + INTERLEAVE);
    const before = runner.accesses;
    const stop = runner.run(k, Math.min(due, started + QUANTUM, end), limit);
    this.busyNs += k.now - started;
    this.outcome[cpu] = stop;
    events.push(k.now, DECIDE, cpu);
    if (stop !== Stop.Quantum) {
      this.scheduled[task] = false;
      this.setState(task, stop === Stop.Done ? 0 : (runner.waiting ?? 0));
      if (stop === Stop.Done) this.owner.onTaskDone(task);
      else if (runner.wakeAt < Infinity) {
        this.scheduled[task] = true;
        events.push(Math.max(runner.wakeAt, k.now), WAKE, task);
      }
    }
    this.owner.afterSlice();
    return runner.accesses - before;
  }
}
