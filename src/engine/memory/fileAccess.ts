/**
 * An access to a page of a file that is not mapped (mm/filemap.c, kernel 6.18): a fault that finds it
 * in the page cache or reads it, with readahead, or a read() or write() of one page.
 */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { TaskState } from '../metrics/psi.ts';
import { completeIo } from '../swap/io.ts';
import { KILLED } from './charge.ts';
import { fileOf, type FileMapping } from './fileMapping.ts';
import { addFilePage, mapFilePage, setFileDirty } from './filePage.ts';
import { goOn, readPages, readWindow } from './fileRead.ts';
import { lruAdd, lruRemove } from './lru.ts';
import { countAccess } from './mglru/folioGen.ts';
import {
  ACTIVE,
  ON_LRU,
  PAGECACHE,
  PRESENT,
  READAHEAD,
  READING,
  REFERENCED,
  WORKINGSET,
} from './pages.ts';
import { ensureTable } from './pageTable.ts';
import { countUpdates, UPDATES } from './stats.ts';
import { ageNonresident } from './workingset.ts';

/** The access was a call, and it is done. */
export const ACCESSED = -2;

/** Bytes around a fault in which pages of the cache are mapped with it (fault_around_bytes). */
const FAULT_AROUND = 65536;

export class FileAccess {
  private startedAt = -1;
  private latency: Histogram | null = null;
  /** The page was missing: its readahead is planned and done. */
  private missed = false;
  /** What the task waits for, as TaskState bits, when `handle` returned a time. */
  waiting = 0;

  /** As Fault.handle(). */
  handle(k: Kernel, process: Process, page: number, write: boolean): number {
    const file = fileOf(process, page);
    if (this.startedAt < 0) {
      this.startedAt = k.now;
      this.latency = null;
      this.missed = false;
      if (file.mapped) process.memcg.counters[C.pgfault]++;
    }
    const wait = file.mapped
      ? this.fault(k, process, file, page, write)
      : this.call(k, process, file, page, write);
    if (wait > 0) return wait;
    if (wait !== KILLED && file.mapped) {
      countUpdates(k, process.memcg, UPDATES.fault);
      const ns = k.now - this.startedAt;
      k.latency.all.record(ns);
      this.latency?.record(ns);
    }
    this.startedAt = -1;
    return wait;
  }

  private fault(
    k: Kernel,
    process: Process,
    file: FileMapping,
    page: number,
    write: boolean,
  ): number {
    const { pages } = k;
    const noTable = ensureTable(k, process, page);
    if (noTable !== 0) return this.stall(k, process, noTable);
    if (!write && !this.missed) mapAround(k, process, file, page);
    for (;;) {
      const flags = pages.flags[page];
      if ((flags & PRESENT) !== 0) {
        this.latency ??= k.latency.cache;
        if (!this.missed) k.now += k.costs.swapCacheFault;
        return 0;
      }
      if ((flags & PAGECACHE) === 0) {
        const wait = this.miss(k, process, file, page);
        if (wait !== 0) return this.stall(k, process, wait);
        continue;
      }
      if (!this.missed) {
        file.readahead?.faultHit();
        goOn(k, process, file, page);
      }
      const until = this.awaitRead(k, process, page);
      if (until !== 0) return until;
      if ((pages.flags[page] & (PAGECACHE | READING)) === PAGECACHE) mapFilePage(k, process, page);
    }
  }

  private call(
    k: Kernel,
    process: Process,
    file: FileMapping,
    page: number,
    write: boolean,
  ): number {
    const { pages } = k;
    for (;;) {
      if ((pages.flags[page] & PAGECACHE) === 0) {
        const wait = write
          ? addFilePage(k, process, file, page, true, true)
          : this.miss(k, process, file, page);
        if (wait !== 0) return this.stall(k, process, wait);
        continue;
      }
      if (!this.missed && !write) goOn(k, process, file, page);
      const until = this.awaitRead(k, process, page);
      if (until !== 0) return until;
      if ((pages.flags[page] & (PAGECACHE | READING)) !== PAGECACHE) continue;
      k.awaited.delete(page);
      k.now += k.costs.swapCacheFault;
      if (write) {
        setFileDirty(k, page, process.memcg);
        k.files?.wrote(k);
      } else {
        file.readahead?.readDone(page);
        markAccessed(k, process, page);
      }
      return ACCESSED;
    }
  }

