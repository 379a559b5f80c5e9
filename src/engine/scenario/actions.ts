/** What an administrator does while a run goes: each action with the time at which it is begun. */
import { z } from 'zod';
import {
  Accepts,
  integer,
  limit,
  moverFields,
  name,
  size,
  swappiness,
  text,
  tiersMax,
  time,
  word,
} from './fields.ts';

const at = time({ title: 'At', description: 'Simulated time at which it is begun.' });

const cgroup = text(1024, {
  title: 'Control group',
  description: 'Its path from the root, such as "/web/api".',
});

const swapoff = z
  .strictObject({
    at,
    do: z.literal('swapoff').meta({ title: 'Do', description: 'Swap a tier off.' }),
    tier: text(64, { title: 'Tier', description: 'Name of the tier, or "zswap".' }),
  })
  .meta({
    title: 'swapoff',
    description:
      'Brings everything that the tier holds back to RAM and takes it out of use; it stops, and the tier stays in use, when there is no memory for a page.',
  });

const setLimits = z
  .strictObject({
    at,
    do: z.literal('set-limits').meta({ title: 'Do', description: 'Write limits of a cgroup.' }),
    cgroup,
    max: limit({ title: 'memory.max', description: 'Reclaims until the cgroup fits.' }).optional(),
    high: limit({ title: 'memory.high', description: 'Reclaims what is above it.' }).optional(),
    low: size({ title: 'memory.low', description: 'Soft protection.' }).optional(),
    min: size({ title: 'memory.min', description: 'Hard protection.' }).optional(),
  })
  .meta({
    title: 'Set limits',
    description: 'Writes the files of a cgroup; what is not given stays as it is.',
  });

/** With `move: now`. */
const leavingRate = limit({
  title: 'Rate',
  description: 'Bytes per second that leave with "now".',
  unit: 'bytes/s',
}).prefault('max');

const setTiers = z
  .strictObject({
    at,
    do: z.literal('set-tiers').meta({ title: 'Do', description: 'Change the tiers of a cgroup.' }),
    cgroup,
    tiers: z
      .array(name, { error: Accepts.text('a list of tier names') })
      .optional()
      .meta({
        title: 'Allowed tiers',
        description: 'Tiers that the cgroup may swap to from now on; not given: all of them.',
      }),
    tiersMax,
    move: word(['stay', 'lazy', 'now'], {
      title: 'Pages elsewhere',
      description:
        'What pages on other tiers do: stay, as in the patches; leave when next mapped or written; or leave now, straight to an allowed tier where kernel.swapSpace moves pages, and through RAM where it does not.',
    }).default('stay'),
    rate: leavingRate,
  })
  .meta({
    title: 'Set tiers',
    description: 'Changes the tiers that a cgroup and all below it may swap to.',
  });

const setHostPool = z
  .strictObject({
    at,
    do: z
      .literal('set-host-pool')
      .meta({ title: 'Do', description: "Change the size of the host's pool." }),
    size: size({ title: 'Size', description: 'RAM of the host for all guests together.' }),
  })
  .meta({
    title: 'Set host pool',
    description: 'Needs frontswap; what is above the new size leaves only as further pages come.',
  });

const shrinkFrontswap = z
  .strictObject({
    at,
    do: z
      .literal('shrink-frontswap')
      .meta({ title: 'Do', description: "Take a guest's pages back from its host." }),
    cgroup,
    size: size({ title: 'Size', description: 'What the guest leaves with its host.' }),
  })
  .meta({
    title: 'Shrink frontswap',
    description: 'Needs frontswap and a top-level cgroup; brings pages to RAM as swapoff does.',
  });

const setPriority = z
  .strictObject({
    at,
    do: z.literal('set-priority').meta({ title: 'Do', description: 'Change a priority.' }),
    tier: text(64, { title: 'Tier', description: 'Name of the tier.' }),
    priority: integer(-1, 32767, {
      title: 'Priority',
      description: 'Higher is filled first.',
    }),
    move: word(['stay', 'lazy', 'now'], {
      title: 'Pages in place',
      description:
        'What pages do for whose device another one, with room, now comes first: stay; leave when next mapped or written; or leave now, straight where kernel.swapSpace moves pages, and through RAM where it does not.',
    }).default('stay'),
    rate: leavingRate,
  })
  .meta({
    title: 'Set priority',
    description:
      'Gives a tier in use another priority; a kernel needs swapoff and swapon for that.',
  });

