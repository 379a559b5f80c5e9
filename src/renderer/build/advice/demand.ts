/** How much memory a scenario asks for and has: what the estimate and the advice are both made from. */
import {
  CODECS,
  DEVICES,
  cgroupPath,
  eachCgroup,
  formatPath,
  pageBytes,
  workloadPages,
  type Cgroup,
  type CodecName,
  type Scenario,
  type Tier,
  type Workload,
} from '../../../engine/scenario/index.ts';

export type SettingPath = readonly (string | number)[];

/** A control group with what it asks for; bytes throughout. */
export interface GroupDemand {
  /** As cgroup v2 shows it, such as `/web/api`. */
  label: string;
  path: SettingPath;
  group: Cgroup;
  parent: GroupDemand | null;
  /** Of this group and all below it; what a trace of unknown size asks for is missing. */
  anonymous: number;
  files: number;
  /** Tiers that it and its ancestors allow it, and memory.swap.max of all of them. */
  tiers: ReadonlySet<string>;
  swapMax: number;
}

/** A workload with the group that it runs in. */
export interface Load {
  /** As `formatPath` writes it. */
  where: string;
  workload: Workload;
  group: GroupDemand;
  bytes: number;
}

export interface Demand {
  scenario: Scenario;
  /** Bytes of a page. */
  page: number;
  /** RAM without what the kernel holds. */
  ram: number;
  /** Swap of all tiers. */
  swap: number;
  anonymous: number;
  files: number;
  /** Traces whose size is not known here. */
  unknownTraces: number;
  groups: readonly GroupDemand[];
  /** Those whose size is known. */
  loads: readonly Load[];
  /** Compressed size over size of an anonymous page that is not zero, with this codec, 0 to 1. */
  storedShare(codec: CodecName): number;
}

/** `tracePages` tells the pages of a trace by its file, where they are known. */
export function demandOf(
  scenario: Scenario,
  tracePages: (file: string) => number | undefined,
): Demand {
  const page = pageBytes(scenario);
  const groups: GroupDemand[] = [];
  const byPath = new Map<string, GroupDemand>();
  const loads: Load[] = [];
  let unknownTraces = 0;

  eachCgroup(scenario.cgroups, (group, keys) => {
    const path = keys as (string | number)[];
    const parent = byPath.get(path.slice(0, -2).join('/')) ?? null;
    const allowed = group.memory.swap.tiers ?? Object.keys(scenario.tiers);
    const demand: GroupDemand = {
      label: cgroupPath(path),
      path,
      group,
      parent,
      anonymous: 0,
      files: 0,
      tiers: new Set(allowed.filter((name) => parent?.tiers.has(name) ?? true)),
      swapMax: Math.min(group.memory.swap.max, parent?.swapMax ?? Infinity),
    };
    groups.push(demand);
    byPath.set(path.join('/'), demand);
    for (const [index, workload] of group.workloads.entries()) {
      const pages = workload.trace
        ? tracePages(workload.trace.file)
        : workloadPages(workload, page);
      if (pages === undefined) {
        unknownTraces++;
        continue;
      }
      const kind = workload.file ? 'files' : 'anonymous';
      for (let at: GroupDemand | null = demand; at; at = at.parent) at[kind] += pages * page;
      const where = formatPath([...path, 'workloads', index]);
      loads.push({ where, workload, group: demand, bytes: pages * page });
    }
  });

  const top = groups.filter(({ parent }) => parent === null);
  const sum = (of: (group: GroupDemand) => number) => top.reduce((all, each) => all + of(each), 0);
  return {
    scenario,
    page,
    ram: scenario.machine.memory - scenario.machine.kernelMemory,
    swap: Object.values(scenario.tiers).reduce((all, { size }) => all + size, 0),
    anonymous: sum(({ anonymous }) => anonymous),
    files: sum(({ files }) => files),
    unknownTraces,
    groups,
    loads,
    storedShare: (codec) => storedShare(loads, codec),
  };
}

/**
 * RAM that each workload may expect, bytes, by its path: its part of each limit above it that is asked
 * for more than it has.
 */
export function roomOf({ loads, ram, anonymous, files }: Demand): Map<string, number> {
  const part = (bytes: number, has: number, asked: number) =>
    asked <= has ? bytes : (bytes * has) / asked;
  return new Map(
    loads.map(({ where, group, bytes }) => {
      let room = part(bytes, ram, anonymous + files);
      for (let at: GroupDemand | null = group; at; at = at.parent) {
        const { max, high } = at.group.memory;
        room = Math.min(room, part(bytes, Math.min(max, high), at.anonymous + at.files));
      }
      return [where, room];
    }),
  );
}

/** A same-filled page compresses to next to nothing; ratios in a scenario are those of lzo. */
function storedShare(loads: readonly Load[], codec: CodecName): number {
  let bytes = 0;
  let stored = 0;
  for (const { workload, bytes: size } of loads) {
    if (workload.file) continue;
    for (const each of workload.contents) {
      if (each.class === 'zero') continue;
      const part = (size * each.share) / 100;
      bytes += part;
      if (each.class === 'incompressible') stored += part;
      if (each.class === 'compressible')
        stored += part * Math.min(1, CODECS[codec].relativeSize / each.ratio);
    }
  }
  return bytes === 0 ? 1 : Math.max(stored / bytes, 0.01);
}

/** Whether a fault reads the tier inside the caller, one page at a time. */
export function isSynchronous(tier: Tier): boolean {
  return tier.kind === 'zram' || (tier.synchronous ?? DEVICES[tier.device].synchronous);
}

export function isRotational(tier: Tier): boolean {
  return tier.kind === 'block' && (tier.rotational ?? DEVICES[tier.device].rotational);
}

/** Median time to read a page from a tier, ns; a link's round trip and the codec are in it. */
export function readTime(tier: Tier, scenario: Scenario): number {
  if (tier.kind === 'zram') return CODECS[tier.codec].decompress;
  const round = tier.link === undefined ? 0 : (scenario.links[tier.link]?.latencyP50 ?? 0);
  return (tier.readP50 ?? DEVICES[tier.device].readP50) + round;
}
