/** What stands out about zswap: what is behind it, how large it is, and what happens when it is full. */
import { formatSize, type Scenario } from '../../../engine/scenario/index.ts';
import type { Rule } from './advice.ts';
import { isRotational, isSynchronous } from './demand.ts';

const ON = ['kernel', 'zswap', 'enabled'] as const;

/** A page in the pool also holds a slot of a device: every design but the virtual one. */
const holdsSlots = ({ kernel }: Scenario) => kernel.swapSpace !== 'virtual';

const poolLimit = ({ machine, kernel }: Scenario) =>
  (machine.memory * kernel.zswap.maxPoolPercent) / 100;

const nothingBehind: Rule = ({ scenario }) => {
  const { zswap, swapSpace } = scenario.kernel;
  if (!zswap.enabled || Object.keys(scenario.tiers).length > 0) return [];
  if (holdsSlots(scenario))
    return [
      {
        id: 'zswap-nothing-behind',
        level: 'warning',
        what: `zswap is on, but there is no tier behind it, so under "${swapSpace}" nothing is swapped at all.`,
        why: 'A page in the pool holds a slot of a swap device all the time that it is compressed. Without a device there is no slot to have, and reclaim leaves anonymous memory alone.',
        source: 'mm/swapfile.c folio_alloc_swap(); Virtual Swap Space v6, overhead table',
        path: ['kernel', 'virtualSwap'],
        fix: { label: 'Use virtual swap', path: ['kernel', 'swapSpace'], value: 'virtual' },
      },
    ];
  return [
    {
      id: 'zswap-end-of-the-line',
      level: 'note',
      what: 'zswap is the last tier: what it refuses stays in RAM.',
      why: 'Virtual swap needs no device, so nothing can be written back. Once the pool is at max_pool_percent, each page that does not fit is activated again, and reclaim works in vain.',
      source: 'mm/zswap.c zswap_store(); Virtual Swap Space v6',
      path: ON,
    },
  ];
};

const swapSmallerThanPool: Rule = ({ scenario, swap, storedShare }) => {
  const { zswap, swapSpace } = scenario.kernel;
  if (!zswap.enabled || !holdsSlots(scenario) || swap === 0) return [];
  const held = poolLimit(scenario) / storedShare(zswap.compressor);
  if (swap >= held) return [];
  return [
    {
      id: 'swap-smaller-than-pool',
      level: 'warning',
      what: `Swap has ${formatSize(swap, 1)}, but a full pool of ${formatSize(poolLimit(scenario), 1)} holds about ${formatSize(held, 1)} of pages: the pool can never fill.`,
      why: `Under "${swapSpace}" every compressed page keeps a slot of its uncompressed size on the device. Swap is full first, and then nothing more is compressed.`,
      source:
        'mm/swapfile.c; Virtual Swap Space v6: swapfiles that exist only to give zswap its slots',
      path: ['tiers', Object.keys(scenario.tiers)[0] ?? ''],
      fix: { label: 'Use virtual swap', path: ['kernel', 'swapSpace'], value: 'virtual' },
    },
  ];
};

const beforeZram: Rule = ({ scenario: { kernel, tiers } }) => {
  const zram = Object.entries(tiers).find(([, { kind }]) => kind === 'zram')?.[0];
  if (!kernel.zswap.enabled || zram === undefined) return [];
  return [
    {
      id: 'zswap-before-zram',
      level: 'warning',
      what: `zswap stands in front of zram (${zram}): pages are compressed twice and never leave RAM.`,
      why: 'Writeback from zswap decompresses a page and gives it to the device, and zram compresses it again into the same RAM. It costs both codecs and frees next to nothing. Use one or the other.',
      source: 'mm/zswap.c zswap_writeback_entry(); Documentation/admin-guide/blockdev/zram.rst',
      path: ON,
      fix: { label: 'Turn zswap off', path: ON, value: undefined },
    },
  ];
};

const readahead: Rule = ({ scenario: { kernel, tiers } }) => {
  const { zswap, pageCluster } = kernel;
  const asynchronous = Object.values(tiers).some((tier) => !isSynchronous(tier));
  if (!zswap.enabled || pageCluster === 0 || !asynchronous) return [];
  const neighbours = Object.values(tiers).some(isRotational) ? 'neighbouring slots' : 'neighbours';
  return [
    {
      id: 'readahead-zswap',
      level: 'note',
      what: `Readahead is up to ${2 ** pageCluster} pages and zswap is in front: a fault may decompress ${neighbours} that nobody asked for.`,
      why: 'The window takes compressed pages like any other. Each costs a decompression and a page of RAM, and in the published test of readahead on zram a request took six times as long with lz4 and lzo, for 35 to 45 % more throughput of a sequential read.',
      source: 'mm/swap_state.c swapin_readahead(); readahead on zram, patch description',
      path: ['kernel', 'pageCluster'],
      fix: { label: 'Set page-cluster to 0', path: ['kernel', 'pageCluster'], value: 0 },
    },
  ];
};

