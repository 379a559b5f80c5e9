/**
 * The state of the simulated kernel, shared by the modules that act on it. It holds columns and
 * objects and knows how many frames are free; what happens to them is in the modules.
 */
import type { EventQueue } from './clock/eventQueue.ts';
import { Softirq } from './clock/softirq.ts';
import { WorkItem } from './clock/workItem.ts';
import type { Histogram } from './metrics/histogram.ts';
import { createCounters, type CounterSet } from './metrics/counters.ts';
import type { FlowMatrix } from './metrics/flows.ts';
import type { PageLives } from './metrics/pageLives.ts';
import type { Psi } from './metrics/psi.ts';
import type { AwaitedPages, ReadsInFlight } from './memory/inFlight.ts';
import type { FileMapping, ProcessFiles } from './memory/fileMapping.ts';
import type { Memcg } from './memory/memcg.ts';
import type { Mglru } from './memory/mglru/generations.ts';
import type { PageCache } from './memory/pageCache.ts';
import type { Pages } from './memory/pages.ts';
import type { SharedPages } from './memory/sharedPages.ts';
import type { RunEvent } from './result.ts';
import type { CostPreset } from './scenario/presets.ts';
import type { SwapDevices } from './swap/devices.ts';
import { WritePlug } from './swap/plug.ts';
import type { ClusterReadahead, VmaReadahead } from './swap/readahead.ts';
import type { SwapSpace } from './swap/space.ts';
import type { SwapAges } from './swap/swapAges.ts';
import type { Swapoff } from './swap/swapoff.ts';
import { Transfers } from './swap/transfer.ts';
import type { Cleancache } from './tiers/cleancache.ts';
import type { Zswap } from './tiers/zswap.ts';
import type { ContentModel } from './workload/contents.ts';
import type { Random } from './workload/random.ts';

/** A mapped area of a process: readahead by address stays inside it. */
export interface Area {
  /** First page and the page after the last, as global page indices. */
  readonly start: number;
  readonly end: number;
  readonly readahead: VmaReadahead;
  /** The file that it maps or reads; null for anonymous memory. */
  readonly file: FileMapping | null;
}

export interface Process {
  readonly index: number;
  readonly name: string;
  readonly memcg: Memcg;
  /** Global index of its first page. */
  readonly base: number;
  readonly count: number;
  readonly areas: readonly Area[];
  readonly contents: ContentModel;
  /** Content codes by page of the process where they are given instead of drawn. */
  knownContents: Uint16Array | null;
  /** Draws the contents of its pages. */
  readonly random: Random;
  /** A page written since its last swap-out has new contents when a 32-bit draw is below this. */
  readonly rewriteThreshold: number;
  /** Processes that share its pages since a fork, this one included. */
  readonly sharers: number;
  /** Who of them maps what; null when nobody shares, or all use their pages together. */
  sharing: SharedPages | null;
  /** With `sharing`: this one, and one for the copies of each sharer. They end together. */
  family: readonly Process[] | null;
  /** Its pages are copies whose entries stand in the page tables of processes that share. */
  readonly holdsCopies: boolean;
  /** Pages resident and out of RAM, for the OOM killer's choice. */
  resident: number;
  swapped: number;
  /** A page of it was unmapped for swap once: it is on the list of those that swapoff walks. */
  hasSwapped: boolean;
  /** Page tables charged, pages; a byte for each table of the last level that exists. */
  tables: number;
  readonly tableExists: Uint8Array;
  /** What it has of files; null when it has none. */
  readonly files: ProcessFiles | null;
  alive: boolean;
  /** Faults since it last read memory.stat. */
  faultsSinceRead: number;
}

export interface KernelSettings {
  readonly pageBytes: number;
  /** Entries of a page table, which is a page of 8-byte entries: 512 for 4 KiB, 2048 for 16 KiB. */
  readonly pagesPerTable: number;
  readonly totalPages: number;
  readonly kernelPages: number;
  readonly swappiness: number;
  /** Compressed bytes in zswap count against the limits of their memcg (cgroup v2). */
  readonly chargesZswap: boolean;
  /** Reclaim for the limit of a memcg waits for pages that it is writing already (cgroup v1). */
  readonly waitsForWriteback: boolean;
  readonly pageCluster: number;
  readonly vmaReadahead: boolean;
  /** Largest window of readahead in files, pages. */
  readonly readAheadPages: number;
  readonly statsFlushNs: number;
  /** Every process reads memory.stat of its memcg each time it has had so many faults; 0 never. */
  readonly statsReadEvery: number;
  readonly cpus: number;
  /** Free pages at which direct reclaim starts, kswapd wakes and kswapd sleeps again. */
  readonly minWatermark: number;
  readonly lowWatermark: number;
  readonly highWatermark: number;
}

/** Latency of faults by who served them. */
export interface FaultLatency {
  readonly all: Histogram;
  readonly minor: Histogram;
  readonly cache: Histogram;
  readonly zero: Histogram;
  readonly zswap: Histogram;
  readonly frontswap: Histogram;
  /** Every fault, by the guest to which a memcg's id belongs; null when nobody simulates guests. */
  readonly guests: readonly (Histogram | undefined)[] | null;
  /** Pages read from files. */
  readonly file: Histogram;
  /** By device. */
  readonly device: readonly Histogram[];
}

