/**
 * How far a run on a trace was from Belady's OPT: its major faults beside what OPT, and exact LRU, would
 * bring back with the frames that `memory.max` left for pages. Both bounds bring pages in only when they
 * are accessed, pay nothing for an eviction and know no tiers; readahead may do better than either.
 */
import { checkScenario, pageBytes, type Scenario } from '../../engine/scenario/index.ts';
import type { RunOpt, RunRecord, RunResult } from './contract.ts';
import { invalid } from './errors.ts';
import { traceBounds, type Accesses } from './traces/bounds/bounds.ts';

type Cgroup = Scenario['cgroups'][string];

/** What a run must have to be compared. */
const ACCEPTED =
  'a run that is done, with a cgroup of its own memory.max, no larger one above it, and nothing in it but one workload that replays a trace';

/** One entry for each cgroup that can be compared; `readTrace` takes the name of the scenario. */
export async function compareWithOpt(
  run: RunRecord,
  readTrace: (file: string) => Promise<Accesses>,
): Promise<RunOpt[]> {
  const { id, status, result } = run;
  if (status !== 'done' || result === null)
    throw invalid(`Run ${id} is ${status}; accepted: ${ACCEPTED}.`);
  const checked = checkScenario(run.scenario);
  if (!checked.ok) throw invalid('The scenario cannot be read as it is.', checked.issues);
  const replays = replaysOf(checked.scenario);
  if (replays.length === 0) throw invalid(`Run ${id} cannot be compared; accepted: ${ACCEPTED}.`);
  const all: RunOpt[] = [];
  for (const replay of replays) {
    const trace = await readTrace(replay.trace);
    all.push(await compareReplay(replay, pageBytes(checked.scenario), result, trace));
  }
  return all;
}

interface Replay {
  cgroup: string;
  workload: string;
  trace: string;
  repeat: number;
  memoryMax: number;
}

function replaysOf({ cgroups, actions }: Scenario): Replay[] {
  const found: Replay[] = [];
  const changed = new Set(actions.flatMap((a) => (a.do === 'set-limits' ? [a.cgroup] : [])));
  const visit = (groups: Record<string, Cgroup>, above: string, limit: number, fixed: boolean) => {
    for (const [name, { memory, workloads, children }] of Object.entries(groups)) {
      const cgroup = `${above}/${name}`;
      const stays = fixed && !changed.has(cgroup);
      const [only, ...others] = workloads;
      const alone = others.length === 0 && Object.keys(children).length === 0;
      if (only?.trace && alone && stays && memory.max < Infinity && memory.max <= limit) {
        const { file: trace, repeat } = only.trace;
        found.push({ cgroup, workload: only.name, trace, repeat, memoryMax: memory.max });
      }
      visit(children, cgroup, Math.min(limit, memory.max), stays);
    }
  };
  visit(cgroups, '', Infinity, true);
  return found;
}

async function compareReplay(
  { repeat, memoryMax, ...replay }: Replay,
  pageBytes: number,
  result: RunResult,
  trace: Accesses,
): Promise<RunOpt> {
  const scope = `cgroup:${replay.cgroup}` as const;
  const counters = result.totals.find((each) => each.scope === scope)?.counters ?? {};
  const accesses = counters['accesses'] ?? 0;
  const { pageTables, zswap } = notPages(result, scope, pageBytes);
  const frames = Math.floor((memoryMax - pageTables - zswap) / pageBytes);
  if (frames < 1) throw invalid(`Nothing of memory.max of ${replay.cgroup} was left for pages.`);
  const made = { accesses: repeated(trace.accesses, repeat, accesses), pages: trace.pages };
  const bounds = await traceBounds(made, { frames: [frames] });
  const [misses] = bounds.frames as [(typeof bounds.frames)[number]];
  const majorFaults = counters['pgmajfault'] ?? 0;
  const opt = misses.opt - bounds.pages;
  return {
    ...replay,
    memoryMax,
    pageTables,
    zswap,
    frames,
    accesses,
    pages: bounds.pages,
    majorFaults,
    readAheadHits: counters['swap_ra_hit'] ?? 0,
    opt,
    lru: misses.lru - bounds.pages,
    ratio: opt > 0 ? majorFaults / opt : null,
  };
}

/** What `memory.max` paid for beside pages, bytes: the most of tables, and compressed pages on average. */
function notPages(result: RunResult, scope: string, pageBytes: number) {
  const samples = (metric: string) =>
    result.series.columns.find((c) => c.scope === scope && c.metric === metric)?.values ?? [];
  const resident = samples('resident');
  const compressed = samples('zswap_current');
  let pageTables = 0;
  let zswap = 0;
  let lived = 0;
  samples('memory_current').forEach((current, i) => {
    if (!resident[i]) return;
    const pool = compressed[i] ?? 0;
    pageTables = Math.max(pageTables, current - resident[i] * pageBytes - pool);
    zswap += pool;
    lived++;
  });
  // memory.current counts compressed bytes in whole pages.
  pageTables = Math.floor(pageTables / pageBytes) * pageBytes;
  return { pageTables, zswap: lived > 0 ? Math.round(zswap / lived) : 0 };
}

/** The first so many accesses of a trace that is replayed again and again. */
function repeated(accesses: Uint32Array, repeat: number, made: number): Uint32Array {
  if (made <= accesses.length) return accesses.subarray(0, made);
  const all = new Uint32Array(Math.min(made, accesses.length * repeat));
  for (let at = 0; at < all.length; at += accesses.length)
    all.set(accesses.subarray(0, all.length - at), at);
  return all;
}
