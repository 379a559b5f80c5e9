/** The cgroups of a scenario: limits and protection, named as the files of cgroup v2, as a tree. */
import { z } from 'zod';
import { Accepts, flag, limit, name, size, tiersMax } from './fields.ts';
import { LIMITS } from './limits.ts';
import { workload } from './workload.ts';

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
        tiersMax,
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

export const cgroups: z.ZodType<Record<string, CgroupOutput>, Record<string, CgroupInput>> = z
  .record(
    name,
    z.lazy(() => cgroup as unknown as z.ZodType<CgroupOutput, CgroupInput>),
  )
  .meta({ title: 'Control groups', description: 'Groups by name, below the root.' });

type Memory = z.output<typeof memory>;
type MemoryInput = z.input<typeof memory>;
export interface CgroupOutput {
  memory: Memory;
  workloads: z.output<typeof workload>[];
  children: Record<string, CgroupOutput>;
}
export interface CgroupInput {
  memory?: MemoryInput | undefined;
  workloads?: z.input<typeof workload>[] | undefined;
  children?: Record<string, CgroupInput> | undefined;
}
