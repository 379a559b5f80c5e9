// A scenario in which everything that the screens of a run show does happen: four places for pages, moves between
// them, writeback, pressure, a change of a limit, and events of several kinds.

const work = (name: string, pattern: object, pages: string, thinkTime: string, start = '0') => ({
  workloads: [{ name, start, pattern, pages, thinkTime }],
});

export const underPressure = (duration: string) => ({
  name: 'Four tiers under pressure',
  machine: { memory: '96MiB', kernelMemory: '8MiB', cpus: 4 },
  kernel: {
    statsFlush: '0',
    pageCluster: 0,
    swapSpace: 'virtual',
    zswap: { enabled: true, compressor: 'zstd', maxPoolPercent: 20 },
  },
  tiers: {
    fast: { kind: 'block', device: 'nvme', size: '48MiB', priority: 10 },
    slow: { kind: 'block', device: 'sata-ssd', size: '256MiB', priority: 5 },
  },
  tierPolicies: [
    { kind: 'demote-by-age', from: 'fast', to: 'slow', after: '300ms', interval: '50ms' },
    { kind: 'promote-into-room', from: 'slow', to: 'fast', interval: '50ms', low: 80, high: 90 },
  ],
  cgroups: {
    web: {
      memory: { max: '40MiB' },
      ...work('front', { kind: 'zipf', exponent: 0.8 }, '96MiB', '1us'),
    },
    batch: { memory: { max: '24MiB' }, ...work('scan', { kind: 'phases' }, '80MiB', '2us') },
    leaky: {
      memory: { max: '16MiB', swap: { max: '32MiB' } },
      ...work('leak', { kind: 'uniform' }, '64MiB', '5us', '500ms'),
    },
  },
  actions: [{ do: 'set-limits', at: '2s', cgroup: '/web', max: '28MiB' }],
  run: { duration, sampleEvery: '20ms' },
});
