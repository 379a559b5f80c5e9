/**
 * Named figures that a scenario starts from: block devices, codecs, software costs and virtual
 * swap descriptors. Every figure carries its source and can be overridden in the scenario.
 *
 * They live inside the engine, not beside it, because they decide a run's result and so belong to
 * the engine version that its digest vouches for.
 */

/**
 * How sure a figure is: measured here, published by a named source, derived from what one published (the
 * source has the arithmetic), or a class average.
 */
export type Certainty = 'measured' | 'published' | 'derived' | 'estimate';

export interface DevicePreset {
  readonly label: string;
  /** Rotating disks read ahead by aligned slot block; all others by neighbouring page-table entry. */
  readonly rotational: boolean;
  /** Served inside the caller, without a queue and without readahead (zram, pmem, RAM disk). */
  readonly synchronous: boolean;
  /** Pays `costs.blockRequest` for each request even though it is synchronous. */
  readonly requestQueue?: boolean;
  /** Service time of one random 4 KiB read, ns: median and 99th percentile of a log-normal. */
  readonly readP50: number;
  readonly readP99: number;
  /** Service time of one random 4 KiB write, ns. */
  readonly writeP50: number;
  readonly writeP99: number;
  /** Service time of a request that continues where the last one ended, ns (heads that need not move). */
  readonly sequential: number;
  /** Sustained bandwidth, bytes per second. */
  readonly readBandwidth: number;
  readonly writeBandwidth: number;
  /** Requests served at the same time. */
  readonly parallelism: number;
  /** CPU time that the protocol of a network takes for a page, ns. */
  readonly cpuPerPage?: number;
  readonly certainty: Certainty;
  readonly source: string;
}

const US = 1e3;
const MS = 1e6;
const MB = 1e6;

const CLASS_AVERAGE = 'class average of public data sheets and reviews; estimate, edit to suit';