  /** Starts reading a page that is not in the cache, and those that readahead wants with it. */
  private miss(k: Kernel, process: Process, file: FileMapping, page: number): number {
    const { counters } = process.memcg;
    const { readahead } = file;
    if (!this.missed) {
      this.missed = true;
      if (file.mapped) {
        counters[C.pgmajfault]++;
        countUpdates(k, process.memcg, UPDATES.fault);
      }
      k.now += k.costs.majorFault;
      this.latency = k.latency.file;
      if (readahead !== null) {
        if (file.mapped) readahead.faultMiss(page);
        else readahead.readMiss(page);
        if (readahead.end - readahead.start > 1) readWindow(k, process, file, page);
      }
    }
    if ((k.pages.flags[page] & PAGECACHE) === 0) {
      const wait = addFilePage(k, process, file, page, false, true);
      if (wait !== 0) return wait;
      readPages(k, process, page, page + 1);
    }
    return 0;
  }

  /** When the page is still being read: the time at which it will be there; otherwise 0. */
  private awaitRead(k: Kernel, process: Process, page: number): number {
    if ((k.pages.flags[page] & READING) === 0) return 0;
    const done = k.readsInFlight.get(page) ?? k.now;
    if (done <= k.now) {
      completeIo(k);
      return 0;
    }
    const { counters } = process.memcg;
    counters[C.stall_io] += done - k.now;
    this.waiting = TaskState.IoWait;
    // A page of the working set should have been in memory: its read is a memory stall too.
    if ((k.pages.flags[page] & WORKINGSET) !== 0) {
      counters[C.stall_memory] += done - k.now;
      this.waiting |= TaskState.MemStall;
    }
    k.awaited.add(page);
    return done;
  }

  private stall(k: Kernel, process: Process, until: number): number {
    this.waiting = TaskState.MemStall | (k.blockedUntil > k.now ? TaskState.IoWait : 0);
    if (until > k.now) process.memcg.counters[C.stall_memory] += until - k.now;
    return until;
  }
}

/** Maps what the cache has around a fault, within the area and its page table. */
function mapAround(k: Kernel, process: Process, file: FileMapping, page: number): void {
  const { flags } = k.pages;
  const most = FAULT_AROUND / k.settings.pageBytes;
  const { pagesPerTable } = k.settings;
  const offset = (page - process.base) % pagesPerTable;
  const start = Math.max(file.start, page - (offset % most));
  const end = Math.min(file.end, start + most, page - offset + pagesPerTable);
  const ready = PAGECACHE | PRESENT | READING | READAHEAD;
  for (let p = start; p < end; p++) {
    if ((flags[p] & ready) !== PAGECACHE) continue;
    mapFilePage(k, process, p);
    file.readahead?.faultHit();
  }
}

/**
 * A read() has used the page: marked at the first use, activated at the second
 * (folio_mark_accessed()). Writes leave it alone, since 4.7. MGLRU counts up to four uses.
 */
function markAccessed(k: Kernel, { memcg }: Process, page: number): void {
  const { pages } = k;
  if (memcg.generations !== null) {
    countAccess(pages, page);
    return;
  }
  const { flags } = pages;
  const f = flags[page];
  if ((f & REFERENCED) === 0) {
    flags[page] = f | REFERENCED;
    return;
  }
  if ((f & ACTIVE) !== 0 || (f & ON_LRU) === 0) return;
  lruRemove(pages, memcg.file, page);
  flags[page] = (flags[page] & ~REFERENCED) | ACTIVE;
  lruAdd(pages, memcg.file, page);
  ageNonresident(memcg, 1);
  memcg.counters[C.pgactivate]++;
  countUpdates(k, memcg, 3);
}
