/**
 * The scenario: one schema from which types, validation, defaults, documentation and the JSON
 * Schema derive. What a person writes is `ScenarioInput`; what parsing gives, with every default
 * filled in and sizes in bytes and times in ns, is `Scenario`.
 */
import { z } from 'zod';
import {
  Accepts,
  extent,
  flag,
  integer,
  limit,
  name,
  number,
  percent,
  size,
  text,
  time,
  word,
} from './fields.ts';
import { CODEC_NAMES, COSTS, DEVICES, VIRTUAL_SWAP } from './presets.ts';

/** Bounds that are checked before any work starts. */
export const LIMITS = {
  pages: 64 * 1024 * 1024,
  cgroups: 1024,
  cgroupDepth: 16,
  workloads: 4096,
  threads: 1024,
  tiers: 32,
  samples: 1_000_000,
} as const;

type Names<T> = readonly [keyof T & string, ...(keyof T & string)[]];
const names = <T extends object>(table: T) => Object.keys(table) as unknown as Names<T>;

const costOverride = (title: string, description: string) =>
  time({ title, description }).optional();

const costs = z
  .strictObject({
    preset: word(names(COSTS), {
      title: 'Cost preset',
      description: 'Where the figures below come from when they are not given.',
    }).default('server'),
    access: costOverride('Access', 'One access to a resident page, without think time.'),
    minorFault: costOverride('Minor fault', 'Anonymous zero-fill fault.'),
    swapCacheFault: costOverride(
      'Swap-cache fault',
      'Fault that finds its page in the swap cache.',
    ),
    majorFault: costOverride('Major fault', 'Software path of a major fault without its backend.'),
    zeroFill: costOverride('Zero fill', 'Filling a page that was swapped out as all zeros.'),
    zeroCheck: costOverride('Zero check', 'Testing a page for zeros before it is swapped out.'),
    scanPage: costOverride('Scan', 'Looking at one page of an LRU list.'),
    unmapPage: costOverride('Unmap', 'Unmapping one page at swap-out.'),
    tlbFlush: costOverride('TLB flush', 'One batched shootdown for up to 32 pages.'),
    slotAllocate: costOverride('Slot allocation', 'Allocating one swap slot.'),
    slotFree: costOverride('Slot free', 'Freeing one swap slot.'),
    blockRequest: costOverride('Block request', 'Submitting and completing one block request.'),
    contextSwitch: costOverride('Context switch', 'Putting a task to sleep and waking it.'),
    codecScale: number(0.01, 1000, {
      title: 'Codec scale',
      description: 'Multiplies compression and decompression times of every codec.',
    }).optional(),
  })
  .meta({
    title: 'Software costs',
    description: 'CPU time of the kernel paths that the run charges.',
  });

const machine = z
  .strictObject({
    memory: size({ title: 'RAM', description: 'Memory of the machine.' }).prefault('1GiB'),
    kernelMemory: size({
      title: 'Kernel memory',
      description: 'RAM that the kernel itself holds and no workload can use.',
    }).prefault('0B'),
    cpus: integer(1, 256, { title: 'CPUs', description: 'Processors that run tasks.' }).default(2),
    pageSize: word(['4KiB', '16KiB', '64KiB'], {
      title: 'Page size',
      description: 'Size of a base page; zsmalloc classes and device times scale with it.',
    }).default('4KiB'),
    costs: costs.prefault({}),
  })
  .meta({
    title: 'Machine',
    description: 'RAM, processors and what the software paths cost on them.',
  });