/** Block devices by class; service times are for 4 KiB at queue depth 1. */
export const DEVICES = {
  hdd: {
    label: 'HDD, 7200 rpm',
    rotational: true,
    synchronous: false,
    readP50: 8 * MS,
    readP99: 25 * MS,
    writeP50: 8 * MS,
    writeP99: 25 * MS,
    sequential: 25 * US,
    readBandwidth: 175 * MB,
    writeBandwidth: 175 * MB,
    parallelism: 1,
    certainty: 'estimate',
    source: CLASS_AVERAGE,
  },
  'sata-ssd': {
    label: 'SATA SSD',
    rotational: false,
    synchronous: false,
    readP50: 105 * US,
    readP99: 1 * MS,
    writeP50: 55 * US,
    writeP99: 1 * MS,
    sequential: 105 * US,
    readBandwidth: 530 * MB,
    writeBandwidth: 480 * MB,
    parallelism: 10,
    certainty: 'estimate',
    source: `${CLASS_AVERAGE}; parallelism from 80 to 95 k IOPS at queue depth 32`,
  },
  nvme: {
    label: 'NVMe SSD, TLC',
    rotational: false,
    synchronous: false,
    readP50: 80 * US,
    readP99: 220 * US,
    writeP50: 20 * US,
    writeP99: 220 * US,
    sequential: 80 * US,
    readBandwidth: 5000 * MB,
    writeBandwidth: 3500 * MB,
    parallelism: 64,
    certainty: 'estimate',
    source: CLASS_AVERAGE,
  },
  emmc: {
    label: 'eMMC 5.1',
    rotational: false,
    synchronous: false,
    readP50: 200 * US,
    readP99: 10 * MS,
    writeP50: 600 * US,
    writeP99: 20 * MS,
    sequential: 200 * US,
    readBandwidth: 280 * MB,
    writeBandwidth: 180 * MB,
    parallelism: 4,
    certainty: 'estimate',
    source: CLASS_AVERAGE,
  },
  ufs: {
    label: 'UFS 3.1',
    rotational: false,
    synchronous: false,
    readP50: 100 * US,
    readP99: 1.5 * MS,
    writeP50: 75 * US,
    writeP99: 1.5 * MS,
    sequential: 100 * US,
    readBandwidth: 2100 * MB,
    writeBandwidth: 1200 * MB,
    parallelism: 32,
    certainty: 'estimate',
    source: CLASS_AVERAGE,
  },
  virtio: {
    label: 'Virtio disk of the ground-truth machine',
    rotational: false,
    synchronous: false,
    readP50: 70 * US,
    readP99: 340 * US,
    writeP50: 90 * US,
    writeP99: 340 * US,
    sequential: 70 * US,
    readBandwidth: 700 * MB,
    writeBandwidth: 1500 * MB,
    parallelism: 8,
    certainty: 'measured',
    source:
      'ground truth: 4 KiB read 78 us median, 344 us p99 with its software path; 128 KiB read 247 us; 100 KiB write 164 us; 128 MiB pushed out in 85 ms; parallelism estimated',
  },
  pmem: {
    label: 'Persistent memory or RAM block device',
    rotational: false,
    synchronous: true,
    readP50: 2 * US,
    readP99: 4 * US,
    writeP50: 2 * US,
    writeP99: 4 * US,
    sequential: 2 * US,
    readBandwidth: 10_000 * MB,
    writeBandwidth: 8000 * MB,
    parallelism: 256,
    certainty: 'estimate',
    source: CLASS_AVERAGE,
  },
  'nbd-10g': {
    label: 'NBD over 10 GbE',
    rotational: false,
    synchronous: false,
    readP50: 90 * US,
    readP99: 1 * MS,
    writeP50: 90 * US,
    writeP99: 1 * MS,
    sequential: 90 * US,
    readBandwidth: 1100 * MB,
    writeBandwidth: 1100 * MB,
    parallelism: 128,
    cpuPerPage: 10 * US,
    certainty: 'estimate',
    source:
      'class average of public figures, with server memory behind it, and of CPU time for TCP; edit to suit',
  },
  'nbd-25g': {
    label: 'NBD over 25 GbE',
    rotational: false,
    synchronous: false,
    readP50: 60 * US,
    readP99: 1 * MS,
    writeP50: 60 * US,
    writeP99: 1 * MS,
    sequential: 60 * US,
    readBandwidth: 2800 * MB,
    writeBandwidth: 2800 * MB,
    parallelism: 128,
    cpuPerPage: 10 * US,
    certainty: 'estimate',
    source:
      'class average of public figures, with server memory behind it, and of CPU time for TCP; edit to suit',
  },
  rdma: {
    label: 'Remote memory, one-sided RDMA',
    rotational: false,
    synchronous: false,
    readP50: 4.3 * US,
    readP99: 10 * US,
    writeP50: 4.3 * US,
    writeP99: 10 * US,
    sequential: 4.3 * US,
    readBandwidth: 1250 * MB,
    writeBandwidth: 1250 * MB,
    parallelism: 64,
    certainty: 'estimate',
    source:
      'median as Leap states it, tail and queue a class average, bandwidth 10 Gb/s as Fastswap reached; the adapter moves the data, so no CPU time for a protocol; estimate, edit to suit',
  },
  'rdma-block': {
    label: 'Remote memory, RDMA behind the block layer',
    rotational: false,
    synchronous: false,
    readP50: 35 * US,
    readP99: 500 * US,
    writeP50: 35 * US,
    writeP99: 500 * US,
    sequential: 35 * US,
    readBandwidth: 1250 * MB,
    writeBandwidth: 1250 * MB,
    parallelism: 64,
    certainty: 'estimate',
    source:
      '30 to 40 us for the default path (Leap, ATC 2020), tail between 100 us and ms, bandwidth 10 Gb/s; estimate, edit to suit',
  },
  ramdisk: {
    label: 'RAM disk behind a request queue',
    rotational: false,
    synchronous: true,
    requestQueue: true,
    readP50: 0.5 * US,
    readP99: 1 * US,
    writeP50: 0.5 * US,
    writeP99: 1 * US,
    sequential: 0.5 * US,
    readBandwidth: 10_000 * MB,
    writeBandwidth: 10_000 * MB,
    parallelism: 256,
    certainty: 'estimate',
    source:
      'one copy of the page, as the host of frontswap makes; estimate; the queue comes on top',
  },
  'host-cached': {
    label: 'Virtual disk in the page cache of its host',
    rotational: false,
    synchronous: false,
    readP50: 30 * US,
    readP99: 100 * US,
    writeP50: 30 * US,
    writeP99: 100 * US,
    sequential: 30 * US,
    readBandwidth: 2000 * MB,
    writeBandwidth: 2000 * MB,
    parallelism: 8,
    certainty: 'estimate',
    source: 'estimate: an exit, a thread of the host that wakes and copies, an interrupt',
  },
} as const satisfies Record<string, DevicePreset>;

