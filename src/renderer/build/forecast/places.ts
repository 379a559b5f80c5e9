/** Where the pages of a workload will be: what of them stays in RAM, in a pool and on devices, and what a fault costs. */
import {
  CODECS,
  COSTS,
  type CodecName,
  type Scenario,
  type Tier,
} from '../../../engine/scenario/index.ts';
import { readTime, type Demand, type GroupDemand } from '../advice/demand.ts';
import { fillOrder } from '../tierLook.ts';

/** Compressed pages in RAM: the pool of zswap, or all devices of zram. */
export interface Pool {
  codec: CodecName;
  /** Most compressed bytes. */
  most: number;
  /** Compressed size over size, 0 to 1. */
  share: number;
  /** Whether the pages are charged to their cgroup, as zswap's are in cgroup v2. */
  charged: boolean;
}

export function poolOf({ scenario, storedShare }: Demand): Pool | undefined {
  const { zswap, cgroup } = scenario.kernel;
  if (zswap.enabled) {
    const codec = zswap.compressor;
    const most = (scenario.machine.memory * zswap.maxPoolPercent) / 100;
    return { codec, most, share: storedShare(codec), charged: cgroup === 'v2' };
  }
  const [first, ...others] = Object.values(scenario.tiers).filter(isZram);
  if (!first) return undefined;
  const share = storedShare(first.codec);
  const most = [first, ...others].reduce(
    (sum, { memLimit, size }) => sum + Math.min(memLimit, size * share),
    0,
  );
  return { codec: first.codec, most, share, charged: false };
}

const isZram = (tier: Tier): tier is Tier & { kind: 'zram' } => tier.kind === 'zram';

/**
 * Bytes of pages that stay as they are where `asked` bytes share `has` bytes with what the pool makes of
 * the others.
 * @param most of the pool, for these pages
 */
export function staying(asked: number, has: number, pool: Pool | undefined, most: number): number {
  if (asked <= has) return asked;
  if (!pool || most <= 0) return has;
  const allPooled = pool.share < 1 ? (has - pool.share * asked) / (1 - pool.share) : 0;
  return Math.min(has, Math.max(0, allPooled, has - most));
}

/** Time that a fault on a page that was swapped out takes, ns; the page that makes room for it included. */
export function refaultNs(
  { scenario }: Demand,
  group: GroupDemand,
  pool: Pool | undefined,
  /** Share of the pages out that are in zswap's pool. */
  pooled: number,
  /** Bytes on devices, of all workloads. */
  onDevices: number,
): number {
  const { costs } = scenario.machine;
  const path = costs.majorFault ?? COSTS[costs.preset].majorFault;
  const scale = costs.codecScale ?? COSTS[costs.preset].codecScale;
  const codec = pool && CODECS[pool.codec];
  const inPool = codec ? (codec.compress + codec.decompress) * scale : 0;
  return path + pooled * inPool + (1 - pooled) * deviceNs(scenario, group, onDevices);
}

/** Mean time to read a page from the tiers of a group, ns, when they fill in their order. */
function deviceNs(scenario: Scenario, group: GroupDemand, bytes: number): number {
  const tiers = fillOrder(scenario.tiers).filter(([name]) => group.tiers.has(name));
  let left = Math.max(1, bytes);
  let held = 0;
  let time = 0;
  for (const [, tier] of tiers) {
    const here = Math.min(left, tier.size);
    held += here;
    left -= here;
    time += here * readTime(tier, scenario);
  }
  return held === 0 ? 0 : time / held;
}

/** Whether pages go to the pool before the devices; those of zram are in it and on a device at once. */
export const isZswap = (scenario: Scenario): boolean => scenario.kernel.zswap.enabled;
