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
    return `${codecFacts(tier.codec, costs)}${limit}`;
  }
  const preset = DEVICES[tier.device];
  const read = formatTime(tier.readP50 ?? preset.readP50);
  const worst = formatTime(tier.readP99 ?? preset.readP99);
  const write = formatTime(tier.writeP50 ?? preset.writeP50);
  return `read ${read} (p99 ${worst}) · write ${write}`;
}

export function codecFacts(
  codec: keyof typeof CODECS,
  costs: Scenario['machine']['costs'],
): string {
  const { compress, decompress } = CODECS[codec];
  const scale = costs.codecScale ?? COSTS[costs.preset].codecScale;
  return `${codec} · ${formatTime(compress * scale)} in, ${formatTime(decompress * scale)} out`;
}