const memoryReclaim = z
  .strictObject({
    at,
    do: z.literal('memory-reclaim').meta({ title: 'Do', description: 'Write memory.reclaim.' }),
    cgroup,
    amount: limit({
      title: 'Amount',
      description: 'Bytes to reclaim; "max" with source "zswap": all there are.',
    }).prefault('max'),
    swappiness: swappiness({
      title: 'Swappiness',
      description: 'In place of vm.swappiness; "max": anonymous memory only.',
    }).optional(),
    source: word(['any', 'zswap'], {
      title: 'Source',
      description: 'Whether to reclaim memory, or to write zswap back (proactive writeback).',
    }).default('any'),
    olderThan: time({
      title: 'Older than',
      description:
        'With source "zswap": only entries stored so long ago (memory.zswap.proactive_writeback of v1).',
    }).prefault('0'),
  })
  .meta({
    title: 'Proactive reclaim',
    description: 'Reclaims from a cgroup because user space asks for it.',
  });

const outage = z
  .strictObject({
    at,
    do: z.literal('outage').meta({ title: 'Do', description: 'Cut a device off.' }),
    tier: text(64, { title: 'Tier', description: 'A block device with a queue.' }),
    duration: time({ title: 'Duration', description: 'For how long it does not answer.' }),
    reads: word(['wait', 'fail'], {
      title: 'Reads',
      description:
        'Reads wait for the end of the outage, or end with an error: a process that needs the page is killed with SIGBUS.',
    }).default('wait'),
    writes: word(['wait', 'fail'], {
      title: 'Writes',
      description:
        'Writes wait for the end of the outage, or end with an error and leave the page in RAM.',
    }).default('wait'),
  })
  .meta({ title: 'Outage', description: 'A device, such as a remote one, does not answer.' });

const movePages = z
  .strictObject({
    at,
    do: z.literal('move-pages').meta({ title: 'Do', description: 'Move pages between tiers.' }),
    cgroup,
    from: text(64, { title: 'From', description: 'Name of a tier, or "zswap".' }),
    to: text(64, { title: 'To', description: 'Name of a tier, or "zswap".' }),
    amount: limit({
      title: 'Amount',
      description: 'Bytes of pages, as they are in RAM; "max": all there are.',
    }).prefault('max'),
    order: word(['oldest', 'newest'], {
      title: 'Order',
      description: 'Which pages go first.',
    }).default('oldest'),
    olderThan: time({
      title: 'Older than',
      description: 'Only pages that nobody has touched for so long.',
    }).prefault('0'),
    ...moverFields,
  })
  .meta({
    title: 'Move pages',
    description:
      'Moves pages of a cgroup and all below it, at the price that the design of the swap space asks; "pinned" refuses.',
  });

const zramTier = text(64, { title: 'Tier', description: 'A tier of kind "zram".' });

const zramIdle = z
  .strictObject({
    at,
    do: z.literal('zram-idle').meta({ title: 'Do', description: 'Write idle of a zram.' }),
    tier: zramTier,
    olderThan: time({
      title: 'Older than',
      description: 'What was not written or read for so long; 0: everything.',
    }).prefault('0'),
  })
  .meta({ title: 'zram idle', description: 'Marks pages as idle until they are accessed.' });

const zramWriteback = z
  .strictObject({
    at,
    do: z
      .literal('zram-writeback')
      .meta({ title: 'Do', description: 'Write writeback of a zram.' }),
    tier: zramTier,
    pages: word(['idle', 'huge', 'huge_idle', 'incompressible'], {
      title: 'Pages',
      description: 'incompressible: those on which recompression has failed.',
    }).default('idle'),
    limit: limit({
      title: 'writeback_limit',
      description: 'Budget of this writeback and later ones; not given: what is left of the last.',
    }).optional(),
    batch: integer(1, 4096, {
      title: 'writeback_batch_size',
      description: 'Pages written at a time; up to 6.18 each one is waited for.',
    }).default(1),
  })
  .meta({ title: 'zram writeback', description: 'Writes pages to the backing device of a zram.' });

const zramRecompress = z
  .strictObject({
    at,
    do: z
      .literal('zram-recompress')
      .meta({ title: 'Do', description: 'Write recompress of a zram.' }),
    tier: zramTier,
    pages: word(['all', 'idle', 'huge', 'huge_idle'], {
      title: 'Pages',
      description: 'Which pages are compressed again.',
    }).default('idle'),
    threshold: size({
      title: 'Threshold',
      description: 'Only pages that take so much or more, and the result must take less.',
    }).prefault('0'),
  })
  .meta({ title: 'zram recompress', description: 'Compresses pages with the second codec.' });

const ACTIONS = [
  swapoff,
  setLimits,
  setTiers,
  setPriority,
  outage,
  setHostPool,
  shrinkFrontswap,
  zramIdle,
  zramWriteback,
  zramRecompress,
  memoryReclaim,
  movePages,
] as const;

export const action = z.discriminatedUnion('do', ACTIONS, {
  error: Accepts.text(
    `an action that does one of ${ACTIONS.map(({ shape }) => `"${shape.do.value}"`).join(', ')}`,
  ),
});
