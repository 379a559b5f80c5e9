/**
 * The flusher: writes dirty pages of files, whole files at a time, when they are old, when there are
 * too many, or when reclaim finds nothing else (fs/fs-writeback.c). Dirty bits of page tables are found
 * when it looks; the kernel takes a fault at the first write to learn of them earlier.
 */
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { WRITE_DONE } from '../swap/io.ts';
import type { FileMapping } from './fileMapping.ts';
import { clearFileDirty, setFileDirty } from './filePage.ts';
import { endWriteback } from './folio.ts';
import type { Memcg } from './memcg.ts';
import { DIRTY, PAGECACHE, WRITEBACK, WRITTEN } from './pages.ts';
import { countUpdates, UPDATES } from './stats.ts';

/** Bytes of one request. */
const REQUEST_BYTES = 1 << 20;

export class Flusher implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  /** Where a round goes on: file by file in the order of the scenario, page by page. */
  private fileIndex = -1;
  private page = 0;
  private files: { file: FileMapping; memcg: Memcg }[] | null = null;

  run(k: Kernel, until: number): Stop {
    const cache = k.files;
    if (cache === null) return Stop.Done;
    const files = (this.files ??= k.processes.flatMap(({ areas, memcg }) =>
      areas.flatMap(({ file }) => (file === null ? [] : [{ file, memcg }])),
    ));
    while (k.now < until) {
      if (this.fileIndex < 0) {
        if (!cache.flusherWanted) break;
        if (cache.lookForOld) for (const { file, memcg } of files) findDirty(k, file, memcg);
        this.fileIndex = 0;
        this.page = files[0]?.file.start ?? 0;
      }
      const next = files[this.fileIndex];
      if (next === undefined || (!cache.writeAll && !this.due(k, next.file))) {
        this.advance(k, files);
        continue;
      }
      const wait = this.write(k, next.file, next.memcg);
      if (wait > k.now) {
        this.wakeAt = wait;
        return Stop.Blocked;
      }
      if (this.page >= next.file.end) {
        next.file.dirtySince = Infinity;
        this.advance(k, files);
      }
    }
    if (this.fileIndex >= 0) return Stop.Quantum;
    this.wakeAt = Infinity;
    return Stop.Blocked;
  }

  private due(k: Kernel, file: FileMapping): boolean {
    const { flusher, writeBackground } = k.files as NonNullable<Kernel['files']>;
    if (file.dirtySince === Infinity) return false;
    if (this.page > file.start) return true;
    return k.now - file.dirtySince >= flusher.expireNs || (writeBackground && overLimit(k));
  }

  /** To the next file; the last one ends the round. */
  private advance(k: Kernel, files: readonly { file: FileMapping }[]): void {
    this.fileIndex++;
    if (this.fileIndex < files.length) {
      this.page = files[this.fileIndex].file.start;
      return;
    }
    this.fileIndex = -1;
    const cache = k.files as NonNullable<Kernel['files']>;
    cache.lookForOld = false;
    cache.writeAll = false;
    cache.writeBackground = false;
  }

  /** Writes the next run of dirty pages of a file; returns the time at which the disk has room. */
  private write(k: Kernel, file: FileMapping, memcg: Memcg): number {
    const { flags } = k.pages;
    const wanted = PAGECACHE | DIRTY;
    const most = Math.max(1, REQUEST_BYTES / k.settings.pageBytes);
    const mask = wanted | WRITEBACK;
    let { page } = this;
    while (page < file.end && (flags[page] & mask) !== wanted) page++;
    const from = page;
    while (page < file.end && page - from < most && (flags[page] & mask) === wanted) page++;
    this.page = page;
    if (page === from) return 0;
    const { device, synchronous } = k.files as NonNullable<Kernel['files']>;
    for (let p = from; p < page; p++) clearFileDirty(k, p, memcg);
    const done = device.write(from, from, page - from);
    memcg.counters[C.file_written] += page - from;
    countUpdates(k, memcg, UPDATES.writeback * (page - from));
    for (let p = from; p < page; p++) {
      flags[p] |= WRITEBACK;
      memcg.inFlight++;
      if (synchronous) endWriteback(k, p);
      else k.io.push(Math.max(done, k.now), WRITE_DONE, p);
    }
    return device.busyUntil();
  }
}

const overLimit = (k: Kernel) => k.files?.overBackground(k) ?? false;

/** Dirty bits of page tables become dirty pages. */
function findDirty(k: Kernel, file: FileMapping, memcg: Memcg): void {
  const { flags } = k.pages;
  const wanted = PAGECACHE | WRITTEN;
  for (let page = file.start; page < file.end; page++)
    if ((flags[page] & wanted) === wanted) setFileDirty(k, page, memcg);
}
