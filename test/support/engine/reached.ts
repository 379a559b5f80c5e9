/** Which mechanisms a run has gone through, so that a property test can tell that it tried them all. */
import type { Kernel } from '../../../src/engine/kernel.ts';
import type { MemcgLimits } from '../../../src/engine/memory/memcg.ts';
import { C, type CounterName } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';

type Reached = (
  input: ScenarioInput,
  count: (name: CounterName) => number,
  kernel: Kernel,
) => boolean;

const steers = (input: ScenarioInput, kind: string) =>
  input.controllers?.some((c) => c.kind === kind) ?? false;
/** Some device has counted one of these. */
const ofTiers =
  (name: string): Reached =>
  (_input, _count, { devices }) =>
    devices.list.some(({ backend }) => (backend.counters()[name] ?? 0) > 0);

/** A cgroup with such limits has counted this. */
const underLimits =
  (limited: (limits: MemcgLimits) => boolean, name: CounterName): Reached =>
  (_input, _count, { memcgs }) =>
    memcgs.some(({ limits, counters }) => limited(limits) && counters[C[name]]! > 0);

/** Written back with this shrinker, or by the worker alone where there is none. */
const shrinks =
  (shrinker: string): Reached =>
  ({ kernel }, count) =>
    kernel?.zswap?.shrinker === shrinker && count('zswpwb') > count('zswpwb_proactive');

const MECHANISMS = {
  'swap with the classic lists': ({ kernel }, count) =>
    kernel?.lru === 'classic' && count('pswpout') + count('zswpout') > 0,
  'swap with generations': ({ kernel }, count) =>
    kernel?.lru === 'mglru' && count('pswpout') + count('zswpout') > 0,
  'loads from zswap': (_, count) => count('zswpin') > 0,
  'refusals of zswap': (_, count) => count('zswap_reject') > 0,
  'pages kept raw': (_, count) => count('zswap_incompressible') > 0,
  'the worker of a full pool': shrinks('none'),
  'the shrinker of 6.12': shrinks('disk-swapins'),
  'the shrinker of 6.8': shrinks('protected-size'),
  'the LRU of the allocator': ({ kernel }, count) =>
    kernel?.zswap?.lru === 'zspages' && count('zswpwb') > 0,
  'memory.reclaim': (_, count) => count('reclaim_got') > 0,
  'proactive writeback': (_, count) => count('zswpwb_proactive') > 0,
  senpai: (input, count) => steers(input, 'senpai') && count('reclaim_got') > 0,
  'senpai by memory.high': (input, count) =>
    steers(input, 'senpai-limit') && count('pgsteal_direct') > 0,
  'twice-cold': (input, count) => steers(input, 'twice-cold') && count('reclaim_got') > 0,
  'g-swap': (input, count) => steers(input, 'g-swap') && count('reclaim_got') > 0,
  'adaptive writeback': (input, count) =>
    steers(input, 'adaptive-writeback') && count('writeback_requested') > 0,
  'refaults of files': (_, count) => count('workingset_refault_file') > 0,
  'dirty files that reclaim meets': (_, count) => count('nr_vmscan_immediate_reclaim') > 0,
  'pages that a zram keeps whole': ofTiers('huge_pages_since'),
  'a zram at its mem_limit': ofTiers('zram_failed_writes'),
  'writeback of a zram': ofTiers('bd_writes'),
  'reads from the backing device of a zram': ofTiers('bd_reads'),
  'recompression of a zram': (_input, _count, { events }) =>
    events.some(({ message }) => /^[1-9]\d* pages .* after recompression/.test(message)),
  'writeback for memory.zswap.max': underLimits(({ zswapMax }) => zswapMax < Infinity, 'zswpwb'),
  'refusals where memory.zswap.writeback is 0': underLimits(
    (l) => !l.zswapWriteback,
    'zswap_reject',
  ),
  'reclaim for memory.high': underLimits(({ high }) => high < Infinity, 'pgsteal_direct'),
  'reclaim beside memory.low': underLimits(({ low }) => low > 0, 'pgscan_anon'),
  'reclaim beside memory.min': underLimits(({ min }) => min > 0, 'pgscan_anon'),
  'stalls for memory': (_, count) => count('stall_memory') > 0,
} satisfies Record<string, Reached>;

export type Mechanism = keyof typeof MECHANISMS;
export const ALL_MECHANISMS = Object.keys(MECHANISMS) as Mechanism[];

export function reached(input: ScenarioInput, kernel: Kernel): Mechanism[] {
  const { memcgs } = kernel;
  const count = (name: CounterName) =>
    memcgs.reduce((sum, { counters }) => sum + counters[C[name]]!, 0);
  return ALL_MECHANISMS.filter((name) => (MECHANISMS[name] as Reached)(input, count, kernel));
}
