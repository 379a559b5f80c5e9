/** The swap devices of a scenario: what serves each tier, its slots and its priority. */
import type { Kernel } from '../kernel.ts';
import { reclaimCacheOnly } from '../memory/folio.ts';
import { DEVICES, type DevicePreset } from '../scenario/presets.ts';
import type { Scenario, Tier } from '../scenario/schema.ts';
import { SwapDevice, SwapDevices } from '../swap/devices.ts';
import { tierOf } from '../swap/tierRanges.ts';
import { BlockTier } from '../tiers/block.ts';
import { BlockDevice } from '../tiers/blockDevice.ts';
import { NetworkLink } from '../tiers/networkLink.ts';
import { Zram } from '../tiers/zram.ts';
import { ZramBacking } from '../tiers/zramBacking.ts';
import { deriveSeed } from '../workload/random.ts';
import { given } from './given.ts';

/** A device that hovers at full says so this often at most, ns; see also `ROOM_AGAIN` of the devices. */
const FULL_AGAIN = 1e9;

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
    cpuPerPage,
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
      cpuPerPage,
    }),
  };
}

/** The device behind a zram. */
function backingOf(
  k: Kernel,
  { device, size }: { device: keyof typeof DEVICES; size: number },
  seed: number,
): ZramBacking {
  const { pageBytes } = k.settings;
  const queue = new BlockDevice({ ...DEVICES[device], pageBytes }, seed);
  return new ZramBacking(k, queue, Math.floor(size / pageBytes));
}

export function attachDevices(k: Kernel, scenario: Scenario): void {
  const { seed } = scenario.run;
  const page = k.settings.pageBytes;
  const names = Object.keys(scenario.tiers);
  const tiers = Object.values(scenario.tiers);
  const priorities = prioritiesOf(tiers);
  const links = new Map(
    Object.entries(scenario.links).map(([name, figures]) => [
      name,
      new NetworkLink(figures, deriveSeed(seed, 'link', name)),
    ]),
  );
  let firstSlot = 0;
  const devices = tiers.map((tier, index) => {
    const name = names[index];
    const slots = Math.floor(tier.size / page);
    const reclaim = (slot: number) => reclaimCacheOnly(k, slot);
    let device: SwapDevice;
    if (tier.kind === 'zram') {
      const limit = tier.memLimit === Infinity ? Infinity : Math.floor(tier.memLimit / page);
      const zram = new Zram(k, {
        codec: tier.codec,
        second: tier.recompress,
        slots,
        memLimitPages: limit,
        firstSlot,
        tracksAccess: scenario.actions.some((a) => a.do === 'zram-idle' && a.olderThan > 0),
        backing: tier.backing
          ? backingOf(k, tier.backing, deriveSeed(seed, 'backing', name))
          : null,
      });
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
      const block = new BlockTier(
        k,
        queue,
        figures.synchronous,
        !figures.synchronous || figures.requestQueue === true,
        tier.link === undefined ? null : (links.get(tier.link) ?? null),
        figures.cpuPerPage,
      );
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
    device.plain = tier.plain ?? false;
    device.tier = tierOf(scenario.kernel.swapTiers, device.priority)?.name;
    firstSlot += slots;
    return device;
  });
  const saidAt = devices.map(() => -Infinity);
  k.devices = new SwapDevices(devices, scenario.machine.cpus, ({ index, name }) => {
    if (k.now - saidAt[index] < FULL_AGAIN) return;
    saidAt[index] = k.now;
    k.note('tier_full', `tier:${name}`, `Every slot of ${name} is taken.`);
  });
}
