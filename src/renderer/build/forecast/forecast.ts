/**
 * A run before it is made, worked out from the first accesses of its workloads: who is there when, what
 * each has of RAM, what LRU misses with that, how long the faults take, and so how many accesses fit.
 */
import { COSTS, type Scenario } from '../../../engine/scenario/index.ts';
import type { WorkloadPreview } from '../../../main/lab/contract.ts';
import type { Demand, GroupDemand, Load } from '../advice/demand.ts';
import { missRatioAt } from '../preview/shapes.ts';
import { isZswap, poolOf, refaultNs, staying } from './places.ts';

/** What is known of the things that a scenario only names. */
export interface Known {
  /** Accesses and pages of a trace by its file. */
  trace(file: string): { accesses: number; pages: number } | undefined;
  /** The first accesses of a workload, by its path; undefined while nobody has drawn them. */
  preview(path: string): WorkloadPreview | undefined;
}

export interface Forecast {
  /** Infinity where a workload does not end by itself, or its trace is not known. */
  accesses: number;
  /** Pages that are touched for the first time, and faults on pages that were swapped out. */
  firstTouches: number;
  refaults: number;
  /** Bytes of pages at the moment at which there are most; of those out of RAM, and of them in zswap. */
  peak: number;
  out: number;
  pooled: number;
  /** Something pushes pages out besides want of RAM, which is not worked out here. */
  pushed: boolean;
}

/** A workload in the course of the run. */
interface Course {
  load: Load;
  preview: WorkloadPreview | undefined;
  /** Its group and those above it. */
  groups: readonly GroupDemand[];
  start: number;
  end: number;
  accesses: number;
  touched: number;
  /** Part of what it has touched that stays in RAM, and bytes of it that zswap holds. */
  stays: number;
  pooled: number;
  refaults: number;
}

/** Who is there when decides how long each takes, and the other way round; more rounds drive those apart that overlap. */
const ROUNDS = 2;

export function forecast(demand: Demand, known: Known): Forecast {
  const { scenario } = demand;
  const runEnd = scenario.run.duration ?? Infinity;
  const courses = demand.loads.map((load) => courseOf(load, demand, known, runEnd));
  for (let round = 0; round < ROUNDS; round++) share(courses, demand, known, runEnd);

  const sum = (of: (course: Course) => number) => courses.reduce((all, each) => all + of(each), 0);
  const made = demand.unknownTraces > 0 ? Infinity : sum(({ accesses }) => accesses);
  const bound = scenario.run.accesses ?? Infinity;
  // A bound on the accesses of all cuts each by the same part.
  const part = Math.min(1, bound / Math.max(1, made));
  return {
    accesses: Math.min(made, bound),
    firstTouches: sum(({ touched }) => touched) * part,
    refaults: sum(({ refaults }) => refaults) * part,
    ...mostAtOnce(courses, demand),
    pushed: pushes(scenario),
  };
}

const PUSHING: readonly string[] = ['memory-reclaim', 'set-limits', 'move-pages', 'swapoff'];

const pushes = ({ controllers, actions }: Scenario) =>
  controllers.length > 0 || actions.some((action) => PUSHING.includes(action.do));

function courseOf(load: Load, demand: Demand, known: Known, runEnd: number): Course {
  const { workload } = load;
  const groups: GroupDemand[] = [];
  for (let at: GroupDemand | null = load.group; at; at = at.parent) groups.push(at);
  const preview = known.preview(load.where);
  const end = Math.min(runEnd, workload.stop ?? Infinity);
  const course: Course = {
    load,
    preview,
    groups,
    start: workload.start,
    end,
    accesses: 0,
    touched: 0,
    stays: 1,
    pooled: 0,
    refaults: 0,
  };
  advance(course, demand, known, end, 0, 1);
  return course;
}

/** Accesses of a workload to its end; Infinity where it has none. */
function lengthOf({ workload, bytes }: Load, page: number, known: Known): number {
  if (workload.trace) {
    const recorded = known.trace(workload.trace.file)?.accesses;
    return recorded === undefined ? Infinity : recorded * workload.trace.repeat;
  }
  const fill = workload.fill ? bytes / page : 0;
  return fill + (workload.accesses ?? Infinity) * workload.threads;
}

/** Time from an access of a thread to its next where nothing faults, ns, its daily load included. */
function paceOf({ load, preview }: Course, { scenario }: Demand): number {
  const { costs } = scenario.machine;
  const own = (costs.access ?? COSTS[costs.preset].access) + load.workload.thinkTime;
  if (!preview || preview.accesses === 0 || !load.workload.daily) return Math.max(1, own);
  return Math.max(1, (preview.spanNs * load.workload.threads) / preview.accesses);
}

/** Distinct pages of the first so many accesses. */
function touchedBy({ load, preview }: Course, accesses: number, page: number): number {
  const all = load.bytes / page;
  if (!preview) return Math.min(all, accesses);
  const { footprint } = preview;
  if (accesses === Infinity) return all;
  const at = (accesses / Math.max(1, preview.accesses)) * footprint.length;
  const before = footprint[Math.floor(at) - 1] ?? 0;
  const after = footprint[Math.floor(at)];
  if (after !== undefined) return before + (at - Math.floor(at)) * (after - before);
  const last = footprint.at(-1) ?? 0;
  const growth = last - (footprint.at(-2) ?? 0);
  return Math.min(all, last + growth * (at - footprint.length));
}

