/** Builds the kernel, its devices and processes from a scenario. */
import { EventQueue } from './clock/eventQueue.ts';
import { Kernel, type Area, type KernelSettings, type Process } from './kernel.ts';
import { reclaimCacheOnly } from './memory/folio.ts';
import { linkSubtrees, Memcg, type MemcgLimits } from './memory/memcg.ts';
import { Pages } from './memory/pages.ts';
import { FIRST_DEVICE, FlowMatrix } from './metrics/flows.ts';
import { Histogram } from './metrics/histogram.ts';
import {
  COSTS,
  DEVICES,
  VIRTUAL_SWAP,
  type CostPreset,
  type DevicePreset,
} from './scenario/presets.ts';
import type { Cgroup, Scenario, Tier, Workload } from './scenario/schema.ts';
import { pageBytes, workloadPages } from './scenario/validate.ts';
import { SwapDevice, SwapDevices } from './swap/devices.ts';
import { ClusterReadahead, VmaReadahead } from './swap/readahead.ts';
import { ReservedSwapSpace } from './swap/reserved.ts';
import { writeBackFromZswap } from './swap/swapOut.ts';
import { VirtualSwapSpace } from './swap/virtual.ts';
import { BlockTier } from './tiers/block.ts';
import { BlockDevice } from './tiers/blockDevice.ts';
import { Zram } from './tiers/zram.ts';
import { Zswap } from './tiers/zswap.ts';
import { ContentModel } from './workload/contents.ts';
import { PatternSource, TraceStream, type AccessStream } from './workload/patterns.ts';
import { deriveSeed, Random } from './workload/random.ts';
import { WorkloadTask } from './workload/workloadTask.ts';
import type { Trace } from './run.ts';

/** A workload that is ready to start. */
export interface PlannedProcess {
  process: Process;
  startNs: number;
  stopNs: number | undefined;
  tasks: WorkloadTask[];
}

/** Only the figures that the scenario gives. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, v]) => v !== undefined),
  ) as Partial<T>;
}

function costsOf(scenario: Scenario): CostPreset {
  const { preset, ...overrides } = scenario.machine.costs;
  return { ...COSTS[preset], ...given(overrides) };
}

/**
 * Watermarks of the one zone, pages: min_free_kbytes is the square root of 16 times the memory in
 * KiB, from 128 KiB to 256 MiB; low and high lie above it by the larger of a quarter of it and
 * watermark_scale_factor ten-thousandths of memory.
 */
export function watermarks(
  memoryBytes: number,
  page: number,
  scaleFactor: number,
  minFreeBytes?: number,
): { min: number; low: number; high: number } {
  const automatic =
    Math.min(262144, Math.max(128, Math.floor(Math.sqrt((memoryBytes / 1024) * 16)))) * 1024;
  const min = Math.floor((minFreeBytes ?? automatic) / page);
  const gap = Math.max(
    Math.floor(min / 4),
    Math.floor(((memoryBytes / page) * scaleFactor) / 10000),
  );
  return { min, low: min + gap, high: min + 2 * gap };
}

function settingsOf(scenario: Scenario): KernelSettings {
  const { machine, kernel } = scenario;
  const page = pageBytes(scenario);
  const marks = watermarks(machine.memory, page, kernel.watermarkScaleFactor, kernel.minFree);
  return {
    pageBytes: page,
    pagesPerTable: page / 8,
    totalPages: Math.floor(machine.memory / page),
    kernelPages: Math.ceil(machine.kernelMemory / page),
    swappiness: kernel.swappiness,
    chargesZswap: kernel.cgroup === 'v2',
    waitsForWriteback: kernel.cgroup === 'v1',
    pageCluster: kernel.pageCluster,
    vmaReadahead: kernel.vmaReadahead,
    statsFlushNs: kernel.statsFlush,
    statsReadEvery: kernel.statsReadEveryFaults,
    cpus: machine.cpus,
    minWatermark: marks.min,
    lowWatermark: marks.low,
    highWatermark: marks.high,
  };
}

function limitsOf(
  cgroup: Cgroup,
  page: number,
  tiers: readonly string[],
  version: Scenario['kernel']['cgroup'],
): MemcgLimits {
  const { memory } = cgroup;
  const inPages = (bytes: number) => (bytes === Infinity ? Infinity : Math.floor(bytes / page));
  const limits = {
    ...NO_LIMITS,
    max: inPages(memory.max),
    swapMax: inPages(memory.swap.max),
    tiers: memory.swap.tiers?.map((name) => tiers.indexOf(name)),
  };
  // The files of cgroup v1 say nothing about protection, throttling or zswap.
  if (version === 'v1') return limits;
  return {
    ...limits,
    high: inPages(memory.high),
    low: inPages(memory.low),
    min: inPages(memory.min),
    zswapMax: memory.zswap.max,
    zswapWriteback: memory.zswap.writeback,
  };
}