export type DeviceName = keyof typeof DEVICES;

export interface CodecPreset {
  readonly label: string;
  /** CPU time for one 4 KiB page, ns. */
  readonly compress: number;
  readonly decompress: number;
  /** Compressed size relative to lzo on the same data. */
  readonly relativeSize: number;
  readonly certainty: Certainty;
  readonly source: string;
}

/**
 * Codecs on one server core. Speeds are estimates for a current x86 core; relative sizes are
 * ratios of a published table (kernel build in zram: lzo 2.69, lzo-rle 2.68, lz4 2.58, lz4hc 2.87,
 * 842 1.93, zstd 3.96) and, for deflate, of a usemem run (deflate 2.23 beside zstd 2.96).
 */
export const CODECS = {
  lzo: {
    label: 'LZO',
    compress: 4 * US,
    decompress: 2 * US,
    relativeSize: 1,
    certainty: 'estimate',
    source: 'speed: estimate for a current x86 core; size: reference',
  },
  'lzo-rle': {
    label: 'LZO-RLE',
    compress: 4 * US,
    decompress: 2 * US,
    relativeSize: 2.69 / 2.68,
    certainty: 'estimate',
    source: 'speed: estimate; size: published zram table, 2.68 beside lzo 2.69',
  },
  lz4: {
    label: 'LZ4',
    compress: 3 * US,
    decompress: 1 * US,
    relativeSize: 2.69 / 2.58,
    certainty: 'estimate',
    source: 'speed: estimate; size: published zram table, 2.58 beside lzo 2.69',
  },
  lz4hc: {
    label: 'LZ4-HC',
    compress: 13 * US,
    decompress: 1 * US,
    relativeSize: 2.69 / 2.87,
    certainty: 'estimate',
    source:
      'speed: lzo scaled by the published table (50.6 beside 15.9 µs); size: 2.87 beside 2.69',
  },
  zstd: {
    label: 'Zstandard, level 3',
    compress: 12 * US,
    decompress: 4 * US,
    relativeSize: 2.69 / 3.96,
    certainty: 'estimate',
    source: 'speed: estimate; size: published zram table, 3.96 beside lzo 2.69',
  },
  deflate: {
    label: 'Deflate',
    compress: 60 * US,
    decompress: 15 * US,
    relativeSize: (2.69 / 3.96) * (2.96 / 2.23),
    certainty: 'estimate',
    source: 'speed: estimate; size: 2.23 beside zstd 2.96 in a published usemem run',
  },
} as const satisfies Record<string, CodecPreset>;

export type CodecName = keyof typeof CODECS;
export const CODEC_NAMES = Object.keys(CODECS) as CodecName[];