const zswap = z
  .strictObject({
    enabled: flag({
      title: 'zswap',
      description: 'Keep compressed pages in RAM in front of the devices.',
    }).default(false),
    compressor: word(CODEC_NAMES as [(typeof CODEC_NAMES)[number], ...typeof CODEC_NAMES], {
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
  })
  .meta({ title: 'zswap', description: 'The compressed cache in front of swap devices.' });

const virtualSwap = z
  .strictObject({
    preset: word(names(VIRTUAL_SWAP), {
      title: 'Descriptor preset',
      description: 'The published design whose sizes are used when not given below.',
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
  })
  .meta({ title: 'Virtual swap', description: 'What the descriptors of the virtual design take.' });

const kernel = z
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
    lru: word(['classic'], {
      title: 'LRU',
      description: 'Page replacement: the classic active and inactive lists.',
    }).default('classic'),
    statsFlush: time({
      title: 'memcg statistics flush',
      description:
        'How old the per-cgroup list sizes that reclaim decides on may be; the kernel flushes every 2 s, 0 means exact.',
    }).prefault('2s'),
    swapSpace: word(['reserved', 'virtual'], {
      title: 'Swap space',
      description:
        'reserved: a compressed page also holds a slot behind it, as today; virtual: pages have descriptors and take a slot only on a device.',
    }).default('reserved'),
    virtualSwap: virtualSwap.prefault({}),
    zswap: zswap.prefault({}),
  })
  .meta({ title: 'Kernel', description: 'Settings of the memory manager.' });

const tierPriority = integer(-1, 32767, {
  title: 'Priority',
  description:
    'Higher is filled first; equal priorities take turns. Not given: in the order of the tiers.',
}).optional();

const blockTier = z
  .strictObject({
    kind: z
      .literal('block')
      .meta({ title: 'Kind', description: 'A block device or a swap file on it.' }),
    device: word(names(DEVICES), {
      title: 'Device',
      description: 'The class of device whose figures are used when not given below.',
    }),
    size: size({ title: 'Size', description: 'Swap space on the device.' }),
    priority: tierPriority,
    readP50: costOverride('Read, median', 'Service time of one random 4 KiB read.'),
    readP99: costOverride('Read, 99th percentile', 'Service time of one random 4 KiB read.'),
    writeP50: costOverride('Write, median', 'Service time of one random 4 KiB write.'),
    writeP99: costOverride('Write, 99th percentile', 'Service time of one random 4 KiB write.'),
    sequential: costOverride(
      'Sequential',
      'Service time of a request that continues the last one.',
    ),
    readBandwidth: size({
      title: 'Read bandwidth',
      description: 'Bytes per second that the device sustains.',
      unit: 'bytes/s',
    }).optional(),
    writeBandwidth: size({
      title: 'Write bandwidth',
      description: 'Bytes per second that the device sustains.',
      unit: 'bytes/s',
    }).optional(),
    parallelism: integer(1, 4096, {
      title: 'Parallelism',
      description: 'Requests that the device serves at the same time.',
    }).optional(),
    rotational: flag({
      title: 'Rotational',
      description: 'A disk with heads: readahead by slot.',
    }).optional(),
    synchronous: flag({
      title: 'Synchronous',
      description: 'Served inside the caller, without a queue and without readahead.',
    }).optional(),
  })
  .meta({
    title: 'Block device',
    description: 'A tier that reads and writes whole pages on a device.',
  });

const zramTier = z
  .strictObject({
    kind: z
      .literal('zram')
      .meta({ title: 'Kind', description: 'A compressed block device in RAM.' }),
    codec: word(CODEC_NAMES as [(typeof CODEC_NAMES)[number], ...typeof CODEC_NAMES], {
      title: 'Codec',
      description: 'Compression algorithm of the device.',
    }).default('lzo-rle'),
    size: size({ title: 'disksize', description: 'Uncompressed size of the device.' }),
    memLimit: limit({
      title: 'mem_limit',
      description: 'Most RAM that the device may take; writes beyond it fail.',
    }).prefault('max'),
    priority: tierPriority,
  })
  .meta({ title: 'zram', description: 'A tier that keeps pages compressed in RAM.' });

const tier = z.discriminatedUnion('kind', [blockTier, zramTier], {
  error: Accepts.text('a tier with kind "block" or "zram"'),
});

const share = percent({
  title: 'Share',
  description: 'Percent of the pages that are of this class.',
});

const contentClass = z.discriminatedUnion(
  'class',
  [
    z.strictObject({ class: z.literal('zero'), share }).meta({
      title: 'Zero',
      description: 'Nothing but zeros.',
    }),
    z.strictObject({ class: z.literal('same'), share }).meta({
      title: 'Same-filled',
      description: 'One value over and over, not zero.',
    }),
    z.strictObject({ class: z.literal('incompressible'), share }).meta({
      title: 'Incompressible',
      description: 'No codec makes it smaller.',
    }),
    z
      .strictObject({
        class: z.literal('compressible'),
        share,
        ratio: number(1, 64, {
          title: 'Ratio',
          description: 'Page size over mean compressed size with lzo; other codecs scale from it.',
        }).default(3),
        sigma: number(0, 2, {
          title: 'Spread',
          description: 'Standard deviation of the logarithm of the compressed size.',
        }).default(0.35),
      })
      .meta({ title: 'Compressible', description: 'Log-normal compressed size.' }),
  ],
  { error: Accepts.text('a class "zero", "same", "incompressible" or "compressible"') },
);

const pattern = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('sequential') }).meta({
        title: 'Sequential',
        description: 'Every page in order, again and again.',
      }),
      z
        .strictObject({
          kind: z.literal('stride'),
          stride: integer(1, 1 << 24, {
            title: 'Stride',
            description: 'Pages from one access to the next.',
          }).default(16),
        })
        .meta({ title: 'Strided', description: 'Every n-th page, then the next column.' }),
      z.strictObject({ kind: z.literal('uniform') }).meta({
        title: 'Uniform',
        description: 'Every page equally likely.',
      }),
      z
        .strictObject({
          kind: z.literal('zipf'),
          exponent: number(0, 3, {
            title: 'Exponent',
            description: 'Skew of the popularity.',
          }).default(0.9),
          shuffle: flag({
            title: 'Shuffle',
            description:
              'Scatter popular pages over the address space instead of putting them first.',
          }).default(true),
        })
        .meta({ title: 'Zipf', description: 'Popularity falls with the rank.' }),
      z
        .strictObject({
          kind: z.literal('hotcold'),
          hot: percent({
            title: 'Hot pages',
            description: 'Share of the pages that is hot.',
          }).default(20),
          hotAccesses: percent({
            title: 'Hot accesses',
            description: 'Share of accesses that go to them.',
          }).default(80),
          shuffle: flag({
            title: 'Shuffle',
            description: 'Scatter hot pages over the address space.',
          }).default(true),
        })
        .meta({ title: 'Hot and cold', description: 'A hot set and the rest.' }),
      z
        .strictObject({
          kind: z.literal('phases'),
          workingSet: percent({
            title: 'Working set',
            description: 'Share of the pages in use at a time.',
          }).default(25),
          every: integer(1, 1e12, {
            title: 'Every',
            description: 'Accesses before the working set moves.',
          }).default(100000),
          shift: percent({
            title: 'Shift',
            description: 'How far it moves, as a share of the pages.',
          }).default(12.5),
        })
        .meta({
          title: 'Phases',
          description: 'A working set that moves through the address space.',
        }),
      z
        .strictObject({
          kind: z.literal('scanhot'),
          hot: percent({
            title: 'Hot pages',
            description: 'Share of the pages that is hot.',
          }).default(30),
          scan: percent({
            title: 'Scan accesses',
            description: 'Share of accesses that scan the rest.',
          }).default(20),
          exponent: number(0, 3, {
            title: 'Exponent',
            description: 'Zipf skew among the hot; 0 is uniform.',
          }).default(0),
        })
        .meta({
          title: 'Scan beside hot',
          description: 'A scan over cold pages beside a hot set.',
        }),
      z.strictObject({ kind: z.literal('cycle') }).meta({
        title: 'Cycle',
        description: 'One random permutation of the pages, again and again.',
      }),
    ],
    {
      error: Accepts.text(
        'a pattern of kind "sequential", "stride", "uniform", "zipf", "hotcold", "phases", "scanhot" or "cycle"',
      ),
    },
  )
  .meta({ title: 'Pattern', description: 'In which order pages are accessed.' });