const NO_LIMITS: MemcgLimits = {
  max: Infinity,
  high: Infinity,
  low: 0,
  min: 0,
  swapMax: Infinity,
  zswapMax: Infinity,
  zswapWriteback: true,
  tiers: undefined,
};

/** Priorities as swapon gives them: -2, -3, ... in the order of the tiers, unless one is set. */
function prioritiesOf(tiers: readonly Tier[]): number[] {
  let next = -2;
  return tiers.map((tier) => tier.priority ?? next--);
}

/** What a block device does, with the figures of the scenario before those of its preset. */
function figuresOf(tier: Extract<Tier, { kind: 'block' }>): DevicePreset {
  const {
    readP50,
    readP99,
    writeP50,
    writeP99,
    sequential,
    readBandwidth,
    writeBandwidth,
    parallelism,
    rotational,
    synchronous,
  } = tier;
  return {
    ...DEVICES[tier.device],
    ...given({
      readP50,
      readP99,
      writeP50,
      writeP99,
      sequential,
      readBandwidth,
      writeBandwidth,
      parallelism,
      rotational,
      synchronous,
    }),
  };
}

function attachDevices(k: Kernel, scenario: Scenario): void {
  const { seed } = scenario.run;
  const page = k.settings.pageBytes;
  const names = Object.keys(scenario.tiers);
  const tiers = Object.values(scenario.tiers);
  const priorities = prioritiesOf(tiers);
  let firstSlot = 0;
  const devices = tiers.map((tier, index) => {
    const name = names[index];
    const slots = Math.floor(tier.size / page);
    const reclaim = (slot: number) => reclaimCacheOnly(k, slot);
    let device: SwapDevice;
    if (tier.kind === 'zram') {
      const limit = tier.memLimit === Infinity ? Infinity : Math.floor(tier.memLimit / page);
      const zram = new Zram(k, tier.codec, slots, limit, firstSlot);
      device = new SwapDevice(
        index,
        name,
        priorities[index],
        firstSlot,
        slots,
        false,
        true,
        zram,
        reclaim,
      );
    } else {
      const figures = figuresOf(tier);
      const queue = new BlockDevice(
        { ...figures, pageBytes: page },
        deriveSeed(seed, 'device', name),
      );
      const block = new BlockTier(k, queue, figures.synchronous);
      device = new SwapDevice(
        index,
        name,
        priorities[index],
        firstSlot,
        slots,
        figures.rotational,
        figures.synchronous,
        block,
        reclaim,
      );
    }
    firstSlot += slots;
    return device;
  });
  k.devices = new SwapDevices(devices, scenario.machine.cpus, ({ name }) =>
    k.note('tier_full', `tier:${name}`, `Every slot of ${name} is taken.`),
  );
}

interface PlannedWorkload {
  workload: Workload;
  memcg: Memcg;
  pages: number;
  trace: Trace | undefined;
}

/** Creates the memcgs, parents before children, and lists the workloads in the order of the file. */
function planCgroups(
  k: Kernel,
  scenario: Scenario,
  traces: ReadonlyMap<string, Trace>,
): PlannedWorkload[] {
  const page = k.settings.pageBytes;
  const tiers = Object.keys(scenario.tiers);
  const planned: PlannedWorkload[] = [];
  const root = new Memcg(0, '/', null, NO_LIMITS, tiers.length);
  k.memcgs.push(root);
  const walk = (cgroups: Record<string, Cgroup>, parent: Memcg): void => {
    for (const [name, cgroup] of Object.entries(cgroups)) {
      const path = parent.parent === null ? `/${name}` : `${parent.path}/${name}`;
      const memcg = new Memcg(
        k.memcgs.length,
        path,
        parent,
        limitsOf(cgroup, page, tiers, scenario.kernel.cgroup),
        tiers.length,
      );
      k.memcgs.push(memcg);
      for (const workload of cgroup.workloads) {
        const trace = workload.trace && traces.get(workload.trace.file);
        if (workload.trace && !trace)
          throw new Error(`The trace ${workload.trace.file} was not given`);
        const pages = trace ? trace.pages : (workloadPages(workload, page) ?? 0);
        planned.push({ workload, memcg, pages, trace });
      }
      walk(cgroup.children, memcg);
    }
  };
  walk(scenario.cgroups, root);
  linkSubtrees(root);
  return planned;
}

