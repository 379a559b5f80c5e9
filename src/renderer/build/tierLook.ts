/** How tiers look and what they cost to reach: one colour by kind, everywhere. */
import {
  CODECS,
  COSTS,
  DEVICES,
  formatSize,
  formatTime,
  type Scenario,
  type Tier,
} from '../../engine/scenario/index.ts';
import type { GroupDemand } from './advice/demand.ts';

export type Tone = 'ram' | 'zswap' | 'zram' | 'nvme' | 'ssd' | 'hdd' | 'remote';

const DEVICE_TONES: Record<string, Tone> = {
  hdd: 'hdd',
  'sata-ssd': 'ssd',
  emmc: 'ssd',
  ufs: 'nvme',
  nvme: 'nvme',
  pmem: 'remote',
  ramdisk: 'remote',
};

/** Also for a tier as it stands in a draft, which may lack anything. */
export function tierTone(tier: { kind?: unknown; device?: unknown } | undefined): Tone {
  if (tier?.kind === 'zram') return 'zram';
  return DEVICE_TONES[String(tier?.device)] ?? 'ssd';
}

/** Tiers in the order in which they fill: by priority, those without one in their own order. */
export function fillOrder(tiers: Scenario['tiers']): [string, Tier][] {
  return Object.entries(tiers)
    .map((entry, index) => ({ entry, index, priority: entry[1].priority ?? -Infinity }))
    .sort((a, b) => b.priority - a.priority || a.index - b.index)
    .map(({ entry }) => entry);
}

/** What a tier is and how long it takes, in one line. */
export function tierFacts(tier: Tier, costs: Scenario['machine']['costs']): string {
  if (tier.kind === 'zram') {
    const limit =
      tier.memLimit === Infinity ? '' : ` · at most ${formatSize(tier.memLimit, 0)} of RAM`;
    const behind = tier.backing
      ? ` · writes back to ${tier.backing.device}, ${formatSize(tier.backing.size, 0)}`
      : '';
    return `${codecFacts(tier.codec, costs)}${limit}${behind}`;
  }
  const preset = DEVICES[tier.device];
  const read = formatTime(tier.readP50 ?? preset.readP50);
  const worst = formatTime(tier.readP99 ?? preset.readP99);
  const write = formatTime(tier.writeP50 ?? preset.writeP50);
  const rate = formatSpeed(tier.readBandwidth ?? preset.readBandwidth);
  const out = formatSpeed(tier.writeBandwidth ?? preset.writeBandwidth);
  const rates = rate === out ? rate : `${rate} in, ${out} out`;
  const link = tier.link === undefined ? '' : ` · behind ${tier.link}`;
  return `read ${read} (p99 ${worst}) · write ${write} · ${rates}${link}`;
}

/** Bytes per second as data sheets write them. */
export const formatSpeed = (bytes: number): string =>
  bytes >= 1e9 ? `${Number((bytes / 1e9).toFixed(1))} GB/s` : `${Math.round(bytes / 1e6)} MB/s`;

/** Which cgroups may use a tier, or zswap; empty where all may. */
export function usersOf(groups: readonly GroupDemand[], tier: string): string {
  const may = ({ group, tiers, swapMax }: GroupDemand) =>
    swapMax > 0 && (tier === 'zswap' ? group.memory.zswap.max > 0 : tiers.has(tier));
  // A group without workloads of its own stands in its children's way at most.
  const using = groups.filter(({ group }) => group.workloads.length > 0);
  const allowed = using.filter(may);
  if (allowed.length === using.length) return 'all groups may use it';
  if (allowed.length === 0) return 'no group may use it';
  const few = allowed.length <= using.length - allowed.length;
  const named = (few ? allowed : using.filter((each) => !may(each))).map(({ label }) => label);
  const shown = named.length > 4 ? `${named.slice(0, 4).join(', ')} …` : named.join(', ');
  return few ? `only ${shown}` : `all but ${shown}`;
}

export function codecFacts(
  codec: keyof typeof CODECS,
  costs: Scenario['machine']['costs'],
): string {
  const { compress, decompress } = CODECS[codec];
  const scale = costs.codecScale ?? COSTS[costs.preset].codecScale;
  return `${codec} · ${formatTime(compress * scale)} in, ${formatTime(decompress * scale)} out`;
}
