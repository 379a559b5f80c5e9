/**
 * Named swap tiers: contiguous ranges of priorities that cgroups are given or denied by name (tier
 * patches v10, facts 7.1). A range goes from its start up to the next higher start; the lowest one
 * also has the devices without a priority, which this kernel numbers from -2 down.
 */
import type { SwapDevice } from './devices.ts';

/** First priority of each tier by name; empty when no tiers are set up. */
export type TierRanges = Readonly<Record<string, number>>;

export interface TierRange {
  readonly name: string;
  /** Lowest and highest priority that belong to it. */
  readonly first: number;
  readonly last: number;
}

const HIGHEST = 32767;

/** The tier that a device of this priority belongs to; undefined when no tiers are set up. */
export function tierOf(ranges: TierRanges, priority: number): TierRange | undefined {
  const starts = Object.entries(ranges).sort(([, a], [, b]) => a - b);
  if (starts.length === 0) return undefined;
  let i = starts.length - 1;
  while (i > 0 && starts[i][1] > priority) i--;
  const [name, first] = starts[i];
  return { name, first, last: i + 1 < starts.length ? starts[i + 1][1] - 1 : HIGHEST };
}

/** What a cgroup says about the tiers that it may use. */
export interface TierChoice {
  /** Devices by name; undefined means all. */
  readonly tiers?: readonly string[] | undefined;
  /** memory.swap.tiers.max: 0 denies a tier. */
  readonly tiersMax: Readonly<Record<string, number | 'max'>>;
}

/** The devices that both the list and memory.swap.tiers.max allow; undefined when neither narrows. */
export function allowedDevices(
  devices: readonly SwapDevice[],
  { tiers, tiersMax }: TierChoice,
): number[] | undefined {
  const denied = Object.keys(tiersMax).filter((name) => tiersMax[name] === 0);
  if (tiers === undefined && denied.length === 0) return undefined;
  return devices
    .filter(({ name, tier }) => {
      if (tier !== undefined && denied.includes(tier)) return false;
      return tiers === undefined || tiers.includes(name);
    })
    .map(({ index }) => index);
}