/** The access streams of a workload's threads: one layout of its pages, separate draws. */
function streamsOf(plan: PlannedWorkload, runSeed: number): AccessStream[] {
  const { workload, trace, memcg, pages } = plan;
  if (trace) return [new TraceStream(trace, workload.trace?.repeat ?? 1)];
  if (!workload.pattern)
    throw new Error(`The workload ${workload.name} has neither pattern nor trace`);
  const layout = deriveSeed(runSeed, 'layout', memcg.path, workload.name);
  const source = new PatternSource(workload.pattern, pages, layout);
  return Array.from({ length: workload.threads }, (_, thread) =>
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
function lengthOf({ workload, trace, pages }: PlannedWorkload, thread: number): number {
  const recorded = trace ? trace.accesses.length * (workload.trace?.repeat ?? 1) : Infinity;
  const fill = workload.pattern && workload.fill && thread === 0 ? pages : 0;
  return fill + Math.min(recorded, workload.accesses ?? Infinity);
}

function createProcess(k: Kernel, plan: PlannedWorkload, base: number, seed: number): Process {
  const { workload, memcg, pages, trace } = plan;
  const regions = trace?.regions ?? [{ start: 0, pages }];
  const areas: Area[] = regions.map((r) => ({
    start: base + r.start,
    end: base + r.start + r.pages,
    readahead: new VmaReadahead(k.settings.pagesPerTable),
  }));
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
    resident: 0,
    swapped: 0,
    tables: 0,
    tableExists: new Uint8Array(Math.ceil(pages / k.settings.pagesPerTable)),
    alive: false,
    faultsSinceRead: 0,
  };
  for (let page = base; page < base + pages; page++) k.pages.setProcess(page, process.index);
  k.processes.push(process);
  return process;
}

/** Everything that a run needs, in its state at time 0. */
export function build(
  scenario: Scenario,
  traces: ReadonlyMap<string, Trace>,
): { k: Kernel; planned: PlannedProcess[] } {
  const k = new Kernel(settingsOf(scenario), costsOf(scenario));
  const { kernel, run } = scenario;
  k.io = new EventQueue();
  attachDevices(k, scenario);
  const workloads = planCgroups(k, scenario, traces);
  // Page tables of different processes never share a table, as in memory.
  const { pagesPerTable } = k.settings;
  const aligned = (pages: number) => Math.ceil(pages / pagesPerTable) * pagesPerTable;
  k.pages = new Pages(workloads.reduce((sum, w) => sum + aligned(w.pages), 0));
  const places = FIRST_DEVICE + k.devices.list.length;
  k.held = new Float64Array(places);
  k.idleSlots = new Float64Array(k.devices.list.length);
  k.flows = new FlowMatrix(k.devices.list.map((d) => d.name));
  k.clusterReadahead = new ClusterReadahead();
  k.latency = {
    all: new Histogram(),
    minor: new Histogram(),
    cache: new Histogram(),
    zero: new Histogram(),
    zswap: new Histogram(),
    device: k.devices.list.map(() => new Histogram()),
  };
  if (kernel.zswap.enabled && (k.devices.totalSlots > 0 || kernel.swapSpace === 'virtual')) {
    k.zswap = new Zswap(k, kernel.zswap, (page, memcg) => writeBackFromZswap(k, page, memcg));
  }
  k.space =
    kernel.swapSpace === 'reserved'
      ? new ReservedSwapSpace(k)
      : new VirtualSwapSpace(k, {
          ...VIRTUAL_SWAP[kernel.virtualSwap.preset],
          ...given({
            descriptorBytes: kernel.virtualSwap.descriptorBytes,
            reverseMapBytes: kernel.virtualSwap.reverseMapBytes,
            perSlotBytes: kernel.virtualSwap.perSlotBytes,
          }),
        });

  let base = 0;
  const planned = workloads.map((plan): PlannedProcess => {
    const { workload } = plan;
    const process = createProcess(k, plan, base, run.seed);
    base += aligned(plan.pages);
    const accessNs = Math.max(1, k.costs.access + workload.thinkTime);
    const tasks = streamsOf(plan, run.seed).map(
      (stream, thread) => new WorkloadTask(process, stream, accessNs, lengthOf(plan, thread)),
    );
    return { process, startNs: workload.start, stopNs: workload.stop, tasks };
  });
  return { k, planned };
}
