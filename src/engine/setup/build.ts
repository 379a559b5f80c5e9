/** Builds the kernel, its devices and processes from a scenario. */
import { EventQueue } from '../clock/eventQueue.ts';
import { Kernel, type Process } from '../kernel.ts';
import { AwaitedPages, ReadsInFlight } from '../memory/inFlight.ts';
import { Pages } from '../memory/pages.ts';
import { FIRST_DEVICE, FlowMatrix } from '../metrics/flows.ts';
import { Histogram } from '../metrics/histogram.ts';
import { Psi } from '../metrics/psi.ts';
import type { Trace } from '../run.ts';
import { REVERSE_MAP_BYTES, VIRTUAL_SWAP } from '../scenario/virtualPresets.ts';
import type { Scenario } from '../scenario/schema.ts';
import { ClusterReadahead } from '../swap/readahead.ts';
import { MixedSwapSpace } from '../swap/mixed.ts';
import { PinnedSwapSpace } from '../swap/pinned.ts';
import { ReservedSwapSpace } from '../swap/reserved.ts';
import type { SwapSpace } from '../swap/space.ts';
import { writeBackFromZswap } from '../swap/swapOut.ts';
import { VirtualSwapSpace, type DescriptorSettings } from '../swap/virtual.ts';
import { WalkSwapSpace } from '../swap/walk.ts';
import { Zswap } from '../tiers/zswap.ts';
import { dailyLoadOf } from '../workload/dailyLoad.ts';
import { SharerTask, type Sharer } from '../workload/sharerTask.ts';
import { WorkloadTask } from '../workload/workloadTask.ts';
import { planCgroups } from './cgroups.ts';
import { attachDevices } from './devices.ts';
import { createPageCache } from './files.ts';
import { createFrontswap } from './frontswap.ts';
import { given } from './given.ts';
import { costsOf, settingsOf } from './kernelSettings.ts';
import { createProcess, extents, lengthOf, partSharers, streamsOf } from './processes.ts';
import { createSwapAges } from './tierPolicies.ts';

/** A workload that is ready to start. */
export interface PlannedProcess {
  process: Process;
  startNs: number;
  stopNs: number | undefined;
  tasks: (WorkloadTask | SharerTask)[];
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
  const parents = k.memcgs.map((m) => m.parent?.id ?? -1);
  k.psi = new Psi(parents, scenario.machine.cpus);
  // Page tables of different processes never share a table, as in memory.
  const { pagesPerTable } = k.settings;
  const aligned = (pages: number) => Math.ceil(pages / pagesPerTable) * pagesPerTable;
  k.pages = new Pages(workloads.reduce((sum, w) => sum + extents(w) * aligned(w.pages), 0));
  if (kernel.lru === 'mglru') turnOnGenerations(k, kernel.mglru.minTtl);
  k.readsInFlight = new ReadsInFlight(k.pages);
  k.awaited = new AwaitedPages(k.pages);
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
    frontswap: new Histogram(),
    guests: kernel.frontswap.enabled ? latencyByGuest(k) : null,
    file: new Histogram(),
    device: k.devices.list.map(() => new Histogram()),
  };
  if (kernel.zswap.enabled && (k.devices.totalSlots > 0 || kernel.swapSpace === 'virtual')) {
    k.zswap = new Zswap(k, kernel.zswap, (page, memcg) => writeBackFromZswap(k, page, memcg));
    if (k.zswap.shrinker !== null) k.statsAreRead = true;
  }
  k.space = createSpace(k, kernel);
  k.swapAges = createSwapAges(k, scenario);
  if (kernel.frontswap.enabled) k.devices.frontswap = createFrontswap(k, scenario);

  let base = 0;
  const planned = workloads.map((plan): PlannedProcess => {
    const { workload } = plan;
    const process = createProcess(k, plan, base, run.seed);
    const stride = aligned(plan.pages);
    if (workload.sharing === 'apart')
      partSharers(k, plan, process, base + stride, stride, run.seed);
    base += extents(plan) * stride;
    const accessNs = Math.max(1, k.costs.access + workload.thinkTime);
    const daily = dailyLoadOf(workload, k.costs.access);
    const tasks = streamsOf(plan, run.seed).map((stream, thread) => {
      const length = lengthOf(plan, thread);
      const sharer = sharerOf(process, Math.floor(thread / workload.threads));
      if (sharer === null) return new WorkloadTask(process, stream, accessNs, length, daily);
      const fills = workload.fill && thread === 0 ? plan.pages : 0;
      return new SharerTask(sharer, stream, accessNs, length, fills);
    });
    return { process, startNs: workload.start, stopNs: workload.stop, tasks };
  });
  if (k.processes.some(({ files }) => files !== null)) k.files = createPageCache(k, scenario);
  return { k, planned };
}

/** Number `number` of those that use their pages apart; null where nobody does. */
function sharerOf(shared: Process, number: number): Sharer | null {
  const { sharing, family } = shared;
  if (sharing === null || family === null) return null;
  return { shared, sharing, copies: family[number + 1], number };
}

function turnOnGenerations(k: Kernel, minTtlNs: number): void {
  const { count } = k.pages;
  k.mglru = { minTtlNs, tables: new Uint8Array(Math.ceil(count / k.settings.pagesPerTable)) };
  k.pages.generations = new Uint8Array(count);
  for (const memcg of k.memcgs) memcg.useGenerations();
}

function createSpace(k: Kernel, { swapSpace, virtualSwap }: Scenario['kernel']): SwapSpace {
  if (swapSpace === 'pinned') return new PinnedSwapSpace(k);
  if (swapSpace === 'reserved') return new ReservedSwapSpace(k);
  if (swapSpace === 'walk') return new WalkSwapSpace(k);
  const { preset, reverseMap, reserve, grows, ...overrides } = virtualSwap;
  const settings: DescriptorSettings = {
    ...VIRTUAL_SWAP[preset],
    ...given(overrides),
    reserve,
    grows,
  };
  if (reverseMap === false) settings.reverseMapBytes = 0;
  else if (reverseMap) settings.reverseMapBytes ||= REVERSE_MAP_BYTES;
  const virtual = new VirtualSwapSpace(k, settings);
  return k.devices.list.some(({ plain }) => plain) ? new MixedSwapSpace(k, virtual) : virtual;
}

/** One histogram for each top-level cgroup, under the ids of it and of all below it. */
function latencyByGuest(k: Kernel): (Histogram | undefined)[] {
  const byId = new Array<Histogram | undefined>(k.memcgs.length).fill(undefined);
  for (const guest of k.root.children) {
    const latency = new Histogram();
    for (const memcg of guest.subtree) byId[memcg.id] = latency;
  }
  return byId;
}
