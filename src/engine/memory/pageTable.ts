/** Page tables of a process: made when the first page below them is touched, and charged. */
import type { Kernel, Process } from '../kernel.ts';
import { tryCharge } from './charge.ts';
import { countUpdates, UPDATES } from './stats.ts';

/** Makes the page table that a page needs; returns 0 or what `tryCharge` returned. */
export function ensureTable(k: Kernel, process: Process, page: number): number {
  const { pagesPerTable } = k.settings;
  const { tableExists, memcg } = process;
  const table = Math.floor((page - process.base) / pagesPerTable);
  if (tableExists[table] !== 0) return 0;
  // The first of so many tables (of each GiB with 4 KiB pages) also needs the directory that points
  // to them.
  const directory = Math.floor(table / pagesPerTable) * pagesPerTable;
  const frames = tableExists.subarray(directory, directory + pagesPerTable).includes(1) ? 1 : 2;
  const all = frames * process.sharers;
  const wait = tryCharge(k, memcg, all, true);
  if (wait !== 0) return wait;
  tableExists[table] = 1;
  process.tables += all;
  countUpdates(k, memcg, UPDATES.table * all);
  return 0;
}
