/** The memcgs of a scenario with their limits, and the workloads in them. */
import type { Kernel } from '../kernel.ts';
import { linkSubtrees, Memcg, type MemcgLimits } from '../memory/memcg.ts';
import type { Trace } from '../run.ts';
import type { Cgroup, Scenario, Workload } from '../scenario/schema.ts';
import { workloadPages } from '../scenario/walk.ts';
import type { SwapDevice } from '../swap/devices.ts';
import { allowedDevices } from '../swap/tierRanges.ts';

export interface PlannedWorkload {
  workload: Workload;
  memcg: Memcg;
  pages: number;
  trace: Trace | undefined;
}

/** Creates the memcgs, parents before children, and lists the workloads in the order of the file. */
export function planCgroups(
  k: Kernel,
  scenario: Scenario,
  traces: ReadonlyMap<string, Trace>,
): PlannedWorkload[] {
  const page = k.settings.pageBytes;
  const devices = k.devices.list;
  const planned: PlannedWorkload[] = [];
  const root = new Memcg(0, '/', null, NO_LIMITS, devices.length);
  k.memcgs.push(root);
  const walk = (cgroups: Record<string, Cgroup>, parent: Memcg): void => {
    for (const [name, cgroup] of Object.entries(cgroups)) {
      const path = parent.parent === null ? `/${name}` : `${parent.path}/${name}`;
      const memcg = new Memcg(
        k.memcgs.length,
        path,
        parent,
        limitsOf(cgroup, page, devices, scenario.kernel.cgroup),
        devices.length,
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

function limitsOf(
  cgroup: Cgroup,
  page: number,
  devices: readonly SwapDevice[],
  version: Scenario['kernel']['cgroup'],
): MemcgLimits {
  const { memory } = cgroup;
  const inPages = (bytes: number) => (bytes === Infinity ? Infinity : Math.floor(bytes / page));
  const limits = {
    ...NO_LIMITS,
    max: inPages(memory.max),
    swapMax: inPages(memory.swap.max),
    tiers: allowedDevices(devices, memory.swap),
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
