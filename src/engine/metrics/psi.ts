/**
 * Pressure stall information as kernel/sched/psi.c computes it (facts 8.3): how many tasks of a
 * cgroup run, wait for a device or stall on memory on each CPU gives the states of that CPU; their
 * times are gathered over the CPUs, weighted by the time in which the cgroup was not idle there;
 * averages decay in fixed point, once in a period of two seconds and one tick.
 */

/** What a task does, as bits; a task without any of them sleeps for reasons of its own. */
export const TaskState = {
  Running: 1,
  /** Sleeps until a device is done. */
  IoWait: 2,
  /** Reclaims, waits for a refault of the working set, or is slowed down by memory.high. */
  MemStall: 4,
} as const;

/** Ticks of the kernel's clock in a second (CONFIG_HZ of current desktop and server kernels). */
const HZ = 1000;
const TICK = 1e9 / HZ;
/** Time between two updates of the averages, ns (PSI_FREQ). */
export const PSI_PERIOD = (2 * HZ + 1) * TICK;

const FIXED_1 = 2048;
/** e^(-2/10), e^(-2/60) and e^(-2/300) in fixed point. */
const DECAY = [1677, 1981, 2034] as const;

const IO_SOME = 0;
const IO_FULL = 1;
const MEM_SOME = 2;
const MEM_FULL = 3;
const NONIDLE = 4;
const STATES = 5;
/** Those that have totals and averages. */
const KEPT = 4;

/** One line of a pressure file: averages in percent, and the time stalled since the start, ns. */
export interface PressureLine {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalNs: number;
}

export interface Pressure {
  readonly some: PressureLine;
  readonly full: PressureLine;
}

export type Resource = 'io' | 'memory';

/** A step of the average: what is left of the old value and what the new sample adds. */
function decay(load: number, factor: number, active: number): number {
  const sum = load * factor + active * (FIXED_1 - factor) + (active >= load ? FIXED_1 - 1 : 0);
  return Math.floor(sum / FIXED_1);
}

/** factor^n in fixed point, rounded at each step as the kernel does (fixed_power_int()). */
function fixedPower(factor: number, n: number): number {
  let result = FIXED_1;
  let x = factor;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = Math.floor((result * x + FIXED_1 / 2) / FIXED_1);
    x = Math.floor((x * x + FIXED_1 / 2) / FIXED_1);
  }
  return result;
}

/** Fixed point to percent with two digits, the rest cut off, as the files show it. */
function percent(load: number): number {
  const whole = Math.floor(load / FIXED_1);
  return whole + Math.floor(((load - whole * FIXED_1) * 100) / FIXED_1) / 100;
}

export class Psi {
  private readonly cpus: number;
  /** Group above each, or -1; group 0 is the machine. */
  private readonly parents: Int32Array;

  // By group and CPU.
  private readonly running: Int32Array;
  private readonly ioWait: Int32Array;
  private readonly memStall: Int32Array;
  private readonly memStallRunning: Int32Array;
  private readonly mask: Uint8Array;
  /** Since when `mask` holds, ns. */
  private readonly since: Float64Array;
  /** Time in each state since the last gathering, ns. */
  private readonly times: Float64Array;

  // By group.
  /** Time in each state, ns, and the part of it that the averages know. */
  private readonly totals: Float64Array;
  private readonly averaged: Float64Array;
  private readonly averages: Float64Array;
  private readonly lastUpdate: Float64Array;
  private readonly nextUpdate: Float64Array;
  /** When the worker updates the averages; Infinity while the group is idle. */
  private readonly workAt: Float64Array;
  private readonly gathered = new Float64Array(STATES);

  constructor(parents: readonly number[], cpus: number) {
    const groups = parents.length;
    this.parents = Int32Array.from(parents);
    this.cpus = cpus;
    this.running = new Int32Array(groups * cpus);
    this.ioWait = new Int32Array(groups * cpus);
    this.memStall = new Int32Array(groups * cpus);
    this.memStallRunning = new Int32Array(groups * cpus);
    this.mask = new Uint8Array(groups * cpus);
    this.since = new Float64Array(groups * cpus);
    this.times = new Float64Array(groups * cpus * STATES);
    this.totals = new Float64Array(groups * KEPT);
    this.averaged = new Float64Array(groups * KEPT);
    this.averages = new Float64Array(groups * KEPT * DECAY.length);
    this.lastUpdate = new Float64Array(groups);
    this.nextUpdate = new Float64Array(groups).fill(PSI_PERIOD);
    this.workAt = new Float64Array(groups).fill(Infinity);
  }

  /** A task of the group on this CPU goes from one set of TaskState bits to another at `now` (ns). */
  change(group: number, cpu: number, before: number, after: number, now: number): void {
    const { Running, IoWait, MemStall } = TaskState;
    const runs = (after & Running) - (before & Running);
    const waits = ((after & IoWait) - (before & IoWait)) / IoWait;
    const stalls = ((after & MemStall) - (before & MemStall)) / MemStall;
    const both = Running | MemStall;
    const stallsRunning = Number((after & both) === both) - Number((before & both) === both);
    for (let g = group; g >= 0; g = this.parents[g]) {
      const i = g * this.cpus + cpu;
      this.advance(g, i, now);
      this.running[i] += runs;
      this.ioWait[i] += waits;
      this.memStall[i] += stalls;
      this.memStallRunning[i] += stallsRunning;
      this.mask[i] = this.states(i);
      if (this.workAt[g] === Infinity) this.workAt[g] = now + PSI_PERIOD;
    }
  }

