/**
 * One thread of a process that shares its pages with others since a fork, but uses them on its own: what it
 * maps, faults on and copies is its own affair. Accesses are looked at one by one, so that the loop of all
 * other workloads stays what it is.
 */
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel, Process } from '../kernel.ts';
import { KILLED, memoryHigh } from '../memory/charge.ts';
import { copyOnWrite } from '../memory/copyOnWrite.ts';
import { Fault } from '../memory/fault.ts';
import { PAGE_MASK, PRESENT, TOUCHED, WRITTEN, YOUNG } from '../memory/pages.ts';
import type { SharedPages } from '../memory/sharedPages.ts';
import { countUpdates, readStatsAfterFault, UPDATES } from '../memory/stats.ts';
import { C } from '../metrics/counters.ts';
import { TaskState } from '../metrics/psi.ts';
import { mapSwapCachePage } from '../swap/swapIn.ts';
import type { AccessStream } from './patterns.ts';
import { hasHigh } from './workloadTask.ts';

/** Accesses drawn at a time. */
const BATCH = 4096;

/** How often a child looks whether its parent has filled its memory and forks, ns. */
const FORK_POLL = 1e6;

export interface Sharer {
  /** The pages shared by all, and those of which this process has copies. */
  readonly shared: Process;
  readonly copies: Process;
  readonly sharing: SharedPages;
  /** Its number; the parent is 0. */
  readonly number: number;
}

export class SharerTask implements Task {
  wakeAt = 0;
  accesses = 0;
  waiting = 0;
  readonly length: number;
  private readonly buffer = new Uint32Array(BATCH);
  private position = 0;
  private filled = 0;
  private readonly fault = new Fault();
  /** The access in hand has taken a fault. */
  private faulted = false;
  private readonly sharer: Sharer;
  private readonly stream: AccessStream;
  private readonly accessNs: number;
  /** Accesses with which this thread fills the memory before the fork; 0 for all but one. */
  private readonly fills: number;

  constructor(
    sharer: Sharer,
    stream: AccessStream,
    accessNs: number,
    length: number,
    fills: number,
  ) {
    this.sharer = sharer;
    this.stream = stream;
    this.accessNs = accessNs;
    this.length = length;
    this.fills = fills;
  }

  run(k: Kernel, until: number, limit: number): Stop {
    const { shared, sharing, number } = this.sharer;
    const { memcg } = shared;
    const throttled = hasHigh(memcg);
    if (!shared.alive || this.accesses >= this.length) return Stop.Done;
    if (number > 0 && !sharing.forked) return this.sleep(k.now + FORK_POLL, 0);
    const most = Math.min(this.accesses + limit, this.length);
    while (k.now < until && this.accesses < most) {
      if (this.position === this.filled) {
        this.filled = this.stream.fill(this.buffer);
        this.position = 0;
        if (this.filled === 0) return Stop.Done;
      }
      const word = this.buffer[this.position];
      const wait = this.access(k, word & PAGE_MASK, word > PAGE_MASK);
      if (wait === KILLED) {
        if (!shared.alive) return Stop.Done;
        continue;
      }
      if (wait > 0) return this.sleep(wait, this.waiting);
      // Another thread may have mapped what this one waited for.
      this.fault.startedAt = -1;
      this.position++;
      this.accesses++;
      memcg.counters[C.accesses]++;
      k.now += this.accessNs;
      if (this.fills > 0 && this.accesses === this.fills) sharing.forked = true;
      if (!this.faulted) continue;
      this.faulted = false;
      readStatsAfterFault(k, shared);
      if (k.yieldWanted) return Stop.Quantum;
      const delay = throttled ? memoryHigh(k, memcg) : 0;
      if (delay > 0) {
        memcg.counters[C.stall_memory] += delay;
        return this.sleep(k.now + delay, TaskState.MemStall);
      }
    }
    return Stop.Quantum;
  }

  private sleep(until: number, waiting: number): Stop {
    this.wakeAt = until;
    this.waiting = waiting;
    return Stop.Blocked;
  }

  /** Uses one page; returns 0 when that is done, a time (ns) to wait for, or KILLED. */
  private access(k: Kernel, offset: number, write: boolean): number {
    const { shared, copies, sharing, number } = this.sharer;
    const { flags } = k.pages;
    const copy = copies.base + offset;
    const page = shared.base + offset;
    const touch = write ? YOUNG | WRITTEN : YOUNG;
    for (;;) {
      if ((flags[copy] & TOUCHED) !== 0) {
        if ((flags[copy] & PRESENT) === 0) {
          const wait = this.handle(k, copies, copy, write);
          if (wait !== 0) return wait;
        }
        flags[copy] |= touch;
        return 0;
      }
      // What is first touched after the fork counts as touched before it.
      const untouched = (flags[page] & TOUCHED) === 0;
      const alone = untouched || !sharing.forked || sharing.sharersOf(page) === 1;
      if (!sharing.isMappedBy(page, number)) {
        const wait = this.map(k, page, write && alone);
        if (wait !== 0) return wait;
      }
      flags[page] |= alone ? touch : YOUNG;
      if (alone || !write) return 0;
      if (!this.faulted) this.countFault(k);
      const wait = copyOnWrite(k, copies, sharing, number, page, copy);
      if (wait !== 0) {
        if (wait > k.now) shared.memcg.counters[C.stall_memory] += wait - k.now;
        this.waiting = TaskState.MemStall;
        return wait;
      }
    }
  }

  /** Maps a page that this process does not map, with a fault. */
  private map(k: Kernel, page: number, write: boolean): number {
    const { shared, sharing, number } = this.sharer;
    const { memcg } = shared;
    sharing.current = number;
    if ((k.pages.flags[page] & PRESENT) === 0 || this.fault.startedAt >= 0) {
      const wait = this.handle(k, shared, page, write);
      // Another process may have mapped it while this one waited.
      if (wait === 0 && !sharing.isMappedBy(page, number)) mapSwapCachePage(k, page, memcg, write);
      return wait;
    }
    // In RAM, because another process uses it: a minor fault.
    this.countFault(k);
    k.now += k.costs.swapCacheFault;
    k.space.lookUp(page, memcg, 1);
    mapSwapCachePage(k, page, memcg, write);
    countUpdates(k, memcg, UPDATES.map);
    k.latency.all.record(k.costs.swapCacheFault);
    k.latency.cache.record(k.costs.swapCacheFault);
    return 0;
  }

  private handle(k: Kernel, process: Process, page: number, write: boolean): number {
    const wait = this.fault.handle(k, process, page, write);
    this.waiting = this.fault.waiting;
    if (wait === 0) this.faulted = true;
    return wait;
  }

  private countFault(k: Kernel): void {
    const { memcg } = this.sharer.shared;
    this.faulted = true;
    memcg.counters[C.pgfault]++;
    countUpdates(k, memcg, UPDATES.fault);
  }
}
