/** The kernel of a scenario: the settings of its memory manager. */
import { z } from 'zod';
import { flag, integer, name, namesOf, number, size, time, timeOverride, word } from './fields.ts';
import { frontswap } from './frontswap.ts';
import { CODECS } from './presets.ts';
import { LIMITS } from './limits.ts';
import { VIRTUAL_SWAP } from './virtualPresets.ts';

const proactive = z
  .strictObject({
    cursor: flag({
      title: 'Cursor',
      description:
        'A cgroup remembers which of its descendants had the last turn (v1 to v3 of the series); otherwise each request begins with the first.',
    }).default(false),
    batch: integer(1, 4096, {
      title: 'Batch',
      description: 'Most entries of a cgroup in one turn; 32 and 128 were tried.',
    }).default(32),
    unit: word(['compressed', 'uncompressed'], {
      title: 'Unit',
      description:
        'What a requested amount counts: compressed bytes (v4, v5) or the pages written (v1 to v3).',
    }).default('compressed'),
    secondChance: flag({
      title: 'Second chance',
      description: 'Pass entries over once that were stored since the last look.',
    }).default(true),
  })
  .meta({
    title: 'Proactive writeback',
    description: 'How requests of user space to write zswap back are served.',
  });

const zswap = z
  .strictObject({
    enabled: flag({
      title: 'zswap',
      description: 'Keep compressed pages in RAM in front of the devices.',
    }).default(false),
    compressor: word(namesOf(CODECS), {
      title: 'Compressor',
      description: 'Codec of the pool.',
    }).default('lzo'),
    maxPoolPercent: number(0, 100, {
      title: 'max_pool_percent',
      description: 'Largest share of RAM that the pool may take.',
      unit: 'percent',
    }).default(20),
    acceptThresholdPercent: number(0, 100, {
      title: 'accept_threshold_percent',
      description:
        'Once full, pages are refused until the pool has fallen to this share of its limit.',
      unit: 'percent',
    }).default(90),
    proactive: proactive.prefault({}),
    shrinker: word(['none', 'protected-size', 'disk-swapins'], {
      title: 'shrinker_enabled',
      description:
        'Whether reclaim writes back old entries too. disk-swapins: as since 6.12, held back by reads from devices, with a second chance; protected-size: as from 6.8 to 6.11, held back by a number of protected entries that decays; none: off, the default of the kernel.',
    }).default('none'),
    lru: word(['entries', 'zspages'], {
      title: 'LRU',
      description:
        'What writeback follows. entries: a list of entries for each cgroup, above the allocator, as today; zspages: the list of the allocator itself, as up to 2023: whole zspages, of all cgroups, by their last store, without a second chance. Those kernels had no shrinker, no proactive writeback and no memory.zswap.writeback.',
    }).default('entries'),
    incompressible: word(['store', 'reject'], {
      title: 'Incompressible pages',
      description:
        'Pages that the codec does not make smaller. store: kept in the pool as they are, a page of it each, as since 6.18; reject: refused and written to the device behind at once, as up to 6.17. Where memory.zswap.writeback is 0 (6.8 and later) no kernel sends them to a device, and either leaves them in RAM, on the active list.',
    }).default('store'),
  })
  .meta({ title: 'zswap', description: 'The compressed cache in front of swap devices.' });

const virtualSwap = z
  .strictObject({
    preset: word(namesOf(VIRTUAL_SWAP), {
      title: 'Descriptor preset',
      description: 'The published design whose sizes and costs are used when not given below.',
    }).default('vswap-2026'),
    descriptorBytes: number(0, 4096, {
      title: 'Descriptor',
      description: 'Bytes for each page swapped out.',
      unit: 'bytes per page',
    }).optional(),
    reverseMapBytes: number(0, 4096, {
      title: 'Reverse map',
      description: 'More bytes for each page that sits on a device.',
      unit: 'bytes per page',
    }).optional(),
    perSlotBytes: number(0, 64, {
      title: 'Per slot',
      description: 'Bytes for each slot of a device, used or not.',
      unit: 'bytes per slot',
    }).optional(),
    reverseMap: flag({
      title: 'Keep a reverse map',
      description:
        'From slot to descriptor: needed to read ahead by slot and to take back slots that only pages in RAM refer to. Not given: as the preset has it; a map of no stated size takes 8 bytes.',
    }).optional(),
    reserve: integer(0, LIMITS.pages, {
      title: 'Reserve',
      description: 'Descriptors set aside at boot, for swap-outs that find no memory for one.',
    }).default(0),
    grows: flag({
      title: 'Grow on demand',
      description:
        'Allocate descriptors beyond the reserve at swap-out; otherwise, and when no RAM is free for one, the page stays in RAM.',
    }).default(true),
    allocate: timeOverride('Allocation', 'CPU time of a new descriptor beyond that of a slot.'),
    lookup: timeOverride(
      'Look-up',
      'CPU time of finding a descriptor: for each page-table entry at swap-out, and at a fault.',
    ),
    free: timeOverride('Free', 'CPU time of freeing a descriptor beyond that of a slot.'),
  })
  .meta({ title: 'Virtual swap', description: 'What the descriptors of the virtual design take.' });

