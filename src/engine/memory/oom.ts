/** The OOM killer: ends the process of the memcg that holds most memory and swap. */
import type { Kernel, Process } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { freePage, takeFrames } from './folio.ts';
import type { Memcg } from './memcg.ts';
import { DIRTY, NEVER_MAPPED } from './pages.ts';
import { inactiveIsLow } from './reclaim.ts';
import { statsOf } from './stats.ts';

/** Frees everything that a process holds; those that share with it since a fork end as well. */
export function exitProcess(k: Kernel, process: Process): void {
  for (const member of process.family ?? [process]) freeAll(k, member);
}

function freeAll(k: Kernel, process: Process): void {
  process.alive = false;
  const end = process.base + process.count;
  for (let page = process.base; page < end; page++) freePage(k, page, process.memcg);
  takeFrames(k, process.memcg, -process.tables);
  process.tables = 0;
  if (process.files !== null) {
    takeFrames(k, process.memcg, -process.files.treePages);
    process.files.treePages = 0;
    process.files.treeRest = 0;
    for (const { file } of process.areas) {
      if (file === null) continue;
      k.cleancache?.invalidate(file.start, file.end, process.memcg);
      file.clear();
    }
  }
  process.tableExists.fill(0);
  process.sharing?.clear();
}

/** Pages resident, swapped out and of page tables, of all that would end with the process. */
function pointsOf(process: Process): { resident: number; swapped: number; points: number } {
  let [resident, swapped, tables] = [0, 0, 0];
  for (const p of process.family ?? [process]) {
    resident += p.resident;
    swapped += p.swapped;
    tables += p.tables;
  }
  return { resident, swapped, points: resident + swapped + tables };
}

/**
 * Kills the largest process below the memcg by resident pages, swapped pages and page tables. A swapoff
 * goes first, as its task is marked as the origin of the shortage (set_current_oom_origin(), called by
 * swapoff() of mm/swapfile.c); the kernel looks for that task in the memcg that is short, here every
 * memcg that may use the tier counts. Returns whether anything was freed.
 */
export function killForMemory(k: Kernel, memcg: Memcg): boolean {
  const swapoff = k.swapoffs.find((s) => s.helps(memcg));
  if (swapoff) {
    swapoff.stop('The OOM killer took it first when somebody else ran out of memory');
    return true;
  }
  let victim: Process | undefined;
  let most = -1;
  for (const process of k.processes) {
    if (!process.alive || process.holdsCopies || !memcg.subtree.includes(process.memcg)) continue;
    const { points } = pointsOf(process);
    if (points > most) {
      most = points;
      victim = process;
    }
  }
  if (!victim) return false;
  victim.memcg.counters[C.oom_kill]++;
  const { resident, swapped } = pointsOf(victim);
  k.note(
    'oom_kill',
    `cgroup:${victim.memcg.path}`,
    `${memcg.parent === null ? 'The machine' : memcg.path} ran out of memory: ${victim.name} was killed ` +
      `with ${resident} pages resident and ${swapped} swapped out.` +
      `${unusedReadahead(k, victim)}${staleness(k, memcg)}`,
  );
  const before = memcg.pages;
  exitProcess(k, victim);
  return memcg.pages !== before;
}

/**
 * Says so when at least half of what the victim held in RAM was loaded from zswap ahead of its use:
 * reclaim puts such pages back on the list until somebody uses them (see evict()).
 */
function unusedReadahead(k: Kernel, { base, count, resident }: Process): string {
  const { flags } = k.pages;
  const held = NEVER_MAPPED | DIRTY;
  let unused = 0;
  for (let page = base; page < base + count; page++) if ((flags[page] & held) === held) unused++;
  if (unused === 0 || unused * 2 < resident) return '';
  return (
    ` ${unused} pages in RAM had been read ahead from zswap and never used, and reclaim cannot free` +
    ` those before somebody uses them (kernel.pageCluster).`
  );
}

/**
 * Says so when reclaim deactivated nothing because it went by old sizes of the lists, while there was
 * swap to evict to; empty otherwise. With generations, reclaim goes by the lists themselves.
 */
function staleness(k: Kernel, memcg: Memcg): string {
  if (k.mglru !== null || !k.space.hasRoom(memcg)) return '';
  const { pageBytes } = k.settings;
  const { flushed } = statsOf(k, memcg).anon;
  let inactive = 0;
  let active = 0;
  for (const { anon } of memcg.subtree) {
    inactive += anon.inactiveSize;
    active += anon.activeSize;
  }
  const isLow = inactiveIsLow(inactive, active, pageBytes);
  if (!isLow || inactiveIsLow(flushed.inactive, flushed.active, pageBytes)) return '';
  return (
    ` Reclaim went by stale statistics: they had ${flushed.active} active and ${flushed.inactive} inactive` +
    ` anonymous pages where there were ${active} and ${inactive}, so it deactivated none (kernel.statsFlush).`
  );
}
