/** A page fault, from the trap to the mapped page (facts 2.4 and 15). */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { NEW, RAM } from '../metrics/flows.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { TaskState } from '../metrics/psi.ts';
import { completeIo } from '../swap/io.ts';
import { mapSwapCachePage, noteSwapCacheHit, swapIn } from '../swap/swapIn.ts';
import type { FaultKind } from '../result.ts';
import { areaOf } from './area.ts';
import { KILLED, tryCharge } from './charge.ts';
import { takeFrames } from './folio.ts';
import { FileAccess } from './fileAccess.ts';
import { lruAddNew } from './lru.ts';
import {
  DEVICE,
  DIRTY,
  FILE,
  PRESENT,
  READING,
  SWAPCACHE,
  TOUCHED,
  WORKINGSET,
  YOUNG,
  ZERO,
} from './pages.ts';
import { ensureTable } from './pageTable.ts';
import { hasReadError, killForReadError } from './readError.ts';
import { countUpdates, UPDATES } from './stats.ts';

/** A fault that may have to wait and go on later; one per task. */
export class Fault {
  /** When it began, ns; -1 when there is none. */
  startedAt = -1;
  /** Who serves it; decided once. */
  private latency: Histogram | null = null;
  /** What the task waits for, as TaskState bits, when `handle` returned a time. */
  waiting = 0;
  private file: FileAccess | null = null;

  /**
   * Goes on with the fault of a task. Returns 0 when the page is mapped, a time (ns) until which
   * the task must wait before it calls again, KILLED when the OOM killer ran, or ACCESSED when the
   * access was a call and is done.
   */
  handle(k: Kernel, process: Process, page: number, write: boolean): number {
    const { pages } = k;
    const { memcg } = process;
    if (process.files !== null && pages.where(page) === FILE) {
      const file = (this.file ??= new FileAccess());
      const wait = file.handle(k, process, page, write);
      this.waiting = file.waiting;
      return wait;
    }
    const { counters } = memcg;
    if (this.startedAt < 0) {
      this.startedAt = k.now;
      this.latency = null;
      counters[C.pgfault]++;
    }
    // Reclaim for a charge can push the page out again, so the state is looked at afresh.
    for (;;) {
      const flags = pages.flags[page];
      if ((flags & PRESENT) !== 0) break;
      if ((flags & TOUCHED) === 0) {
        const wait = this.firstTouch(k, process, page);
        if (wait !== 0) return this.stall(k, counters, wait);
        break;
      }
      const area = areaOf(process, page);
      if ((flags & SWAPCACHE) !== 0) {
        if (this.latency === null) {
          this.latency = k.latency.cache;
          k.now += k.costs.swapCacheFault;
          k.space.lookUp(page, memcg, 1);
          noteSwapCacheHit(k, page, memcg, area);
        }
        if ((flags & READING) !== 0) {
          const done = k.readsInFlight.get(page) ?? k.now;
          if (done > k.now) {
            counters[C.stall_io] += done - k.now;
            this.waiting = TaskState.IoWait;
            // A page of the working set should have been in memory: its read is a memory stall too.
            if ((flags & WORKINGSET) !== 0) {
              counters[C.stall_memory] += done - k.now;
              this.waiting |= TaskState.MemStall;
            }
            k.awaited.add(page);
            return done;
          }
          // It has ended by now, but nobody has applied that yet.
          completeIo(k);
          continue;
        }
        if (hasReadError(k, page)) {
          killForReadError(k, process);
          this.startedAt = -1;
          return KILLED;
        }
        mapSwapCachePage(k, page, memcg, write);
        countUpdates(k, memcg, UPDATES.map);
        break;
      }
      const wait = tryCharge(k, memcg, 1, true);
      if (wait !== 0) return this.stall(k, counters, wait);
      if ((pages.flags[page] & (SWAPCACHE | PRESENT)) !== 0) {
        takeFrames(k, memcg, -1);
        continue;
      }
      if (this.latency === null) {
        counters[C.pgmajfault]++;
        countUpdates(k, memcg, UPDATES.fault);
        k.now += k.costs.majorFault;
        k.space.lookUp(page, memcg, 1);
        const where = pages.where(page);
        if (where === ZERO) this.latency = k.latency.zero;
        else if (where === DEVICE && k.devices.frontswap?.holds(pages.slot(page)))
          this.latency = k.latency.frontswap;
        else if (where === DEVICE)
          this.latency = k.latency.device[k.devices.of(pages.slot(page)).index];
        else this.latency = k.latency.zswap;
      }
      const before = k.now;
      swapIn(k, page, memcg, area);
      if ((pages.flags[page] & WORKINGSET) !== 0) {
        counters[C.stall_memory] += k.now - before;
        k.stalledSince(before);
      }
    }
    countUpdates(k, memcg, UPDATES.fault);
    const ns = k.now - this.startedAt;
    k.latency.all.record(ns);
    (this.latency ?? k.latency.minor).record(ns);
    if (k.latency.guests !== null) k.latency.guests[memcg.id]?.record(ns);
    const together = process.sharers > 1 && process.sharing === null;
    if (together && this.latency !== null && this.latency !== k.latency.minor)
      mapForSharers(k, process, page);
    if (k.lives !== null) k.lives.faulted(k.now, page, this.kindOf(k), ns, write);
    this.startedAt = -1;
    return 0;
  }

  private kindOf(k: Kernel): FaultKind {
    if (this.latency === null || this.latency === k.latency.minor) return 'first-touch';
    return this.latency === k.latency.cache ? 'cache' : 'major';
  }

  private stall(k: Kernel, counters: Float64Array, until: number): number {
    // Waiting for room in a device's queue is waiting for I/O; waiting for others' writes is not.
    this.waiting = TaskState.MemStall | (k.blockedUntil > k.now ? TaskState.IoWait : 0);
    if (until > k.now) counters[C.stall_memory] += until - k.now;
    if (until === KILLED) this.startedAt = -1;
    return until;
  }

  /** Anonymous zero-fill, with the page table above it when that is missing too. */
  private firstTouch(k: Kernel, process: Process, page: number): number {
    const { pages } = k;
    const { memcg } = process;
    const noTable = ensureTable(k, process, page);
    if (noTable !== 0) return noTable;
    const wait = tryCharge(k, memcg, 1, true);
    if (wait !== 0) return wait;
    k.now += k.costs.minorFault;
    pages.setContent(
      page,
      process.knownContents?.[page - process.base] ??
        process.contents.draw(process.random.next(), process.random.next()),
    );
    pages.flags[page] = TOUCHED | PRESENT | YOUNG | DIRTY;
    process.sharing?.mapForAll(page);
    memcg.resident++;
    process.resident++;
    lruAddNew(k, memcg, memcg.anon, page, true);
    countUpdates(k, memcg, UPDATES.touch);
    k.moved(page, NEW, RAM);
    this.latency = k.latency.minor;
    return 0;
  }
}

/**
 * Where sharers use their pages together, the others map it too, each with a fault that finds it in the swap cache. Nobody
 * waits for them, but they take CPU time.
 */
function mapForSharers(k: Kernel, { memcg, sharers }: Process, page: number): void {
  const others = sharers - 1;
  memcg.counters[C.pgfault] += others;
  k.now += others * k.costs.swapCacheFault;
  k.space.lookUp(page, memcg, others);
}
