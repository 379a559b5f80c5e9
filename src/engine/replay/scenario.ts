/** The scenario of a measured case: the machine it was measured on, its devices and its cgroups. */
import { checkScenario } from '../scenario/validate.ts';
import { CODEC_NAMES } from '../scenario/presets.ts';
import type { Scenario } from '../scenario/schema.ts';
import { NotReplayable, type CaseSwap, type GroundTruthCase } from './case.ts';

/** RAM of the measuring machine. */
const MEMORY = '24684084KiB';

function tierOf(swap: CaseSwap): Record<string, unknown> {
  const common = { size: `${swap.size_mib}MiB`, priority: swap.prio };
  if (swap.type !== 'zram') {
    return { kind: 'block', device: 'virtio', rotational: swap.ssd === false, ...common };
  }
  const memLimit = swap.mem_limit_mib === undefined ? 'max' : `${swap.mem_limit_mib}MiB`;
  return { kind: 'zram', codec: swap.algo ?? 'lzo-rle', memLimit, ...common };
}

function codecName(name: string): string {
  if ((CODEC_NAMES as readonly string[]).includes(name)) return name;
  throw new NotReplayable(`compressor "${name}" is none of ${CODEC_NAMES.join(', ')}`);
}

/** Name of the trace that stands for the pages of a process. */
export const processName = (index: number) => `p${index}`;

export function scenarioOf(c: GroundTruthCase): Scenario {
  for (const swap of c.swap) if (swap.algo !== undefined) codecName(swap.algo);
  const cgroups = c.procs.map((p, i) => [
    processName(i),
    {
      memory: { max: p.limit_mib === null ? 'max' : `${p.limit_mib * 1024}KiB` },
      workloads: [
        {
          name: processName(i),
          trace: { file: processName(i) },
          contents: [{ class: 'zero', share: 100 }],
          rewrites: 0,
        },
      ],
    },
  ]);
  const checked = checkScenario({
    machine: { memory: MEMORY, cpus: 2, disk: 'virtio', costs: { preset: 'groundtruth-xeon' } },
    kernel: {
      cgroup: 'v1',
      swappiness: c.swappiness,
      pageCluster: c.page_cluster,
      vmaReadahead: c.vma_ra,
      statsReadEveryFaults: c.flush_every,
      zswap: {
        enabled: c.zswap?.enabled ?? false,
        compressor: codecName(c.zswap?.compressor ?? 'lzo'),
        maxPoolPercent: c.zswap?.max_pool_percent ?? 20,
        acceptThresholdPercent: c.zswap?.accept ?? 90,
        shrinker: c.zswap?.shrinker === true ? 'disk-swapins' : 'none',
      },
    },
    tiers: Object.fromEntries(c.swap.map((swap, i) => [`swap${i}`, tierOf(swap)])),
    cgroups: Object.fromEntries(cgroups),
  });
  if (checked.ok) return checked.scenario;
  throw new NotReplayable(checked.issues.map((issue) => issue.message).join('; '));
}
