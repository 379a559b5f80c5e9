// A scenario with much of everything that Build draws, and advice to give about it.

const long = (start: string) => `${start}-${'x'.repeat(63 - start.length)}`;

const service = (name: string, pages: string) => ({
  name,
  pattern: { kind: 'zipf', exponent: 0.9 },
  pages,
  accesses: 200_000,
  thinkTime: '1us',
});

export const fullMachine = () => ({
  name: 'Everything at once: six tiers, policies, and groups within groups within groups',
  machine: { memory: '128MiB', kernelMemory: '8MiB', cpus: 4 },
  kernel: {
    swappiness: 100,
    swapSpace: 'virtual',
    virtualSwap: { descriptorBytes: 48 },
    zswap: { enabled: true, compressor: 'zstd', maxPoolPercent: 30, shrinker: 'disk-swapins' },
  },
  tiers: {
    zram: { kind: 'zram', codec: 'lz4', size: '64MiB', memLimit: '32MiB', priority: 100 },
    nvme: { kind: 'block', device: 'nvme', size: '256MiB', readP50: '60us', priority: 50 },
    'nvme-too': { kind: 'block', device: 'nvme', size: '256MiB', priority: 50 },
    ssd: { kind: 'block', device: 'sata-ssd', size: '512MiB' },
    far: { kind: 'block', device: 'nvme', size: '512MiB', link: 'rack' },
    [long('hdd-of-the-archive')]: { kind: 'block', device: 'hdd', size: '1GiB' },
  },
  links: { rack: { bandwidth: '1.1GB' } },
  tierPolicies: [
    { kind: 'demote-by-age', from: 'nvme', to: 'ssd', after: '2s' },
    { kind: 'demote-by-pressure', from: 'ssd', to: long('hdd-of-the-archive') },
    { kind: 'promote-by-age', from: long('hdd-of-the-archive'), to: 'nvme', cgroup: '/web' },
  ],
  cgroups: {
    web: {
      memory: { max: '64MiB', high: '60MiB', low: '16MiB', swap: { tiers: ['nvme', 'ssd'] } },
      workloads: [service('front', '48MiB')],
      children: {
        api: {
          memory: { max: '32MiB' },
          workloads: [service('api', '40MiB')],
          children: {
            jobs: {
              memory: { max: '24MiB', swap: { max: '128MiB', tiers: ['ssd'] } },
              children: {
                worker: {
                  memory: { max: '16MiB', zswap: { max: '4MiB', writeback: false } },
                  workloads: [service('convert', '24MiB'), service('index', '16MiB')],
                },
              },
            },
          },
        },
      },
    },
    [long('batch')]: { memory: { max: '48MiB' }, workloads: [service(long('scan'), '96MiB')] },
    sidecar: { workloads: [service('agent', '8MiB')] },
  },
  controllers: [{ kind: 'senpai', cgroup: '/web' }],
  run: { sampleEvery: '50ms', seed: 7 },
});