const workload = z
  .strictObject({
    name,
    pattern: pattern.optional(),
    trace: z
      .strictObject({
        file: text(4096, {
          title: 'Trace file',
          description:
            'A trace made by `swaplab trace import`; a relative path starts at the scenario.',
        }),
        repeat: integer(1, 1_000_000, {
          title: 'Repeat',
          description: 'How often the trace is replayed.',
        }).default(1),
      })
      .meta({ title: 'Trace', description: 'Replay the page accesses of a real program.' })
      .optional(),
    pages: extent({
      title: 'Pages',
      description: 'Memory of the workload; a trace brings its own.',
      unit: 'pages',
    }).optional(),
    contents: z
      .array(contentClass, { error: Accepts.text('a list of content classes') })
      .min(1, { error: Accepts.text('at least one content class') })
      .max(16, { error: Accepts.text('at most 16 content classes') })
      .default([
        { class: 'zero', share: 12 },
        { class: 'same', share: 1 },
        { class: 'incompressible', share: 12 },
        { class: 'compressible', share: 75, ratio: 3, sigma: 0.35 },
      ])
      .meta({
        title: 'Contents',
        description:
          'What the pages hold; shares add up to 100. The default is an estimate between published populations of servers and phones.',
      }),
    writes: percent({
      title: 'Writes',
      description: 'Share of accesses that write; a trace brings its own.',
    }).default(30),
    rewrites: percent({
      title: 'Content changes',
      description: 'Share of writes after which the contents of the page are drawn anew.',
    }).default(10),
    fill: flag({
      title: 'Fill first',
      description: 'Write every page once, in order, before the pattern starts.',
    }).default(false),
    threads: integer(1, LIMITS.threads, {
      title: 'Threads',
      description: 'Tasks that share the pages, each with its own stream of accesses.',
    }).default(1),
    thinkTime: time({
      title: 'Think time',
      description: 'Computing between two accesses.',
    }).prefault('0'),
    accesses: integer(1, Number.MAX_SAFE_INTEGER, {
      title: 'Accesses',
      description:
        'Accesses of each thread before it exits; not given: until the run ends, a trace until its end.',
    }).optional(),
    start: time({ title: 'Start', description: 'Simulated time at which it starts.' }).prefault(
      '0',
    ),
    stop: time({
      title: 'Stop',
      description: 'Simulated time at which it exits and frees its memory; not given: at the end.',
    }).optional(),
  })
  .meta({
    title: 'Workload',
    description: 'A process: pages, their contents, and who accesses them how.',
  });

