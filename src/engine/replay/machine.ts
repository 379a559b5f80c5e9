/**
 * Replays a measured case on the engine: its operations one after the other, all processes of an
 * operation at once, and the counters before and after each.
 */
import { OWN_EVENTS, Scheduler } from '../clock/scheduler.ts';
import type { Task } from '../clock/task.ts';
import type { Kernel } from '../kernel.ts';
import { Kswapd } from '../memory/kswapd.ts';
import { FILE, PRESENT } from '../memory/pages.ts';
import { flushStats, readStats } from '../memory/stats.ts';
import { C, COUNTERS, type CounterName } from '../metrics/counters.ts';
import { subtreeCounter } from '../metrics/sampler.ts';
import { ZswapWriteback } from '../policy/zswapWriteback.ts';
import type { Trace } from '../run.ts';
import { build } from '../setup/build.ts';
import { Zram } from '../tiers/zram.ts';
import { NotReplayable, type CaseOp, type CaseProcess, type GroundTruthCase } from './case.ts';
import { contentCodes } from './contents.ts';
import { Operator } from './operator.ts';
import { processName, scenarioOf } from './scenario.ts';
import { ScriptTask } from './scriptTask.ts';
import { parseSegment, segmentAccesses } from './traces.ts';

const FLUSH = OWN_EVENTS;
const KSWAPD = 0;
const WRITEBACK = 1;
const OPERATOR = 2;
const FIRST_SCRIPT = 3;

/**
 * Page cache of the rest of the measuring machine, pages: an estimate of 1 GiB of its 24. Only refaults
 * of pages that MADV_PAGEOUT evicted are judged by it; anything above 65,536, the most pages that a
 * case pages out, gives the same figures.
 */
const FOREIGN_FILE = 262144;

/**
 * Memory cgroups of the measuring machine besides the root and that of a case: that of the harness and
 * the one above it. Estimate: their number was not recorded, nor that of cgroups that were removed
 * but still hold pages. zswap's worker visits them all for every entry that it writes back.
 */
const FOREIGN_MEMCGS = 2;

/** The harness waits this long for writeback to end after an operation, ns. */
const QUIESCE = 5e9;

/** No operation of the harness takes so long, ns. */
const LONGEST = 3600e9;

export interface ZramGauges {
  compressedBytes: number;
  usedBytes: number;
  samePages: number;
  hugePages: number;
}

/** State after an operation; sizes in pages unless the name says bytes. */
export interface Gauges {
  /** Mapped anonymous pages. */
  residentPages: number;
  activeAnonPages: number;
  inactiveAnonPages: number;
  swapcachedPages: number;
  kmemPages: number;
  devices: { usedSlots: number; zram: ZramGauges | null }[];
  zswapPoolBytes: number;
  zswapStoredPages: number;
  zswapIncompressiblePages: number;
}

export interface OperationResult {
  op: string;
  /** How often it happened meanwhile, by the kernel's counter names. */
  counters: Record<CounterName, number>;
  after: Gauges;
  durationNs: number;
  majorFaults: number;
  minorFaults: number;
  /** By process: how far it came when the OOM killer ended it, or null. */
  killedAt: (number | null)[];
  swapoffSucceeded: boolean;
}

export interface Replay {
  operations: OperationResult[];
  /** By process: one bit an access of all its traces, 1 for a major fault. */
  majors: Uint8Array[];
  kernel: Kernel;
}

/** The anonymous pages of a process, and behind them those of the file that it maps. */
function regionsOf({ pages, file_pages }: CaseProcess): Trace['regions'] {
  const anon = { start: 0, pages };
  if (!file_pages) return [anon];
  // The harness passes MADV_RANDOM for the mapping.
  const file = { access: 'mapped', advice: 'random', executable: false } as const;
  return [anon, { start: pages, pages: file_pages, file }];
}

export class ReplayMachine {
  private readonly k: Kernel;
  private readonly scripts: ScriptTask[];
  private readonly operator = new Operator();
  private readonly scheduler: Scheduler;
  private readonly traces: Uint32Array[];
  private readonly traceAt: number[];
  private readonly c: GroundTruthCase;

  constructor(c: GroundTruthCase) {
    this.c = c;
    const empty = new Uint32Array(0);
    const traces = c.procs.map((p, i): [string, Trace] => [
      processName(i),
      { accesses: empty, pages: p.pages + (p.file_pages ?? 0), regions: regionsOf(p) },
    ]);
    const { k, planned } = build(scenarioOf(c), new Map(traces));
    this.k = k;
    k.foreignFilePages = FOREIGN_FILE;
    k.foreignMemcgs = FOREIGN_MEMCGS;
    k.statsAreRead = true;
    k.clusterReadahead.forget();
    flushStats(k);
    this.traces = c.procs.map(({ ops }) => joined(ops));
    this.traceAt = c.procs.map(() => 0);
    this.scripts = planned.map(({ process }, i) => {
      const { content, seed, pages } = c.procs[i];
      process.knownContents = contentCodes(content, seed, pages);
      process.alive = true;
      return new ScriptTask(process);
    });
    for (const device of k.devices.list)
      if (device.backend instanceof Zram) device.backend.writeHeader();
    const tasks: Task[] = [new Kswapd(), new ZswapWriteback(), this.operator, ...this.scripts];
    const scheduler = new Scheduler(k, tasks, k.settings.cpus, {
      onEvent: () => {
        flushStats(k);
        scheduler.events.push(k.now + k.settings.statsFlushNs, FLUSH, 0);
      },
      onTaskDone: () => {},
      afterSlice: () => {
        k.yieldWanted = false;
        if (k.kswapdWanted) scheduler.wake(KSWAPD);
        if (k.zswapWork.runs > 0) scheduler.wake(WRITEBACK);
      },
    });
    this.scheduler = scheduler;
    if (k.settings.statsFlushNs > 0) scheduler.events.push(k.settings.statsFlushNs, FLUSH, 0);
  }

