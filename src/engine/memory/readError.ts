/**
 * Reads of swap that end with an error. The folio stays in the swap cache without data
 * (end_swap_bio_read() of mm/page_io.c); a fault that finds it there ends with SIGBUS (do_swap_page() of
 * mm/memory.c), and if nobody comes for it before reclaim does, the next fault reads it again.
 */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { endRead } from './folio.ts';
import { exitProcess } from './oom.ts';

/** What bringing a page back to RAM returns when its read failed; other than `KILLED`. */
export const UNREADABLE = -2;

/** A read has ended with an error. */
export function failRead(k: Kernel, page: number): void {
  k.memcgOf(page).counters[C.swap_read_error]++;
  k.readErrors.add(page);
  endRead(k, page);
}

/** The folio is in the swap cache without its data. */
export function hasReadError(k: Kernel, page: number): boolean {
  return k.readErrors.size > 0 && k.readErrors.has(page);
}

/** The process touched a page that could not be read. */
export function killForReadError(k: Kernel, process: Process): void {
  process.memcg.counters[C.sigbus]++;
  k.note(
    'sigbus',
    `cgroup:${process.memcg.path}`,
    `A page could not be read from swap: ${process.name} was killed with SIGBUS.`,
  );
  exitProcess(k, process);
}