const poolOfNothing: Rule = ({ scenario: { kernel } }) =>
  kernel.zswap.enabled && kernel.zswap.maxPoolPercent === 0
    ? [
        {
          id: 'zswap-no-pool',
          level: 'warning',
          what: 'zswap is on with max_pool_percent 0: it refuses every page.',
          why: 'A pool of no pages is at its limit from the start, and a pool at its limit rejects.',
          source: 'mm/zswap.c zswap_check_limits()',
          path: ['kernel', 'zswap', 'maxPoolPercent'],
          fix: {
            label: 'Back to 20 %',
            path: ['kernel', 'zswap', 'maxPoolPercent'],
            value: undefined,
          },
        },
      ]
    : [];

const poolTooLarge: Rule = ({ scenario, ram }) => {
  const { zswap } = scenario.kernel;
  if (!zswap.enabled || zswap.maxPoolPercent <= 50) return [];
  const left = Math.max(0, ram - poolLimit(scenario));
  return [
    {
      id: 'zswap-large-pool',
      level: 'note',
      what: `The pool may take ${zswap.maxPoolPercent} % of RAM, which leaves ${formatSize(left, 1)} for pages in use.`,
      why: 'The pool is paid with the RAM that it is to save. A large one keeps cold pages compressed in RAM that a device could hold, and shrinks the working set that fits.',
      source: 'zswap shrinker series, November 2023; TMO, ASPLOS 2022',
      path: ['kernel', 'zswap', 'maxPoolPercent'],
    },
  ];
};

const coldestFirst: Rule = (demand) => {
  const { scenario, anonymous, ram, storedShare } = demand;
  const { zswap } = scenario.kernel;
  if (!zswap.enabled || zswap.shrinker !== 'none' || zswap.maxPoolPercent === 0) return [];
  if (Object.keys(scenario.tiers).length === 0) return [];
  const held = poolLimit(scenario) / storedShare(zswap.compressor);
  const out = anonymous - (ram - poolLimit(scenario));
  if (out <= held) return [];
  return [
    {
      id: 'zswap-inversion',
      level: 'note',
      what: 'More is to be swapped out than the pool holds, and the shrinker is off: newer pages go to the device while the pool keeps older ones.',
      why: 'Without the shrinker the pool is written back only when it is full, one entry of a cgroup at a time. Until it is down to accept_threshold_percent it refuses what comes, and what comes is warmer than what it holds.',
      source: 'mm/zswap.c shrink_worker(); linux-mm threads of November 2022 and November 2023',
      path: ['kernel', 'zswap', 'shrinker'],
      fix: {
        label: 'Turn the shrinker on',
        path: ['kernel', 'zswap', 'shrinker'],
        value: 'disk-swapins',
      },
    },
  ];
};

const noHysteresis: Rule = ({ scenario: { kernel } }) =>
  kernel.zswap.enabled && kernel.zswap.acceptThresholdPercent === 100
    ? [
        {
          id: 'zswap-no-hysteresis',
          level: 'note',
          what: 'accept_threshold_percent is 100: a full pool takes pages again as soon as one is gone.',
          why: 'Without a distance between full and not full the pool refuses and accepts by turns, page by page.',
          source: 'mm/zswap.c, accept_threshold_percent (5.6)',
          path: ['kernel', 'zswap', 'acceptThresholdPercent'],
        },
      ]
    : [];

const writebackWithoutZswap: Rule = ({ scenario, groups }) =>
  groups
    .filter(({ group }) => !group.memory.zswap.writeback)
    .filter(() => !scenario.kernel.zswap.enabled && !scenario.kernel.frontswap.enabled)
    .filter(() => Object.keys(scenario.tiers).length > 0)
    .map(({ label, path }) => ({
      id: `writeback-without-zswap ${label}`,
      level: 'note',
      what: `${label} has memory.zswap.writeback 0 and zswap is off: it swaps to devices all the same.`,
      why: 'The file keeps pages off devices only while zswap is on. To keep the group from swapping, set memory.swap.max to 0.',
      source:
        'mm/memcontrol.c mem_cgroup_zswap_writeback_enabled(); Documentation/admin-guide/cgroup-v2.rst',
      path: [...path, 'memory', 'zswap', 'writeback'],
      fix: {
        label: 'Allow writeback',
        path: [...path, 'memory', 'zswap', 'writeback'],
        value: undefined,
      },
    }));

export const zswapRules: readonly Rule[] = [
  nothingBehind,
  swapSmallerThanPool,
  beforeZram,
  poolOfNothing,
  writebackWithoutZswap,
  coldestFirst,
  readahead,
  poolTooLarge,
  noHysteresis,
];
