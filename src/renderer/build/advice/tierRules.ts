/** What stands out about the tiers: their order, their sizes, and what moves pages between them. */
import {
  CODECS,
  formatSize,
  formatTime,
  type CodecName,
  type Scenario,
  type Tier,
} from '../../../engine/scenario/index.ts';
import { fillOrder } from '../tierLook.ts';
import type { Advice, Rule } from './advice.ts';
import { isRotational, isSynchronous, readTime } from './demand.ts';

/** So many times slower is a step that somebody should have meant. */
const CLEARLY_SLOWER = 2;

const readaheadOnZram: Rule = ({ scenario: { kernel, tiers } }) => {
  const all = Object.entries(tiers);
  if (kernel.zswap.enabled || kernel.pageCluster === 0 || all.length === 0) return [];
  if (!all.every(([, tier]) => isSynchronous(tier))) return [];
  const what = all.some(([, { kind }]) => kind === 'zram') ? 'zram' : 'such a device';
  return [
    {
      id: 'readahead-synchronous',
      level: 'note',
      what: `page-cluster is ${kernel.pageCluster}, but every tier is read inside the fault: there will be no readahead.`,
      why: `${what} is marked synchronous, and a fault on it brings one page. Little is lost: in the published test of readahead on zram a request took six times as long. page-cluster 0 says what happens.`,
      source:
        'mm/memory.c do_swap_page(), SWP_SYNCHRONOUS_IO; readahead on zram, patch description',
      path: ['kernel', 'pageCluster'],
      fix: { label: 'Set page-cluster to 0', path: ['kernel', 'pageCluster'], value: 0 },
    },
  ];
};

const slowFirst: Rule = ({ scenario }) => {
  const order = fillOrder(scenario.tiers);
  return order.flatMap(([name, tier], index): Advice[] => {
    const next = order[index + 1];
    if (!next) return [];
    const [nextName, nextTier] = next;
    const [slow, fast] = [readTime(tier, scenario), readTime(nextTier, scenario)];
    const equal = tier.priority !== undefined && tier.priority === nextTier.priority;
    const ratio = equal ? Math.max(slow / fast, fast / slow) : slow / fast;
    if (!(ratio >= CLEARLY_SLOWER)) return [];
    const times = `${formatTime(slow)} and ${formatTime(fast)} a read`;
    return [
      equal
        ? {
            id: `equal-priority ${name}`,
            level: 'warning',
            what: `${name} and ${nextName} have the same priority but not the same speed (${times}): they take turns.`,
            why: 'Slots are given out in turns among devices of one priority, so every other page lands on the slow one while the fast one has room.',
            source: 'mm/swapfile.c, swap_avail_head: a device is requeued behind its equals',
            path: ['tiers', nextName],
          }
        : {
            id: `slow-first ${name}`,
            level: 'warning',
            what: `${name} is filled before ${nextName}, which is faster (${times}).`,
            why: 'Slots come from the device of the highest priority until it has none left. Nothing moves pages to the faster one later.',
            source: 'mm/swapfile.c folio_alloc_swap(): one list of devices by priority',
            path: ['tiers', name],
          },
    ];
  });
};

const diskTurnsReadaheadOff: Rule = ({ scenario: { kernel, tiers } }) => {
  const all = Object.entries(tiers);
  const disk = all.find(([, tier]) => isRotational(tier))?.[0];
  const other = all.find(([, tier]) => !isRotational(tier) && !isSynchronous(tier))?.[0];
  if (disk === undefined || other === undefined || !kernel.vmaReadahead) return [];
  if (kernel.pageCluster === 0) return [];
  return [
    {
      id: 'rotational-among-tiers',
      level: 'note',
      what: `${disk} is a rotating disk, so ${other} is read ahead by slots too, not by addresses.`,
      why: 'Readahead by neighbouring addresses is used only while no active swap device rotates. Slots that lie together need not belong together.',
      source: 'mm/swap_state.c swap_use_vma_readahead(), nr_rotate_swap',
      path: ['tiers', disk],
    },
  ];
};

