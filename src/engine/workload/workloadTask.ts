/** One thread of a workload: the stream of its page accesses meets the memory of the machine. */
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel, Process } from '../kernel.ts';
import { KILLED, memoryHigh } from '../memory/charge.ts';
import { Fault } from '../memory/fault.ts';
import { ACCESSED } from '../memory/fileAccess.ts';
import type { Memcg } from '../memory/memcg.ts';
import { PAGE_MASK, PRESENT, WRITE_SHIFT, WRITTEN, YOUNG } from '../memory/pages.ts';
import { readStatsAfterFault } from '../memory/stats.ts';
import { C } from '../metrics/counters.ts';
import { TaskState } from '../metrics/psi.ts';
import type { DailyLoad } from './dailyLoad.ts';
import type { AccessStream } from './patterns.ts';

/** Accesses drawn at a time. */
const BATCH = 4096;

export class WorkloadTask implements Task {
  wakeAt = 0;
  accesses = 0;
  private readonly buffer = new Uint32Array(BATCH);
  private position = 0;
  private filled = 0;
  private readonly fault = new Fault();

  waiting = 0;

  readonly process: Process;
  readonly memcg: Memcg;
  private readonly stream: AccessStream;
  /** One access and the computing until the next, ns; at least 1. */
  private readonly accessNs: number;
  /** Accesses until it ends by itself; Infinity when it does not. */
  readonly length: number;

  /** Sets `accessNs` anew as the day goes by; null where it never changes. */
  private readonly daily: DailyLoad | null;

  constructor(
    process: Process,
    stream: AccessStream,
    accessNs: number,
    length: number,
    daily: DailyLoad | null = null,
  ) {
    this.daily = daily;
    this.process = process;
    this.memcg = process.memcg;
    this.stream = stream;
    this.accessNs = accessNs;
    this.length = length;
  }

  run(k: Kernel, until: number, limit: number): Stop {
    const { buffer, process, daily } = this;
    let { accessNs } = this;
    const { flags } = k.pages;
    const { base } = process;
    const counters = process.memcg.counters;
    const throttled = hasHigh(process.memcg);
    if (!process.alive || this.accesses >= this.length) return Stop.Done;
    const most = Math.min(this.accesses + limit, this.length);
    while (k.now < until && this.accesses < most) {
      if (this.position === this.filled) {
        this.filled = this.stream.fill(buffer);
        this.position = 0;
        if (this.filled === 0) return Stop.Done;
      }
      if (daily !== null) accessNs = daily.accessNs(k.now);
      // The hot path: accesses to resident pages, until one is not or the time is up.
      const first = this.position;
      const end = Math.min(
        this.filled,
        first + (most - this.accesses),
        first + Math.ceil((until - k.now) / accessNs),
      );
      // A fault that waited ends as one, also where another thread has mapped its page meanwhile.
      const stop = this.fault.startedAt >= 0 ? first : end;
      let i = first;
      for (; i < stop; i++) {
        const word = buffer[i];
        const page = base + (word & PAGE_MASK);
        const f = flags[page];
        if ((f & PRESENT) === 0) break;
        flags[page] = f | YOUNG | ((word >>> WRITE_SHIFT) & WRITTEN);
      }
      this.position = i;
      this.accesses += i - first;
      counters[C.accesses] += i - first;
      k.now += (i - first) * accessNs;
      if (i === end) continue;
      const word = buffer[i];
      const wait = this.fault.handle(k, process, base + (word & PAGE_MASK), word > PAGE_MASK);
      if (wait === KILLED) {
        if (!process.alive) return Stop.Done;
        continue;
      }
      if (wait === ACCESSED) {
        this.position++;
        this.accesses++;
        counters[C.accesses]++;
        k.now += accessNs;
      } else if (wait > 0) {
        this.wakeAt = wait;
        this.waiting = this.fault.waiting;
        return Stop.Blocked;
      }
      readStatsAfterFault(k, process);
      if (k.yieldWanted) return Stop.Quantum;
      const delay = throttled ? memoryHigh(k, process.memcg) : 0;
      if (delay > 0) {
        counters[C.stall_memory] += delay;
        this.wakeAt = k.now + delay;
        this.waiting = TaskState.MemStall;
        return Stop.Blocked;
      }
    }
    return Stop.Quantum;
  }
}

/** memory.high is set here or above. */
export function hasHigh(memcg: Memcg): boolean {
  for (let m: Memcg | null = memcg; m; m = m.parent) if (m.limits.high !== Infinity) return true;
  return false;
}