/** CPU time of the kernel's software paths, ns. */
export interface CostPreset {
  readonly label: string;
  /** One access to a resident page, without think time. */
  readonly access: number;
  /** Anonymous zero-fill fault. */
  readonly minorFault: number;
  /** Fault that finds its page in the swap cache. */
  readonly swapCacheFault: number;
  /** Major fault without the backend: trap, look-up, allocation, mapping. */
  readonly majorFault: number;
  /** Fill a zero page from its mark in the swap map. */
  readonly zeroFill: number;
  /** Test a page for being zero-filled before swap-out. */
  readonly zeroCheck: number;
  /** Look at one page on an LRU list (isolation, reference check through the reverse map). */
  readonly scanPage: number;
  /** Unmap one page at swap-out. */
  readonly unmapPage: number;
  /** One batched TLB shootdown per 32 pages unmapped. */
  readonly tlbFlush: number;
  readonly slotAllocate: number;
  readonly slotFree: number;
  /** Look at one page-table entry in a walk over the page tables of all processes. */
  readonly walkPte: number;
  /** MGLRU: look at one page-table entry on the way, without its folio. */
  readonly agePte: number;
  /** MGLRU: give one folio another generation. */
  readonly ageFolio: number;
  /** Submit one request to a block device and complete it. */
  readonly blockRequest: number;
  /** Put a task to sleep and wake it again. */
  readonly contextSwitch: number;
  /** From queue_work() until a sleeping kernel worker runs on another CPU. */
  readonly workerWake: number;
  /** Find the next memcg of a walk over all of them and look at its zswap LRU. */
  readonly visitCgroup: number;
  /** Multiplies the codecs' times: 1 for the server core of their presets. */
  readonly codecScale: number;
  readonly certainty: Certainty;
  readonly source: string;
}

const SERVER_COSTS: CostPreset = {
  label: 'Server, current x86',
  access: 100,
  minorFault: 750,
  swapCacheFault: 900,
  majorFault: 1700,
  zeroFill: 100,
  zeroCheck: 200,
  scanPage: 200,
  unmapPage: 350,
  tlbFlush: 4000,
  slotAllocate: 100,
  slotFree: 250,
  walkPte: 45,
  agePte: 3,
  ageFolio: 50,
  blockRequest: 4500,
  contextSwitch: 2000,
  workerWake: 10_000,
  visitCgroup: 200,
  codecScale: 1,
  certainty: 'estimate',
  source:
    'engineering estimates; major fault from 1.83 µs for a zero page through zram; page-table walk at most 45 ns an entry, from swapoff with 128 GB mapped',
};

export const COSTS = {
  server: SERVER_COSTS,
  'groundtruth-xeon': {
    ...SERVER_COSTS,
    label: 'The machine of the ground truth (Xeon 2.6 GHz, two shared cores of a virtual machine)',
    minorFault: 1500,
    zeroFill: 300,
    zeroCheck: 300,
    scanPage: 150,
    unmapPage: 600,
    slotFree: 150,
    workerWake: 36_000,
    visitCgroup: 200,
    codecScale: 1,
    certainty: 'measured',
    source:
      'ground truth, medians: first touch 1.5 us, zero page 1.9 to 2.2 us, zram lz4 2.2 to 3.7 us in and 5.3 us out; the split into steps is ours. Its workqueue events: a worker starts 36 us after it is queued, and looks 16 times at some 15 memcgs in 47 us',
  },
  phone: {
    ...SERVER_COSTS,
    label: 'Phone, big core',
    access: 150,
    minorFault: 1500,
    swapCacheFault: 1800,
    majorFault: 4000,
    scanPage: 500,
    unmapPage: 900,
    codecScale: 3,
    source: 'engineering estimates; codecs three times a server core',
  },
} as const satisfies Record<string, CostPreset>;

export type CostName = keyof typeof COSTS;

/**
 * What today's kernel keeps, bytes: per slot of the swap space (swap map 1, cgroup id 2, zero
 * bit 1/8), per slot in use (swap table word 8) and per compressed page (tree slot 8).
 * These are the terms that the virtual swap series' own overhead table compares with.
 */
export const RESERVED_SWAP = {
  perSlotBytes: 3.125,
  perUsedSlotBytes: 8,
  perZswapPageBytes: 8,
} as const;

/** zswap's own entry for each stored page, bytes, in every design. */
export const ZSWAP_ENTRY_BYTES = 56;
