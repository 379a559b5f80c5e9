/** The studies that ship with the lab, in the order in which they are listed. */
import type { Study } from '../../src/studies/study.ts';
import allocatorLruOrSwapLru from './allocator-lru-or-swap-lru.ts';
import descriptorCost from './descriptor-cost.ts';
import fastAndSlow from './fast-and-slow.ts';
import fastDeviceTax from './fast-device-tax.ts';
import frontswapOrRamdisk from './frontswap-or-ramdisk.ts';
import hogGuest from './hog-guest.ts';
import kernelBuildByThreads from './kernel-build-by-threads.ts';
import incompressibleRegion from './incompressible-region.ts';
import lruInversion from './lru-inversion.ts';
import mglruOrClassic from './mglru-or-classic.ts';
import offloadTooLittle from './offload-too-little.ts';
import pickYourPoison from './pick-your-poison.ts';
import poolSize from './pool-size.ts';
import readaheadByAddress from './readahead-by-address.ts';
import readaheadOnFastSwap from './readahead-on-fast-swap.ts';
import retierAtRuntime from './retier-at-runtime.ts';
import senpaiOrThreshold from './senpai-or-threshold.ts';
import shrinkerOnOff from './shrinker-on-off.ts';
import spillIsLinear from './spill-is-linear.ts';
import steadyStateStall from './steady-state-stall.ts';
import swapoffRace from './swapoff-race.ts';
import tiersPerCgroup from './tiers-per-cgroup.ts';
import twiceCold from './twice-cold.ts';
import whoMovesThePage from './who-moves-the-page.ts';
import writebackFairness from './writeback-fairness.ts';
import zswapOrZramForIncompressible from './zswap-or-zram-for-incompressible.ts';
import zswapWithoutASwapfile from './zswap-without-a-swapfile.ts';

export const STUDIES: readonly Study[] = [
  zswapWithoutASwapfile,
  descriptorCost,
  poolSize,
  spillIsLinear,
  shrinkerOnOff,
  twiceCold,
  steadyStateStall,
  allocatorLruOrSwapLru,
  lruInversion,
  mglruOrClassic,
  offloadTooLittle,
  senpaiOrThreshold,
  writebackFairness,
  kernelBuildByThreads,
  zswapOrZramForIncompressible,
  incompressibleRegion,
  fastAndSlow,
  readaheadOnFastSwap,
  readaheadByAddress,
  frontswapOrRamdisk,
  swapoffRace,
  fastDeviceTax,
  pickYourPoison,
  hogGuest,
  whoMovesThePage,
  tiersPerCgroup,
  retierAtRuntime,
];