const pageCache = z
  .strictObject({
    readAhead: size({
      title: 'read_ahead_kb',
      description: 'Largest window of readahead in files; 0 turns it off.',
    }).prefault('128KiB'),
    dirtyWriteback: time({
      title: 'vm.dirty_writeback_centisecs',
      description: 'The flusher looks for old dirty pages so often; 0: only when it is asked to.',
    }).prefault('5s'),
    dirtyExpire: time({
      title: 'vm.dirty_expire_centisecs',
      description: 'Age at which a dirty file is written.',
    }).prefault('30s'),
    dirtyBackgroundPercent: number(0, 100, {
      title: 'vm.dirty_background_ratio',
      description: 'Dirty share of free memory and page cache above which the flusher starts.',
      unit: 'percent',
    }).default(10),
  })
  .meta({ title: 'Page cache', description: 'Readahead and writeback of files.' });

const mglru = z
  .strictObject({
    minTtl: time({
      title: 'min_ttl_ms',
      description:
        'kswapd calls the OOM killer rather than evict what was used within this time, when there is nothing else in memory; 0 is off, the default of the kernel.',
    }).prefault('0'),
  })
  .meta({ title: 'MGLRU', description: 'Settings of the multi-generational LRU.' });

export const kernel = z
  .strictObject({
    swappiness: integer(0, 200, {
      title: 'vm.swappiness',
      description: 'Weight of anonymous memory against page cache in reclaim.',
    }).default(60),
    pageCluster: integer(0, 10, {
      title: 'vm.page-cluster',
      description: 'Readahead window is at most 2 to this power pages; 0 turns readahead off.',
    }).default(3),
    vmaReadahead: flag({
      title: 'VMA readahead',
      description:
        'Read ahead by neighbouring addresses (devices that do not rotate) instead of slots.',
    }).default(true),
    watermarkScaleFactor: integer(1, 3000, {
      title: 'vm.watermark_scale_factor',
      description: 'Distance between the watermarks, in ten-thousandths of RAM.',
    }).default(10),
    minFree: size({
      title: 'vm.min_free_kbytes',
      description:
        'RAM below which only reclaim itself may allocate; the kernel computes it when not given.',
    }).optional(),
    cgroup: word(['v2', 'v1'], {
      title: 'cgroup version',
      description:
        'v2 charges compressed pages in zswap to their cgroup; v1 does not, and knows neither memory.high, memory.low, memory.min nor limits on zswap.',
    }).default('v2'),
    lru: word(['classic', 'mglru'], {
      title: 'LRU',
      description:
        'Page replacement. classic: active and inactive lists; mglru: generations (CONFIG_LRU_GEN).',
    }).default('classic'),
    mglru: mglru.prefault({}),
    statsFlush: time({
      title: 'memcg statistics flush',
      description:
        'How old the per-cgroup list sizes that reclaim decides on may be; the kernel flushes every 2 s, 0 means exact. A small cgroup on a fast tier can turn over within 2 s, and is then killed for want of memory with swap free: its active list is not known to be full.',
    }).prefault('2s'),
    statsReadEveryFaults: integer(0, 1_000_000_000, {
      title: 'memory.stat reads',
      description:
        'Each process reads memory.stat of its cgroup after so many faults, which brings the statistics up to date; 0 means that nobody reads it.',
    }).default(0),
    swapSpace: word(['pinned', 'reserved', 'walk', 'virtual'], {
      title: 'Swap space',
      description:
        'pinned: a page keeps its slot, and nothing can stand in front of a device; reserved: a compressed page also holds a slot behind it, as today; walk: as reserved, but a page may change tiers at the price of a page-table walk; virtual: pages have descriptors and take a slot only on a device.',
    }).default('reserved'),
    swapTiers: z
      .record(
        name,
        integer(-1, 32767, {
          title: 'First priority',
          description: 'The tier has the priorities from here up to the next higher start.',
        }),
      )
      .default({})
      .meta({
        title: 'Swap tiers',
        description:
          'Named ranges of priorities that memory.swap.tiers.max of a cgroup allows or denies; one must start at -1, and it also has the devices without a priority.',
      }),
    swapLru: word(['backend', 'global'], {
      title: 'LRU of swapped pages',
      description:
        'By which age policies and commands choose pages of a tier. backend: each tier has its own order, of when pages came to it; global: the swap layer has one order for all tiers, of when pages left RAM, which moves between tiers do not change.',
    }).default('backend'),
    swapLruBytes: number(0, 4096, {
      title: 'LRU entry',
      description:
        'Bytes for each page in such an order: two pointers and a time; estimate. zswap has its own list, and only the time is added.',
      unit: 'bytes per page',
    }).default(24),
    virtualSwap: virtualSwap.prefault({}),
    zswap: zswap.prefault({}),
    pageCache: pageCache.prefault({}),
    frontswap: frontswap.prefault({}),
  })
  .meta({ title: 'Kernel', description: 'Settings of the memory manager.' });
