/** The files of a cgroup for a controller: reads that cost and disturb what they do in a kernel. */
import type { CgroupView, IdleAges, MemoryStat } from '../controllers/controller.ts';
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { readStats } from '../memory/stats.ts';
import { C, type CounterName } from '../metrics/counters.ts';
import { subtreeCounter } from '../metrics/sampler.ts';

/** What `memcg` shows at this moment. Nothing of the kernel can be reached through it. */
export function cgroupView(k: Kernel, memcg: Memcg, idle: (() => IdleAges) | null): CgroupView {
  const { pageBytes } = k.settings;
  return Object.freeze<CgroupView>({
    now: k.now,
    pageBytes,
    current: () => memcg.usage(pageBytes) * pageBytes,
    high: () => memcg.limits.high * pageBytes,
    stat: () => {
      readStats(k, memcg);
      return memoryStat(memcg, pageBytes);
    },
    pressure: (resource) => k.psi.read(memcg.id, resource, k.now),
    idleAges: () => idle?.() ?? null,
  });
}

function memoryStat(memcg: Memcg, pageBytes: number): MemoryStat {
  const count = (name: CounterName) => subtreeCounter(memcg, C[name]);
  let anon = 0;
  let file = 0;
  let stored = 0;
  for (const m of memcg.subtree) {
    anon += m.resident - m.cached;
    file += m.cached;
    stored += m.zswapStored;
  }
  return {
    anon: anon * pageBytes,
    file: file * pageBytes,
    zswap: memcg.zswapBytes,
    zswapped: stored * pageBytes,
    pgmajfault: count('pgmajfault'),
    pswpin: count('pswpin'),
    pswpout: count('pswpout'),
    zswpin: count('zswpin'),
    zswpout: count('zswpout'),
    zswpwb: count('zswpwb'),
    workingset_refault_anon: count('workingset_refault_anon'),
    workingset_refault_file: count('workingset_refault_file'),
  };
}
