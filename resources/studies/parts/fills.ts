/** What descriptor-cost runs: swap space filled to a part, in zswap or on a disk, and swap that is rarely used. */
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';

export const PAGE = 4096;
/** RAM that the process may use, and the swap space. */
const RAM = 8 * 2 ** 20;
export const SWAP = 64 * 2 ** 20;
/** Twice the RAM of this machine is SWAP; a fiftieth of that is rarely used swap, an estimate. */
const SMALL_MACHINE = 32 * 2 ** 20;
const RARE = 2;
export const FILLS = [0, 10, 25, 50, 75, 100];
/**
 * Slots left free at 100 %: a process that needs the last one ends in the OOM killer, and on a disk what is
 * being written holds a slot as well.
 */
const SPARE = { zswap: 128, disk: 448 } as const;
export const BACKENDS = ['zswap', 'disk'] as const;
export const DESIGNS = ['reserved', 'virtual'] as const;

export type Backend = (typeof BACKENDS)[number];
export type Design = (typeof DESIGNS)[number];

export const nameOf = (backend: Backend, design: Design, fill: number) =>
  `${backend}, ${design}, ${fill} %`;
export const rareName = (backend: Backend, design: Design, swap: number) =>
  `${backend}, ${design}, rarely used, ${swap / 2 ** 20} MiB of swap`;

/** One process that touches its RAM and so much more that `fill` percent of SWAP is used. */
function filled(
  backend: Backend,
  design: Design,
  fill: number,
  { memory = 512 * 2 ** 20, swap = SWAP } = {},
): ScenarioInput {
  const full = Math.round((RAM + (SWAP * fill) / 100) / PAGE);
  const pages = fill === 100 ? full - SPARE[backend] : full;
  return {
    machine: { memory },
    kernel: {
      swapSpace: design,
      statsFlush: '0',
      // Compressed pages are not charged, so that RAM stays the same at every fill.
      cgroup: 'v1',
      zswap: { enabled: backend === 'zswap', maxPoolPercent: 50 },
    },
    // zswap with a virtual swap space needs no device.
    tiers:
      backend === 'zswap' && design === 'virtual'
        ? {}
        : { disk: { kind: 'block', device: 'nvme', size: swap } },
    cgroups: {
      app: {
        memory: { max: RAM },
        workloads: [
          {
            name: 'filler',
            pattern: { kind: 'sequential' },
            pages,
            writes: 100,
            contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
          },
        ],
      },
    },
    run: { accesses: pages, sampleEvery: '1ms' },
  };
}

/** The same pages in swap space of twice the RAM and of half the RAM. */
export const RARE_SWAP = [SWAP, SWAP / 4] as const;

export const scenarios: Record<string, ScenarioInput> = {};
for (const backend of BACKENDS) {
  for (const design of DESIGNS) {
    for (const fill of FILLS) {
      scenarios[nameOf(backend, design, fill)] = filled(backend, design, fill);
    }
    for (const swap of RARE_SWAP)
      scenarios[rareName(backend, design, swap)] = filled(backend, design, RARE, {
        memory: SMALL_MACHINE,
        swap,
      });
  }
}