  /**
   * The task that runs on this CPU, of this group, was stalled on memory from `from` to `to` (ns)
   * without leaving the CPU. Nothing productive could run there, so the stall is full as well.
   */
  stallRunning(group: number, cpu: number, from: number, to: number): void {
    if (to <= from) return;
    for (let g = group; g >= 0; g = this.parents[g]) {
      const i = g * this.cpus + cpu;
      this.advance(g, i, from);
      this.mask[i] |= (1 << MEM_SOME) | (1 << MEM_FULL) | (1 << NONIDLE);
      if (this.workAt[g] === Infinity) this.workAt[g] = from + PSI_PERIOD;
      this.advance(g, i, to);
      this.mask[i] = this.states(i);
    }
  }

  /** What the pressure file of a group says at `now` (ns); reading it gathers, as in the kernel. */
  read(group: number, resource: Resource, now: number): Pressure {
    this.advance(group, -1, now);
    this.gather(group, now);
    if (now >= this.nextUpdate[group]) this.update(group, now);
    this.gathered.fill(0);
    return this.pressure(group, resource);
  }

  /** The same for an onlooker whom the kernel does not know: it changes nothing. */
  peek(group: number, resource: Resource, now: number): Pressure {
    this.advance(group, -1, now);
    this.sum(group, now, false);
    return this.pressure(group, resource);
  }

  /** With what `gathered` holds beyond the totals. */
  private pressure(group: number, resource: Resource): Pressure {
    const line = (state: number): PressureLine => {
      const at = (group * KEPT + state) * DECAY.length;
      return {
        avg10: percent(this.averages[at]),
        avg60: percent(this.averages[at + 1]),
        avg300: percent(this.averages[at + 2]),
        totalNs: this.totals[group * KEPT + state] + this.gathered[state],
      };
    };
    return resource === 'io'
      ? { some: line(IO_SOME), full: line(IO_FULL) }
      : { some: line(MEM_SOME), full: line(MEM_FULL) };
  }

  private states(i: number): number {
    const running = this.running[i];
    const waiting = this.ioWait[i];
    const stalled = this.memStall[i];
    let mask = 0;
    if (waiting > 0) mask |= running > 0 ? 1 << IO_SOME : (1 << IO_SOME) | (1 << IO_FULL);
    if (stalled > 0) {
      mask |= 1 << MEM_SOME;
      if (running === this.memStallRunning[i]) mask |= 1 << MEM_FULL;
    }
    if (running > 0 || waiting > 0 || stalled > 0) mask |= 1 << NONIDLE;
    return mask;
  }

  /** Brings a group (and one CPU of it) to `now`, with the worker's updates on the way. */
  private advance(group: number, i: number, now: number): void {
    while (this.workAt[group] <= now) {
      const at = this.workAt[group];
      const busy = this.gather(group, at);
      if (at >= this.nextUpdate[group]) this.update(group, at);
      // The worker stops when a period brought nothing, until a task of the group stirs.
      this.workAt[group] = busy ? this.nextUpdate[group] : Infinity;
    }
    if (i >= 0) this.accrue(i, now);
  }

  private accrue(i: number, now: number): void {
    // Clocks of CPUs may differ by a slice: what a CPU has been through is not gone through again.
    const passed = now - this.since[i];
    if (passed <= 0) return;
    this.since[i] = now;
    const mask = this.mask[i];
    if (mask === 0) return;
    for (let s = 0; s < STATES; s++)
      if ((mask & (1 << s)) !== 0) this.times[i * STATES + s] += passed;
  }

  /** Adds what the CPUs went through to the totals; true when the group was not idle all the time. */
  private gather(group: number, now: number): boolean {
    const busy = this.sum(group, now, true);
    for (let s = 0; s < KEPT; s++) this.totals[group * KEPT + s] += this.gathered[s];
    return busy;
  }

  /** Sums up the times of the CPUs into `gathered`, weighted by their ticks that were not idle. */
  private sum(group: number, now: number, take: boolean): boolean {
    const { times, gathered } = this;
    gathered.fill(0);
    let ticks = 0;
    let busy = false;
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const i = group * this.cpus + cpu;
      this.accrue(i, now);
      const at = i * STATES;
      if (times[at + NONIDLE] > 0) busy = true;
      const weight = Math.floor(times[at + NONIDLE] / TICK);
      ticks += weight;
      for (let s = 0; s < KEPT; s++) gathered[s] += Math.floor(times[at + s]) * weight;
      if (take) times.fill(0, at, at + STATES);
    }
    for (let s = 0; s < KEPT; s++) gathered[s] = Math.floor(gathered[s] / Math.max(1, ticks));
    return busy;
  }

  private update(group: number, now: number): void {
    const expires = this.nextUpdate[group];
    const missed = Math.floor((now - expires) / PSI_PERIOD);
    const period = now - (this.lastUpdate[group] + missed * PSI_PERIOD);
    this.nextUpdate[group] = expires + (1 + missed) * PSI_PERIOD;
    this.lastUpdate[group] = now;
    for (let s = 0; s < KEPT; s++) {
      const at = group * KEPT + s;
      const sample = Math.min(this.totals[at] - this.averaged[at], period);
      this.averaged[at] += sample;
      // Whole percents of the period: a stall of less than 1 % leaves no trace in the averages.
      const load = Math.floor((sample * 100) / period) * FIXED_1;
      DECAY.forEach((factor, n) => {
        const from = at * DECAY.length + n;
        if (missed > 0)
          this.averages[from] = decay(this.averages[from], fixedPower(factor, missed), 0);
        this.averages[from] = decay(this.averages[from], factor, load);
      });
    }
  }
}