  run(): Replay {
    const operations: OperationResult[] = [];
    const steps = Math.max(...this.c.procs.map((p) => p.ops.length));
    for (let step = 0; step < steps; step++) {
      operations.push(this.step(step));
      if (this.scripts.some((s) => s.killed)) break;
    }
    return { operations, majors: this.scripts.map((s) => s.majors), kernel: this.k };
  }

  private step(step: number): OperationResult {
    const { k, scheduler, scripts, operator, c } = this;
    this.snapshotReads();
    const before = this.counters();
    const started = k.now;
    const scripted = scripts.map((script, i) => {
      const op = c.procs[i].ops[step];
      if (op === undefined) return false;
      const isScript = this.beginScript(script, i, op);
      if (!isScript) operator.begin(k, op, script.process.memcg);
      return isScript;
    });
    scripted.forEach((isScript, i) => {
      if (isScript) scheduler.wake(FIRST_SCRIPT + i);
    });
    if (operator.busy) scheduler.wake(OPERATOR);
    this.advance(() => operator.busy || scripts.some((s) => s.script !== null), Infinity);
    const durationNs = k.now - started;
    this.advance(() => k.io.nextTime < Infinity, k.now + QUIESCE);
    this.snapshotReads();
    const after = this.counters();
    for (const name of COUNTERS) after[name] -= before[name];
    return {
      op: (c.procs[0].ops[step] ?? { op: '-' }).op,
      counters: after,
      after: this.gauges(),
      durationNs,
      majorFaults: sum(scripts, (s, i) => (scripted[i] ? s.majorFaults : 0)),
      minorFaults: sum(scripts, (s, i) => (scripted[i] ? s.minorFaults : 0)),
      killedAt: scripts.map((s) => (s.killed ? s.position : null)),
      swapoffSucceeded: operator.swapoffSucceeded,
    };
  }

  private beginScript(script: ScriptTask, index: number, op: CaseOp): boolean {
    const { pages } = this.c.procs[index];
    const trace = this.traces[index];
    switch (op.op) {
      case 'fill':
      case 'readall':
      case 'pageout':
      case 'dontneed':
        script.begin({ kind: op.op, from: op.a ?? 0, to: op.b ?? pages, trace });
        return true;
      case 'trace': {
        const from = this.traceAt[index];
        const to = from + parseSegment(op.gen).count;
        this.traceAt[index] = to;
        script.begin({ kind: 'trace', from, to, trace });
        return true;
      }
      default:
        return false;
    }
  }

  private advance(wanted: () => boolean, until: number): void {
    const { k, scheduler } = this;
    const patience = k.now + LONGEST;
    while (wanted() && k.now < until) {
      scheduler.step(Infinity, Infinity);
      if (k.now > patience) throw new NotReplayable('an operation does not end within an hour');
    }
  }

  /** The harness reads memory.stat of every cgroup around every operation. */
  private snapshotReads(): void {
    for (const { process } of this.scripts) readStats(this.k, process.memcg);
  }

  private counters(): Record<CounterName, number> {
    const { k } = this;
    const entries = COUNTERS.map((name) => [
      name,
      subtreeCounter(k.root, C[name]) + k.counters[C[name]],
    ]);
    return Object.fromEntries(entries) as Record<CounterName, number>;
  }

  private gauges(): Gauges {
    const { k } = this;
    const memcgs = this.scripts.map(({ process }) => process.memcg);
    let mapped = 0;
    for (let page = 0; page < k.pages.count; page++)
      if ((k.pages.flags[page] & PRESENT) !== 0 && k.pages.where(page) !== FILE) mapped++;
    return {
      residentPages: mapped,
      activeAnonPages: sum(memcgs, (m) => m.anon.activeSize),
      inactiveAnonPages: sum(memcgs, (m) => m.anon.inactiveSize),
      swapcachedPages: sum(memcgs, (m) => m.swapcached),
      kmemPages: sum(this.scripts, ({ process: p }) => p.tables + (p.files?.treePages ?? 0)),
      devices: k.devices.list.map(({ slots, backend }) => ({
        usedSlots: slots.used,
        zram: backend instanceof Zram ? zramGauges(backend) : null,
      })),
      zswapPoolBytes: k.zswap?.pool.poolBytes ?? 0,
      zswapStoredPages: k.zswap?.stored ?? 0,
      zswapIncompressiblePages: k.zswap?.incompressible ?? 0,
    };
  }
}

const zramGauges = (z: Zram): ZramGauges => ({
  compressedBytes: z.compressedBytes,
  usedBytes: z.pool.poolBytes,
  samePages: z.samePages,
  hugePages: z.hugePages,
});

function sum<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  return items.reduce((total, item, i) => total + of(item, i), 0);
}

/** All traces of a process in one piece, as the harness makes them. */
export function joined(ops: readonly CaseOp[]): Uint32Array {
  const parts = ops.flatMap((op) => (op.op === 'trace' ? [segmentAccesses(op.gen)] : []));
  const all = new Uint32Array(sum(parts, (part) => part.length));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Replays a case from start to end. */
export function replay(c: GroundTruthCase): Replay {
  return new ReplayMachine(c).run();
}
