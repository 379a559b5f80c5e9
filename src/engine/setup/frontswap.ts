/** frontswap and the host behind it, from a scenario. */
import type { Kernel } from '../kernel.ts';
import { DEVICES } from '../scenario/presets.ts';
import type { Scenario } from '../scenario/schema.ts';
import { BlockDevice } from '../tiers/blockDevice.ts';
import { Codec } from '../tiers/codec.ts';
import { Cleancache } from '../tiers/cleancache.ts';
import { Frontswap, guestsOf } from '../tiers/frontswap.ts';
import { HostDisk } from '../tiers/hostDisk.ts';
import { HostPool, type HostGuest } from '../tiers/hostPool.ts';
import { HostShares } from '../tiers/hostShares.ts';
import { deriveSeed, Random } from '../workload/random.ts';

/** Weight of a guest without one where others have one. */
const DEFAULT_WEIGHT = 100;
const DRAWS = 2 ** 32;

export function createFrontswap(k: Kernel, scenario: Scenario): Frontswap {
  const { frontswap } = scenario.kernel;
  const { seed } = scenario.run;
  const { pageBytes } = k.settings;
  // Guest 0 is the root itself, which has no processes.
  const named = [undefined, ...k.root.children.map(({ path }) => frontswap.guests[path.slice(1)])];
  const guests = named.map((own, i): HostGuest => {
    const memcg = i === 0 ? k.root : k.root.children[i - 1];
    return { quota: own?.quota ?? frontswap.guestQuota, ephemeral: !!own?.writethrough, memcg };
  });
  const weighted = named.some((own) => own?.weight !== undefined);
  const weights = named.map((own, i) => (i === 0 ? 0 : (own?.weight ?? DEFAULT_WEIGHT)));
  const disk = new BlockDevice(
    { ...DEVICES[frontswap.hostDisk], pageBytes },
    deriveSeed(seed, 'device', 'disk of the host'),
  );
  const clean = frontswap.cleancache
    ? guests.map(({ memcg }): HostGuest => ({
        quota: Infinity,
        ephemeral: true,
        clean: true,
        memcg,
      }))
    : [];
  const slots = k.devices.list.reduce((sum, device) => sum + device.slots.slots, 0);
  const pool = new HostPool(
    k,
    {
      poolBytes: frontswap.poolSize,
      refuseThreshold: Math.round((frontswap.refuse / 100) * DRAWS),
      quotaWithMemory: frontswap.quotaWithMemory,
      copy: frontswap.copy,
    },
    [...guests, ...clean],
    slots + (frontswap.cleancache ? k.pages.count : 0),
    weighted ? new HostShares(weights) : null,
    frontswap.compressor === 'none' ? null : new Codec(k, frontswap.compressor),
    frontswap.whenFull === 'disk' ? new HostDisk(k, disk) : null,
    new Random(deriveSeed(seed, 'host')),
  );
  const through = guests.map(({ ephemeral }) => ephemeral);
  if (frontswap.cleancache) {
    const { hypercall } = frontswap;
    const settings = { hypercall, firstKey: slots, guestOf: guestsOf(k), firstPool: guests.length };
    k.cleancache = new Cleancache(k, pool, settings);
  }
  return new Frontswap(k, frontswap, pool, slots, through);
}
