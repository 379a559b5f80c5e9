/**
 * Eviction with MGLRU: from the oldest generation of one side, sparing what aging found used and the tiers
 * that refault (evict_folios() and its callers in mm/vmscan.c, kernel 6.18; facts 1.5).
 */
import type { Kernel } from '../../kernel.ts';
import { C } from '../../metrics/counters.ts';
import { completeIo } from '../../swap/io.ts';
import { lruAdd, tellScanner } from '../lru.ts';
import type { LruSide } from '../lruSide.ts';
import type { Memcg } from '../memcg.ts';
import { ACTIVE, DIRTY, RECLAIM, WORKINGSET, WRITEBACK } from '../pages.ts';
import { unprotected } from '../scanBalance.ts';
import { DEF_PRIORITY, type ScanControl } from '../scanControl.ts';
import { countScanned, countStolen, shrinkFolios, shrunk } from '../shrinkFolios.ts';
import {
  age,
  anonEvictable,
  countKept,
  dropEmpty,
  evictableMinSeq,
  evictablePages,
  fileEvictable,
} from './aging.ts';
import {
  clearRefs,
  generation,
  isolateFolio,
  link,
  nextGeneration,
  refsOf,
  SATURATED,
  seqFor,
  tierOf,
} from './folioGen.ts';
import {
  genOf,
  MAX_LRU_BATCH,
  MIN_LRU_BATCH,
  MIN_NR_GENS,
  type GenerationSide,
  type Generations,
} from './generations.ts';
import { evictableTier, fileFirst } from './tiers.ts';

const batch = new Int32Array(MIN_LRU_BATCH);
/** Pages in `batch`, and the side that they are from. */
let isolated = 0;
let isolatedSide: LruSide;

/** Swappiness of a reclaim; 0 when the memcg has next to no swap. */
export function genSwappiness(k: Kernel, sc: ScanControl, memcg: Memcg): number {
  if (!hasSwap(k, memcg)) return 0;
  return sc.proactive?.swappiness ?? k.settings.swappiness;
}

function hasSwap(k: Kernel, memcg: Memcg): boolean {
  if (!k.space.hasRoom(memcg)) return false;
  // Virtual entries without a device.
  if (k.space.needsNoDevice && k.zswap !== null) return true;
  let room = k.devices.free;
  for (let m: Memcg | null = memcg; m; m = m.parent)
    room = Math.min(room, m.limits.swapMax - m.swap);
  return room >= MIN_LRU_BATCH;
}

/** One pass over the generations of a memcg. */
export function shrinkGenerations(k: Kernel, sc: ScanControl, memcg: Memcg): void {
  const lruvec = memcg.generations;
  if (lruvec === null) return;
  const swappiness = genSwappiness(k, sc, memcg);
  let scanned = 0;
  k.plug.start();
  for (;;) {
    const toScan = pagesToScan(k, sc, memcg, lruvec, swappiness);
    if (toScan <= 0) break;
    const now = evictFolios(k, sc, memcg, lruvec, swappiness, toScan);
    scanned += now;
    if (now === 0 || scanned >= toScan) break;
    if (k.blockedUntil > k.now || isDone(k, sc)) break;
  }
  k.plug.finish();
  // The oldest page cache is all dirty, and nobody writes it.
  if (sc.unqueuedDirty > 0 && sc.unqueuedDirty === sc.fileTaken) k.files?.wakeFlusher(k);
}

/** Whether reclaim of the machine has enough; that of a cgroup finishes its pass, to be fair. */
export function isDone(k: Kernel, sc: ScanControl): boolean {
  if (sc.forCgroup) return false;
  if (sc.reclaimed - sc.reclaimedBefore >= sc.toReclaim) return true;
  return sc.byKswapd && k.freeFrames() >= k.settings.highWatermark + MIN_LRU_BATCH;
}

/** Pages that this pass is to scan; none after it had to age, which leaves the rest to the next. */
function pagesToScan(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  lruvec: Generations,
  swappiness: number,
): number {
  const left = evictableMinSeq(lruvec, swappiness) + MIN_NR_GENS;
  const pages = left > lruvec.maxSeq ? 0 : evictablePages(lruvec, swappiness);
  // The first pass gets by without aging if it can.
  if (left < lruvec.maxSeq || sc.priority === DEF_PRIORITY)
    return pages === 0 ? 0 : Math.floor(unprotected(k, sc, memcg, pages) / 2 ** sc.priority);
  age(k, memcg, lruvec, swappiness);
  return 0;
}