/** Share of its accesses that find their page swapped out. */
function refaultRatio({ preview, stays }: Course): number {
  if (!preview || preview.accesses === 0) return 0;
  const pages = preview.footprint.at(-1) ?? 0;
  return Math.max(0, missRatioAt(preview, stays * pages) - pages / preview.accesses);
}

/** How far it comes when a fault takes so long and so many tasks want each CPU. */
function advance(
  course: Course,
  demand: Demand,
  known: Known,
  latest: number,
  faultNs: number,
  crowd: number,
): void {
  const { load, start } = course;
  const { costs } = demand.scenario.machine;
  const { threads } = load.workload;
  const bound = demand.scenario.run.accesses ?? Infinity;
  const wanted = Math.min(bound, lengthOf(load, demand.page, known));
  const ratio = refaultRatio(course);
  const each = paceOf(course, demand) * crowd + ratio * faultNs;
  const minor = costs.minorFault ?? COSTS[costs.preset].minorFault;
  const firstNs = (touchedBy(course, wanted, demand.page) * minor) / threads;
  const window = Math.max(0, latest - start);
  const fits = Math.ceil((Math.max(0, window - Math.min(firstNs, window / 2)) * threads) / each);
  course.accesses = Math.min(wanted, fits);
  course.touched = touchedBy(course, course.accesses, demand.page);
  course.refaults = ratio === 0 ? 0 : ratio * course.accesses;
  course.end =
    course.accesses < wanted ? latest : start + firstNs + (course.accesses * each) / threads;
}

/** Part of the time of one in which the other is there. */
function overlap(one: Course, other: Course): number {
  const span = one.end - one.start;
  if (!(span > 0)) return one.start >= other.start && one.start <= other.end ? 1 : 0;
  if (span === Infinity) return other.end === Infinity ? 1 : 0;
  const both = Math.min(one.end, other.end) - Math.max(one.start, other.start);
  return Math.max(0, both) / span;
}

/** Gives each its part of RAM beside those that are there at the same time, and lets it go as far as it comes. */
function share(courses: Course[], demand: Demand, known: Known, runEnd: number): void {
  const { scenario, ram, page } = demand;
  const pool = poolOf(demand);
  const bytesOf = (course: Course) => course.touched * page;
  const asked = courses.map((one) => {
    const within = new Map<GroupDemand, number>();
    let all = 0;
    let tasks = 0;
    for (const other of courses) {
      const part = other === one ? 1 : overlap(one, other);
      if (part === 0) continue;
      all += part * bytesOf(other);
      tasks += part * other.load.workload.threads;
      for (const group of other.groups)
        if (one.groups.includes(group))
          within.set(group, (within.get(group) ?? 0) + part * bytesOf(other));
    }
    return { within, all, tasks };
  });
  const onDevices = courses.reduce(
    (sum, each) => sum + Math.max(0, bytesOf(each) * (1 - each.stays) - each.pooled),
    0,
  );
  courses.forEach((course, index) => {
    const { within, all, tasks } = asked[index] as (typeof asked)[number];
    const bytes = bytesOf(course);
    let stays = staying(all, ram, pool, pool?.most ?? 0) / Math.max(1, all);
    for (const [group, want] of within) {
      const { max, high } = group.group.memory;
      const most = pool?.charged ? Math.min(pool.most, group.group.memory.zswap.max) : 0;
      const part = Math.min(1, want / Math.max(1, all));
      const keeps = staying(want, Math.min(max, high), pool, most * part);
      stays = Math.min(stays, keeps / Math.max(1, want));
    }
    course.stays = Math.min(1, stays);
    const out = bytes * (1 - course.stays);
    const isPooled = pool && isZswap(scenario) && !course.load.workload.file;
    const room = isPooled ? (pool.most / pool.share) * (bytes / Math.max(1, all)) : 0;
    course.pooled = Math.min(out, room);
    const inPool = out > 0 ? course.pooled / out : 0;
    const faultNs = refaultNs(demand, course.load.group, pool, inPool, onDevices);
    const crowd = Math.max(1, tasks / scenario.machine.cpus);
    const end = Math.min(runEnd, course.load.workload.stop ?? Infinity);
    advance(course, demand, known, end, faultNs, crowd);
  });
}

/** The moment at which there are most pages, and that at which most are out. */
function mostAtOnce(
  courses: readonly Course[],
  { page }: Demand,
): Pick<Forecast, 'peak' | 'out' | 'pooled'> {
  let peak = 0;
  let out = 0;
  let pooled = 0;
  for (const { start } of courses) {
    const there = courses.filter((each) => each.start <= start && each.end >= start);
    const bytes = there.reduce((sum, each) => sum + each.touched * page, 0);
    const gone = there.reduce(
      // Files are dropped, not swapped out.
      (sum, each) => sum + (each.load.workload.file ? 0 : each.touched * page * (1 - each.stays)),
      0,
    );
    peak = Math.max(peak, bytes);
    if (gone <= out) continue;
    out = gone;
    pooled = there.reduce((sum, each) => sum + each.pooled, 0);
  }
  return { peak, out, pooled };
}
