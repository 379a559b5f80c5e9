/** The processes of a scenario: their pages, areas, contents and access streams. */
import type { Area, Kernel, Process } from '../kernel.ts';
import { SharedPages } from '../memory/sharedPages.ts';
import { VmaReadahead } from '../swap/readahead.ts';
import { ContentModel } from '../workload/contents.ts';
import { PatternSource, TraceStream, type AccessStream } from '../workload/patterns.ts';
import { deriveSeed, Random } from '../workload/random.ts';
import type { PlannedWorkload } from './cgroups.ts';
import { createMapping } from './files.ts';

/** What the streams of a workload follow from, besides the seed of the run. */
export interface StreamPlan extends Omit<PlannedWorkload, 'memcg'> {
  memcg: { readonly path: string };
}

/** The access streams of a workload's threads, those of its children behind: one layout, separate draws. */
export function streamsOf(plan: StreamPlan, runSeed: number): AccessStream[] {
  const { workload, trace, memcg, pages } = plan;
  if (trace) return [new TraceStream(trace, workload.trace?.repeat ?? 1)];
  if (!workload.pattern)
    throw new Error(`The workload ${workload.name} has neither pattern nor trace`);
  const layout = deriveSeed(runSeed, 'layout', memcg.path, workload.name);
  const source = new PatternSource(workload.pattern, pages, layout);
  const threads = workload.threads * tasksPerThread(workload);
  return Array.from({ length: threads }, (_, thread) =>
    source.stream({
      seed: deriveSeed(runSeed, 'accesses', memcg.path, workload.name, thread),
      writePercent: workload.writes,
      accesses: workload.accesses,
      // One thread fills; the others start with the pattern at once.
      fill: workload.fill && thread === 0,
    }),
  );
}

/** Accesses after which a thread ends by itself, its fill included. */
export function lengthOf({ workload, trace, pages }: StreamPlan, thread: number): number {
  const recorded = trace ? trace.accesses.length * (workload.trace?.repeat ?? 1) : Infinity;
  const fill = workload.pattern && workload.fill && thread === 0 ? pages : 0;
  return fill + Math.min(recorded, workload.accesses ?? Infinity);
}

/** Processes that use their pages, each with all the threads. */
function tasksPerThread({ sharing, forks }: PlannedWorkload['workload']): number {
  return sharing === 'apart' ? forks + 1 : 1;
}

/** Times its pages that a workload needs: for what is shared, and for the copies of each sharer. */
export function extents({ workload }: PlannedWorkload): number {
  return workload.sharing === 'apart' ? workload.forks + 2 : 1;
}

/** Lets the sharers of a process use their pages apart; copies begin at `base`, every `stride` pages. */
export function partSharers(
  k: Kernel,
  plan: PlannedWorkload,
  shared: Process,
  base: number,
  stride: number,
  seed: number,
): void {
  const { workload } = plan;
  shared.sharing = new SharedPages(shared.sharers, shared.base, shared.count, !workload.fill);
  const copies = Array.from({ length: shared.sharers }, (_, sharer) => {
    const from = base + sharer * stride;
    return createProcess(k, plan, from, deriveSeed(seed, 'copies', sharer), true);
  });
  shared.family = [shared, ...copies];
  for (const own of copies) own.family = shared.family;
}

export function createProcess(
  k: Kernel,
  plan: PlannedWorkload,
  base: number,
  seed: number,
  holdsCopies = false,
): Process {
  const { workload, memcg, pages, trace } = plan;
  const regions = trace?.regions ?? [{ start: 0, pages }];
  const areas = regions.map((r): Area => {
    const start = base + r.start;
    const end = start + r.pages;
    const file = workload.file ?? ('file' in r ? r.file : undefined);
    return {
      start,
      end,
      readahead: new VmaReadahead(k.settings.pagesPerTable),
      file: file === undefined ? null : createMapping(k, start, end, file),
    };
  });
  const hasFiles = areas.some(({ file }) => file !== null);
  const process: Process = {
    index: k.processes.length,
    name: workload.name,
    memcg,
    base,
    count: pages,
    areas,
    contents: new ContentModel(workload.contents),
    knownContents: null,
    random: new Random(deriveSeed(seed, 'contents', memcg.path, workload.name)),
    rewriteThreshold: Math.floor((workload.rewrites / 100) * 2 ** 32),
    sharers: holdsCopies ? 1 : workload.forks + 1,
    sharing: null,
    family: null,
    holdsCopies,
    resident: 0,
    swapped: 0,
    hasSwapped: false,
    tables: 0,
    tableExists: new Uint8Array(Math.ceil(pages / k.settings.pagesPerTable)),
    files: hasFiles ? { treePages: 0, treeRest: 0 } : null,
    alive: false,
    faultsSinceRead: 0,
  };
  for (let page = base; page < base + pages; page++) k.pages.setProcess(page, process.index);
  k.processes.push(process);
  return process;
}
