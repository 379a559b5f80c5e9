/** What readahead-on-fast-swap runs: reads of each tier by pattern, window, codec, and behind descriptors. */
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';

export const CLUSTERS = [0, 1, 2, 3, 5];
export const BACKENDS = ['zswap', 'zram', 'ssd'] as const;
export const PATTERNS = ['sequential', 'random'] as const;
/** Codecs of T6 and its least gain in throughput from page_cluster 0 to 3: "+35 to 45 %", zstd "+15 %". */
export const T6 = { lz4: 1.35, 'lzo-rle': 1.35, lzo: 1.35, zstd: 1.15 } as const;
export const CODECS = Object.keys(T6) as (keyof typeof T6)[];
/** How many times as long a request took in T6 at page_cluster 3, at least; 6.2 to 7.2 by its table. */
export const T6_LATENCY = 5;
export type Codec = (typeof CODECS)[number];
export type Backend = (typeof BACKENDS)[number];
export type Pattern = (typeof PATTERNS)[number];

export const nameOf = (backend: Backend, pattern: Pattern, cluster: number) =>
  `${backend}, ${pattern}, page-cluster ${cluster}`;

const reading = (
  backend: Backend,
  pattern: Pattern,
  pageCluster: number,
  codec: Codec = 'lz4',
): ScenarioInput => ({
  machine: { memory: '512MiB' },
  kernel: {
    pageCluster,
    statsFlush: '0',
    cgroup: 'v1',
    zswap: { enabled: backend === 'zswap', compressor: codec, maxPoolPercent: 50 },
  },
  tiers:
    backend === 'zram'
      ? { swap: { kind: 'zram', codec, size: '128MiB' } }
      : { swap: { kind: 'block', device: 'sata-ssd', size: '128MiB' } },
  cgroups: {
    app: {
      memory: { max: '16MiB' },
      workloads: [
        {
          name: 'reader',
          pattern: pattern === 'sequential' ? { kind: 'sequential' } : { kind: 'uniform' },
          pages: '32MiB',
          fill: true,
          writes: 0,
          contents: [{ class: 'compressible', share: 100, ratio: 2.6, sigma: 0.35 }],
          thinkTime: '1us',
          accesses: 60_000,
        },
      ],
    },
  },
  // What takes longer has shown its rate by then.
  run: { duration: '1500ms', sampleEvery: '100ms' },
});
export const scenarios: Record<string, ScenarioInput> = {};
for (const backend of BACKENDS)
  for (const pattern of PATTERNS)
    for (const cluster of CLUSTERS)
      scenarios[nameOf(backend, pattern, cluster)] = reading(backend, pattern, cluster);

/** Sequential reads of compressed RAM by codec, as T6 has them. */
export const BY_CODEC = (['zswap', 'zram'] as const).flatMap((backend) =>
  CODECS.flatMap((codec) => [0, 3].map((cluster) => ({ backend, codec, cluster }))),
);
/** With lz4 these are the reads above. */
export const codecName = (backend: Backend, codec: Codec, cluster: number) =>
  codec === 'lz4'
    ? nameOf(backend, 'sequential', cluster)
    : `${backend} with ${codec}, page-cluster ${cluster}`;
for (const { backend, codec, cluster } of BY_CODEC)
  scenarios[codecName(backend, codec, cluster)] = reading(backend, 'sequential', cluster, codec);

/** Sequential reads behind descriptors, whose slots lead back to their pages or do not. */
export const MAPPED = ['ssd', 'hdd', 'hdd, beside random reads'] as const;
export type Mapped = (typeof MAPPED)[number];
export const mapName = (from: Mapped, reverseMap: boolean) =>
  `virtual on ${from}, ${reverseMap ? 'reverse map' : 'no reverse map'}`;

function behindDescriptors(from: Mapped, reverseMap: boolean): ScenarioInput {
  const { kernel, run, cgroups, ...rest } = reading('ssd', 'sequential', 3);
  const app = cgroups?.['app'];
  const second = {
    ...app,
    workloads: app?.workloads?.map((w) => ({ ...w, pattern: { kind: 'uniform' as const } })),
  };
  return {
    ...rest,
    kernel: { ...kernel, swapSpace: 'virtual', virtualSwap: { reverseMap } },
    tiers: {
      swap: { kind: 'block', device: from === 'ssd' ? 'sata-ssd' : 'hdd', size: '128MiB' },
    },
    cgroups: from === 'hdd, beside random reads' ? { ...cgroups, second } : (cgroups ?? {}),
    // A disk needs longer to show its rate.
    run: { ...run, duration: from === 'ssd' ? '1500ms' : '6s' },
  };
}
for (const from of MAPPED)
  for (const reverseMap of [true, false])
    scenarios[mapName(from, reverseMap)] = behindDescriptors(from, reverseMap);