const memory = z
  .strictObject({
    min: size({ title: 'memory.min', description: 'Never reclaimed below this.' }).prefault('0B'),
    low: size({
      title: 'memory.low',
      description: 'Reclaimed below this only when nothing else is left.',
    }).prefault('0B'),
    high: limit({
      title: 'memory.high',
      description: 'Above this, tasks reclaim and are slowed down.',
    }).prefault('max'),
    max: limit({
      title: 'memory.max',
      description: 'Hard limit; beyond it the OOM killer.',
    }).prefault('max'),
    swap: z
      .strictObject({
        max: limit({ title: 'memory.swap.max', description: 'Hard limit of swap.' }).prefault(
          'max',
        ),
        tiers: z
          .array(name, { error: Accepts.text('a list of tier names') })
          .optional()
          .meta({
            title: 'Allowed tiers',
            description:
              'Tiers that this cgroup may swap to, within those of its parent; not given: all of them.',
          }),
      })
      .prefault({})
      .meta({ title: 'Swap', description: 'Limits on swap.' }),
    zswap: z
      .strictObject({
        max: limit({
          title: 'memory.zswap.max',
          description: 'Most compressed bytes in the pool.',
        }).prefault('max'),
        writeback: flag({
          title: 'memory.zswap.writeback',
          description: 'Whether pages may go from zswap to a device.',
        }).default(true),
      })
      .prefault({})
      .meta({ title: 'zswap', description: 'Limits on zswap.' }),
  })
  .meta({
    title: 'Memory',
    description: 'Limits and protection, named as the files of cgroup v2.',
  });

