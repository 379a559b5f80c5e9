/**
 * Accessed bits found where they are dense: a walk over the page tables of a memcg, and a look around
 * each accessed page that reclaim comes across through the reverse map (walk_mm() and
 * lru_gen_look_around() of mm/vmscan.c, kernel 6.18; facts 1.5).
 */
import type { Area, Kernel, Process } from '../../kernel.ts';
import { areaOf } from '../area.ts';
import { setFileDirty } from '../filePage.ts';
import type { Memcg } from '../memcg.ts';
import { FILE, ON_LRU, PRESENT, WRITTEN, YOUNG } from '../pages.ts';
import { generation, noteUse, setGeneration } from './folioGen.ts';
import { genOf, MIN_LRU_BATCH, type GenerationSide, type Generations } from './generations.ts';

/** Entries in a cache line: a table with one accessed entry in each is worth a walk. */
const ENTRIES_PER_LINE = 8;

const worthAWalk = (entries: number, young: number) => young * ENTRIES_PER_LINE >= entries;

/** The walk of sequence number `seq` will visit the page table. */
function remember(tables: Uint8Array, table: number, seq: number): void {
  tables[table] = tables[table] | (1 << (seq & 1));
}

/**
 * Looks at the entries of pages `from` up to, not including, `to`, which share a page table and an area.
 * Folios found accessed become young; `except` is left alone. Returns how many were accessed.
 */
function gatherYoung(
  k: Kernel,
  memcg: Memcg,
  side: GenerationSide,
  from: number,
  to: number,
  except: number,
): number {
  const { pages, costs } = k;
  const { flags } = pages;
  const wanted = PRESENT | YOUNG | ON_LRU;
  const gen = genOf(side.lruvec.maxSeq);
  let young = 0;
  for (let page = from; page < to; page++) {
    if ((flags[page] & wanted) !== wanted || page === except) continue;
    young++;
    flags[page] &= ~YOUNG;
    if ((flags[page] & WRITTEN) !== 0 && pages.where(page) === FILE) setFileDirty(k, page, memcg);
    if (noteUse(pages, page) && generation(pages, page) !== gen)
      setGeneration(pages, side, page, gen);
  }
  k.now += (to - from) * costs.agePte + young * costs.ageFolio;
  return young;
}

/** Walks the page tables of a memcg for the aging to `lruvec.maxSeq + 1`; `withAnon` includes what swaps. */
export function walkPageTables(
  k: Kernel,
  memcg: Memcg,
  lruvec: Generations,
  withAnon: boolean,
): void {
  const own = k.processes.filter((p) => p.memcg === memcg && p.alive);
  forgetTables(k, lruvec, own);
  for (const process of own) {
    if (process.resident < MIN_LRU_BATCH) continue;
    for (const area of process.areas) {
      const { file } = area;
      const usable = file === null ? withAnon : file.mapped && file.recency;
      if (usable) walkArea(k, process, area, lruvec);
    }
  }
}

/** Starts the filter of the next walk. */
function forgetTables(k: Kernel, lruvec: Generations, processes: readonly Process[]): void {
  const next = (lruvec.maxSeq + 1) & 1;
  const tables = k.mglru?.tables;
  for (const { base, count } of processes) {
    const first = base / k.settings.pagesPerTable;
    const last = first + Math.ceil(count / k.settings.pagesPerTable);
    for (let t = first; tables !== undefined && t < last; t++) tables[t] = tables[t] & ~(1 << next);
  }
  lruvec.filters[next] = true;
}

function walkArea(k: Kernel, process: Process, area: Area, lruvec: Generations): void {
  if (k.mglru === null) return;
  const { tables } = k.mglru;
  const { pagesPerTable } = k.settings;
  const { maxSeq } = lruvec;
  const side = area.file === null ? lruvec.anon : lruvec.file;
  const bit = 1 << (maxSeq & 1);
  const filtered = lruvec.filters[maxSeq & 1] === true;
  for (let from = area.start; from < area.end;) {
    const table = Math.floor(from / pagesPerTable);
    const to = Math.min(area.end, (table + 1) * pagesPerTable);
    const exists = process.tableExists[table - process.base / pagesPerTable] !== 0;
    if (exists && (!filtered || (tables[table] & bit) !== 0)) {
      const young = gatherYoung(k, process.memcg, side, from, to, -1);
      // Those who share the memory since a fork have tables of their own.
      k.now += (process.sharers - 1) * (to - from) * k.costs.agePte;
      if (worthAWalk(to - from, young)) remember(tables, table, maxSeq + 1);
    }
    from = to;
  }
}

/** Reclaim found the accessed bit of an isolated page set: its neighbours are looked at as well. */
export function lookAround(k: Kernel, memcg: Memcg, lruvec: Generations, page: number): void {
  if (k.mglru === null) return;
  const { pagesPerTable } = k.settings;
  const process = k.processes[k.pages.process(page)];
  const area = areaOf(process, page);
  const table = Math.floor(page / pagesPerTable);
  let from = Math.max(area.start, table * pagesPerTable);
  let to = Math.min(area.end, (table + 1) * pagesPerTable);
  const half = MIN_LRU_BATCH / 2;
  if (to - from > MIN_LRU_BATCH) {
    if (page - from < half) to = from + MIN_LRU_BATCH;
    else if (to - page < half) from = to - MIN_LRU_BATCH;
    else {
      from = page - half;
      to = page + half;
    }
  }
  const side = area.file === null ? lruvec.anon : lruvec.file;
  const young = 1 + gatherYoung(k, memcg, side, from, to, page);
  if (worthAWalk(to - from, young)) remember(k.mglru.tables, table, lruvec.maxSeq);
}
