/**
 * Reading a file into the page cache: readahead's windows, and each run of missing pages as one request
 * to the disk, after the host was asked (mm/readahead.c, kernel 6.18; facts 9.2).
 */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { READ_DONE } from '../swap/io.ts';
import type { FileMapping } from './fileMapping.ts';
import { addFilePage } from './filePage.ts';
import { PAGECACHE, READAHEAD, READING } from './pages.ts';

/** Uses a page of the cache; the marked page of a window starts reading the next one. */
export function goOn(k: Kernel, process: Process, file: FileMapping, page: number): void {
  const { flags } = k.pages;
  if ((flags[page] & READAHEAD) === 0 || file.readahead === null) return;
  flags[page] &= ~READAHEAD;
  file.readahead.next(page);
  readWindow(k, process, file, page);
}

/** Reads the planned window as far as it is missing and there is room for it. */
export function readWindow(k: Kernel, process: Process, file: FileMapping, page: number): void {
  const { flags } = k.pages;
  const { start, end, mark } = file.readahead as NonNullable<FileMapping['readahead']>;
  // Held, as by the fault itself: reclaim for the window must not take it.
  const held = (flags[page] & PAGECACHE) !== 0 && !k.awaited.has(page);
  if (held) k.awaited.add(page);
  let first = start;
  for (let p = start; p < end; p++) {
    if ((flags[p] & PAGECACHE) !== 0) {
      readPages(k, process, first, p);
      first = p + 1;
      continue;
    }
    if (addFilePage(k, process, file, p, false, false) !== 0) {
      readPages(k, process, first, p);
      first = end;
      break;
    }
    // Locked from here on, although the request is only submitted with the rest of the window.
    flags[p] |= READING | (p === mark ? READAHEAD : 0);
  }
  readPages(k, process, first, end);
  if (held) k.awaited.delete(page);
}

/** Fills the pages `from` up to, not including, `to`, all in the cache: what the host lacks is read. */
export function readPages(k: Kernel, process: Process, from: number, to: number): void {
  const { cleancache } = k;
  let first = from;
  if (cleancache !== null) {
    for (let p = from; p < to; p++) {
      if (!cleancache.get(p, process.memcg)) continue;
      readRun(k, process, first, p);
      k.pages.flags[p] &= ~READING;
      first = p + 1;
    }
  }
  readRun(k, process, first, to);
}

/** Reads pages from the disk as one request. */
function readRun(k: Kernel, process: Process, from: number, to: number): void {
  if (from >= to || k.files === null) return;
  const { memcg } = process;
  const done = k.files.device.read(from, to - from);
  memcg.counters[C.file_read] += to - from;
  const { synchronous } = k.files;
  for (let p = from; p < to; p++) {
    if (synchronous) {
      k.pages.flags[p] &= ~READING;
      continue;
    }
    k.pages.flags[p] |= READING;
    k.readsInFlight.set(p, done);
    memcg.inFlight++;
    k.io.push(done, READ_DONE, p);
  }
}
