/** Bounds on a scenario, checked before any work starts. */
export const LIMITS = {
  depth: 64,
  values: 200_000,
  /** Members of one list or object: as many as there can be actions. */
  width: 10_000,
  keyLength: 1000,
  /** Mistakes that are told at once. */
  issues: 100,
  pages: 64 * 1024 * 1024,
  cgroups: 1024,
  cgroupDepth: 16,
  workloads: 4096,
  threads: 1024,
  tiers: 32,
  tierPolicies: 64,
  actions: 10_000,
  controllers: 256,
  samples: 1_000_000,
} as const;
