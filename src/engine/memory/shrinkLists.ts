/**
 * Reclaim of one list, a batch at a time (facts 1.2, kernel 6.18): the second chance of the inactive
 * lists, and the aging of the active ones.
 */
import type { Kernel } from '../kernel.ts';
import { completeIo } from '../swap/io.ts';
import { C } from '../metrics/counters.ts';
import { mappingOf } from './fileMapping.ts';
import { isolate, lruAdd, lruAddDrain } from './lru.ts';
import type { LruSide } from './lruSide.ts';
import type { Memcg } from './memcg.ts';
import { ACTIVE, PRESENT, WORKINGSET, YOUNG } from './pages.ts';
import { SWAP_CLUSTER_MAX, type ScanControl } from './scanControl.ts';
import { countScanned, countStolen, shrinkFolios, shrunk } from './shrinkFolios.ts';
import { countUpdate, countUpdates } from './stats.ts';
import { ageNonresident, noteCost } from './workingset.ts';

const batch = new Int32Array(SWAP_CLUSTER_MAX);

function putBack(k: Kernel, memcg: Memcg, side: LruSide, page: number): void {
  lruAdd(k.pages, side, page);
  const activated = (k.pages.flags[page] & ACTIVE) !== 0;
  if (activated) ageNonresident(memcg, 1);
  if (k.lives !== null) k.lives.spared(k.now, page, activated);
}

/**
 * Ages the oldest active pages: their accessed bits are cleared and all become inactive, but for
 * pages of programs that were used, which stay.
 */
export function shrinkActive(k: Kernel, memcg: Memcg, side: LruSide, count: number): void {
  const { pages } = k;
  lruAddDrain(k, memcg);
  const taken = isolate(pages, side.active, count, batch);
  let rotated = 0;
  for (let i = 0; i < taken; i++) {
    const page = batch[i];
    if (side.isFile && usedProgram(k, page)) {
      pages.flags[page] &= ~YOUNG;
      rotated++;
    } else pages.flags[page] = (pages.flags[page] & ~(YOUNG | ACTIVE)) | WORKINGSET;
    lruAdd(pages, side, page);
    if (k.lives !== null && (pages.flags[page] & ACTIVE) === 0) k.lives.deactivated(k.now, page);
  }
  const deactivated = taken - rotated;
  k.now += taken * k.costs.scanPage;
  memcg.counters[C.pgrefill] += taken;
  memcg.counters[C.pgdeactivate] += deactivated;
  // pgrefill and the list that they leave, then the lists that they join one by one, pgdeactivate.
  countUpdate(k, memcg, taken);
  countUpdate(k, memcg, taken);
  countUpdates(k, memcg, taken);
  countUpdate(k, memcg, deactivated);
  noteCost(k, memcg, side.isFile, 0, rotated);
}

function usedProgram(k: Kernel, page: number): boolean {
  const used = YOUNG | PRESENT;
  if ((k.pages.flags[page] & used) !== used) return false;
  const { executable, recency } = mappingOf(k, page);
  return executable && recency;
}

/** Tries to free the oldest inactive pages; returns how many were freed. */
export function shrinkInactive(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  side: LruSide,
  count: number,
): number {
  lruAddDrain(k, memcg);
  const taken = isolate(k.pages, side.inactive, count, batch);
  if (taken === 0) return 0;
  k.pages.fetch(batch, taken);
  countScanned(k, sc, memcg, side, taken);
  shrinkFolios(k, sc, memcg, side, batch, taken);
  const { freed, kept, activated, written, unqueuedDirty } = shrunk;
  // All evictions of the batch age the lruvec before its activations do.
  for (let i = 0; i < kept; i++) putBack(k, memcg, side, batch[i]);
  countStolen(sc, memcg, side);
  countUpdates(k, memcg, kept + activated);
  countUpdate(k, memcg, freed);
  noteCost(k, memcg, side.isFile, written, taken - freed);
  // Nothing but dirty pages that nobody writes: the flusher does not keep up.
  if (unqueuedDirty === taken) k.files?.wakeFlusher(k);
  completeIo(k);
  return freed;
}