/** A cgroup with its children; written out by hand because the type is recursive. */
const cgroup = z
  .strictObject({
    memory: memory.prefault({}),
    workloads: z
      .array(workload, { error: Accepts.text('a list of workloads') })
      .max(LIMITS.workloads, { error: Accepts.text(`at most ${LIMITS.workloads} workloads`) })
      .default([])
      .meta({ title: 'Workloads', description: 'Processes in this cgroup.' }),
    get children() {
      return cgroups.default({});
    },
  })
  .meta({
    id: 'cgroup',
    title: 'Control group',
    description: 'Limits, workloads and child groups.',
  });

const cgroups: z.ZodType<Record<string, CgroupOutput>, Record<string, CgroupInput>> = z
  .record(
    name,
    z.lazy(() => cgroup as unknown as z.ZodType<CgroupOutput, CgroupInput>),
  )
  .meta({ title: 'Control groups', description: 'Groups by name, below the root.' });

type Memory = z.output<typeof memory>;
type MemoryInput = z.input<typeof memory>;
interface CgroupOutput {
  memory: Memory;
  workloads: z.output<typeof workload>[];
  children: Record<string, CgroupOutput>;
}
interface CgroupInput {
  memory?: MemoryInput | undefined;
  workloads?: z.input<typeof workload>[] | undefined;
  children?: Record<string, CgroupInput> | undefined;
}

const run = z
  .strictObject({
    duration: time({
      title: 'Duration',
      description:
        'Simulated time after which the run ends; not given: when all workloads have ended.',
    }).optional(),
    accesses: integer(1, Number.MAX_SAFE_INTEGER, {
      title: 'Accesses',
      description: 'Page accesses of all tasks together after which the run ends.',
    }).optional(),
    sampleEvery: time({
      title: 'Sample every',
      description: 'Simulated time between two samples.',
    }).prefault('100ms'),
    seed: integer(0, 0xffffffff, {
      title: 'Seed',
      description: 'Seed of everything that is drawn at random.',
    }).default(1),
  })
  .meta({ title: 'Run', description: 'How long, how often to sample, and the seed.' });

export const scenarioSchema = z
  .strictObject({
    version: z
      .literal(1, { error: Accepts.text('1, the version of the format that this release reads') })
      .default(1)
      .meta({ title: 'Format', description: 'Version of the scenario format.' }),
    name: text(200, { title: 'Name', description: 'What the scenario is called.' }).default(
      'Untitled',
    ),
    description: text(10_000, { title: 'Description', description: 'What it is for.' }).default(''),
    machine: machine.prefault({}),
    kernel: kernel.prefault({}),
    tiers: z
      .record(name, tier)
      .default({})
      .meta({ title: 'Tiers', description: 'Swap devices by name.' }),
    cgroups: cgroups.default({}),
    run: run.prefault({}),
  })
  .meta({
    title: 'Swap Lab scenario',
    description: 'A machine, its swap tiers, its cgroups and what runs in them.',
  });

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Tier = Scenario['tiers'][string];
export type Cgroup = CgroupOutput;
export type Workload = z.output<typeof workload>;
export type Pattern = z.output<typeof pattern>;
export type ContentClass = z.output<typeof contentClass>;