export class Kernel {
  /** Simulated time of whatever runs at the moment, CPU costs included, ns. */
  now = 0;
  /** CPU that runs at the moment; swap slots are allocated per CPU. */
  cpu = 0;
  /** Folios and page tables in RAM, pages. */
  framesUsed = 0;
  /** Group of the pressure statistics (id of its memcg) whose task runs at the moment. */
  runningGroup = 0;
  psi!: Psi;
  /** Counted machine-wide only. */
  readonly counters: CounterSet = createCounters();
  readonly events: RunEvent[] = [];
  memcgs: Memcg[] = [];
  processes: Process[] = [];
  /** Pages out of RAM by place of the flow matrix. */
  held!: Float64Array;
  /** Slots of each device that only stand behind a compressed or zero page. */
  idleSlots!: Float64Array;
  /** A task must not go on before this time, because a device's queue is full; 0 when it may. */
  blockedUntil = 0;
  readonly plug = new WritePlug(this);
  readonly transfers = new Transfers(this);
  readonly softirq = new Softirq();
  /** Under way, in the order in which they began. */
  readonly swapoffs: Swapoff[] = [];
  kswapdWanted = false;
  /** Rounds of kswapd in a row that freed nothing; any reclaim that frees something ends them. */
  kswapdFailures = 0;
  /** A kernel thread was just woken: whoever runs gives the other CPUs a chance to start it. */
  yieldWanted = false;
  /** Somebody reads memory.stat, so that pending updates of statistics have to be counted. */
  statsAreRead: boolean;
  /** Page cache of the machine that belongs to nobody in the scenario, pages. */
  foreignFilePages = 0;
  /** Memcgs of the machine that are not in the scenario and hold nothing; walks visit them. */
  foreignMemcgs = 0;
  /** The work item of zswap's global writeback. */
  readonly zswapWork = new WorkItem();

  pages!: Pages;
  readsInFlight!: ReadsInFlight;
  awaited!: AwaitedPages;
  /** Pages in the swap cache whose read has failed; see memory/readError.ts. */
  readonly readErrors = new Set<number>();
  devices!: SwapDevices;
  space!: SwapSpace;
  zswap: Zswap | null = null;
  /** Null when no policy or command takes pages from a tier, and no order goes over all of them. */
  swapAges: SwapAges | null = null;
  /** Null with the classic lists. */
  mglru: Mglru | null = null;
  /** Null when the host gets no pages of files. */
  cleancache: Cleancache | null = null;
  /** Null when no process has files. */
  files: PageCache | null = null;
  latency!: FaultLatency;
  flows!: FlowMatrix;
  /** Null when nobody asked what happens to a page. */
  lives: PageLives | null = null;
  /** Completions of device requests. */
  io!: EventQueue;
  clusterReadahead!: ClusterReadahead;

  readonly settings: KernelSettings;
  readonly costs: CostPreset;

  constructor(settings: KernelSettings, costs: CostPreset) {
    this.settings = settings;
    this.statsAreRead = settings.statsReadEvery > 0;
    this.costs = costs;
  }

  get root(): Memcg {
    return this.memcgs[0];
  }

  memcgOf(page: number): Memcg {
    return this.processes[this.pages.process(page)].memcg;
  }

  /** A page went from one place of the flow matrix to another. */
  moved(page: number, from: number, to: number): void {
    this.flows.add(from, to);
    if (this.lives !== null) this.lives.moved(this.now, page, from, to);
  }

  /** Frames that nobody holds: RAM less folios, compressed pools and metadata. */
  freeFrames(): number {
    return (
      this.settings.totalPages -
      this.settings.kernelPages -
      this.framesUsed -
      (this.zswap?.pool.poolPages ?? 0) -
      this.devices.ramPages() -
      Math.ceil(this.metadataBytes() / this.settings.pageBytes)
    );
  }

  /** RAM that swap takes for itself beside the pools, bytes. */
  metadataBytes(): number {
    return this.space.metadataBytes() + (this.swapAges?.metadataBytes() ?? 0);
  }

  wakeKswapd(): void {
    if (this.kswapdFailures >= MAX_KSWAPD_FAILURES) return;
    if (!this.kswapdWanted) this.yieldWanted = true;
    this.kswapdWanted = true;
  }

  /** Queues the work of writing back from a full zswap pool. */
  wakeWriteback(): void {
    const { costs, zswapWork } = this;
    const run = MAX_RECLAIM_RETRIES * (this.memcgs.length + this.foreignMemcgs) * costs.visitCgroup;
    if (zswapWork.queue(this.now, costs.workerWake, run)) this.yieldWanted = true;
  }

  waitForQueue(until: number): void {
    if (until > this.blockedUntil) this.blockedUntil = until;
  }

  /** The running task was stalled on memory from `from` (ns) until now. */
  stalledSince(from: number): void {
    this.psi.stallRunning(this.runningGroup, this.cpu, from, this.now);
  }

  note(kind: RunEvent['kind'], scope: RunEvent['scope'], message: string): void {
    if (this.events.length < MAX_EVENTS) {
      this.events.push({ timeNs: Math.round(this.now), kind, scope, message });
    }
  }
}

/** Fruitless attempts after which reclaim, and zswap's writeback, give up. */
export const MAX_RECLAIM_RETRIES = 16;

/** Fruitless rounds after which kswapd is left asleep. */
export const MAX_KSWAPD_FAILURES = 16;

/** A run keeps at most this many events. */
export const MAX_EVENTS = 10_000;
