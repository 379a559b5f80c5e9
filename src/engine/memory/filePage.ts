/** A page of a file comes into the page cache or leaves it, becomes dirty or is written. */
import type { Kernel, Process } from '../kernel.ts';
import { tryCharge } from './charge.ts';
import { type FileMapping, mappingOf } from './fileMapping.ts';
import { takeFrames } from './folio.ts';
import { lruAddNew, lruRemove } from './lru.ts';
import type { Memcg } from './memcg.ts';
import {
  DIRTY,
  NO_SHADOW,
  ON_LRU,
  ORPHAN,
  PAGECACHE,
  PRESENT,
  READING,
  TOUCHED,
  WRITEBACK,
  WRITTEN,
  YOUNG,
} from './pages.ts';
import { countUpdates, UPDATES } from './stats.ts';
import { refault } from './workingset.ts';

/** Charges the nodes that the tree lacks for a page; returns 0 or what `tryCharge` returned. */
function chargeNodes(
  k: Kernel,
  process: Process,
  file: FileMapping,
  page: number,
  mayKill: boolean,
): number {
  const bytes = file.missingNodes(page);
  if (bytes === 0 || process.files === null) return 0;
  const { files, memcg } = process;
  if (files.treeRest < bytes) {
    const wait = tryCharge(k, memcg, 1, mayKill);
    if (wait !== 0) return wait;
    files.treePages++;
    files.treeRest += k.settings.pageBytes;
    countUpdates(k, memcg, UPDATES.table);
  }
  files.treeRest -= bytes;
  file.addNodes(page);
  countUpdates(k, memcg, UPDATES.treeNode);
  return 0;
}

/**
 * Adds a page to the page cache, charged, without its data. A page that is about to be overwritten
 * is no refault. Returns 0, or what `tryCharge` returned when there is no room; it may be in the cache
 * by then.
 */
export function addFilePage(
  k: Kernel,
  process: Process,
  file: FileMapping,
  page: number,
  overwritten: boolean,
  mayKill: boolean,
): number {
  const { pages } = k;
  const { memcg } = process;
  const wait = tryCharge(k, memcg, 1, mayKill);
  if (wait !== 0) return wait;
  const noNodes = chargeNodes(k, process, file, page, mayKill);
  if (noNodes !== 0) {
    takeFrames(k, memcg, -1);
    return noNodes;
  }
  if ((pages.flags[page] & PAGECACHE) !== 0) {
    takeFrames(k, memcg, -1);
    return 0;
  }
  pages.flags[page] = TOUCHED | PAGECACHE;
  const inFault = file.mapped && file.recency;
  memcg.resident++;
  memcg.cached++;
  if (overwritten) {
    k.cleancache?.invalidate(page, page + 1, memcg);
    pages.setShadowMemcg(page, NO_SHADOW);
  } else refault(k, page, memcg, memcg.file, inFault);
  lruAddNew(k, memcg, memcg.file, page, inFault);
  countUpdates(k, memcg, UPDATES.pageCache);
  return 0;
}

/** The page leaves the page cache; the file has its data. */
export function dropFilePage(k: Kernel, page: number, memcg: Memcg): void {
  k.pages.flags[page] = 0;
  memcg.resident--;
  memcg.cached--;
  takeFrames(k, memcg, -1);
  countUpdates(k, memcg, UPDATES.pageCache);
}

/** Maps a page of the page cache. */
export function mapFilePage(k: Kernel, process: Process, page: number): void {
  k.pages.flags[page] |= PRESENT | YOUNG;
  k.awaited.delete(page);
  process.resident++;
  countUpdates(k, process.memcg, UPDATES.map);
}

/** The page differs from its file, as far as the kernel knows. */
export function setFileDirty(k: Kernel, page: number, memcg: Memcg): void {
  const { flags } = k.pages;
  flags[page] &= ~WRITTEN;
  if ((flags[page] & DIRTY) !== 0) return;
  flags[page] |= DIRTY;
  memcg.dirty++;
  const file = mappingOf(k, page);
  if (file.dirtySince === Infinity) file.dirtySince = k.now;
}

/** The page is about to be written, or is gone. */
export function clearFileDirty(k: Kernel, page: number, memcg: Memcg): void {
  const { flags } = k.pages;
  if ((flags[page] & DIRTY) !== 0) memcg.dirty--;
  flags[page] &= ~(DIRTY | WRITTEN);
}

/** The process is gone, and its file with it: the page is freed, now or when its I/O has ended. */
export function freeFilePage(k: Kernel, page: number, memcg: Memcg): void {
  const { pages } = k;
  const { flags } = pages;
  clearFileDirty(k, page, memcg);
  k.awaited.delete(page);
  if ((flags[page] & PRESENT) !== 0) k.processes[pages.process(page)].resident--;
  flags[page] &= ~(PRESENT | YOUNG);
  if ((flags[page] & (WRITEBACK | READING)) !== 0) {
    flags[page] |= ORPHAN;
    return;
  }
  if ((flags[page] & ON_LRU) !== 0) lruRemove(pages, memcg.file, page);
  dropFilePage(k, page, memcg);
}
