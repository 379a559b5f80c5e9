/**
 * The process of a measured case, which carries out one operation after the other: it fills its
 * pages, replays a trace, reads everything, or pages a range out or gives it back.
 */
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel, Process } from '../kernel.ts';
import { KILLED } from '../memory/charge.ts';
import { Fault } from '../memory/fault.ts';
import { freePage } from '../memory/folio.ts';
import type { Memcg } from '../memory/memcg.ts';
import { pageOut } from '../memory/pageout.ts';
import { PAGE_MASK, PRESENT, WRITE_SHIFT, WRITTEN, YOUNG } from '../memory/pages.ts';
import { readStatsAfterFault } from '../memory/stats.ts';
import { C } from '../metrics/counters.ts';
import { TaskState } from '../metrics/psi.ts';

/** Pages that the measured process passes to one madvise() call. */
const ADVICE_PAGES = 512;

/**
 * Making and copying the contents of a page, ns: 65,536 pages were filled in 160 ms without reclaim,
 * 2.45 us each, of which the fault takes 1.5.
 */
const FILL_NS = 950;

/** What the process does at the moment. */
export interface Script {
  readonly kind: 'fill' | 'trace' | 'readall' | 'pageout' | 'dontneed';
  /** Pages, or for a trace accesses, from the first up to, not including, the last. */
  readonly from: number;
  readonly to: number;
  readonly trace: Uint32Array;
}

export class ScriptTask implements Task {
  wakeAt = Infinity;
  accesses = 0;
  script: Script | null = null;
  /** Where the script has come to. */
  position = 0;
  majorFaults = 0;
  minorFaults = 0;
  killed = false;
  /** One bit an access of the trace: it was a major fault. */
  majors = new Uint8Array(0);
  /** The access whose major fault is under way, or -1. */
  private majorPosition = -1;
  private readonly fault = new Fault();
  waiting = 0;
  readonly process: Process;
  readonly memcg: Memcg;

  constructor(process: Process) {
    this.process = process;
    this.memcg = process.memcg;
  }

  begin(script: Script): void {
    this.script = script;
    this.position = script.from;
    this.majorFaults = 0;
    this.minorFaults = 0;
    if (this.majors.length === 0) this.majors = new Uint8Array((script.trace.length + 7) >> 3);
  }

  run(k: Kernel, until: number): Stop {
    while (this.script !== null && k.now < until) {
      if (this.position >= this.script.to) {
        this.script = null;
        break;
      }
      const wait = this.step(k, this.script);
      if (wait === KILLED) {
        if (this.process.alive) continue;
        this.killed = true;
        this.script = null;
      } else if (wait > 0) {
        this.wakeAt = wait;
        this.waiting = this.script.kind === 'pageout' ? TaskState.IoWait : this.fault.waiting;
        return Stop.Blocked;
      }
      if (k.yieldWanted) break;
    }
    if (this.script !== null) return Stop.Quantum;
    this.wakeAt = Infinity;
    this.waiting = 0;
    return Stop.Blocked;
  }

  private step(k: Kernel, script: Script): number {
    if (script.kind === 'pageout') return this.advise(k, script);
    return script.kind === 'dontneed' ? this.giveBack(k) : this.access(k);
  }

  /**
   * MADV_DONTNEED: the page and its swap entry go, its page table stays. No I/O is under way, as the
   * harness waits for its end after each operation.
   */
  private giveBack(k: Kernel): number {
    k.now += k.costs.unmapPage;
    freePage(k, this.process.base + this.position++, this.memcg);
    return 0;
  }

  private advise(k: Kernel, script: Script): number {
    const { base } = this.process;
    k.blockedUntil = 0;
    const to = Math.min(this.position + ADVICE_PAGES, script.to);
    pageOut(k, this.process, base + this.position, base + to);
    this.position = to;
    return k.blockedUntil;
  }

  /** Makes the access at `position`; returns what handling its fault returned. */
  private access(k: Kernel): number {
    const { process } = this;
    const { kind, trace } = this.script as Script;
    const { flags } = k.pages;
    const word = kind === 'trace' ? trace[this.position] : this.position;
    const page = process.base + (word & PAGE_MASK);
    if ((flags[page] & PRESENT) === 0) {
      const { counters } = process.memcg;
      const before = counters[C.pgmajfault];
      // An access of a trace reads first and then stores what it has read, so it faults to read.
      const wait = this.fault.handle(k, process, page, kind === 'fill');
      if (counters[C.pgmajfault] !== before) {
        this.majorFaults++;
        if (kind === 'trace') this.majors[this.position >> 3] |= 1 << (this.position & 7);
        this.majorPosition = this.position;
      }
      if (wait !== 0) return wait;
      if (this.majorPosition !== this.position) this.minorFaults++;
      this.majorPosition = -1;
      if (kind !== 'readall') readStatsAfterFault(k, process);
    }
    const dirty = kind === 'fill' ? WRITTEN : (word >>> WRITE_SHIFT) & WRITTEN;
    flags[page] |= YOUNG | dirty;
    k.now += kind === 'fill' ? FILL_NS : k.costs.access;
    process.memcg.counters[C.accesses]++;
    this.position++;
    this.accesses++;
    return 0;
  }
}