const zramOf = (scenario: Scenario): [string, Extract<Tier, { kind: 'zram' }>][] =>
  Object.entries(scenario.tiers).flatMap(([name, tier]) =>
    tier.kind === 'zram' ? [[name, tier]] : [],
  );

const zramTooLarge: Rule = ({ scenario, ram, storedShare }) =>
  zramOf(scenario).flatMap(([name, tier]): Advice[] => {
    const full = Math.min(tier.size * storedShare(tier.codec), tier.memLimit);
    if (full < 0.5 * ram) return [];
    const share = Math.round((100 * full) / ram);
    return [
      {
        id: `zram-takes-ram ${name}`,
        level: full >= 0.9 * ram ? 'warning' : 'note',
        what: `${name} would take about ${formatSize(full, 1)} of RAM when full, ${share} % of what there is.`,
        why: `Its ${formatSize(tier.size)} are counted before compression; what the pages take afterwards comes out of the same RAM, is charged to no cgroup and is never reclaimed. There is little use in a device of more than twice the RAM.`,
        source: 'Documentation/admin-guide/blockdev/zram.rst, disksize',
        path: ['tiers', name, 'size'],
      },
    ];
  });

const zramLimit: Rule = ({ scenario, storedShare }) =>
  zramOf(scenario).flatMap(([name, tier]): Advice[] => {
    const full = tier.size * storedShare(tier.codec);
    if (tier.memLimit >= full) return [];
    return [
      {
        id: `zram-limit ${name}`,
        level: 'warning',
        what: `${name} may take ${formatSize(tier.memLimit, 1)} of RAM, but its ${formatSize(tier.size)} come to about ${formatSize(full, 1)}: writes will fail before it is full.`,
        why: 'Beyond mem_limit a write is an I/O error. The slot was given out already, and swap does not try the next device: the page comes back to RAM, and reclaim tries it again.',
        source:
          'Documentation/admin-guide/blockdev/zram.rst, mem_limit; mm/page_io.c end_swap_bio_write()',
        path: ['tiers', name, 'memLimit'],
      },
    ];
  });

const recompressWorse: Rule = ({ scenario }) =>
  zramOf(scenario).flatMap(([name, { codec, recompress }]): Advice[] => {
    if (recompress === undefined) return [];
    const size = (each: CodecName) => CODECS[each].relativeSize;
    if (size(recompress) < size(codec)) return [];
    return [
      {
        id: `recompress ${name}`,
        level: 'warning',
        what: `${name} recompresses with ${recompress}, which makes pages no smaller than ${codec}.`,
        why: 'Recompression keeps a result only where it lands in a smaller size class, so the time is spent for nothing.',
        source: 'drivers/block/zram/zram_drv.c recompress_slot()',
        path: ['tiers', name, 'recompress'],
      },
    ];
  });

const linkTwice: Rule = ({ scenario: { tiers } }) =>
  Object.entries(tiers).flatMap(([name, tier]): Advice[] =>
    tier.kind === 'block' && tier.link !== undefined && /nbd|rdma/i.test(tier.device)
      ? [
          {
            id: `link-twice ${name}`,
            level: 'warning',
            what: `${name} pays its network twice: the class ${tier.device} has one of its own, and link "${tier.link}" adds another.`,
            why: 'The figures of NBD and RDMA were taken over a network. Behind a link a device has the figures of the server alone.',
            source: 'description of tiers.*.link; presets of devices',
            path: ['tiers', name, 'link'],
            fix: { label: 'Drop the link', path: ['tiers', name, 'link'], value: undefined },
          },
        ]
      : [],
  );

export const tierRules: readonly Rule[] = [
  slowFirst,
  zramLimit,
  zramTooLarge,
  recompressWorse,
  linkTwice,
  diskTurnsReadaheadOff,
  readaheadOnZram,
];