/** Evicts up to a batch; returns the pages scanned, and 0 when no more can be had without aging. */
function evictFolios(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  lruvec: Generations,
  swappiness: number,
  toScan: number,
): number {
  let scanned = isolate(k, sc, memcg, lruvec, swappiness, toScan);
  if (dropEmpty(lruvec, swappiness)) scanned++;
  if (evictableMinSeq(lruvec, swappiness) + MIN_NR_GENS > lruvec.maxSeq) scanned = 0;
  if (isolated === 0) return scanned;
  const { pages } = k;
  const side = isolatedSide;
  const generations = side.generations as GenerationSide;
  shrinkFolios(k, sc, memcg, side, batch, isolated);
  for (let i = 0; i < shrunk.kept; i++) {
    const page = batch[i];
    // What was refused does not go back to where it came from.
    if (seqFor(pages, generations, page, false) === generations.minSeq) {
      clearRefs(pages, page);
      pages.flags[page] |= ACTIVE;
    }
    lruAdd(pages, side, page);
  }
  countStolen(sc, memcg, side);
  sc.reclaimed += shrunk.freed;
  sc.unqueuedDirty += shrunk.unqueuedDirty;
  completeIo(k);
  return scanned;
}

/** Fills the batch from the side whose turn it is, or else from the other; returns the pages scanned. */
function isolate(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  lruvec: Generations,
  swappiness: number,
  toScan: number,
): number {
  isolated = 0;
  let file = fileFirst(lruvec, swappiness);
  const sides = (anonEvictable(swappiness) ? 1 : 0) + (fileEvictable(swappiness) ? 1 : 0);
  for (let i = 0; i < sides; i++, file = !file) {
    isolatedSide = file ? memcg.file : memcg.anon;
    const scanned = scanFolios(k, sc, memcg, file ? lruvec.file : lruvec.anon, toScan);
    if (scanned > 0) return scanned;
  }
  return 0;
}

const one = new Int32Array(1);

/** Scans the oldest generation of a side; 0 when that brought nothing although there was time for more. */
function scanFolios(
  k: Kernel,
  sc: ScanControl,
  memcg: Memcg,
  side: GenerationSide,
  toScan: number,
): number {
  if (side.generations === MIN_NR_GENS) return 0;
  const { pages } = k;
  const oldest = side.lists[genOf(side.minSeq)];
  const tier = evictableTier(side);
  const most = Math.min(toScan, MAX_LRU_BATCH);
  let scanned = 0;
  while (scanned < most && isolated < MIN_LRU_BATCH && oldest.take(1, one) === 1) {
    const page = one[0];
    scanned++;
    if (staysListed(k, sc, side, page, tier)) continue;
    isolateFolio(pages, side, page);
    batch[isolated++] = page;
  }
  k.now += (scanned - isolated) * k.costs.ageFolio;
  memcg.counters[C.pgrefill] += scanned - isolated;
  if (pages.idleMarks !== null) tellScanner(pages, pages.idleMarks, batch, isolated);
  if (side === side.lruvec.file) sc.fileTaken += isolated;
  countScanned(k, sc, memcg, isolatedSide, isolated);
  return isolated > 0 || scanned === most ? scanned : 0;
}

/** Moves a page of the oldest list to a younger one, if it belongs there (sort_folio()). */
function staysListed(
  k: Kernel,
  sc: ScanControl,
  side: GenerationSide,
  page: number,
  evictable: number,
): boolean {
  const { pages } = k;
  const flags = pages.flags[page];
  // Aging has found it used.
  if (generation(pages, page) !== genOf(side.minSeq)) {
    link(pages, side, page, generation(pages, page), false);
    return true;
  }
  const refs = refsOf(pages, page);
  const workingset = (flags & WORKINGSET) !== 0;
  if (tierOf(refs, workingset) > evictable || refs + (workingset ? 1 : 0) === SATURATED) {
    link(pages, side, page, nextGeneration(pages, side, page), false);
    countKept(side, refs, workingset);
    return true;
  }
  const dirtyFile = side === side.lruvec.file && (flags & DIRTY) !== 0;
  if (dirtyFile) {
    sc.fileTaken++;
    if ((flags & WRITEBACK) === 0) sc.unqueuedDirty++;
  }
  if (!dirtyFile && (flags & WRITEBACK) === 0) return false;
  link(pages, side, page, nextGeneration(pages, side, page), false);
  pages.flags[page] |= RECLAIM;
  return true;
}
